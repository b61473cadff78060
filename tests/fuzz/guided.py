"""One harness under atheris, which sees what each input reaches; started by `python -m tests.fuzz`."""

import sys

import atheris

with atheris.instrument_imports(include=["assay"], enable_loader_override=False):
    from tests.fuzz.harnesses import HARNESSES, warm_up

if __name__ == "__main__":
    name = sys.argv.pop(1)
    # Libraries that are imported late would count as the time of the first input.
    warm_up(name)
    atheris.Setup(sys.argv, HARNESSES[name])
    atheris.Fuzz()
