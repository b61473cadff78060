"""Trust files and certificates: which keys count, and when; a file that says it unclearly is refused with its line."""

import datetime
import json
import re
from pathlib import Path

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from tests.support.keys import make_key, private_text, public_text
from tests.support.own_sigstore import GITHUB, WORKFLOW, Named, OwnSigstore, Told

from assay.canonical import canonical
from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.envelope import read_envelope, verified_payload
from assay.edges.attestation.keyless.signer_identity import make_identity
from assay.edges.attestation.trust import TrustedKey
from assay.edges.attestation.trust_document import TrustFile
from assay.edges.attestation.trust_file import load_trust
from assay.errors import AssayError, ManifestError, UsageError
from assay.manifest.yaml_strict import load


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def certify(key: object, start: str, end: str, *, signs: bool | None = None) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ci")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(7)
    made = made.public_key(key.public_key()).not_valid_before(at(start)).not_valid_after(at(end))  # type: ignore[attr-defined]
    if signs is not None:
        no = dict.fromkeys(("key_agreement", "crl_sign", "encipher_only", "decipher_only", "data_encipherment"), False)
        usage = x509.KeyUsage(
            digital_signature=signs, content_commitment=False, key_encipherment=False, key_cert_sign=True, **no
        )
        made = made.add_extension(usage, critical=True)
    scheme = None if "Ed25519" in type(key).__name__ else hashes.SHA256()
    return made.sign(key, scheme).public_bytes(Encoding.PEM).decode()  # type: ignore[arg-type]


def listed(name: str, pem: str, more: str = "") -> str:
    text = "".join(f"      {line}\n" for line in pem.splitlines())
    return f"  - name: {name}\n    key: |\n{text}{more}"


def holds(key: TrustedKey, signed: str, recorded: str | None = None) -> str:
    """Nothing where the key counts, else why it does not."""
    try:
        key.require_key_at(at(signed), None if recorded is None else at(recorded))
    except SignatureError as error:
        return str(error)
    return ""


def test_a_key_counts_in_its_time(tmp_path: Path) -> None:
    """D13, D14: a date begins with its first second and ends with its last; both bounds are themselves inside."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "new.pem").write_text(public_text(make_key("ecdsa-p256")))
    text = "trust: 1\nkeys:\n" + listed(
        "ci-2025", public_text(make_key("ed25519")), "    from: 2025-01-01\n    until: 2025-12-31\n"
    )
    text += "  - {name: ci-2026, key: keys/new.pem, from: '2026-01-01T12:00:00Z'}\n"
    (tmp_path / "trust.yaml").write_text(text)
    trust = load_trust(str(tmp_path / "trust.yaml"))
    old, new = trust.keys
    assert [key.key.scheme for key in trust.keys] == ["ed25519", "ecdsa-p256"]
    assert trust.signer(old.key.hint) is old
    assert "is not yet valid: it is valid from 2025-01-01T00:00:00Z, but" in holds(old, "2024-12-31T23:59:59")
    assert holds(old, "2025-01-01T00:00:00") == holds(old, "2025-12-31T23:59:59") == ""
    assert "`ci-2025`" in holds(old, "2026-01-01T00:00:00")
    assert "expired at 2025-12-31T23:59:59Z; the decision was signed at 2026-01-01" in holds(old, "2026-01-01T00:00:00")
    assert holds(new, "2026-01-01T11:59:59")
    assert holds(new, "2026-01-01T12:00:00") == holds(new, "2099-01-01T00:00:00") == ""
    with pytest.raises(SignatureError, match=r"'nobody', which .*trust\.yaml does not list; it lists `ci-2025`"):
        trust.signer("nobody")


def test_a_revoked_key_counts_only_where_something_else_shows_the_time() -> None:
    """D13: whoever holds the key can date what it signs; the ledger they cannot write."""
    key = load_trust("trust: 1\nkeys:\n" + listed("ci", public_text(make_key("ed25519")), "    revoked: 2026-06-01\n"))
    (revoked,) = key.keys
    assert "whoever has the key can write that" in holds(revoked, "2026-05-01T00:00:00")
    assert holds(revoked, "2026-05-01T00:00:00", "2026-05-02T00:00:00") == ""
    assert "the ledger first names" in holds(revoked, "2026-05-01T00:00:00", "2026-06-01T00:00:00")
    said = "was revoked at 2026-06-01T00:00:00Z; the decision was signed at"
    for late in ("2026-06-01T00:00:00", "2026-07-01T00:00:00"):
        assert said in holds(revoked, late, "2026-05-02T00:00:00")
        assert said in holds(revoked, late)


def test_a_revocation_to_come_counts_at_once() -> None:
    """D13: no clock set back makes a revoked key good."""
    text = "trust: 1\nkeys:\n" + listed("ci", public_text(make_key("ed25519")), "    revoked: 2999-01-01\n")
    assert holds(load_trust(text).keys[0], "2026-05-01T00:00:00")


@pytest.mark.parametrize("scheme", ["ecdsa-p256", "ed25519"])
def test_a_certificate_is_a_key_with_a_time(scheme: str, tmp_path: Path) -> None:
    key = make_key(scheme)
    file = tmp_path / "ci.crt"
    file.write_text(certify(key, "2026-01-01", "2026-12-31T23:59:59", signs=True))
    (found,) = load_trust(str(file)).keys
    assert found.key.hint == load_trust(public_text(key)).keys[0].key.hint
    assert holds(found, "2026-06-01") == ""
    assert "expired at 2026-12-31T23:59:59Z" in holds(found, "2027-01-01")
    assert "not yet valid" in holds(found, "2025-12-31")
    # What the trust file says can only make the time shorter.
    text = "trust: 1\nkeys:\n  - {name: ci, key: ci.crt, from: 2020-01-01, until: 2026-03-31}\n"
    (tmp_path / "trust.yaml").write_text(text)
    (shorter,) = load_trust(str(tmp_path / "trust.yaml")).keys
    assert (shorter.start, shorter.end) == (at("2026-01-01"), at("2026-03-31T23:59:59"))


def test_certificates_that_do_not_fit() -> None:
    """D7: the key in a certificate must be of the two kinds, and may sign."""
    key, big = make_key("ed25519"), rsa.generate_private_key(public_exponent=65537, key_size=2048)
    good = certify(key, "2026-01-01", "2027-01-01")
    for text, said in (
        (certify(key, "2026-01-01", "2027-01-01", signs=False), "does not allow its key to sign"),
        (certify(big, "2026-01-01", "2027-01-01"), "ECDSA P-256 or Ed25519"),
        (good[:90] + "\n-----END CERTIFICATE-----\n", "certificate could not be read"),
        (good + good, "found 2"),
        (good + public_text(key), "found 2"),
    ):
        with pytest.raises(UsageError, match=said):
            load_trust(text)


def identified(name: str, **fields: str) -> str:
    """A trust file that lists one identity."""
    given = {"identity": WORKFLOW, "issuer": GITHUB, **fields}
    return f"trust: 1\nidentities:\n  - name: {name}\n" + "".join(
        f"    {key}: {value}\n" for key, value in given.items()
    )


PEM = public_text(make_key("ed25519"))
OTHER = public_text(make_key("ed25519"))
WRONG = {
    "a list": ("- name: ci\n", "begins with `trust: 1`"),
    "no version": ("keys:\n" + listed("ci", PEM), "trust.yaml:1:1: trust: this is required"),
    "another version": ("trust: 2\nkeys:\n" + listed("ci", PEM), "trust.yaml:1:8: trust: expected 1, not `2`"),
    "no keys": ("trust: 1\n", "expected `keys`, `identities`, or both"),
    "an empty list": ("trust: 1\nkeys: []\n", "trust.yaml:2:7: keys: expected 1 to 100 entries, not `[]`"),
    "too many": ("trust: 1\nkeys:\n" + "  - {name: ci, key: ci.pem}\n" * 101, "expected 1 to 100 entries"),
    "one key without a list": ("trust: 1\nkeys: {name: ci, key: ci.pem}\n", "expected a list"),
    "unknown field": ("trust: 1\nkeys:\n" + listed("ci", PEM, "    until_: 2026-01-01\n"), "Did you mean `until`?"),
    "no name": ("trust: 1\nkeys:\n  - {key: ci.pem}\n", "keys.0.name: this is required"),
    "a name with a line break": ('trust: 1\nkeys:\n  - {name: "a\\nb", key: ci.pem}\n', "keys.0.name: "),
    "no such date": ("trust: 1\nkeys:\n" + listed("ci", PEM, "    until: 2026-02-30\n"), "keys.0.until: "),
    "a time without a zone": (
        "trust: 1\nkeys:\n" + listed("ci", PEM, "    until: 2026-02-01T00:00:00\n"),
        "expected a UTC time",
    ),
    "an empty revocation": ("trust: 1\nkeys:\n" + listed("ci", PEM, "    revoked:\n"), "keys.0.revoked: expected text"),
    "a revocation that is a word": ("trust: 1\nkeys:\n" + listed("ci", PEM, "    revoked: true\n"), "keys.0.revoked: "),
    "from after until": (
        "trust: 1\nkeys:\n" + listed("ci", PEM, "    from: 2026-02-01\n    until: 2026-01-31\n"),
        "`from` lies after `until`",
    ),
    "the same field twice": ("trust: 1\ntrust: 1\nkeys:\n" + listed("ci", PEM), "occurs twice"),
    "one key twice": ("trust: 1\nkeys:\n" + listed("ci", PEM) + listed("old", PEM), "already listed, as `ci`"),
    "one name twice": ("trust: 1\nkeys:\n" + listed("ci", PEM) + listed("ci", OTHER), "on line 3"),
    "no such file": ("trust: 1\nkeys:\n  - {name: ci, key: ci.pem}\n", "`ci.pem` does not exist"),
    "a file elsewhere": ("trust: 1\nkeys:\n  - {name: ci, key: ../ci.pem}\n", "is outside the trust file's folder"),
    "two keys in one": ("trust: 1\nkeys:\n" + listed("ci", PEM + OTHER), "Expected one key as PEM, found 2"),
    "a version that equals 1": ("trust: true\nkeys:\n" + listed("ci", PEM), "trust: expected 1, not `True`"),
    "no identities": ("trust: 1\nidentities: []\n", "identities: expected 1 to 100 entries"),
    "an identity without an issuer": (
        f"trust: 1\nidentities: [{{name: ci, identity: '{WORKFLOW}'}}]\n",
        "issuer: this is required",
    ),
    "an identity without a name for it": (
        "trust: 1\nidentities: [{name: ci, issuer: 'https://a.example'}]\n",
        "identity: this is required",
    ),
    "an empty issuer": (identified("ci", issuer="''"), "identities.0.issuer: "),
    "a pattern": (identified("ci", identity="https://github.com/acme/*"), "identities.0.identity: expected a workflow"),
    "one identity twice": (
        identified("ci") + identified("old").partition("identities:\n")[2],
        "already listed, as `ci`",
    ),
    "a key and an identity of one name": (identified("ci") + "keys:\n" + listed("ci", PEM), "has this name"),
    "a root elsewhere": (identified("ci", root="../root.json"), "is outside the trust file's folder"),
    "a root that is not there": (identified("ci", root="root.json"), "`root.json` does not exist"),
    "a number of a repository": (identified("ci", repository_id="4711"), "identities.0.repository_id: "),
    "any runner": (identified("ci", runner="any"), "identities.0.runner: "),
    "not YAML": ("trust: 1\nkeys: [", "This is not YAML"),
    "empty": ("", "begins with `trust: 1`"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_unclear_trust_file_is_refused(name: str, tmp_path: Path) -> None:
    """D8: one public key under two names, and everything that could be read in two ways; all with file and line."""
    text, said = WRONG[name]
    file = tmp_path / "trust.yaml"
    file.write_text(text)
    with pytest.raises(ManifestError, match=re.escape(said)) as refused:
        load_trust(str(file))
    assert refused.value.exit_code == 2
    assert "tuple" not in str(refused.value)
    assert "`assay schema trust`" in refused.value.hint


def test_a_trust_file_holds_no_private_key(tmp_path: Path) -> None:
    pem = private_text(make_key("ed25519"))
    secret = pem.splitlines()[1]
    file = tmp_path / "trust.yml"
    file.write_text("trust: 1\nkeys:\n" + listed("ci", pem))
    with pytest.raises(AssayError, match="contains a private key") as refused:
        load_trust(str(file))
    (tmp_path / "key.pem").write_text(pem)
    file.write_text("trust: 1\nkeys: [{name: ci, key: key.pem}]\n")
    with pytest.raises(AssayError, match="found `private key`") as again:
        load_trust(str(file))
    assert secret not in f"{refused.value} {again.value}"


def test_trust_from_a_variable_and_as_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    document = {"trust": 1, "keys": [{"name": "ci", "key": PEM, "until": "2026-12-31"}]}
    monkeypatch.setenv("CARD_TRUST", json.dumps(document))
    (tmp_path / "trust.json").write_text(json.dumps(document, indent=2))
    found = [load_trust(named) for named in ("env:CARD_TRUST", str(tmp_path / "trust.json"), json.dumps(document))]
    assert [trust.keys for trust in found] == [found[0].keys] * 3
    monkeypatch.setenv("CARD_TRUST", "trust: 1\nkeys: [{name: ci, key: ci.pem}]\n")
    with pytest.raises(ManifestError, match="has no folder for key files"):
        load_trust("env:CARD_TRUST")
    (tmp_path / "large.yaml").write_text("#" * 3_000_000)
    with pytest.raises(UsageError, match="larger than any key"):
        load_trust(str(tmp_path / "large.yaml"))


def test_the_schema_says_what_is_read() -> None:
    """The published schema and the reader agree on what a trust file is."""
    schema = TrustFile.model_json_schema()
    good = load("trust: 1\nkeys:\n" + listed("ci", PEM, "    from: 2026-01-01\n"), "trust.yaml").value
    jsonschema.validate(good, schema)
    for name in ("no version", "an empty list", "unknown field", "no name", "an empty revocation"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(load(WRONG[name][0], "trust.yaml").value, schema)


def test_keys_and_identities_in_one_file(tmp_path: Path) -> None:
    """D11, the twin: an identity has bounds and a root as a key has bounds and a file; each kind is found by its bundle."""
    own = OwnSigstore()
    (tmp_path / "roots").mkdir()
    (tmp_path / "roots/trusted_root.json").write_bytes(own.root_bytes())
    text = identified("judge", root="roots/trusted_root.json", until="2999-12-31") + "keys:\n" + listed("ci", PEM)
    (tmp_path / "trust.yaml").write_text(text)
    trust = load_trust(str(tmp_path / "trust.yaml"))
    key, judge = trust.keys
    assert (key.is_keyless, judge.is_keyless, judge.end, judge.shown) == (
        False,
        True,
        at("2999-12-31T23:59:59"),
        f"`judge` ({WORKFLOW})",
    )
    content = canonical(own.bundle(b"{}"))
    assert trust.signer_of(read_envelope(content)) is judge
    assert verified_payload(content, judge.key) == b"{}"
    assert judge.time_of(read_envelope(content), at("2020-01-01T00:00:00")) == own.now + Told().delay
    with pytest.raises(SignatureError, match=r"which .* does not list"):
        trust.signer(WORKFLOW)
    for named, said in (
        (Named(identity=WORKFLOW.replace("main", "mine")), "signed keyless, by `.*mine`, but .* lists `ci`"),
        (Named(ref="refs/heads/mine"), "another ref of the run"),
    ):
        with pytest.raises(SignatureError, match=said):
            trust.signer_of(read_envelope(canonical(own.bundle(b"{}", named=named))))


def test_a_workflow_is_named_by_its_address() -> None:
    """The one line that verifies needs no file; anything else needs an issuer, which only a file can name."""
    for named in (WORKFLOW, WORKFLOW.replace("@", "%40")):
        (found,) = load_trust(named).keys
        assert found.key == make_identity(WORKFLOW, GITHUB)
    for named in ("https://github.com/acme/loans", "https://example.com/me", WORKFLOW.replace("main", "*")):
        with pytest.raises(UsageError, match="The identity is refused"):
            load_trust(named)
