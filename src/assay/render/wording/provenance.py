"""Who vouches for a decision: the key or identity that signed it, or nobody; and how a reader verifies it."""

from __future__ import annotations

from dataclasses import dataclass

from assay.dossier.pages import Decision
from assay.render.wording.markdown_text import code
from assay.render.wording.sanitized import clean, clipped

_MOST_SIGNER, _MOST_SCHEME, _MOST_TIME, _MOST_DIGEST, _MOST_COMMAND_BYTES = 64, 16, 20, 71, 600
KEYLESS, _MOST_IDENTITY = "keyless", 300


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A dossier's signature: the signer's name, key or identity, its scheme, when, and the digest of the card's bundle.

    `verified` says whether a key that counts was given, and both bundles match it and the pages.
    """

    signer: str
    scheme: str
    time: str
    bundle: str
    verified: bool


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a published decision comes from.

    `preview` says that the workflow's file came from the change itself; `command` is the one line that fetches the
    dossier and verifies it, empty if there is none.
    """

    preview: bool
    signature: Signature | None = None
    command: str = ""


def provenance_lines(found: Provenance | None, decision: Decision) -> list[str]:
    """The sentence on who signed which digest, for below the verdict; none if nothing is known."""
    if found is None:
        return []
    own = "this run's workflow comes from the change itself"
    if found.signature is None:
        said = (
            f"**Preview, unsigned:** {own}, so nobody vouches for this text."
            if found.preview
            else "**Unsigned:** no key vouches for this decision."
        )
        return [said, ""]
    signed = found.signature
    most = _MOST_IDENTITY if signed.scheme == KEYLESS else _MOST_SIGNER
    by = f"{code(clipped(signed.signer, most))} ({code(clipped(signed.scheme, _MOST_SCHEME))})"
    over = f"decision {code(decision.digest())} and its card at {code(clipped(signed.time, _MOST_TIME))}"
    bundle = f"The card's bundle is {code(clipped(signed.bundle, _MOST_DIGEST))}."
    head = f"**Signed** by {by}:" if signed.verified else f"**Signature not verified**, it names {by}:"
    return [f"{head} {over}. {bundle}{f' But {own}.' if found.preview else ''}", ""]


def verifying_lines(found: Provenance | None) -> list[str]:
    """The one line that verifies the dossier; a command that is too long for a line is left out."""
    command = "" if found is None else clean(found.command)
    if found is None or not found.command or len(command.encode()) > _MOST_COMMAND_BYTES:
        return []
    whose = ""
    if found.signature is not None:
        whose = " with the signer's public key, which you must get from another source"
    if found.signature is not None and found.signature.scheme == KEYLESS:
        whose = " (`pip install 'assay-ml[sigstore]'`); see that the identity is your workflow on your default branch"
    return [f"Verify the dossier of this run{whose}:", "", "```sh", command, "```", ""]
