"""Signing with a job's identity, against services of one's own: what is asked of whom, and what is written."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.own_services import Services, serve
from tests.support.own_sigstore import GITHUB, WORKFLOW

from assay.canonical import canonical
from assay.dossier.subjects import Subject
from assay.edges.attestation.envelope import read_envelope, verified_payload
from assay.edges.attestation.in_toto import make_statement, sign_statement, verify_bundle
from assay.edges.attestation.keyless.signer_identity import make_identity
from assay.edges.attestation.signing_keys import load_signer
from assay.errors import EvaluationError, UsageError

ABOUT = (Subject(name="model", digest="sha256:" + "cd" * 32),)
STATEMENT = make_statement(ABOUT, "https://example.com/card/v1", {"title": "É", "number": 0.1})


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    with serve() as services:
        services.enter_job(monkeypatch)
        yield services


def configured(services: Services, folder: Path) -> str:
    (folder / "services.json").write_bytes(services.config())
    return f"keyless:{folder / 'services.json'}"


@pytest.mark.parametrize("log", [1, 2])
def test_a_job_signs_what_holds_offline(job: Services, tmp_path: Path, log: int) -> None:
    """The payload is the statement's bytes; two statements share one certificate; nothing is asked to verify."""
    job.log = log
    signer = load_signer(configured(job, tmp_path), None)
    bundles = [sign_statement(each, signer) for each in (STATEMENT, {**STATEMENT, "predicate": {}})]
    paths = [path.partition("?")[0] for path, _ in job.asked]
    entered = f"/api/v{log}/log/entries"
    assert sorted(paths) == sorted(["/token", "/api/v2/signingCert", *(["/api/v1/timestamp", entered] * 2)])
    job.asked.clear()
    identity = make_identity(WORKFLOW, GITHUB, root=job.own.root_bytes())
    found = verify_bundle(bundles[0], identity, predicate_type=STATEMENT["predicateType"], subjects=ABOUT)
    assert found == STATEMENT
    assert read_envelope(bundles[0]).payload == canonical(STATEMENT)
    assert verified_payload(bundles[1], replace(identity, repository_id="4711"))
    assert job.asked == []


def test_the_second_log_gets_a_digest_only(job: Services, tmp_path: Path) -> None:
    """What is signed stays here; the first kind of log is sent the envelope, and keeps its digest."""
    job.log = 2
    sign_statement({**STATEMENT, "predicate": {"secret": "n0body"}}, load_signer(configured(job, tmp_path), None))
    assert not any(b"n0body" in body or b"bjBib2R5" in body for _, body in job.asked)


def test_without_an_identity_nothing_is_signed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A job without `id-token: write`, and a machine that is no job; no service is asked."""
    with serve() as services:
        named = configured(services, tmp_path)
        for name in ("GITHUB_ACTIONS", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "CIRCLECI"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(UsageError, match="no job that has one"):
            load_signer(named, None)
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        with pytest.raises(UsageError, match="has no identity to sign with") as refused:
            load_signer(named, None)
        assert "`id-token: write`" in refused.value.hint
        assert services.asked == []


@pytest.mark.parametrize("part", ["/token", "signingCert", "log/entries"])
def test_a_service_that_fails_signs_nothing(job: Services, tmp_path: Path, part: str) -> None:
    job.failing.add(part)
    with pytest.raises((EvaluationError, UsageError)) as refused:
        sign_statement(STATEMENT, load_signer(configured(job, tmp_path), None))
    assert "\x1b" not in str(refused.value)


def test_a_log_of_the_second_kind_needs_a_time(job: Services, tmp_path: Path) -> None:
    """It promises no time itself; without an authority's timestamp, nothing is written."""
    job.log = 2
    job.failing.add("timestamp")
    with pytest.raises(EvaluationError, match="Nothing was signed"):
        sign_statement(STATEMENT, load_signer(configured(job, tmp_path), None))


def test_services_that_cannot_be_read(job: Services, tmp_path: Path) -> None:
    (tmp_path / "services.json").write_text("{}")
    with pytest.raises(UsageError, match="services cannot be read"):
        load_signer(f"keyless:{tmp_path / 'services.json'}", None)
    with pytest.raises(UsageError, match="could not be read"):
        load_signer(f"keyless:{tmp_path / 'none.json'}", None)
    assert job.asked == []
