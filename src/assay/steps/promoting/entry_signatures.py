"""Signs the entry of a ledger, and says of each entry who vouches for it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assay.canonical import canonical, digest
from assay.dossier.subjects import Subject
from assay.edges.git_signatures import FILES, EntrySignature, read_signatures
from assay.errors import AssayError, UsageError
from assay.ledger.chain import Chain, Link
from assay.ledger.entry import Entry, tag_text
from assay.ledger.promotion_page import Promotion, promotion_page
from assay.ledger.vouching import UNSIGNED, Voucher

if TYPE_CHECKING:
    from assay.edges.attestation.trust import Trust, TrustedKey

PROMOTION_TYPE = "https://assay-ml.github.io/assay/promotion/v1"
_BUNDLE, _SSH = FILES


def sign_entry(entry: Entry, page: Promotion, key: str, password: str | None) -> EntrySignature:
    """The signature of an entry, which says its whole tag: by a PEM key as a Sigstore bundle, or by an SSH key.

    An SSH key is the file of a private key, or that of a public key whose private key an agent holds.
    """
    from assay.edges.attestation.in_toto import make_statement, sign_statement
    from assay.edges.attestation.keys import load_signing_key, read_named
    from assay.edges.attestation.ssh_signature import PRIVATE, PUBLIC, sign_by_ssh

    content = tag_text(entry)
    named = read_named(key)
    if named.startswith(PUBLIC) or PRIVATE in named:
        if key.startswith("env:") or "-----BEGIN" in key:
            raise UsageError("An SSH key must be a file.", hint="Give the path of the key, or of its `.pub` file.")
        return EntrySignature(_SSH, sign_by_ssh(content, Path(key)))
    statement = make_statement(_subjects(entry, content), PROMOTION_TYPE, json.loads(page.content()))
    return EntrySignature(_BUNDLE, sign_statement(statement, load_signing_key(key, password)))


def vouchers_of(root: Path, chain: Chain, trust: Trust) -> dict[str, Voucher]:
    """Who vouches for each sound entry of a chain, by tag; the chain must have its links.

    A signature by a key that was revoked counts if a later entry, before the revocation, is signed by another key that
    counts: each entry names the one before it.
    """
    links = {link.tag: link for link in chain.links}
    signatures = read_signatures(root, (link.commit for link in chain.links))
    found: dict[str, Voucher] = {}
    recorded: datetime.datetime | None = None
    for entry in reversed(chain.sound()):
        link = links.get(entry.tag)
        signature = None if link is None else signatures.get(link.commit)
        if link is None or signature is None:
            found[entry.tag] = UNSIGNED
            continue
        signed = datetime.datetime.fromtimestamp(entry.time, datetime.UTC)
        try:
            key = _signer(entry, link, signature, trust)
            key.require_key_at(signed, recorded)
        except AssayError as error:
            found[entry.tag] = Voucher("forged", str(error).rstrip("."))
            continue
        found[entry.tag] = Voucher("vouched for", key.shown)
        if key.revoked is None:
            recorded = signed
    return found


def verify_entry_signature(entry: Entry, page: Promotion, signature: EntrySignature, trust: Trust) -> str:
    """The name of the key that counts and signed an entry; raises SignatureError for any other."""
    key = _signer(entry, Link(page.tag_object, (), entry.seq, entry.tag, page.tag_object), signature, trust)
    key.require_key_at(datetime.datetime.fromtimestamp(entry.time, datetime.UTC), None)
    return key.shown


def _signer(entry: Entry, link: Link, signature: EntrySignature, trust: Trust) -> TrustedKey:
    """The key that counts and signed an entry; raises SignatureError."""
    from assay.edges.attestation.envelope import SignatureError, read_envelope
    from assay.edges.attestation.in_toto import verify_bundle
    from assay.edges.attestation.ssh_signature import signing_ssh_key, verify_by_ssh

    content = tag_text(entry)
    if signature.file == _SSH:
        key = trust.signer(signing_ssh_key(signature.content).hint)
        verify_by_ssh(signature.content, content, key.key)
        return key
    key = trust.signer(read_envelope(signature.content).hint)
    subjects = _subjects(entry, content)
    statement = verify_bundle(signature.content, key.key, predicate_type=PROMOTION_TYPE, subjects=subjects)
    said: Mapping[str, object] = statement["predicate"]
    if canonical(said) != promotion_page(entry, link.tag_object).content():
        raise SignatureError("The signed promotion is not the one of the tag.")
    return key


def _subjects(entry: Entry, content: bytes) -> tuple[Subject, ...]:
    return (Subject(name=entry.tag, digest=digest(content)),)
