"""Timestamps of an authority: what nobody signed is left out, and foreign bytes end in a sentence."""

import datetime
import hashlib

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from rfc3161_client import VerifierBuilder, decode_timestamp_response
from tests.support.own_timestamps import OwnAuthority, der

from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.keyless.timestamp_token import plain_token

NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
OWN = OwnAuthority(NOW - datetime.timedelta(days=9))
STAMP = OWN.stamp(hashlib.sha256(b"signed").digest(), NOW)


def inside(content: bytes) -> bytes:
    """A value without its head."""
    return content[2:] if content[1] < 128 else content[2 + content[1] - 128 :]


def values(content: bytes) -> list[bytes]:
    found = []
    while content:
        size = (
            2 + content[1]
            if content[1] < 128
            else len(content) - len(inside(content)) + int.from_bytes(content[2 : 2 + content[1] - 128])
        )
        found.append(content[:size])
        content = content[size:]
    return found


def with_more(stamp: bytes) -> bytes:
    """The same timestamp as other authorities write it: with certificates, and with an attribute that nobody signed."""
    status, token = values(inside(stamp))
    kind, wrapped = values(inside(token))
    version, hashes, content, signers = values(inside(inside(wrapped)))
    certificates = der(0xA0, *sorted(each.public_bytes(Encoding.DER) for each in (OWN.leaf, OWN.root)))
    unsigned = der(0xA1, der(0x30, bytes.fromhex("06032a0304"), der(0x31, der(5))))
    signer = der(0x30, inside(inside(signers)), unsigned)
    return der(
        0x30, status, der(0x30, kind, der(0xA0, der(0x30, version, hashes, content, certificates, der(0x31, signer))))
    )


def holds(stamp: bytes) -> bool:
    verifier = VerifierBuilder().tsa_certificate(OWN.leaf).add_root_certificate(OWN.root).build()
    return bool(verifier.verify_message(decode_timestamp_response(stamp), b"signed"))


def test_what_nobody_signed_is_left_out_and_the_rest_holds() -> None:
    longer = with_more(STAMP)
    assert len(longer) > len(STAMP)
    assert plain_token(longer) == plain_token(STAMP) == STAMP
    assert holds(longer)
    assert holds(plain_token(longer))


REFUSED = {
    "nothing": b"",
    "one byte": b"\x30",
    "no token": der(0x30, der(0x30, der(2, b"\0"))),
    "refused by the authority": STAMP.replace(der(0x30, der(2, b"\0")), der(0x30, der(2, b"\2")), 1),
    "of endless length": b"\x30\x80" + STAMP[4:],
    "another digest": STAMP.replace(bytes.fromhex("0609608648016503040201"), bytes.fromhex("0609608648016503040204")),
    "followed by something": STAMP + b"\0",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_timestamp_is_refused(name: str) -> None:
    with pytest.raises(SignatureError, match="its timestamp is not of the form"):
        plain_token(REFUSED[name])


@given(data=st.data())
def test_foreign_bytes_end_in_a_sentence(data: st.DataObject) -> None:
    """Any bytes, and any change of a timestamp: a form that is kept as it is, or SignatureError."""
    changed = bytearray(STAMP)
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    for content in (bytes(changed), data.draw(st.binary(max_size=80))):
        try:
            found = plain_token(content)
        except SignatureError:
            continue
        assert plain_token(found) == found
