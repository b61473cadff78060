"""Keyless bundles, verified offline by Sigstore's client: what honest services made holds, and nothing else does."""

import base64
import datetime
import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.keys import make_pair
from tests.support.own_sigstore import GITHUB, WORKFLOW, Named, OwnSigstore, Told, b64
from tests.support.thoroughness import examples

from assay.canonical import canonical
from assay.dossier.subjects import Subject
from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.envelope import read_envelope, sign_payload, verified_payload
from assay.edges.attestation.in_toto import make_statement, verify_bundle
from assay.edges.attestation.keyless.keyless_verification import signing_time
from assay.edges.attestation.keyless.signer_identity import SignerIdentity, make_identity
from assay.edges.attestation.keyless.trusted_root import KeylessUnavailableError, load_root
from assay.errors import UsageError

TYPE = "https://example.com/card/v1"
ABOUT = (Subject(name="model", digest="sha256:" + "cd" * 32),)
STATEMENT = make_statement(ABOUT, TYPE, {"title": "É ≥ ü", "numbers": [0.1, 1e21, 3]})
PAYLOAD = canonical(STATEMENT)
OWN = OwnSigstore()
EXPECTED = make_identity(WORKFLOW, GITHUB, root=OWN.root_bytes())
LOGS = pytest.mark.parametrize("log", [1, 2], ids=["promised", "stamped"])
Change = Callable[[dict[str, Any]], Any]


def refusal(content: bytes, identity: SignerIdentity = EXPECTED) -> str:
    with pytest.raises(SignatureError) as refused:
        verified_payload(content, identity)
    return str(refused.value)


@LOGS
def test_what_the_workflow_signed_holds(log: int) -> None:
    """D11, T-foreign-entry, T-other-root, T-repository-again, the twins: one payload in one statement, with the time of the log or of the authority."""
    content = canonical(OWN.bundle(PAYLOAD, log=log))
    assert verify_bundle(content, EXPECTED, predicate_type=TYPE, subjects=ABOUT) == STATEMENT
    certified = read_envelope(content).certified
    assert certified is not None
    assert signing_time(certified) == OWN.now + Told().delay
    assert read_envelope(content).named == WORKFLOW


@LOGS
def test_a_certificate_that_expired_since_still_holds_for_its_minutes(log: int) -> None:
    """The log says when: years later, the signature of those minutes is as good."""
    old = OwnSigstore(datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC))
    identity = replace(EXPECTED, root=old.root_bytes())
    assert verified_payload(canonical(old.bundle(PAYLOAD, log=log)), identity) == PAYLOAD


OTHERS = {
    "another workflow of the repository": (
        Named(identity=WORKFLOW.replace("assay-reviews", "labels")),
        "another identity",
    ),
    "another branch": (
        Named(identity=WORKFLOW.replace("heads/main", "heads/mine"), ref="refs/heads/mine"),
        "another identity",
    ),
    "a pull request": (
        Named(identity=WORKFLOW.replace("heads/main", "pull/7/merge"), ref="refs/pull/7/merge"),
        "another identity",
    ),
    "another repository": (
        Named(identity=WORKFLOW.replace("acme/", "evil/"), source="https://github.com/evil/loans"),
        "another identity",
    ),
    "the workflow, called by another repository": (Named(source="https://github.com/evil/fork"), "another repository"),
    "the workflow, for another branch": (Named(ref="refs/heads/mine"), "another ref of the run"),
    "a runner of one's own": (Named(runner="self-hosted"), "another kind of runner"),
    "another issuer": (Named(issuer="https://accounts.google.com"), "another issuer"),
    "an issuer that looks like it": (Named(issuer=f"{GITHUB}/"), "another issuer"),
    "no issuer": (Named(issuer=""), "says nothing"),
    "no repository": (Named(source=""), "says nothing"),
    "two names": (Named(identity=f"{WORKFLOW} mail@example.com"), "exactly one signer"),
    "a longer name": (Named(identity=f"{WORKFLOW}2"), "another identity"),
}


@LOGS
@pytest.mark.parametrize("name", OTHERS)
def test_another_identity_is_refused(name: str, log: int) -> None:
    """D11: each field of the certificate, though every signature is good."""
    named, said = OTHERS[name]
    assert said in refusal(canonical(OWN.bundle(PAYLOAD, log=log, named=named)))


def test_a_repository_made_later_under_the_same_name() -> None:
    """D11, T-repository-again: GitHub's number tells them apart, where the trust file names it."""
    content = canonical(OWN.bundle(PAYLOAD))
    assert verified_payload(content, replace(EXPECTED, repository_id="4711")) == PAYLOAD
    assert "by GitHub's number" in refusal(content, replace(EXPECTED, repository_id="4712"))


def put(place: str, value: Any) -> Change:
    """Sets a field of a bundle (`a/b/0/c`), or removes it where the value is `...`."""

    def change(document: dict[str, Any]) -> Any:
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


def other_payload(document: dict[str, Any]) -> Any:
    document["dsseEnvelope"]["payload"] = b64(canonical({**STATEMENT, "predicate": {"title": "better"}}))
    return document


def entry_of_another(document: dict[str, Any]) -> Any:
    """T-foreign-entry: an entry of the log that is sound and is about another signature."""
    other = OWN.bundle(canonical({**STATEMENT, "predicate": {}}))
    document["verificationMaterial"]["tlogEntries"] = other["verificationMaterial"]["tlogEntries"]
    return document


def certificate_of_another(document: dict[str, Any]) -> Any:
    """A good certificate of the right workflow over a signature by another key."""
    document["verificationMaterial"]["certificate"] = OWN.bundle(PAYLOAD)["verificationMaterial"]["certificate"]
    return document


def of_a_key(_: dict[str, Any]) -> Any:
    return json.loads(sign_payload(PAYLOAD, make_pair("ed25519").signing))


ENTRY = "verificationMaterial/tlogEntries/0"
CHANGED: dict[str, tuple[Change, str]] = {
    "another payload": (other_payload, "not valid"),
    "another kind of payload": (put("dsseEnvelope/payloadType", "application/json"), "payloadType must be"),
    "an entry about something else": (entry_of_another, "not valid"),
    "a certificate of another key": (certificate_of_another, "not valid"),
    "no entry": (put("verificationMaterial/tlogEntries", []), "exactly one entry"),
    "no proof": (put(f"{ENTRY}/inclusionProof", ...), "lacks inclusionProof"),
    "an empty proof": (put(f"{ENTRY}/inclusionProof/hashes", []), "not valid"),
    "no checkpoint": (put(f"{ENTRY}/inclusionProof/checkpoint", ...), "lacks checkpoint"),
    "no promise": (put(f"{ENTRY}/inclusionPromise", ...), "lacks inclusionPromise"),
    "no time": (put(f"{ENTRY}/integratedTime", ...), "lacks integratedTime"),
    "time zero": (put(f"{ENTRY}/integratedTime", "0"), "no time of this age"),
    "a later time": (put(f"{ENTRY}/integratedTime", str(int(OWN.now.timestamp()) + 90)), "not valid"),
    "another place": (put(f"{ENTRY}/logIndex", "1"), "not valid"),
    "another log": (put(f"{ENTRY}/logId/keyId", b64(bytes(32))), "does not know its transparency log"),
    "another size": (put(f"{ENTRY}/inclusionProof/treeSize", "4096"), "another size of the log"),
    "another state": (put(f"{ENTRY}/inclusionProof/rootHash", b64(bytes(32))), "another state of the log"),
    "another kind of entry": (put(f"{ENTRY}/kindVersion/version", "0.0.2"), "must be dsse/0.0.1"),
    "an unread body": (put(f"{ENTRY}/canonicalizedBody", b64(b"{")), "cannot be read"),
    "a certificate that is none": (put("verificationMaterial/certificate/rawBytes", b64(b"x")), "cannot be read"),
    "a chain": (put("verificationMaterial/x509CertificateChain", {"certificates": []}), "unknown fields"),
    "a key as well": (put("verificationMaterial/publicKey", {"hint": ""}), "unknown fields"),
    "signed by a key": (of_a_key, "signed by a key, but an identity is expected"),
    "two signatures": (put("dsseEnvelope/signatures", [{"sig": "AA=="}] * 2), "exactly one signature"),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_bundle_is_refused(name: str) -> None:
    """D7, D9, T-foreign-entry, T-no-log: nothing is taken from elsewhere, and nothing is missing."""
    change, said = CHANGED[name]
    assert said in refusal(canonical(change(OWN.bundle(PAYLOAD))))


UNTRUE: dict[str, tuple[dict[str, Any], str]] = {
    "signed after the certificate ended": ({"delay": datetime.timedelta(minutes=11)}, "was valid from"),
    "signed before the certificate began": ({"delay": datetime.timedelta(minutes=-1)}, "was valid from"),
    "a certificate of last month": ({"ends_before": True}, "was valid from"),
    "a certificate that no log lists": ({"listed": False}, "not valid"),
    "a certificate for servers": ({"usage": ExtendedKeyUsageOID.SERVER_AUTH}, "not valid"),
}


@LOGS
@pytest.mark.parametrize("name", UNTRUE)
def test_a_certificate_that_does_not_count_is_refused(name: str, log: int) -> None:
    """T-late-certificate: a stolen key of minutes is worth nothing after them."""
    told, said = UNTRUE[name]
    assert said in refusal(canonical(OWN.bundle(PAYLOAD, log=log, **told)))


@LOGS
def test_another_sigstore_is_refused(log: int) -> None:
    """T-other-root: whoever runs services of their own can name anybody in a certificate."""
    content = canonical(OwnSigstore().bundle(PAYLOAD, log=log))
    assert "does not know its transparency log" in refusal(content)
    mixed = OwnSigstore()
    mixed.logs = OWN.logs
    assert "not valid" in refusal(canonical(mixed.bundle(PAYLOAD, log=log)))
    assert "does not know its transparency log" in refusal(content, replace(EXPECTED, root=None))


@LOGS
def test_a_stamped_entry_needs_its_timestamp(log: int) -> None:
    """T-late-certificate: a timestamp is of this signature, by an authority that counts, and there is one source of time."""
    made = OWN.bundle(PAYLOAD, log=2)
    material = made["verificationMaterial"]
    if log == 1:
        made["verificationMaterial"] = {
            **OWN.bundle(PAYLOAD)["verificationMaterial"],
            "timestampVerificationData": material["timestampVerificationData"],
        }
        assert "unknown fields: inclusionPromise" in refusal(canonical(made))
        return
    hashed = hashlib.sha256(base64.b64decode(made["dsseEnvelope"]["signatures"][0]["sig"])).digest()
    for stamp in (OWN.times.stamp(bytes(32), OWN.now), OwnSigstore().times.stamp(hashed, OWN.now)):
        material["timestampVerificationData"] = {"rfc3161Timestamps": [{"signedTimestamp": b64(stamp)}]}
        assert "not enough sources of verified time" in refusal(canonical(made))
    del material["timestampVerificationData"]
    assert "lacks" in refusal(canonical(made))


def test_a_key_is_expected() -> None:
    content = canonical(OWN.bundle(PAYLOAD))
    with pytest.raises(SignatureError, match="by an identity, but a key is expected"):
        verified_payload(content, make_pair("ed25519").verifying)


BUNDLES = {log: canonical(OWN.bundle(PAYLOAD, log=log)) for log in (1, 2)}


@LOGS
@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_byte_can_change(log: int, data: st.DataObject) -> None:
    """D9: fields that the client leaves unread, or reads in several spellings, as well."""
    content = bytearray(BUNDLES[log])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    refusal(bytes(content))


@LOGS
@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_byte_can_be_left_out_or_added(log: int, data: st.DataObject) -> None:
    content = BUNDLES[log]
    place = data.draw(st.integers(0, len(content) - 1))
    refusal(content[:place] + content[place + 1 :])
    refusal(content[:place] + bytes([data.draw(st.integers(0, 255))]) + content[place:])


def test_without_the_client_nothing_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """T-missing-client: closed; the sentence names the command that installs it, and says nothing of the signature."""
    for name in [each for each in sys.modules if each.partition(".")[0] == "sigstore"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sigstore", None)
    with pytest.raises(KeylessUnavailableError, match="not installed") as refused:
        verified_payload(BUNDLES[1], EXPECTED)
    assert "pip install 'assay-ml[sigstore]'" in refused.value.hint


ROOTS = {
    "nothing": b"",
    "no JSON": b"{",
    "another document": b'{"mediaType": "x"}',
    "no logs": json.dumps({**OWN.trusted_root(), "tlogs": []}).encode(),
    "no certificates": json.dumps({**OWN.trusted_root(), "certificateAuthorities": []}).encode(),
    "no log of certificates": json.dumps({**OWN.trusted_root(), "ctlogs": []}).encode(),
}


@pytest.mark.parametrize("name", ROOTS)
def test_a_root_that_cannot_be_read_trusts_nobody(name: str) -> None:
    with pytest.raises(UsageError, match="trusted roots cannot be read"):
        load_root(ROOTS[name])
    assert "trusted roots cannot be read" in refusal(BUNDLES[1], replace(EXPECTED, root=ROOTS[name]))


def test_the_shipped_root_is_that_of_the_public_services() -> None:
    """It is read from the package: no network, no cache in the home folder."""
    urls = {log.base_url for log in load_root(None)._inner.tlogs}
    assert "https://rekor.sigstore.dev" in urls
