"""`assay sign` and `assay verify --key`: what holds is signed, what was signed is held, and cosign agrees."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assay.canonical import canonical, digest
from assay.edges.attestation.envelope import read_envelope, sign_payload
from assay.edges.attestation.keys import load_signing_key
from tests.support.command_line import Assay
from tests.support.keys import CARD, CARD_TYPE, DECISION, DECISION_TYPE, PHRASE, Keys, write_keys
from tests.support.repositories import Repository

REGORUS = ("--engine", "regorus")
TIME = ("--time", "2026-11-20T12:00:00Z")


@pytest.fixture(params=["ecdsa-p256", "ed25519"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> Keys:
    return write_keys(tmp_path / "keys", request.param)


@pytest.fixture
def signed(repository: Repository, assay: Assay, keys: Keys) -> Repository:
    assert assay("check", *REGORUS, "--as-of", "2026-11-20").code == 0
    ended = assay("sign", *REGORUS, *TIME, "--key", keys.private)
    assert ended.code == 0, ended.err
    return repository


def statement(repository: Repository, name: str) -> Any:
    return json.loads(read_envelope((repository.dossier / name).read_bytes()).payload)


def test_what_holds_is_signed_and_what_was_signed_holds(signed: Repository, assay: Assay, keys: Keys) -> None:
    ended = assay("verify", *REGORUS, "--key", keys.public)
    assert ended.code == 0, ended.err
    assert "its 6 subjects and its card match" in ended.out
    assert "PASSED for assay:small#validation at 2026-11-20T12:00:00Z" in ended.out
    ended = assay("verify", *REGORUS, "--key", keys.public, "--format", "json", str(signed.dossier))
    assert json.loads(ended.out)["signatures_checked"] is True
    ended = assay("verify", *REGORUS)
    assert ended.code == 0
    assert "the signatures: give the signer's public key with --key to verify them" in ended.out


def test_the_statements_say_what_the_pages_say(signed: Repository) -> None:
    card, summary = statement(signed, CARD), statement(signed, DECISION)
    assert canonical(card["predicate"]) == (signed.dossier / "card.json").read_bytes()
    assert card["predicateType"] == CARD_TYPE
    digests = {each["name"]: "sha256:" + each["digest"]["sha256"] for each in card["subject"]}
    for name, path in (
        ("data/holdout", signed.root / "holdout.csv"),
        ("predictions/holdout", signed.root / "scores.csv"),
        ("manifest", signed.root / "assay.yaml"),
        ("evidence", signed.dossier / "evidence.json"),
        ("decision", signed.dossier / "decision.json"),
    ):
        assert digests.pop(name) == digest(path.read_bytes())
    assert list(digests) == ["policies"]
    assert summary["subject"] == card["subject"]
    assert summary["predicateType"] == DECISION_TYPE
    predicate = summary["predicate"]
    assert predicate["verifier"]["version"]["regorus"] == "0.13.0"
    assert predicate["policy"]["digest"]["sha256"] == digests["policies"].removeprefix("sha256:")
    assert predicate["verificationResult"] == "PASSED"
    assert not [level for level in predicate["verifiedLevels"] if level.startswith("SLSA_")]
    (named,) = predicate["inputAttestations"]
    assert "sha256:" + named["digest"]["sha256"] == digest((signed.dossier / CARD).read_bytes())


def test_the_same_dossier_time_and_key_give_the_same_bytes(signed: Repository, assay: Assay, keys: Keys) -> None:
    before = [(signed.dossier / name).read_bytes() for name in (CARD, DECISION)]
    assert assay("sign", *REGORUS, *TIME, "--key", keys.private).code == 0
    assert [(signed.dossier / name).read_bytes() for name in (CARD, DECISION)] == before
    assert assay("sign", *REGORUS, "--key", keys.private).code == 0
    after = [(signed.dossier / name).read_bytes() for name in (CARD, DECISION)]
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert assay("verify", *REGORUS, "--key", keys.public).code == 0


def test_a_closed_gate_is_signed_as_failed(repository: Repository, assay: Assay, keys: Keys) -> None:
    """D17: a summary of a closed gate carries no level that was reached."""
    repository.replace(">= 0.70", ">= 0.999")
    assert assay("check", *REGORUS).code == 1
    assert assay("sign", *REGORUS, "--key", keys.private).code == 1
    predicate = statement(repository, DECISION)["predicate"]
    assert (predicate["verificationResult"], predicate["verifiedLevels"]) == ("FAILED", ["FAILED"])
    ended = assay("verify", *REGORUS, "--key", keys.public)
    assert ended.code == 1
    assert "FAILED for assay:small#validation" in ended.out


def test_an_encrypted_key_from_a_variable(
    repository: Repository, assay: Assay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = write_keys(tmp_path / "keys", "ecdsa-p256", password=PHRASE)
    assert assay("check", *REGORUS).code == 0
    monkeypatch.setenv("CARD_KEY", keys.pem)
    ended = assay("sign", *REGORUS, "--key", "env:CARD_KEY")
    assert ended.code == 2
    assert "is encrypted; set ASSAY_KEY_PASSWORD" in ended.err
    assert not (repository.dossier / CARD).exists()
    monkeypatch.setenv("ASSAY_KEY_PASSWORD", PHRASE)
    ended = assay("sign", *REGORUS, "--key", "env:CARD_KEY", "--format", "json")
    assert ended.code == 0, ended.err
    assert set(json.loads(ended.out)["written"]) == {CARD, DECISION}
    written = b"".join(path.read_bytes() for path in repository.dossier.rglob("*") if path.is_file())
    assert PHRASE.encode() not in written
    assert keys.pem.splitlines()[1].encode() not in written
    assert assay("verify", *REGORUS, "--key", keys.public).code == 0


def test_what_does_not_hold_is_not_signed(repository: Repository, assay: Assay, keys: Keys) -> None:
    ended = assay("sign", *REGORUS, "--key", keys.private)
    assert ended.code == 3
    assert "decision.json does not exist" in ended.err
    assert assay("check", *REGORUS).code == 0
    ended = assay("sign", *REGORUS)
    assert ended.code == 2
    assert "--key is required" in ended.err
    assert assay("sign", *REGORUS, "--key", keys.private, "--time", "yesterday").code == 2
    assert assay("sign", *REGORUS, "--key", keys.private, "--expect", "sha256:" + "0" * 64).code == 3
    decision = repository.dossier / "decision.json"
    decision.write_bytes(decision.read_bytes().replace(b'"verdict":"open"', b'"verdict":"closed"'))
    assert assay("sign", *REGORUS, "--key", keys.private).code == 3
    assert not list(repository.dossier.glob("*.sigstore.json"))


def test_absent_is_denied(signed: Repository, assay: Assay, keys: Keys) -> None:
    """D16: with a key, a missing bundle is an error; either of the two."""
    for name in (CARD, DECISION):
        kept = (signed.dossier / name).read_bytes()
        (signed.dossier / name).unlink()
        ended = assay("verify", *REGORUS, "--key", keys.public)
        assert ended.code == 3
        assert f"{name} does not exist" in ended.err
        (signed.dossier / name).write_bytes(kept)
    (signed.dossier / CARD).unlink()
    (signed.dossier / DECISION).unlink()
    assert assay("verify", *REGORUS, "--key", keys.public).code == 3
    ended = assay("verify", *REGORUS)
    assert ended.code == 0
    assert "the author of the dossier: it is not signed" in ended.out


def test_another_key_or_none_at_all(signed: Repository, assay: Assay, keys: Keys, tmp_path: Path) -> None:
    other = write_keys(tmp_path / "other", "ed25519")
    ended = assay("verify", *REGORUS, "--key", other.public)
    assert ended.code == 3
    assert "but the given key is" in ended.err
    for named in (keys.private, str(tmp_path / "nothing.pem"), "env:NOTHING"):
        assert assay("verify", *REGORUS, "--key", named).code == 2


def test_bundles_of_another_dossier(repository: Repository, assay: Assay, keys: Keys) -> None:
    """D1, D2: signed for the same model at another stage, or under another manifest, is not signed for this."""
    later = (
        "  staging: {after: validation, policies: ['governance/*', 'data/*', 'quality/*', 'bias/*', 'artifact/*']}\n"
    )
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + later)
    for stage in ("validation", "staging"):
        assert assay("check", *REGORUS, "--as-of", "2026-11-20", "--stage", stage).code == 0
    assert assay("sign", *REGORUS, "--key", keys.private).code == 0
    bundles = {name: (repository.dossier / name).read_bytes() for name in (CARD, DECISION)}
    for name, content in bundles.items():
        (repository.root / ".assay/small/staging" / name).write_bytes(content)
    ended = assay("verify", *REGORUS, "--stage", "staging", "--key", keys.public)
    assert ended.code == 3
    assert "about other subjects; these differ: decision" in ended.err
    repository.replace("credit-risk", "somebody-else")
    assert assay("check", *REGORUS, "--as-of", "2026-11-20").code == 0
    assert not (repository.dossier / CARD).exists()
    for name, content in bundles.items():
        (repository.dossier / name).write_bytes(content)
    ended = assay("verify", *REGORUS, "--key", keys.public)
    assert ended.code == 3
    assert "about other subjects; these differ: decision, evidence, manifest" in ended.err


def change_predicate(field: str, value: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        document["predicate"][field] = value

    return change


WRONG: dict[str, tuple[str, Callable[[Any], None]]] = {
    "card's verdict": (CARD, change_predicate("verdict", "closed")),
    "result": (DECISION, change_predicate("verificationResult", "FAILED")),
    "level": (DECISION, change_predicate("verifiedLevels", ["SLSA_BUILD_LEVEL_3"])),
    "stage": (DECISION, change_predicate("resourceUri", "assay:small#production")),
    "policy": (DECISION, change_predicate("policy", {"uri": "assay:policies"})),
    "verifier": (DECISION, change_predicate("verifier", {"id": "https://example.com", "version": {}})),
    "no version": (DECISION, change_predicate("verifier", {"id": "https://assay-ml.github.io/assay"})),
    "another card": (DECISION, change_predicate("inputAttestations", [])),
    "future": (DECISION, change_predicate("timeVerified", "2126-11-20T12:00:00Z")),
    "before its own date": (DECISION, change_predicate("timeVerified", "2026-11-19T12:00:00Z")),
    "no time": (DECISION, change_predicate("timeVerified", 5)),
    "loose time": (DECISION, change_predicate("timeVerified", "2026-11-2T12:00:00Z")),
    "more": (DECISION, change_predicate("note", "trust me")),
    "predicate types swapped": (CARD, lambda document: document.update(predicateType=DECISION_TYPE)),
}


def test_a_good_signature_on_another_tale(repository: Repository, assay: Assay, tmp_path: Path) -> None:
    """D14, D17: the signer's key signs what the pages do not say."""
    keys = write_keys(tmp_path / "keys", "ed25519")
    key = load_signing_key(keys.private, None)
    assert assay("check", *REGORUS, "--as-of", "2026-11-20").code == 0
    assert assay("sign", *REGORUS, *TIME, "--key", keys.private).code == 0
    for tale, (bundle, change) in WRONG.items():
        kept = (repository.dossier / bundle).read_bytes()
        document = statement(repository, bundle)
        change(document)
        (repository.dossier / bundle).write_bytes(sign_payload(canonical(document), key))
        ended = assay("verify", *REGORUS, "--key", keys.public)
        assert ended.code == 3, (tale, ended.out)
        assert "sign" in ended.err, tale
        (repository.dossier / bundle).write_bytes(kept)
    assert assay("verify", *REGORUS, "--key", keys.public).code == 0


def test_an_input_with_other_bytes_is_refused(modelled: Repository, assay: Assay) -> None:
    """D1: every input at hand is digested again, code included; away from the repository it is said to be absent."""
    assert assay("check", *REGORUS).code == 0
    assert "2 of 2 inputs are here" in assay("verify", *REGORUS).out
    modelled.write("more.py", "late = True\n")
    ended = assay("verify", *REGORUS)
    assert ended.code == 3
    assert "code is not what was planned" in ended.err
    away = modelled.root.parent / "away"
    shutil.copytree(modelled.dossier, away / "dossier")
    (away / "other.py").write_text("elsewhere = True\n")
    ended = assay("verify", *REGORUS, "--manifest", str(away / "assay.yaml"), str(away / "dossier"))
    assert ended.code == 0, ended.err
    assert "0 of 2 inputs are here and match the plan" in ended.out
    assert "inputs that are not here: holdout.csv, ." in ended.out
    assert "whether the manifest page matches assay.yaml: the file is not here" in ended.out


def test_a_face_that_shows_something_else_is_refused(repository: Repository, assay: Assay) -> None:
    """D17: what people read is rendered from the pages; a changed picture or word is not."""
    assert assay("check", *REGORUS).code == 0
    assert "card.html, card.md" in assay("verify", *REGORUS).out
    face = repository.dossier / "card.md"
    face.write_text(face.read_text().replace("credit-risk", "nobody"))
    ended = assay("verify", *REGORUS)
    assert ended.code == 3
    assert "card.md does not match the card" in ended.err
    face.unlink()
    assert assay("verify", *REGORUS).code == 0


@pytest.fixture(scope="session")
def cosign() -> str:
    found = shutil.which("cosign")
    if found is None:
        message = "cosign is not on PATH, so no bundle was shown to it."
        if os.environ.get("ASSAY_TEST_REQUIRE_COSIGN"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def changed_payload(document: Any) -> None:
    payload = json.loads(base64.b64decode(document["dsseEnvelope"]["payload"]))
    payload["predicate"]["verdict"] = "better"
    document["dsseEnvelope"]["payload"] = base64.b64encode(canonical(payload)).decode()


def changed_subject(document: Any) -> None:
    payload = json.loads(base64.b64decode(document["dsseEnvelope"]["payload"]))
    payload["subject"][0]["digest"]["sha256"] = "0" * 64
    document["dsseEnvelope"]["payload"] = base64.b64encode(canonical(payload)).decode()


def changed_signature(document: Any) -> None:
    signature = bytearray(base64.b64decode(document["dsseEnvelope"]["signatures"][0]["sig"]))
    signature[-1] ^= 1
    document["dsseEnvelope"]["signatures"][0]["sig"] = base64.b64encode(signature).decode()


def changed_payload_type(document: Any) -> None:
    document["dsseEnvelope"]["payloadType"] = "application/json"


def doubled_signature(document: Any) -> None:
    document["dsseEnvelope"]["signatures"] *= 2


def test_cosign_accepts_what_we_sign_and_refuses_what_was_changed(
    signed: Repository, keys: Keys, cosign: str, tmp_path: Path
) -> None:
    def accepts(bundle: Path, key: str, predicate_type: str, artifact: str = "scores.csv") -> bool:
        offline = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HTTPS_PROXY": "http://127.0.0.1:9"}
        command = [cosign, "verify-blob-attestation", "--key", key, "--bundle", str(bundle), "--new-bundle-format"]
        command += ["--insecure-ignore-tlog", "--type", predicate_type, str(signed.root / artifact)]
        ended = subprocess.run(command, env=offline, capture_output=True, check=False, timeout=60)
        assert (ended.returncode == 0) == (b"Verified OK" in ended.stderr + ended.stdout), ended.stderr
        return ended.returncode == 0

    card, decision = signed.dossier / CARD, signed.dossier / DECISION
    for artifact in ("scores.csv", "holdout.csv", "assay.yaml", ".assay/small/validation/decision.json"):
        assert accepts(card, keys.public, CARD_TYPE, artifact)
        assert accepts(decision, keys.public, DECISION_TYPE, artifact)
    assert not accepts(card, keys.public, DECISION_TYPE)
    assert not accepts(card, keys.public, CARD_TYPE, ".assay/small/validation/card.html")
    other = write_keys(tmp_path / "other", "ed25519")
    assert not accepts(card, other.public, CARD_TYPE)
    changed = tmp_path / "changed.json"
    for bundle, predicate_type in ((card, CARD_TYPE), (decision, DECISION_TYPE)):
        for change in (changed_payload, changed_subject, changed_signature, changed_payload_type, doubled_signature):
            document = json.loads(bundle.read_bytes())
            change(document)
            changed.write_bytes(canonical(document))
            assert not accepts(changed, keys.public, predicate_type, "holdout.csv"), change.__name__
        changed.write_bytes(bundle.read_bytes()[:-40])
        assert not accepts(changed, keys.public, predicate_type)
