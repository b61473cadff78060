"""Foreign text, on one line and without invisible characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

NO_TEXT = "(no text)"
_HIDDEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE10)), map(chr, range(0xE0100, 0xE01F0))
)
"""Characters that Unicode counts as letters or marks although they are invisible."""
_MARKS_IN_A_ROW, _LOOKED_AT = 3, 8
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WORD_JOINER = "\u2060"
_LINKED = re.compile(r"@|#(?=[0-9])|\](?=\()|:(?=//)|\bwww(?=\.)|\bgh(?=-[0-9])", re.IGNORECASE)
_RUNNER_COMMAND = re.compile(r":(?=:)|##(?=\[)")


def clean(text: str) -> str:
    """One line of visible text without spaces at its ends, or `(no text)`."""
    return " ".join(visible(text).split()) or NO_TEXT


@lru_cache(maxsize=4_096)
def visible(text: str) -> str:
    """Text without control, bidi and zero-width characters, with every kind of space as a plain space."""
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category[0] == "Z" or character in "\t\n\r\v\f\x85":
            kept.append(" ")
        elif category[0] != "C" and character not in _HIDDEN and marks <= _MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def printable(text: str) -> str:
    """Clean text for a terminal or a log, in which every runner command (`::name::`, `##[name]`) is broken up."""
    return _RUNNER_COMMAND.sub(lambda found: found.group() + " ", clean(text))


def clipped(text: str, most: int) -> str:
    """Clean text of at most `most` characters, with an ellipsis if it was cut."""
    looked_at = text[: _LOOKED_AT * most]
    cleaned = clean(looked_at)
    whole = len(looked_at) == len(text) and len(cleaned) <= most
    return cleaned if whole else cleaned[: most - 1].rstrip() + "…"


def unlinked(text: str) -> str:
    """Printable text in which every mention, reference, URL and embedded link is broken up, for plain messages."""
    return _LINKED.sub(lambda found: found.group() + WORD_JOINER, printable(text))


def spans(text: str) -> tuple[tuple[bool, str], ...]:
    """Clean text as runs, each with whether it was between single backticks; one plain run if these do not pair."""
    cleaned = clean(text)
    parts = cleaned.split("`")
    if len(parts) % 2 == 0 or "``" in cleaned:
        return ((False, cleaned),)
    return tuple((index % 2 == 1, part) for index, part in enumerate(parts) if part)


def is_date(text: str) -> bool:
    """Whether text has the shape of a date such as 2027-02-01 and so is harmless anywhere."""
    return _DATE.fullmatch(text) is not None
