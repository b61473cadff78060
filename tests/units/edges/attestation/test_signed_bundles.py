"""Bundles: what was signed verifies, and every change of it, and everything signed wrongly, is refused."""

import base64
import hashlib
import hmac
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.keys import Pair, make_pair
from tests.support.thoroughness import examples

from assay.canonical import canonical
from assay.dossier.subjects import Subject
from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.envelope import read_envelope, sign_payload, signed_bytes
from assay.edges.attestation.in_toto import make_statement, sign_statement, verify_bundle

TYPE = "https://example.com/card/v1"
ABOUT = (
    Subject(name="data/holdout", digest="sha256:" + "ab" * 32),
    Subject(name="model", digest="sha256:" + "cd" * 32),
)
STATEMENT = make_statement(ABOUT, TYPE, {"title": "É ≥ ü", "numbers": [0.1, 1e21, 3]})
Change = Callable[[dict[str, Any], Pair], Any]


def verify(content: bytes, pair: Pair) -> dict[str, Any]:
    return verify_bundle(content, pair.verifying, predicate_type=TYPE, subjects=ABOUT)


def bundle(pair: Pair) -> dict[str, Any]:
    found = json.loads(sign_statement(STATEMENT, pair.signing))
    assert isinstance(found, dict)
    return found


def test_what_was_signed_verifies(pair: Pair) -> None:
    content = sign_statement(STATEMENT, pair.signing)
    assert verify(content, pair) == STATEMENT
    assert content == sign_statement(STATEMENT, pair.signing)
    assert json.loads(content)["mediaType"] == "application/vnd.dev.sigstore.bundle.v0.3+json"
    envelope = json.loads(content)["dsseEnvelope"]
    assert base64.b64decode(envelope["payload"]) == canonical(STATEMENT)
    assert list(envelope["signatures"][0]) == ["sig"]


def test_the_signed_bytes_are_those_of_the_dsse_specification() -> None:
    assert signed_bytes(b"hello world") == b"DSSEv1 28 application/vnd.in-toto+json 11 hello world"
    assert signed_bytes("ü".encode()).endswith(b" 2 \xc3\xbc")


def test_openssl_agrees(pair: Pair, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on PATH.")
    envelope = read_envelope(sign_statement(STATEMENT, pair.signing))
    for name, content in (
        ("public.pem", pair.public.encode()),
        ("sig", envelope.signature),
        ("content", signed_bytes(envelope.payload)),
    ):
        (tmp_path / name).write_bytes(content)
    digested = ("dgst", "-sha256", "-verify", "public.pem", "-signature", "sig", "content")
    pure = ("pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in", "content", "-sigfile", "sig")
    arguments = digested if pair.verifying.scheme == "ecdsa-p256" else pure
    ended = subprocess.run([openssl, *arguments], cwd=tmp_path, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr


def put(place: str, value: Any) -> Change:
    """Sets a field of a bundle (`a/b/0/c`), or removes it where the value is `...`."""

    def change(document: dict[str, Any], _: Pair) -> Any:
        *path, last = place.split("/")
        inner: Any = document
        for part in path:
            inner = inner[int(part)] if isinstance(inner, list) else inner[part]
        if value is ...:
            del inner[last]
        else:
            inner[last] = value
        return document

    return change


def two_signatures(document: dict[str, Any], _: Pair) -> Any:
    document["dsseEnvelope"]["signatures"] *= 2
    return document


def other_payload(document: dict[str, Any], _: Pair) -> Any:
    changed = canonical({**STATEMENT, "predicate": {"title": "better"}})
    document["dsseEnvelope"]["payload"] = base64.b64encode(changed).decode()
    return document


def signed_with_the_public_key(document: dict[str, Any], pair: Pair) -> Any:
    """D7: a MAC made with what everyone knows."""
    mac = hmac.new(pair.public.encode(), signed_bytes(canonical(STATEMENT)), hashlib.sha256).digest()
    document["dsseEnvelope"]["signatures"] = [{"sig": base64.b64encode(mac).decode()}]
    return document


def signed_without_the_encoding(document: dict[str, Any], pair: Pair) -> Any:
    """A signature over the bare payload is not one over DSSE's encoding of it."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key, payload = pair.signing.private, canonical(STATEMENT)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        signature = key.sign(payload, ec.ECDSA(hashes.SHA256()))
    else:
        signature = key.sign(payload)
    document["dsseEnvelope"]["signatures"] = [{"sig": base64.b64encode(signature).decode()}]
    return document


def loose_base64(document: dict[str, Any], _: Pair) -> Any:
    document["dsseEnvelope"]["payload"] += "\n"
    return document


def signed_by_another(document: dict[str, Any], pair: Pair) -> Any:
    """Another key of the same kind, under the hint of the right one."""
    other = bundle(make_pair(pair.verifying.scheme))
    other["verificationMaterial"] = document["verificationMaterial"]
    return other


ENVELOPES: dict[str, Change] = {
    "payload": other_payload,
    "payloadType": put("dsseEnvelope/payloadType", "application/json"),
    "no payloadType": put("dsseEnvelope/payloadType", ...),
    "empty signature": put("dsseEnvelope/signatures/0/sig", ""),
    "zero signature": put("dsseEnvelope/signatures/0/sig", base64.b64encode(bytes(64)).decode()),
    "zero DER signature": put("dsseEnvelope/signatures/0/sig", base64.b64encode(b"0\x06\x02\x01\0\x02\x01\0").decode()),
    "signature is a number": put("dsseEnvelope/signatures/0/sig", 7),
    "signature is not base64": put("dsseEnvelope/signatures/0/sig", "*"),
    "no signature": put("dsseEnvelope/signatures", []),
    "signatures is an object": put("dsseEnvelope/signatures", {"0": {"sig": ""}}),
    "two signatures": two_signatures,
    "keyid": put("dsseEnvelope/signatures/0/keyid", "SHA256:x"),
    "algorithm": put("dsseEnvelope/signatures/0/alg", "none"),
    "MAC": signed_with_the_public_key,
    "no encoding": signed_without_the_encoding,
    "loose base64": loose_base64,
    "another key": signed_by_another,
    "another hint": put("verificationMaterial/publicKey/hint", "AAAA"),
    "no hint": put("verificationMaterial/publicKey/hint", ...),
    "a long hint": put("verificationMaterial/publicKey/hint", "A" * 1000),
    "a certificate": put("verificationMaterial/certificate", {"rawBytes": ""}),
    "a log entry": put("verificationMaterial/tlogEntries", [{}]),
    "no log entries": put("verificationMaterial/tlogEntries", ...),
    "media type": put("mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.4"),
    "unknown field": put("messageSignature", {}),
    "a list": lambda document, _: [document],
    "nothing": lambda _document, _pair: {},
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_changed_bundle_is_refused(name: str, pair: Pair) -> None:
    """D7, D8, D9: each field of the envelope, each signature that is not the key's."""
    changed = canonical(ENVELOPES[name](bundle(pair), pair))
    with pytest.raises(SignatureError):
        verify(changed, pair)


def test_another_key_is_named_as_such(pair: Pair) -> None:
    other = make_pair(pair.verifying.scheme)
    with pytest.raises(SignatureError, match="but the given key is"):
        verify(sign_statement(STATEMENT, other.signing), pair)
    crossed = make_pair("ed25519" if pair.verifying.scheme == "ecdsa-p256" else "ecdsa-p256")
    with pytest.raises(SignatureError):
        verify(sign_statement(STATEMENT, crossed.signing), pair)


SUBJECT = STATEMENT["subject"]
STATEMENTS: dict[str, Any] = {
    "_type": {**STATEMENT, "_type": "https://in-toto.io/Statement/v0.1"},
    "predicateType": {**STATEMENT, "predicateType": "https://slsa.dev/verification_summary/v1"},
    "no predicate": {name: STATEMENT[name] for name in ("_type", "subject", "predicateType")},
    "predicate is text": {**STATEMENT, "predicate": "PASSED"},
    "unknown field": {**STATEMENT, "extra": 1},
    "no subject": {**STATEMENT, "subject": []},
    "subject left out": {**STATEMENT, "subject": SUBJECT[:1]},
    "subject added": {**STATEMENT, "subject": [*SUBJECT, {"name": "more", "digest": {"sha256": "ef" * 32}}]},
    "subject twice": {**STATEMENT, "subject": [*SUBJECT, SUBJECT[0]]},
    "subject renamed": {**STATEMENT, "subject": [SUBJECT[0], {**SUBJECT[1], "name": "data/train"}]},
    "subjects swapped": {
        **STATEMENT,
        "subject": [{**SUBJECT[0], "name": "model"}, {**SUBJECT[1], "name": "data/holdout"}],
    },
    "other digest": {**STATEMENT, "subject": [SUBJECT[0], {"name": "model", "digest": {"sha256": "00" * 32}}]},
    "upper case": {**STATEMENT, "subject": [SUBJECT[0], {"name": "model", "digest": {"sha256": "CD" * 32}}]},
    "sha1": {**STATEMENT, "subject": [SUBJECT[0], {"name": "model", "digest": {"sha1": "cd" * 20}}]},
    "two algorithms": {
        **STATEMENT,
        "subject": [SUBJECT[0], {"name": "model", "digest": {"sha256": "cd" * 32, "sha1": "cd" * 20}}],
    },
    "gitCommit alone": {**STATEMENT, "subject": [SUBJECT[0], {"name": "model", "digest": {"gitCommit": "cd" * 20}}]},
    "no digest": {**STATEMENT, "subject": [SUBJECT[0], {"name": "model"}]},
    "digest is text": {**STATEMENT, "subject": [SUBJECT[0], {"name": "model", "digest": "sha256:" + "cd" * 32}]},
    "a number": 7,
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_wrong_statement_is_refused_though_it_is_signed(name: str, pair: Pair) -> None:
    """D1, D9, D10: the signature is good, what it signs is not."""
    with pytest.raises(SignatureError):
        verify(sign_payload(canonical(STATEMENTS[name]), pair.signing), pair)


TEXT = canonical(STATEMENT)
PAYLOADS = {
    "duplicate key": b'{"_type":"x",' + TEXT[1:],
    "spaces": json.dumps(STATEMENT).encode(),
    "byte order mark": b"\xef\xbb\xbf" + TEXT,
    "UTF-16": json.dumps(STATEMENT).encode("utf-16"),
    "not UTF-8": TEXT.replace("É".encode(), b"\xc9"),
    "lone surrogate": TEXT.replace("É".encode(), b"\\ud800"),
    "NaN": TEXT.replace(b"0.1", b"NaN"),
    "two documents": TEXT + TEXT,
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "empty": b"",
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_in_another_spelling_is_refused(name: str, pair: Pair) -> None:
    """D9, D15: no two readers can read two things in it."""
    with pytest.raises(SignatureError):
        verify(sign_payload(PAYLOADS[name], pair.signing), pair)


def test_duplicate_keys_in_a_bundle_are_refused(pair: Pair) -> None:
    content = sign_statement(STATEMENT, pair.signing)
    for key in (b'"mediaType":', b'"payload":', b'"sig":', b'"hint":'):
        assert key in content
        with pytest.raises(SignatureError):
            verify(content.replace(key, key + b'"",' + key, 1), pair)


def test_one_payload_has_one_spelling(pair: Pair) -> None:
    """The last letter before the padding has bits that no byte uses; they must be zero."""
    padded = next(
        each for each in ({**STATEMENT, "predicate": {"n": "x" * n}} for n in range(3)) if len(canonical(each)) % 3 == 1
    )
    document = json.loads(sign_statement(padded, pair.signing))
    text = document["dsseEnvelope"]["payload"]
    respelt = text[:-3] + chr(ord(text[-3]) + 1) + "=="
    assert base64.b64decode(respelt) == base64.b64decode(text)
    document["dsseEnvelope"]["payload"] = respelt
    with pytest.raises(SignatureError, match="unusual form"):
        verify(canonical(document), pair)


def test_a_cut_bundle_is_refused(pair: Pair) -> None:
    content = sign_statement(STATEMENT, pair.signing)
    for length in range(len(content)):
        with pytest.raises(SignatureError):
            verify(content[:length], pair)
    with pytest.raises(SignatureError, match="larger"):
        verify(bytes(96 * 1024 * 1024 + 1), pair)


PAIRS = {scheme: make_pair(scheme) for scheme in ("ecdsa-p256", "ed25519")}


@pytest.mark.parametrize("scheme", PAIRS)
@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_byte_can_change(scheme: str, data: st.DataObject) -> None:
    pair = PAIRS[scheme]
    content = bytearray(sign_statement(STATEMENT, pair.signing))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SignatureError):
        verify(bytes(content), pair)


def test_nothing_is_stated_about_nothing(pair: Pair) -> None:
    """D10: neither making nor verifying is satisfied by an empty list of subjects."""
    with pytest.raises(SignatureError, match="1 to 1024 subjects"):
        make_statement((), TYPE, {})
    with pytest.raises(SignatureError, match="1 to 1024 subjects"):
        make_statement((ABOUT[0], ABOUT[0]), TYPE, {})
    with pytest.raises(SignatureError, match="1 to 1024 subjects"):
        make_statement([Subject(name=str(n), digest=ABOUT[0].digest) for n in range(1025)], TYPE, {})
    empty = sign_statement({**STATEMENT, "subject": []}, pair.signing)
    with pytest.raises(SignatureError, match="it names no subject"):
        verify_bundle(empty, pair.verifying, predicate_type=TYPE, subjects=())
