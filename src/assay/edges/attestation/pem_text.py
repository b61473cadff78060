"""PEM as it comes out of secrets: with its line ends written as backslash and n, lost, or all of it in base64."""

from __future__ import annotations

import base64
import binascii
import re

BEGIN = "-----BEGIN"
_FLAT = re.compile(r"(-----BEGIN ([A-Z0-9 ]+)-----)[ \t]+([A-Za-z0-9+/=][A-Za-z0-9+/= \t]*?)[ \t]+(-----END \2-----)")
_LINE = 64


def plain_pem(content: bytes) -> str:
    """The text of PEM in its usual form; text that holds no PEM is given back as it is."""
    text = content.decode("utf-8-sig", errors="replace")
    if BEGIN not in text:
        text = _decoded(text)
    if BEGIN not in text:
        return text
    text = text.replace("\\r", "").replace("\\n", "\n")
    return _FLAT.sub(_wrapped, text)


def _decoded(text: str) -> str:
    """What base64 text stands for, if that is PEM."""
    packed = "".join(text.strip().strip("\"'").replace("\\n", "").split())
    try:
        found = base64.b64decode(packed, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return text
    return found if BEGIN in found else text


def _wrapped(found: re.Match[str]) -> str:
    body = "".join(found[3].split())
    lines = [body[start : start + _LINE] for start in range(0, len(body), _LINE)]
    return "\n".join([found[1], *lines, found[4]])
