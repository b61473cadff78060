"""Environments of the tools that Assay is measured beside: each has its own, made once from pinned versions.

    uv run python -m tests.benchmarks.peer_environments [NAME ...]

`peers/<name>.in` names what is compared; `peers/<name>.txt` pins every package, and is what is installed. To pin anew:
`uv pip compile --universal --python-version 3.11 --no-header --no-annotate <name>.in -o <name>.txt`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support import pinned_environments
from tests.support.pinned_environments import interpreter_of

PEERS = Path(__file__).parent / "peers"


def peer(name: str, script: str, *arguments: object) -> list[str] | str:
    """A peer's command: its script by the interpreter of its own environment; why there is none, if there is none."""
    why = install(name)
    if why is not None:
        return f"its environment could not be made: {why}"
    return [str(python(name)), str(PEERS / script), *map(str, arguments)]


def python(name: str) -> Path:
    """The interpreter of a peer's environment, which may not exist yet."""
    return interpreter_of(PEERS / f"{name}.txt")


def names() -> list[str]:
    """Every peer that has pins."""
    return sorted(path.stem for path in PEERS.glob("*.txt"))


def install(name: str) -> str | None:
    """Makes a peer's environment, unless it is there; why it could not be made, or None."""
    return pinned_environments.install(PEERS / f"{name}.txt")


def main() -> None:
    """Installs the named peers, or all."""
    failed = {name: why for name in sys.argv[1:] or names() if (why := install(name))}
    sys.exit("\n".join(f"{name}: {why}" for name, why in failed.items()) or 0)


if __name__ == "__main__":
    main()
