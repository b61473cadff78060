"""How much of a decision is told, from everything to little more than a count, so that a limit of bytes is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Detail:
    """How much is told; `left_out` says in words what is not.

    `bars` is the most bars told of a closed gate, `text` the most characters of one text that others wrote,
    `listed` the most lines of any other list, `overlays` the most pairs of distributions, `rows` the most gates told
    one by one, all of them where it is None.
    """

    plan: bool = True
    moved: bool = True
    passed: bool = True
    bars: int = 4
    text: int = 400
    listed: int = 20
    overlays: int = 6
    rows: int | None = None
    left_out: tuple[str, ...] = ()


OVERLAYS = "reference against current"
_FOLDED = ("the plan and the digests", "every bar that moved")
_SHORT = Detail(plan=False, moved=False, overlays=3, left_out=_FOLDED)
_SHORTER = replace(_SHORT, passed=False, listed=6, overlays=0, left_out=(*_FOLDED, "the policies that pass"))
_BRIEF = replace(
    _SHORTER, bars=1, text=120, listed=3, left_out=(*_SHORTER.left_out, "all but the first bars of a gate")
)
_BARE = replace(
    _SHORTER, bars=0, text=80, listed=0, left_out=(*_SHORTER.left_out, "what was seen at each gate and what next")
)
TIERS = (Detail(), _SHORT, _SHORTER, _BRIEF, _BARE)
LEAST_BYTES = 4_000
_LEAST_ROW_BYTES = 30
"""No row with five cells is shorter, so what cannot fit need not be tried."""


def fitted(tell: Callable[[Detail], str], rows: int, limit: int) -> str:
    """The text with the most detail that has at most `limit` bytes; `rows` is how many gates there are to tell.

    Where even a bare row for each gate is too much, as many rows as fit are told and the others are counted.
    """
    if limit < LEAST_BYTES:
        raise ValueError(f"a limit of {limit} bytes leaves no room for a verdict")
    for detail in TIERS:
        if detail.bars and rows * _LEAST_ROW_BYTES > limit:
            continue
        told = tell(detail)
        if _size(told) <= limit:
            return told
    fits, too_many = 0, rows
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if _size(tell(replace(_BARE, rows=middle))) <= limit:
            fits = middle
        else:
            too_many = middle
    return tell(replace(_BARE, rows=fits))


def _size(text: str) -> int:
    return len(text.encode())
