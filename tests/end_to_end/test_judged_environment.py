"""The environment that a model is judged in is recorded, signed, shown, and asked for again by a promotion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assay.dossier.environment_identity import EnvironmentIdentity
from assay.edges.environment_record import read_environment_record, write_environment_record
from assay.edges.store import DossierFolder
from tests.support.command_line import Assay
from tests.support.environments import install, make_environment
from tests.support.git import git
from tests.support.keys import write_keys
from tests.support.promotions import ENGINE, JUDGED, Place, judge, merge
from tests.support.repositories import MODEL

REGISTER = ("register", "--version", "1.0.0", *ENGINE)
PROMOTE = ("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE)
ARTIFACT = "artifact: {format: predictions, predictions: {holdout: scores.csv}}"


@pytest.fixture
def housed(place: Place) -> Place:
    """A model that runs in an environment of its own beside Git; judged for validation and merged."""
    make_environment(place.root / "env", somelib="1.0")
    place.repository.write(".gitignore", ".assay/\nenv/\n")
    place.repository.write("model.py", MODEL)
    environment = "environment: {python: env/bin/python}"
    place.repository.replace(ARTIFACT, f"{environment}\n  artifact: {{format: python, callable: 'model:score'}}")
    merge(place.root, "a model in an environment")
    judge(place.root, "validation")
    return place


def record(place: Place, stage: str = "validation") -> EnvironmentIdentity:
    found = read_environment_record(DossierFolder(place.root / ".assay" / "small" / stage, place.root))
    assert found is not None
    return found


def test_another_environment_is_not_registered(housed: Place, assay: Assay) -> None:
    """T-environment: between judgement and registration another version is installed beneath the interpreter's path."""
    install(housed.root / "env", "somelib", "2.0")
    install(housed.root / "env", "other", "1")
    ended = assay(*REGISTER)
    assert (ended.code, housed.tags()) == (1, [])
    assert "The environment of `env/bin/python` is not the one that the model was judged in: " in ended.err
    assert "other is 1 instead of missing; somelib is 2.0 instead of 1.0" in ended.err
    judge(housed.root, "validation")
    ended = assay(*REGISTER)
    assert ended.code == 0, ended.err
    tag = git(housed.root, "cat-file", "tag", "small@v1.0.0")
    assert f"Environment: {record(housed).digest()}\n" in tag


def test_a_version_is_not_promoted_in_another_environment(housed: Place, assay: Assay) -> None:
    """T-environment: judged again for a later stage, in another environment than the one that the version was registered with."""
    assert assay(*REGISTER).code == 0
    install(housed.root / "env", "somelib", "2.0")
    judge(housed.root, "staging")
    ended = assay(*PROMOTE)
    assert (ended.code, housed.tags()) == (1, ["small@v1.0.0"])
    assert "in another environment than small@v1.0.0 was registered with: somelib is 2.0 instead of 1.0." in ended.err
    install(housed.root / "env", "somelib", "1.0")
    judge(housed.root, "staging")
    ended = assay(*PROMOTE)
    assert ended.code == 0, ended.err


def test_a_dossier_without_its_record_is_not_promoted(housed: Place, assay: Assay) -> None:
    """T-environment: who deletes or edits the record gets no further; its twin is registered above."""
    path = housed.repository.dossier / "environment.json"
    written = path.read_bytes()
    path.write_bytes(written.replace(b'"python":"3.', b'"python": "3.'))
    ended = assay(*REGISTER)
    assert ended.code == 3
    assert "environment.json is not in canonical form" in ended.err
    path.write_bytes(written.replace(b'"origin":"python"', b'"origin":"assay"'))
    ended = assay(*REGISTER)
    assert ended.code == 3
    assert "but the plan asks for `python`" in ended.err
    path.unlink()
    ended = assay(*REGISTER)
    assert (ended.code, housed.tags()) == (1, [])
    assert "does not say in which environment the model ran" in ended.err


def test_an_environment_that_is_not_here_is_taken_from_the_record(housed: Place, assay: Assay, tmp_path: Path) -> None:
    """T-environment, T-unsigned-answers: where the model's libraries are not, a key that counts vouches for its answers."""
    (housed.root / "env").rename(housed.root.parent / "elsewhere")
    ended = assay(*REGISTER)
    assert (ended.code, housed.tags()) == (1, [])
    assert "Nobody signed the model's answers, and the model cannot be asked again: " in ended.err
    keys = write_keys(tmp_path / "keys", "ed25519")
    assert assay("sign", *ENGINE[:2], "--key", keys.private).code == 0
    ended = assay(*REGISTER, "--key", keys.public)
    assert ended.code == 0, ended.err
    assert "warning: `env/bin/python` is not here, so only the dossier says what is installed there." in ended.err


def test_an_editable_installation_is_not_promoted(housed: Place, assay: Assay) -> None:
    """T-editable: its version stays the same, whatever its folder holds; its twin is registered above."""
    about = next((housed.root / "env").glob("lib/python*/site-packages/somelib-1.0.dist-info"))
    direct = {"url": (housed.root.parent / "somelib").as_uri(), "dir_info": {"editable": True}}
    (about / "direct_url.json").write_text(json.dumps(direct))
    judge(housed.root, "validation")
    ended = assay(*REGISTER)
    assert (ended.code, housed.tags()) == (1, [])
    assert "judged with editable installations, whose versions do not say what their code is: `somelib`" in ended.err


def test_honest_machines_decide_alike(housed: Place, assay: Assay) -> None:
    """DESIGN §1: another environment is in the record, and in no page of the dossier."""
    pages = {path.name: path.read_bytes() for path in housed.repository.dossier.glob("*.json")}
    install(housed.root / "env", "somelib", "2.0")
    judge(housed.root, "validation")
    again = {path.name: path.read_bytes() for path in housed.repository.dossier.glob("*.json")}
    differing = {name for name in pages if pages[name] != again[name]}
    assert differing == {"environment.json", "run.json"}
    recorded = json.loads(again["run.json"])["predict"]
    assert recorded["environment"] == record(housed).digest()
    assert recorded["python"].startswith(record(housed).python)


def test_a_signature_covers_the_record(housed: Place, assay: Assay, tmp_path: Path) -> None:
    """T-environment: the record that was signed is shown, and another one is refused."""
    keys = write_keys(tmp_path / "keys", "ed25519")
    assert assay("sign", *ENGINE[:2], "--key", keys.private).code == 0
    verify = ("verify", *ENGINE[:2], "--key", keys.public)
    ended = assay(*verify)
    assert ended.code == 0, ended.err
    assert f"environment.json: {record(housed).title}, as the manifest declares it" in ended.out
    path = housed.repository.dossier / "environment.json"
    path.write_bytes(path.read_bytes().replace(b"somelib", b"samelib"))
    ended = assay(*verify)
    assert ended.code == 3
    assert "see inputAttestations" in ended.err


def test_an_own_environment_may_change_and_is_told(place: Place, assay: Assay) -> None:
    """T-environment, twin: a model that declares none runs in Assay's own, which each release of Assay changes."""
    place.repository.write("model.py", MODEL)
    place.repository.replace(ARTIFACT, "artifact: {format: python, callable: 'model:score'}")
    merge(place.root, "a model without an environment")
    judge(place.root, "validation", "staging")
    assert assay(*REGISTER).code == 0
    dossier = DossierFolder(place.root / ".assay" / "small" / "staging", place.root)
    before = record(place, "staging")
    kept = tuple(each for each in before.distributions if each.name != "numpy")
    write_environment_record(dossier, before.model_copy(update={"distributions": kept}))
    ended = assay(*PROMOTE)
    assert ended.code == 0, ended.err
    assert "warning: The model was judged in another environment than small@v1.0.0 was registered with" in ended.err
    assert "numpy is missing instead of" in ended.err


def test_a_page_before_the_answers_takes_the_record_along(housed: Place, assay: Assay) -> None:
    path = housed.repository.dossier / "environment.json"
    for step, there in (("collect", True), ("plan", False), ("predict", True)):
        ended = assay(step, *(("--as-of", JUDGED[-1]) if step == "plan" else ()))
        assert (ended.code, path.exists()) == (0, there)
