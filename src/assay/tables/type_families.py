"""The families of types: types of one family can be compared."""

from __future__ import annotations

TIMES, NUMBERS, CATEGORIES = ("date", "timestamp"), ("number", "integer"), ("text", "boolean")


def family(kind: str) -> str:
    """The family of a type: `numbers`, `times`, `text`, `boolean` or `other`."""
    return "numbers" if kind in NUMBERS else "times" if kind in TIMES else kind
