"""Scalars of YAML that are read as exactly the value that was written."""

from __future__ import annotations

import math
import re
from decimal import Decimal

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"))
"""Words that other readers of YAML take for a boolean, or for nothing."""
_SHORT = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
EXACT = 2**53
"""Whole numbers from here on are not read from YAML, because other readers would round them."""


def quoted(text: str) -> str:
    """A text between double quotes; what a reader could fold, refuse or not show is written as its code point."""
    return '"' + "".join(map(_character, text)) + '"'


def scalar(text: str) -> str:
    """A text as it is, if it is read so and looks plain; else quoted."""
    from assay.errors import ManifestError
    from assay.manifest.yaml_strict import load

    try:
        plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS and load(text, "").value == text
    except ManifestError:
        plain = False
    return text if plain else quoted(text)


def whole(number: int) -> str | None:
    """A whole number; None if it is too large to be read exactly."""
    return str(number) if abs(number) < EXACT else None


def real(number: float) -> str:
    """A finite number with all its digits: read again, it is the same float."""
    if number == int(number) and abs(number) < EXACT:
        return str(int(number))
    return repr(number)


def at_most(number: float, step: Decimal) -> float:
    """The largest float that is a multiple of the step, as decimals are, and at most the number."""
    found = float(math.floor(Decimal(number) / step) * step)
    return found if found <= number else math.nextafter(number, -math.inf)


def at_least(number: float, step: Decimal) -> float:
    """The smallest float that is a multiple of the step and at least the number."""
    return -at_most(-number, step)


def _character(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    # A format character such as a byte order mark counts as not printable, too.
    if character.isprintable() and not 0xD800 <= ord(character) <= 0xDFFF:  # noqa: PLR2004  (surrogates)
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
