"""`--key` and the bundles through the command line: each way they can be wrong has its sentence and its exit code."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from assay.canonical import canonical
from assay.edges.attestation.envelope import read_envelope, sign_payload
from assay.edges.attestation.keys import load_signing_key
from tests.support.command_line import Assay
from tests.support.keys import CARD, CARD_TYPE, DECISION, DECISION_TYPE, PHRASE, Keys, write_keys
from tests.support.repositories import Repository

REGORUS = ("--engine", "regorus")


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return write_keys(tmp_path / "keys", "ed25519")


@pytest.fixture
def signed(repository: Repository, assay: Assay, keys: Keys) -> Repository:
    assert assay("check", *REGORUS, "--as-of", "2026-11-20").code == 0
    assert assay("sign", *REGORUS, "--key", keys.private).code == 0
    return repository


def put(place: str, value: Any) -> Callable[[bytes], bytes]:
    """Sets a field of a bundle, as `a/b/0/c`."""

    def change(content: bytes) -> bytes:
        document = inner = json.loads(content)
        *path, last = place.split("/")
        for part in path:
            inner = inner[int(part)] if isinstance(inner, list) else inner[part]
        inner[last] = value
        return canonical(document)

    return change


def twice(content: bytes) -> bytes:
    document = json.loads(content)
    document["dsseEnvelope"]["signatures"] *= 2
    return canonical(document)


BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "The bundle is empty"),
    "half of it": (lambda content: content[: len(content) // 2], "The bundle cannot be read: it is truncated"),
    "a byte short": (lambda content: content[:-1], "The bundle cannot be read: it is truncated"),
    "garbage": (lambda _: bytes(range(256)), "The bundle cannot be read"),
    "a web page": (lambda _: b"<!DOCTYPE html><title>404</title>", "The bundle cannot be read"),
    "nested without end": (lambda _: b"[" * 100_000, "The bundle cannot be read"),
    "not an object": (lambda _: b"[]", "The bundle is refused: the bundle must be an object"),
    "a line break more": (lambda content: content + b"\n", "The bundle is not in canonical form"),
    "a key twice": (
        lambda content: content.replace(b'"mediaType":', b'"mediaType":"","mediaType":', 1),
        "The bundle is not in canonical form",
    ),
    "another media type": (
        put("mediaType", "application/vnd.dev.sigstore.bundle.v0.1+json"),
        "mediaType must be application/vnd.dev.sigstore.bundle.v0.3+json",
    ),
    "another payload type": (put("dsseEnvelope/payloadType", "text/plain"), "payloadType must be application/vnd.in"),
    "two signatures": (twice, "there must be exactly one signature"),
    "no signature": (put("dsseEnvelope/signatures", []), "there must be exactly one signature"),
    "an algorithm of its own": (put("dsseEnvelope/signatures/0/alg", "none"), "the signature has unknown fields: alg"),
    "a key id": (put("dsseEnvelope/signatures/0/keyid", "ci"), "the signature has unknown fields: keyid"),
    "a certificate": (put("verificationMaterial/certificate", {}), "verificationMaterial has unknown fields: cert"),
    "an unknown field": (put("note", "trust me"), "the bundle has unknown fields: note"),
    "another key's hint": (put("verificationMaterial/publicKey/hint", "AAAA"), "The bundle names the key 'AAAA', but"),
    "another signature": (
        put("dsseEnvelope/signatures/0/sig", base64.b64encode(bytes(64)).decode()),
        "The signature is not valid",
    ),
}


@pytest.mark.parametrize("name", [CARD, DECISION])
def test_a_bundle_that_is_no_bundle_of_ours(name: str, signed: Repository, assay: Assay, keys: Keys) -> None:
    """D7, D8, D9, D15: either bundle, cut, respelt, relabelled or signed by nobody."""
    path = signed.dossier / name
    kept = path.read_bytes()
    for what, (change, said) in BYTES.items():
        path.write_bytes(change(kept))
        assert path.read_bytes() != kept, what
        ended = assay("verify", *REGORUS, "--key", keys.public)
        assert (what, ended.code) == (what, 3)
        assert said in ended.err, what
        assert "hint: " in ended.err, what
    path.write_bytes(kept)
    assert assay("verify", *REGORUS, "--key", keys.public).code == 0


def test_a_bundle_that_is_no_file_or_without_end(signed: Repository, assay: Assay, keys: Keys, tmp_path: Path) -> None:
    path = signed.dossier / DECISION
    kept = path.read_bytes()
    with path.open("wb") as file:
        file.truncate(96 * 1024 * 1024 + 1)
    ended = assay("verify", *REGORUS, "--key", keys.public)
    assert ended.code == 3
    assert "has more than 100,663,296 bytes" in ended.err
    path.unlink()
    (tmp_path / "elsewhere.json").write_bytes(kept)
    path.symlink_to(tmp_path / "elsewhere.json")
    ended = assay("verify", *REGORUS, "--key", keys.public)
    assert ended.code == 3
    assert "symbolic link" in ended.err
    path.unlink()
    path.mkdir()
    ended = assay("verify", *REGORUS, "--key", keys.public)
    assert ended.code == 3
    assert "is a folder; expected a file" in ended.err


def subject(document: Any, digests: dict[str, str]) -> None:
    document["subject"][0]["digest"] = digests


STATEMENTS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "another type": (lambda it: it.update(_type="https://in-toto.io/Statement/v0.1"), "_type must be"),
    "another predicate": (
        lambda it: it.update(predicateType="https://slsa.dev/provenance/v1"),
        "predicateType must be",
    ),
    "an unknown field": (lambda it: it.update(note=1), "the statement has unknown fields: note"),
    "no predicate": (lambda it: it.pop("predicate"), "the statement lacks predicate"),
    "no subject": (lambda it: it.update(subject=[]), "about other subjects"),
    "a subject less": (lambda it: it["subject"].pop(), "about other subjects"),
    "a subject more": (
        lambda it: it["subject"].append({"name": "more", "digest": {"sha256": "0" * 64}}),
        "about other subjects; these differ: more",
    ),
    "a subject twice": (lambda it: it["subject"].append(it["subject"][0]), "names one subject twice"),
    "another digest": (lambda it: subject(it, {"sha256": "0" * 64}), "about other subjects"),
    "sha1 alone": (lambda it: subject(it, {"sha1": "0" * 40}), "a subject's digest lacks sha256"),
    "a commit alone": (lambda it: subject(it, {"gitCommit": "0" * 40}), "a subject's digest lacks sha256"),
    "upper case": (
        lambda it: subject(it, {"sha256": it["subject"][0]["digest"]["sha256"].upper()}),
        "64 lower-case hexadecimal digits",
    ),
}


def test_a_statement_of_the_right_key_in_the_wrong_form(signed: Repository, assay: Assay, keys: Keys) -> None:
    """D9, D10: the signature holds in each of them; what is signed does not say what it must."""
    key = load_signing_key(keys.private, None)
    for name, predicate_type in ((CARD, DECISION_TYPE), (DECISION, CARD_TYPE)):
        path = signed.dossier / name
        kept = path.read_bytes()
        swapped = {"swapped": (lambda it, to=predicate_type: it.update(predicateType=to), "predicateType must be")}
        for what, (change, said) in {**STATEMENTS, **swapped}.items():
            document = json.loads(read_envelope(kept).payload)
            change(document)
            path.write_bytes(sign_payload(canonical(document), key))
            ended = assay("verify", *REGORUS, "--key", keys.public)
            assert (what, ended.code) == (what, 3)
            assert said in ended.err, what
        payload = read_envelope(kept).payload
        path.write_bytes(sign_payload(b'{"_type":"",' + payload[1:], key))
        ended = assay("verify", *REGORUS, "--key", keys.public)
        assert ended.code == 3
        assert "The signed statement is not in canonical form" in ended.err
        path.write_bytes(kept)
    assert assay("verify", *REGORUS, "--key", keys.public).code == 0


@pytest.fixture
def wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What can be named as a key and is none, public or private."""
    made = {}
    big, curve = rsa.generate_private_key(public_exponent=65537, key_size=2048), ec.generate_private_key(ec.SECP384R1())
    for name, key in (("rsa", big), ("p384", curve)):
        private, public = tmp_path / f"{name}.pem", tmp_path / f"{name}.pub"
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        made |= {f"{name} private": str(private), f"{name} public": str(public)}
    for name, content in (
        ("empty", b""),
        ("blank", b" \n\n"),
        ("garbage", bytes(range(256))),
        ("large", b"x" * 300_000),
    ):
        (tmp_path / name).write_bytes(content)
        made[name] = str(tmp_path / name)
    certificate = tmp_path / "certificate.pem"
    certificate.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    monkeypatch.setenv("EMPTY_KEY", "")
    absent = {"absent": str(tmp_path / "absent"), "through a file": str(tmp_path / "empty" / "key.pem")}
    variables = {"not set": "env:NOT_SET_ANYWHERE", "set to nothing": "env:EMPTY_KEY"}
    return {**made, **absent, **variables, "directory": str(tmp_path), "certificate": str(certificate)}


COMMON = {
    "empty": "The key file is empty",
    "blank": "The key file is empty",
    "garbage": "Expected one key as PEM, found 0",
    "large": "larger than any key",
    "absent": "could not be read: No such file or directory",
    "through a file": "could not be read: Not a directory",
    "directory": "could not be read: Is a directory",
    "not set": "The environment variable for the key is empty or not set",
    "set to nothing": "The environment variable for the key is empty or not set",
}


def test_what_is_no_public_key(signed: Repository, assay: Assay, keys: Keys, wrong: dict[str, str]) -> None:
    """D7: the wrong half, another kind, and everything that cannot be read; never a traceback, never the key itself."""
    wrong["private"] = keys.private
    for name, said in {
        **COMMON,
        "private": "Expected a public key or a certificate as PEM (`PUBLIC KEY`), found `private key`",
        "rsa public": "expected an ECDSA P-256 or Ed25519 key",
        "p384 public": "expected an ECDSA P-256 or Ed25519 key",
        "certificate": "The certificate could not be read as PEM",
    }.items():
        ended = assay("verify", *REGORUS, "--key", wrong[name])
        assert (name, ended.code) == (name, 2)
        assert said in ended.err, name
        assert "hint: Name a" in ended.err, name
        assert keys.pem.splitlines()[1] not in ended.err


def test_what_is_no_private_key(
    signed: Repository, assay: Assay, keys: Keys, wrong: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = write_keys(tmp_path / "locked", "ecdsa-p256", password=PHRASE)
    wrong |= {"public": keys.public, "encrypted": locked.private}
    before = (signed.dossier / DECISION).read_bytes()
    for name, said in {
        **COMMON,
        "public": "Expected a private key as PEM (`PRIVATE KEY`), found `public key`",
        "certificate": "found `certificate`",
        "rsa private": "expected an ECDSA P-256 or Ed25519 key",
        "p384 private": "expected an ECDSA P-256 or Ed25519 key",
        "encrypted": "The private key is encrypted; set ASSAY_KEY_PASSWORD",
    }.items():
        ended = assay("sign", *REGORUS, "--key", wrong[name])
        assert (name, ended.code) == (name, 2)
        assert said in ended.err, name
    monkeypatch.setenv("ASSAY_KEY_PASSWORD", "another phrase")
    ended = assay("sign", *REGORUS, "--key", locked.private)
    assert ended.code == 2
    assert "could not be read with the password of ASSAY_KEY_PASSWORD" in ended.err
    assert "another phrase" not in ended.err
    ended = assay("sign", *REGORUS, "--key", keys.private)
    assert ended.code == 2
    assert "is not encrypted, but ASSAY_KEY_PASSWORD is set" in ended.err
    assert (signed.dossier / DECISION).read_bytes() == before
