"""Everything that loading a pickled file can ask for, read from its operations; nothing is imported, made or called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assay.edges.pickle_machine import PickleMachine
from assay.edges.pickle_source import PickleSource, UnreadableError
from assay.edges.pickle_stack import WRAPPER
from assay.edges.pickle_values import Use
from assay.edges.pickled_arrays import settle, settle_plain

_READ: frozenset[Use] = frozenset({"named", "built"})


@dataclass(frozen=True, kw_only=True)
class PickleScan:
    """What a file asks for: names with their uses; `digest` is that of the bytes that were read.

    `why` says why the file could not be read to its end; then there are no names and no digest.
    `asked` are the names as the file writes them: the module, a space, and the name in it.
    """

    uses: Mapping[str, frozenset[Use]] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    digest: str | None = None
    why: str = ""


def scan_pickle(path: str, *, joblib: bool) -> PickleScan:
    """Reads a file as `pickle.load` or `joblib.load` would; raises OSError."""
    with Path(path).open("rb") as file:
        try:
            source = PickleSource(file, Path(path).stat().st_size, packed=joblib)
            machine = PickleMachine(source, settle if joblib else settle_plain)
            machine.run()
            digest = source.finish()
        except UnreadableError as problem:
            return PickleScan(why=str(problem))
    # joblib itself makes no other use of its description of an array, which is gone once the numbers are read.
    uses = {name: frozenset(ways) for name, ways in sorted(machine.uses.items())}
    if joblib and uses.get(str(WRAPPER)) == _READ:
        del uses[str(WRAPPER)]
    return PickleScan(uses=uses, asked=tuple(sorted(machine.asked)), digest=digest)
