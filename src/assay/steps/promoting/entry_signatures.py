"""Signs the entry of a ledger, and says of each entry who vouches for it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assay.canonical import canonical, digest
from assay.dossier.subjects import Subject
from assay.edges.attestation.keyless.trusted_root import KeylessUnavailableError
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
    """The signature of an entry, which says its whole tag: by a PEM key or keyless as a bundle, or by an SSH key.

    An SSH key is the file of a private key, or that of a public key whose private key an agent holds.
    """
    from assay.edges.attestation.in_toto import make_statement, sign_statement
    from assay.edges.attestation.keys import read_named
    from assay.edges.attestation.signing_keys import is_keyless, load_signer
    from assay.edges.attestation.ssh_signature import PRIVATE, PUBLIC, sign_by_ssh

    content = tag_text(entry)
    named = b"" if is_keyless(key) else read_named(key)
    if named.startswith(PUBLIC) or PRIVATE in named:
        if key.startswith("env:") or "-----BEGIN" in key:
            raise UsageError("An SSH key must be a file.", hint="Give the path of the key, or of its `.pub` file.")
        return EntrySignature(_SSH, sign_by_ssh(content, Path(key)))
    statement = make_statement(_subjects(entry, content), PROMOTION_TYPE, json.loads(page.content()))
    return EntrySignature(_BUNDLE, sign_statement(statement, load_signer(key, password)))


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
        try:
            key, signed = _signer(entry, link, signature, trust)
            key.require_key_at(signed, signed if key.is_keyless else recorded)
        except KeylessUnavailableError:
            raise  # it says nothing about the signature, which must not be told as forged
        except AssayError as error:
            found[entry.tag] = Voucher("forged", str(error).rstrip("."))
            continue
        found[entry.tag] = Voucher("vouched for", key.shown)
        if key.revoked is None:
            recorded = signed
    return found


def verify_entry_signature(entry: Entry, page: Promotion, signature: EntrySignature, trust: Trust) -> str:
    """The name of the key that counts and signed an entry; raises SignatureError for any other."""
    link = Link(page.tag_object, (), entry.seq, entry.tag, page.tag_object)
    key, signed = _signer(entry, link, signature, trust)
    key.require_key_at(signed, signed if key.is_keyless else None)
    return key.shown


def _signer(entry: Entry, link: Link, signature: EntrySignature, trust: Trust) -> tuple[TrustedKey, datetime.datetime]:
    """The key or identity that counts and signed an entry, and when; raises SignatureError.

    When is the log's time for an identity, else what the entry says.
    """
    from assay.edges.attestation.bundle_fields import SignatureError
    from assay.edges.attestation.envelope import read_envelope
    from assay.edges.attestation.in_toto import verify_bundle
    from assay.edges.attestation.ssh_signature import signing_ssh_key, verify_by_ssh

    content, claimed = tag_text(entry), datetime.datetime.fromtimestamp(entry.time, datetime.UTC)
    if signature.file == _SSH:
        key = trust.signer(signing_ssh_key(signature.content).hint)
        verify_by_ssh(signature.content, content, key.key)
        return key, claimed
    envelope = read_envelope(signature.content)
    key = trust.signer_of(envelope)
    subjects = _subjects(entry, content)
    statement = verify_bundle(signature.content, key.key, predicate_type=PROMOTION_TYPE, subjects=subjects)
    said: Mapping[str, object] = statement["predicate"]
    if canonical(said) != promotion_page(entry, link.tag_object).content():
        raise SignatureError("The signed promotion is not the one of the tag.")
    return key, key.time_of(envelope, claimed)


def _subjects(entry: Entry, content: bytes) -> tuple[Subject, ...]:
    return (Subject(name=entry.tag, digest=digest(content)),)
