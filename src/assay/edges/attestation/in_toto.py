"""in-toto Statements v1: a signed statement names its subjects and adds nothing but its predicate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from assay.canonical import PREFIX, canonical
from assay.dossier.subjects import Subject
from assay.edges.attestation.bundle_fields import SignatureError, fields, require, strictly
from assay.edges.attestation.envelope import sign_payload, verified_payload
from assay.edges.attestation.keyless.keyless_signing import KeylessSigner
from assay.edges.attestation.keyless.signer_identity import SignerIdentity
from assay.edges.attestation.keys import SigningKey, VerificationKey

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
MAX_SUBJECTS = 1024
_HEXADECIMAL = re.compile(r"[0-9a-f]{64}")


def make_statement(subjects: Sequence[Subject], predicate_type: str, predicate: dict[str, Any]) -> dict[str, Any]:
    """A statement about subjects; raises SignatureError for no subject, too many, or two of one name."""
    if not 0 < len(subjects) <= MAX_SUBJECTS or len({each.name for each in subjects}) != len(subjects):
        raise SignatureError(
            f"A statement needs 1 to {MAX_SUBJECTS} subjects with different names, not {len(subjects)}.",
            hint="Use fewer data sets in one stage.",
        )
    named = [{"name": each.name, "digest": {"sha256": each.digest.removeprefix(PREFIX)}} for each in subjects]
    return {"_type": STATEMENT_TYPE, "subject": named, "predicateType": predicate_type, "predicate": predicate}


def sign_statement(statement: dict[str, Any], key: SigningKey | KeylessSigner) -> bytes:
    """A Sigstore bundle v0.3 of a statement, for `cosign verify-blob-attestation`."""
    return sign_payload(canonical(statement), key)


def verify_bundle(
    content: bytes, key: VerificationKey | SignerIdentity, *, predicate_type: str, subjects: Iterable[Subject]
) -> dict[str, Any]:
    """The statement of a bundle that a key or an identity signed, about exactly these subjects; raises SignatureError.

    The bytes that were verified are the bytes that are parsed.
    """
    statement = fields(
        strictly(verified_payload(content, key), "The signed statement"),
        "the statement",
        *("_type", "subject", "predicateType", "predicate"),
    )
    require(statement["_type"] == STATEMENT_TYPE, f"_type must be {STATEMENT_TYPE}")
    require(statement["predicateType"] == predicate_type, f"predicateType must be {predicate_type}")
    require(isinstance(statement["predicate"], dict), "the predicate must be an object")
    _require_subjects(_subjects(statement["subject"]), sorted(subjects))
    return statement


def _subjects(named: Any) -> list[Subject]:
    require(isinstance(named, list), "subject must be a list")
    found = []
    for each in named:
        subject = fields(each, "a subject", "name", "digest")
        value = fields(subject["digest"], "a subject's digest", "sha256")["sha256"]
        require(isinstance(subject["name"], str), "a subject's name must be text")
        written = isinstance(value, str) and _HEXADECIMAL.fullmatch(value) is not None
        require(written, "a subject's digest must be 64 lower-case hexadecimal digits")
        found.append(Subject(name=subject["name"], digest=PREFIX + value))
    return sorted(found)


def _require_subjects(found: list[Subject], expected: list[Subject]) -> None:
    """Raises SignatureError unless the subjects are those expected: none missing, extra or repeated."""
    require(bool(expected), "it names no subject")
    if found != expected:
        differing = sorted({each.name for each in set(found) ^ set(expected)}) or ["it names one subject twice"]
        raise SignatureError(f"The signed statement is about other subjects; these differ: {', '.join(differing)}.")
