"""The checksums of a release, as `sha256sum --check` reads them, and their verification."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from assay.canonical import PREFIX
from assay.edges.files import digest_beneath, read_beneath
from assay.errors import PageError

CHECKSUMS = "checksums.txt"
MAX_BYTES = 1024 * 1024
_LINE = re.compile(r"([0-9a-f]{64})  ([a-z0-9][a-z0-9._-]{0,200})")


def make_checksums(files: Mapping[str, bytes]) -> bytes:
    """A line for each file, sorted by name."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def is_release(folder: Path) -> bool:
    """Whether a folder is a downloaded release, that is, has checksums, valid or not."""
    return (folder / CHECKSUMS).is_file()


def verify_checksums(folder: Path) -> tuple[str, ...]:
    """A sentence on a downloaded release's files; raises PageError for a file that differs from its checksum."""
    if not is_release(folder):
        return ()
    text = read_beneath(folder, CHECKSUMS, limit=MAX_BYTES, error=PageError).decode(errors="replace")
    lines = [_LINE.fullmatch(line) for line in text.splitlines()]
    listed = {line[2]: PREFIX + line[1] for line in lines if line is not None}
    if not listed or len(listed) != len(lines):
        raise PageError(f"{CHECKSUMS} is not a list of checksums.", hint="Download it again.")
    absent = [name for name in listed if not (folder / name).exists() and not (folder / name).is_symlink()]
    for name, expected in listed.items():
        if name not in absent and digest_beneath(folder, name, error=PageError)[0] != expected:
            raise PageError(f"{name} is not the file that {CHECKSUMS} lists.", hint="Download it again.")
    sentence = f"{CHECKSUMS}: {len(listed) - len(absent)} of {len(listed)} files are here and match"
    return (sentence + (f"; missing, so not verified: {', '.join(absent)}" if absent else ""),)
