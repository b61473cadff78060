"""The level of detail of a decision's text, from everything to little more than a count, to meet a limit of bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Detail:
    """The level of detail; `left_out` says in words what is missing.

    The other fields are upper limits: `bars` on the bars of a closed gate, `text` on the characters of one foreign
    text, `listed` on the lines of any other list, `overlays` on the pairs of distributions, and `rows` on the gates
    shown one by one (None: all).
    """

    card: bool = True
    plan: bool = True
    moved: bool = True
    passed: bool = True
    bars: int = 4
    text: int = 400
    listed: int = 20
    overlays: int = 6
    rows: int | None = None
    left_out: tuple[str, ...] = ()


OVERLAYS = "reference and current"
_FOLDED = ("the plan and the digests", "every bar that moved")
_SHORT = Detail(plan=False, moved=False, overlays=3, left_out=_FOLDED)
_SHORTER = replace(
    _SHORT,
    card=False,
    passed=False,
    listed=6,
    overlays=0,
    left_out=(*_FOLDED, "the model card", "the policies that pass"),
)
_BRIEF = replace(
    _SHORTER, bars=1, text=120, listed=3, left_out=(*_SHORTER.left_out, "all but the first bars of a gate")
)
_BARE = replace(
    _SHORTER,
    bars=0,
    text=80,
    listed=0,
    left_out=(*_SHORTER.left_out, "the numbers and next steps of each gate"),
)
TIERS = (Detail(), _SHORT, _SHORTER, _BRIEF, _BARE)
LEAST_BYTES = 4_000
_LEAST_ROW_BYTES = 30
"""No row with five cells is shorter, so details that cannot fit are not tried."""


def fit_text(write: Callable[[Detail], str], rows: int, limit: int) -> str:
    """The text with the most detail that has at most `limit` bytes; `rows` is the number of gates.

    If even a bare row for each gate is too long, the rows that fit are shown and the others are counted.
    """
    if limit < LEAST_BYTES:
        raise ValueError(f"a limit of {limit} bytes leaves no room for a verdict")
    for detail in TIERS:
        if detail.bars and rows * _LEAST_ROW_BYTES > limit:
            continue
        text = write(detail)
        if _size(text) <= limit:
            return text
    fits, too_many = 0, rows
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if _size(write(replace(_BARE, rows=middle))) <= limit:
            fits = middle
        else:
            too_many = middle
    return write(replace(_BARE, rows=fits))


def _size(text: str) -> int:
    return len(text.encode())
