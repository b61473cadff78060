"""What a certificate claims, and that foreign bytes in its place end in a sentence."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from tests.support.own_sigstore import GITHUB, WORKFLOW, Named, OwnSigstore, Told

from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.keyless.certificate_claims import read_claims

OWN = OwnSigstore()


def issued(named: Named) -> bytes:
    return OWN.issue(ec.generate_private_key(ec.SECP256R1()).public_key(), Told(named=named)).public_bytes(Encoding.DER)


CERTIFICATE = issued(Named())


def test_the_claims_of_a_workflow() -> None:
    found = read_claims(CERTIFICATE)
    assert (found.identity, found.issuer, found.source, found.ref) == (
        WORKFLOW, GITHUB, "https://github.com/acme/loans", "refs/heads/main")  # fmt: skip
    assert (found.runner, found.repository_id, (found.end - found.start).seconds) == ("github-hosted", "4711", 600)


def test_a_long_claim_and_a_mail_address() -> None:
    """DER has another form for the size of long values."""
    long = "refs/heads/" + "é" * 100
    found = read_claims(issued(Named(identity="jane@example.com", ref=long, source="")))
    assert (found.identity, found.ref, found.source) == ("jane@example.com", long, "")


@given(data=st.data())
def test_foreign_bytes_end_in_a_sentence(data: st.DataObject) -> None:
    changed = bytearray(CERTIFICATE)
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    for content in (bytes(changed), data.draw(st.binary(max_size=80)), base64.b64encode(CERTIFICATE)):
        try:
            read_claims(content)
        except SignatureError as error:
            assert "certificate" in str(error)
    with pytest.raises(SignatureError):
        read_claims(b"")
