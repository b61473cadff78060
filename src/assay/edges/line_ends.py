"""Line ends that a checkout converted: the same text, other bytes, another digest."""

from __future__ import annotations

from pathlib import Path

from assay.canonical import digest
from assay.edges.files import read_beneath
from assay.errors import DataError

MOST_BYTES = 512 * 1024 * 1024
ADVICE = (
    " Only its line ends differ, as after a checkout that converts them: add `* -text` to `.gitattributes` or run"
    " `git config core.autocrlf false`, then check the file out again."
)


def line_end_advice(root: Path, path: str, expected: str) -> str:
    """What to add to a sentence about a wrong digest: how to get the file with the expected line ends, or nothing."""
    return ADVICE if have_other_line_ends(root, path, expected) else ""


def content_line_end_advice(content: bytes, expected: str) -> str:
    """The same for bytes that were read already."""
    return ADVICE if differ_in_line_ends(content, expected) else ""


def have_other_line_ends(root: Path, path: str, expected: str) -> bool:
    """Whether a file has the expected digest once its line ends are converted, either way."""
    try:
        content = read_beneath(root, path, limit=MOST_BYTES)
    except DataError:
        return False
    return differ_in_line_ends(content, expected)


def differ_in_line_ends(content: bytes, expected: str) -> bool:
    """Whether bytes have the expected digest only once their line ends are converted, either way."""
    unix = content.replace(b"\r\n", b"\n")
    return digest(content) != expected and expected in (digest(unix), digest(unix.replace(b"\n", b"\r\n")))
