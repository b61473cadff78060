"""The lock of OPA: the version and the checksums that a release of Assay was tested with."""

from __future__ import annotations

import os
from pathlib import Path

from assay.canonical import PREFIX
from assay.documents.handed_in import parse_json
from assay.edges.files import digest_beneath, read_beneath
from assay.errors import EngineError

MAX_BYTES = 64 * 1024
_HINT = "Use a release of Assay, whose lock has checksums, or leave out --opa-lock and name your own binary with --opa."


def require_lock(lock: Path, binary: str) -> None:
    """Raises EngineError unless the lock lists a binary, by the SHA-256 of its bytes."""
    names = _locked(lock)
    if not names:
        raise EngineError(f"The lock of OPA `{lock.name}` has no checksum, so no binary can be verified.", hint=_HINT)
    real = Path(os.path.realpath(binary))
    found, _ = digest_beneath(real.parent, real.name, error=EngineError)
    if found not in {PREFIX + each for each in names.values()}:
        raise EngineError(
            f"{binary} is not a binary in the lock of OPA `{lock.name}`: its digest is {found}.", hint=_HINT
        )


def _locked(lock: Path) -> dict[str, str]:
    """The checksums by the name of the released file."""
    real = Path(os.path.realpath(lock))
    content = read_beneath(real.parent, real.name, limit=MAX_BYTES, error=EngineError)
    try:
        document = parse_json(content)
    except ValueError as error:
        raise EngineError(f"`{lock.name}` is not a lock of OPA: {error}.", hint=_HINT) from error
    held = document.get("sha256") if isinstance(document, dict) else None
    if not isinstance(held, dict) or not all(isinstance(each, str) for each in held.values()):
        raise EngineError(f"`{lock.name}` is not a lock of OPA: it has no table `sha256`.", hint=_HINT)
    return held
