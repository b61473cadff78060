"""The fields of a bundle, read strictly: none missing, none extra, and one spelling for each value."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from assay.canonical import parse
from assay.errors import EvaluationError, PageError

MOST_SHOWN = 500


class SignatureError(EvaluationError):
    """A signed statement is missing, malformed, not signed by the key, or differs from the dossier."""

    default_hint = "Sign again with `assay sign`, or name the signer's public key."


def strictly(content: bytes, name: str) -> Any:
    """The document in canonical JSON; duplicate keys, other spellings and truncated files are not canonical."""
    if not content:
        raise SignatureError(f"{name} is empty.")
    try:
        return parse(content, name)
    except PageError as error:
        said = "is not in canonical form: somebody changed it, or another program wrote it"
        if error.__cause__ is not None:
            said = f"cannot be read: it is truncated or not JSON ({error.__cause__})"
        raise SignatureError(f"{name} {said}.") from error


def fields(document: Any, where: str, *names: str) -> dict[str, Any]:
    """An object with exactly these fields; raises SignatureError with the missing or unknown ones."""
    require(isinstance(document, dict), f"{where} must be an object")
    missing = sorted(set(names) - set(document))
    unknown = sorted(set(document) - set(names))
    require(not missing, f"{where} lacks {', '.join(missing)}")
    require(not unknown, f"{where} has unknown fields: {', '.join(unknown)}")
    return dict(document)


def require(condition: bool, otherwise: str) -> None:  # noqa: FBT001  # reads as a sentence where it is called
    """Raises SignatureError with a reason, on one line whatever the bundle names, unless a condition is true."""
    if not condition:
        shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in otherwise[:MOST_SHOWN])
        raise SignatureError(f"The bundle is refused: {shown}.")


def decoded(text: Any, name: str) -> bytes:
    """The bytes of a base64 text in its usual form; raises SignatureError for any other."""
    require(isinstance(text, str), f"{name} must be text")
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureError(f"The bundle is refused: {name} is not base64.") from error
    require(base64.b64encode(content).decode() == text, f"{name} is base64 in an unusual form")
    return content
