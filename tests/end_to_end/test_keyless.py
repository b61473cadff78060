"""Keyless signatures through the command line: signed by a job's identity on a port of this machine, verified offline."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.canonical import canonical, digest
from assay.edges.attestation.envelope import read_envelope
from assay.edges.github.posted_text import MOST_IN_RELEASE, require_harmless
from assay.edges.store import DossierFolder
from assay.steps.releasing.notes import release_text
from assay.steps.releasing.registered import find_registration
from tests.support.command_line import Assay
from tests.support.keys import CARD, DECISION
from tests.support.own_services import Services, serve
from tests.support.own_sigstore import GITHUB, WORKFLOW, Named, OwnSigstore
from tests.support.promotions import ENGINE, Place, judge, merge, status
from tests.support.publishing import Run
from tests.support.publishing import judge as judge_change
from tests.support.repositories import Repository

REGORUS = ("--engine", "regorus")
MINE = Named(identity=WORKFLOW.replace("heads/main", "heads/mine"), ref="refs/heads/mine")


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    with serve() as running:
        running.enter_job(monkeypatch)
        yield running


def keyless(services: Services, folder: Path) -> str:
    (folder / "services.json").write_bytes(services.config())
    return f"keyless:{folder / 'services.json'}"


def trust_text(identity: str = WORKFLOW, more: str = "") -> str:
    return (
        f"trust: 1\nidentities:\n  - name: judge\n    identity: {identity}\n    issuer: {GITHUB}\n"
        f"    root: trusted_root.json\n{more}"
    )


def trusted(services: Services, folder: Path, identity: str = WORKFLOW, more: str = "") -> str:
    """A trust file that lists one identity, with the root of the services beside it."""
    folder.mkdir(exist_ok=True)
    (folder / "trusted_root.json").write_bytes(services.own.root_bytes())
    (folder / "trust.yaml").write_text(trust_text(identity, more))
    return str(folder / "trust.yaml")


@pytest.fixture
def signed(repository: Repository, assay: Assay, services: Services, tmp_path: Path) -> Repository:
    assert assay("check", *REGORUS).code == 0
    ended = assay("sign", *REGORUS, "--key", keyless(services, tmp_path))
    assert ended.code == 0, ended.err
    assert f"Signed by the identity {WORKFLOW}; the gate is open." in ended.out
    services.asked.clear()
    return repository


def test_a_job_signs_and_anybody_verifies_offline(
    signed: Repository, assay: Assay, services: Services, tmp_path: Path
) -> None:
    """D11, T-no-log, T-late-certificate, the twins: who, over what, and when; nothing is asked of a service."""
    ended = assay("verify", *REGORUS, "--key", trusted(services, tmp_path / "trust", more="    until: 2999-01-01\n"))
    assert ended.code == 0, ended.err
    assert f"{CARD}: signed by the identity `judge` ({WORKFLOW}), by {GITHUB}" in ended.out
    assert f"{DECISION}: signed by the same identity, PASSED" in ended.out
    assert "the transparency log has the decision's signature at 2" in ended.out
    assert "until 2999-01-01" in ended.out
    assert "only the signer's clock" not in ended.out
    assert services.asked == []


def test_what_is_not_the_workflow_s_own_is_refused(
    signed: Repository, assay: Assay, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D11, T-other-root, T-no-log: another identity, root or bound of time, and each bundle changed, by its sentence."""
    trust = trusted(services, tmp_path / "trust")

    def refused(said: str, key: str = trust, code: int = 3) -> None:
        ended = assay("verify", *REGORUS, "--key", key)
        assert (ended.code, said in ended.err) == (code, True), (said, ended.err)
        assert "Traceback" not in ended.err

    refused("signed keyless, by", trusted(services, tmp_path / "other", identity=WORKFLOW.replace("main", "release")))
    refused("does not know its transparency log", WORKFLOW)
    refused("was revoked at 2020-01-01", trusted(services, tmp_path / "gone", more="    revoked: 2020-01-01\n"))
    refused("expired at 2020-01-01", trusted(services, tmp_path / "over", more="    until: 2020-01-01\n"))
    strangers = tmp_path / "strangers"
    trusted(services, strangers)
    (strangers / "trusted_root.json").write_bytes(OwnSigstore().root_bytes())
    refused("does not know its transparency log", str(strangers / "trust.yaml"))
    for name in (CARD, DECISION):
        path = signed.dossier / name
        kept = path.read_bytes()
        for change in (cut_proof, other_statement):
            path.write_bytes(change(kept))
            refused("lacks inclusionProof" if change is cut_proof else "The keyless signature is not valid")
        path.write_bytes(kept[:-9])
        refused("truncated or not JSON")
        path.unlink()
        refused("does not exist")
        path.write_bytes(kept)
    for name in [each for each in sys.modules if each.partition(".")[0] == "sigstore"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sigstore", None)
    ended = assay("verify", *REGORUS, "--key", trust)
    assert (ended.code, "not installed" in ended.err) == (3, True), ended.err
    assert "pip install 'assay-ml[sigstore]'" in ended.err


def cut_proof(content: bytes) -> bytes:
    document = json.loads(content)
    del document["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]
    return canonical(document)


def other_statement(content: bytes) -> bytes:
    """The envelope of another payload, with everything else as it was."""
    import base64

    document = json.loads(content)
    statement = json.loads(base64.b64decode(document["dsseEnvelope"]["payload"]))
    statement["subject"][0]["digest"]["sha256"] = "0" * 64
    document["dsseEnvelope"]["payload"] = base64.b64encode(canonical(statement)).decode()
    return canonical(document)


def test_a_bundle_of_another_decision_is_refused(
    signed: Repository, assay: Assay, services: Services, tmp_path: Path
) -> None:
    """D1, D16: sound bundles of the same workflow, on another day's decision, beside a time that the log denies."""
    trust = trusted(services, tmp_path / "trust")
    kept = {name: (signed.dossier / name).read_bytes() for name in (CARD, DECISION)}
    assert assay("check", *REGORUS, "--as-of", "2026-11-20").code == 0
    assert not (signed.dossier / DECISION).exists()
    for name, content in kept.items():
        (signed.dossier / name).write_bytes(content)
    ended = assay("verify", *REGORUS, "--key", trust)
    assert (ended.code, "is about other subjects" in ended.err) == (3, True), ended.err
    named = keyless(services, tmp_path)
    assert assay("sign", *REGORUS, "--key", named, "--time", "2026-11-20T12:00:00Z").code == 0
    ended = assay("verify", *REGORUS, "--key", trust)
    assert (ended.code, "but the log has its signature at" in ended.err) == (3, True), ended.err


def ask_for_identity(place: Place, services: Services) -> None:
    """Staging takes only entries that the workflow on main signed."""
    place.repository.replace("staging: {", "staging: {signed: true, ")
    text = (place.root / "assay.yaml").read_text()
    place.repository.write("assay.yaml", text + "trust: keys/trust.yaml\n")
    place.repository.write("keys/trust.yaml", trust_text())
    place.repository.write("keys/trusted_root.json", services.own.root_bytes())
    merge(place.root, "signed from now on")
    judge(place.root, "validation", "staging")


def test_entries_of_the_ledger(
    place: Place, assay: Assay, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C2, D11, T-missing-client: signed by the workflow and vouched for; without the client nothing is called forged."""
    ask_for_identity(place, services)
    named = keyless(services, tmp_path)
    staged = ("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE)
    for stage in ("validation", "staging"):
        assert assay("sign", *REGORUS, "--stage", stage, "--key", named).code == 0
    assert assay("register", "--version", "1.0.0", *ENGINE, "--signing-key", named).code == 0
    told_in_a_release(place.root)
    ended = assay(*staged)
    assert (ended.code, "staging takes only entries that are signed" in ended.err) == (1, True), ended.err
    services.named = MINE
    ended = assay(*staged, "--signing-key", named)
    assert (ended.code, "signed keyless, by" in ended.err) == (3, True), ended.err
    assert status(assay) == {}
    services.named = Named()
    ended = assay(*staged, "--signing-key", named)
    assert ended.code == 0, ended.err
    services.asked.clear()
    shown = f"vouched for by `judge` ({WORKFLOW})"
    for verb in (("status",), ("history",), ("at", "2999-01-01")):
        ended = assay(*verb)
        assert (ended.code, shown in ended.out) == (0, True), (verb, ended.out, ended.err)
    assert services.asked == []
    for name in [each for each in sys.modules if each.partition(".")[0] == "sigstore"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sigstore", None)
    ended = assay("status")
    assert (ended.code, "forged" in ended.out + ended.err, ended.out) == (3, False, ""), ended.out
    assert "pip install 'assay-ml[sigstore]'" in ended.err


def told_in_a_release(root: Path) -> None:
    """A release names the identity and how to verify it, whole and as GitHub shows it, once it was verified."""
    dossier = DossierFolder(root / ".assay/small/validation", root)
    _, registration, _ = find_registration(root, "small", "1.0.0")
    bundle = dossier.path(CARD).read_bytes()
    told, doubted = (
        release_text(dossier.pages(), registration, bundle=bundle, verified=verified) for verified in (True, False)
    )
    for text in (told, doubted):
        hidden = [text.partition("\n")[0]]
        require_harmless(text, what="release", most=MOST_IN_RELEASE, hidden=hidden)
    shown = told.replace("@\u2060", "@")
    assert f" Signed by `{WORKFLOW}`." in shown
    assert f"\nassay verify --key {WORKFLOW} .\n" in told
    assert f" --certificate-identity {WORKFLOW} --certificate-oidc-issuer {GITHUB} --bundle {CARD} " in told
    assert "\nassay verify --key trust.yaml .\n" in doubted
    assert "--certificate-identity IDENTITY" in doubted


def test_the_comment_says_which_identity_signed_which_digest(
    actions: Run, assay: Assay, services: Services, tmp_path: Path
) -> None:
    """T-unsigned-card: the identity whole, the digests, and a line that names it only once it was verified."""
    actions.monkeypatch.setenv("GITHUB_ACTIONS", "true")
    judge_change(assay, code=0)
    assert assay("sign", "--key", keyless(services, tmp_path), *REGORUS).code == 0
    followed = {"event": "pull_request", "head_sha": actions.head, "head_repository": actions.told}
    actions.event("workflow_run", {"workflow_run": followed})
    dossier = actions.repository.dossier
    assay("publish")
    body = actions.comments[0].replace("\u00a0", " ").replace("@\u2060", "@")
    assert f"**Signature not verified**, it names `{WORKFLOW}` (`keyless`)" in body
    assert "assay verify --key trust.yaml card/" in body
    assay("publish", "--key", trusted(services, tmp_path / "trust"), "--artifact", "assay-signed")
    body = actions.comments[0].replace("\u00a0", " ").replace("@\u2060", "@")
    signed = next(line for line in body.splitlines() if line.startswith("**Signed**"))
    assert signed.startswith(f"**Signed** by `{WORKFLOW}` (`keyless`): decision `sha256:")
    assert f"The card's bundle is `{digest((dossier / CARD).read_bytes())}`." in signed
    line = f"assay verify --key {WORKFLOW.replace('@', '%40')} card/small/validation\n"
    assert line in actions.comments[0].replace("\u00a0", " ")
    assert "see that the identity is your workflow on your default branch" in body
    assert read_envelope((dossier / DECISION).read_bytes()).named == WORKFLOW
