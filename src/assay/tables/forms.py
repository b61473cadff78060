"""Forms of text: regular expressions of RE2, and ways to write a date or time."""

from __future__ import annotations

import re

PARTS = {
    "%Y": r"[0-9]{4}",
    "%m": r"(?:0[1-9]|1[0-2])",
    "%d": r"(?:0[1-9]|[12][0-9]|3[01])",
    "%H": r"(?:[01][0-9]|2[0-3])",
    "%M": r"[0-5][0-9]",
    "%S": r"[0-5][0-9]",
}
"""The parts of a date's form, and the text that each allows, with all its digits."""
_SPLIT = re.compile(r"(%.?)")


def checked_pattern(pattern: str) -> str:
    """A regular expression as it is; raises ValueError for one that RE2 does not support."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    if re.search(r"\(\?(=|!|<=|<!|P=|>|\()|\\[1-9]", pattern):
        raise ValueError("RE2 has no look-around and no back-references")
    return pattern


def time_pattern(form: str) -> str:
    """The regular expression of a date's form; raises ValueError for an unknown part."""
    parts = _SPLIT.split(form)
    directives = parts[1::2]
    unknown = next((each for each in directives if each not in PARTS), None)
    if unknown is not None:
        raise ValueError(f"`{unknown}` is not a part of a date's form; the parts are {', '.join(PARTS)}")
    if len(set(directives)) < len(directives) or not {"%Y", "%m", "%d"} <= set(directives):
        raise ValueError("a date's form needs %Y, %m and %d, each part once, such as %d.%m.%Y")
    return "".join(PARTS[part] if index % 2 else re.escape(part) for index, part in enumerate(parts))
