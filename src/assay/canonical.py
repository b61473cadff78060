"""Canonical bytes and digests of pages: RFC 8785 JSON, SHA-256."""

from __future__ import annotations

import hashlib
import json
import math
from decimal import Context
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

import rfc8785

from assay.errors import PageError

PREFIX = "sha256:"
SIGNIFICANT_DIGITS = 9
# Between these Python writes a float as ECMAScript does, but for the fraction of whole ones.
LEAST_PLAIN, MOST_PLAIN = 1e-4, 1e16
SAFE_DIGITS, LARGEST = len(f"-{2**53}"), 2**53
_CONTEXT = Context(prec=SIGNIFICANT_DIGITS)


@lru_cache(maxsize=1 << 14)
def significant(value: float) -> float:
    """A finite number rounded to 9 significant digits, half to even; raises ValueError otherwise."""
    if not math.isfinite(value):
        raise ValueError("the number is not finite")
    return float(_CONTEXT.create_decimal_from_float(float(value))) + 0.0


def canonical(document: Any) -> bytes:
    """The RFC 8785 bytes of a JSON document; raises PageError for what JSON cannot hold exactly."""
    try:
        return _written(document).encode()
    except (rfc8785.CanonicalizationError, UnicodeError, TypeError) as error:
        raise PageError(f"A page cannot be written canonically: {error}.") from error


def _written(value: Any) -> str:
    # As `rfc8785.dumps` writes it, in half the time: pages of wide tables are written and read many times.
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        names = sorted(value) if "".join(value).isascii() else sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join([f"{encode_basestring(name)}:{_written(value[name])}" for name in names]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_written, value)) + "]"
    if type(value) is float and LEAST_PLAIN <= abs(value) < MOST_PLAIN:
        return repr(value).removesuffix(".0")
    return _scalar(value)


@lru_cache(maxsize=1 << 14, typed=True)
def _scalar(value: Any) -> str:
    return rfc8785.dumps(value).decode()


def digest(content: bytes) -> str:
    """The digest of some bytes, as `sha256:` and 64 lower-case hexadecimal digits."""
    return PREFIX + hashlib.sha256(content).hexdigest()


def parse(content: bytes, name: str) -> Any:
    """The document in canonical bytes; raises PageError unless the bytes are exactly canonical."""
    document = parse_loosely(content, name)
    try:
        same = canonical(document) == content
    except (ValueError, RecursionError) as error:
        raise PageError(f"{name} is not a page: {error}.") from error
    if not same:
        raise PageError(f"{name} is not in canonical form, so it was edited by hand.")
    return document


def parse_loosely(content: bytes, name: str) -> Any:
    """The document in bytes of JSON, for a caller that writes it again and compares; raises PageError."""
    try:
        return json.loads(content, parse_constant=_refuse, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise PageError(f"{name} is not a page: {error}.") from error


def _whole(digits: str) -> int | float:
    # RFC 8785 writes large floats without a point; as integers they would not be written again.
    whole = int(digits) if len(digits) <= SAFE_DIGITS else LARGEST
    return whole if abs(whole) < LARGEST else float(digits)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
