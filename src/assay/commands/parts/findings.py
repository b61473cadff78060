"""What a look found: that it is there, that it is missing, or that nobody could look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "not looked"]
MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The state of one look, and what it saw."""

    state: State
    seen: str


def fine(seen: str) -> Finding:
    """A finding that all is there."""
    return Finding(state="ok", seen=seen)


def not_looked(why: str) -> Finding:
    """A finding that nobody could look; it never counts as fine."""
    return Finding(state="not looked", seen=why)


def settle(problems: Iterable[str], seen: str) -> Finding:
    """Missing with its problems, the first of them by name; `seen` if there are none."""
    told = list(dict.fromkeys(problems))
    if not told:
        return fine(seen)
    more = [f"and {len(told) - MOST_NAMED} more"] if len(told) > MOST_NAMED else []
    return Finding(state="missing", seen="; ".join([*told[:MOST_NAMED], *more]))
