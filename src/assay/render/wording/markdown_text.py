"""Markdown from foreign text: harmless sentences stay prose, all other text becomes a code span."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assay.render.wording.sanitized import WORD_JOINER, clean, is_date, spans

_LETTERS = "A-Za-zÀ-ÖØ-öø-ÿ"
_HARMLESS = re.compile(
    rf"""(?: [{_LETTERS}0-9\ ,;%()'"?=+…–—’“”≥≤±×·-]   # nothing that Markdown, GitHub or HTML gives a meaning
           | [.:!](?=\s|$)                              # a full stop, never a domain, a shortcode or an image
           | (?<=[0-9])\.(?=[0-9])
           | (?<=[{_LETTERS}])/(?=[{_LETTERS}]) )*""",
    re.VERBOSE,
)
_REFERENCE = re.compile(r"\bgh-[0-9]|\b[0-9a-f]{7,40}\b", re.IGNORECASE)
_OPENING = re.compile(rf"[{_LETTERS}]")
_AT, _NUMBER_SIGN = re.compile("@"), re.compile("#(?=[0-9])")


def code(text: str) -> str:
    """Clean text as a code span whose fence is longer than any run of backticks in it, without mentions."""
    inner = _NUMBER_SIGN.sub("#" + WORD_JOINER, _AT.sub("@" + WORD_JOINER, clean(text)))
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", inner)), default=0))
    pad = " " if inner.startswith("`") or inner.endswith("`") else ""
    return f"{fence}{pad}{inner}{pad}{fence}"


def prose(text: str) -> str:
    """Clean text as prose, with its single backticks, if all of it is harmless; else as one code span."""
    if is_date(text):
        return text
    runs = spans(text)
    if not runs or not all(coded or _harmless(run) for coded, run in runs):
        return code(text)
    if not runs[0][0] and not _OPENING.match(runs[0][1]):
        return code(text)
    return "".join(code(run) if coded else run for coded, run in runs)


def _harmless(run: str) -> bool:
    return _HARMLESS.fullmatch(run) is not None and _REFERENCE.search(run) is None


def unbroken(text: str) -> str:
    """Our own text without a place for a line break."""
    return text.replace(" ", "\u00a0")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table; a pipe in a cell is escaped so that GitHub and CommonMark readers agree on its shape."""
    lines = [_line(header), _line(["---"] * len(header))]
    return [*lines, *(_line(row) for row in rows), ""]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    # Some readers take a backslash before a pipe as its escape and others do not; a joiner separates the two.
    return re.sub(r"\\(?=\|)", lambda _: "\\" + WORD_JOINER, text).replace("|", "\\|")
