"""The feature names in a pickled scikit-learn estimator, read from its operations; nothing is loaded or imported."""

from __future__ import annotations

import contextlib
import io
import pickletools
from collections.abc import Iterator
from itertools import islice

ATTRIBUTE = "feature_names_in_"
_MOST_OPERATIONS, _MOST_NAMES, _MOST_PLACES = 1_000_000, 20_000, 1_000
_ENDS = ("APPENDS", "APPEND")


def read_names(content: bytes) -> tuple[str, ...]:
    """The texts of the first list after the attribute's name; empty if there is none, or it holds anything else.

    Arrays of numbers lie between the operations, so reading resumes at the next place that names the attribute.
    """
    return next((found for place in _places(content) if (found := _read_list(content, place)) is not None), ())


def _places(content: bytes) -> Iterator[int]:
    """The beginning, then each text that names the attribute: its length stands before it in one or four bytes."""
    yield 0
    text, found = ATTRIBUTE.encode(), -1
    for _ in range(_MOST_PLACES):
        found = content.find(text, found + 1)
        if found < 0:
            return
        yield max(0, found - (2 if content[found - 2 : found - 1] == b"\x8c" else 5))


def _read_list(content: bytes, start: int) -> tuple[str, ...] | None:
    """The list after the attribute's name, None if the operations end before it."""
    named, texts, plain = False, list[str](), True
    for name, text in _operations(content, start):
        if not named:
            named = text == ATTRIBUTE
        elif name == "EMPTY_LIST":
            texts, plain = [], True
        elif name in ("APPENDS", "APPEND"):
            return tuple(texts) if texts and plain else ()
        elif text is not None and len(texts) < _MOST_NAMES:
            texts.append(text)
        elif name != "MARK":
            plain = False
    return None


def _operations(content: bytes, start: int) -> Iterator[tuple[str, str | None]]:
    """The operations from a place on, each with the text that it puts on the stack; none that only remember."""
    file = io.BytesIO(content)
    file.seek(start)
    memory: dict[int, str | None] = {}
    text: str | None = None
    with contextlib.suppress(ValueError, IndexError, OverflowError, MemoryError):
        for operation, argument, _ in islice(pickletools.genops(file), _MOST_OPERATIONS):
            name = operation.name
            if name in ("MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT"):
                memory[len(memory) if name == "MEMOIZE" else int(str(argument))] = text
                continue
            if name in ("BINGET", "LONG_BINGET", "GET"):
                text = memory.get(int(str(argument)))
            else:
                text = argument if isinstance(argument, str) and "UNICODE" in name else None
            yield name, text
