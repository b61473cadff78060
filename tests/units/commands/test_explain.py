"""What `assay explain` and `assay measure` say without a manifest, with one, and with a dossier."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from tests.support.command_line import Assay
from tests.support.repositories import HOUSE, HOUSE_FILE, Repository

from assay.checks import CHECKS
from assay.commands.parts.policy_explanation import SITUATIONS
from assay.dossier.plan_parts import Situation
from assay.manifest.document import DEFAULT_STAGES


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_name_everything_is_listed_anywhere(nowhere: Path, assay: Assay) -> None:
    ended = assay("explain")
    assert (ended.code, ended.err) == (0, "")
    listed = json.loads(assay("explain", "--format", "json").out)
    assert set(listed["checks"]) == set(CHECKS.names())
    assert set(listed["stages"]) == set(DEFAULT_STAGES)
    assert "bias/within_bounds" in listed["policies"]
    for names in listed.values():
        for name, title in names.items():
            assert f"  {name}" in ended.out
            assert title in ended.out
    assert list(nowhere.iterdir()) == []


def test_whatever_is_listed_is_explained(nowhere: Path, assay: Assay) -> None:
    for group, names in json.loads(assay("explain", "--format", "json").out).items():
        for name in names:
            ended = assay("explain", name)
            assert ended.code == 0, ended.err
            assert ended.out.startswith(f"{name}: "), ended.out
            found = json.loads(assay("explain", name, "--format", "json").out)
            assert (
                set(found)
                == {"policies": {"policy", "ruling"}, "checks": {"check"}, "stages": {"stage"}, "errors": {"error"}}[
                    group
                ]
            )


def test_a_check_tells_every_key_of_its_block(nowhere: Path, assay: Assay) -> None:
    for name in CHECKS.names():
        keys = json.loads(assay("explain", name, "--format", "json").out)["check"]["keys"]
        assert set(CHECKS.load(name).Spec.model_fields) <= {key.partition(".")[0] for key in keys}
        assert all(keys.values()), (name, keys)
    assert "bars.psi" in assay("explain", "drift").out


def test_measure_without_a_check_lists_checks(nowhere: Path, assay: Assay) -> None:
    ended = assay("measure")
    assert ended.code == 0
    assert all(f"  {name} " in ended.out and CHECKS.title(name) in ended.out for name in CHECKS.names())
    assert set(json.loads(assay("measure", "--format", "json").out)["checks"]) == set(CHECKS.names())


def test_an_unknown_name_is_refused_with_the_nearest(nowhere: Path, assay: Assay) -> None:
    ended = assay("explain", "drfit")
    assert ended.code == 2
    assert "Did you mean `drift`?" in ended.err


def test_a_named_manifest_must_exist(nowhere: Path, assay: Assay) -> None:
    assert assay("explain", "drift", "--manifest", "other.yaml").code == 2
    assert assay("explain", "drift", "--dossier", "none").code == 3


def test_the_manifests_own_policies_and_stages_are_known_without_a_dossier(
    repository: Repository, assay: Assay
) -> None:
    repository.write(HOUSE_FILE, HOUSE)
    manifest, _, _ = (repository.root / "assay.yaml").read_text().partition("stages:")
    stages = "stages:\n  lab: {policies: ['house/*']}\n  live: {after: lab, approvals: [ml_engineer]}\n"
    repository.write("assay.yaml", f"{manifest}policies: policies\nroles:\n  ml_engineer: {{users: [grace]}}\n{stages}")
    assert "The house knows whose it is" in assay("explain", "house/owner_known").out
    lab = json.loads(assay("explain", "lab", "--format", "json").out)["stage"]
    assert lab["policies"] == {"house/owner_known": "The house knows whose it is"}
    live = json.loads(assay("explain", "live", "--format", "json").out)["stage"]
    assert (live["after"], live["approvals"]) == ("lab", ["ml_engineer"])
    assert assay("explain", "validation").code == 2


def test_a_manifest_that_cannot_be_read_is_told(repository: Repository, assay: Assay) -> None:
    repository.write("assay.yaml", "assay: [")
    ended = assay("explain", "drift")
    assert ended.code == 0
    assert "warning: " in ended.err
    assert "assay.yaml" in ended.err


def test_a_policy_that_the_plan_does_not_ask_says_so(repository: Repository, assay: Assay) -> None:
    assert assay("plan", "--as-of", "2026-11-20").code == 0
    assert "the plan for the stage validation does not ask it" in assay("explain", "drift/stable").out
    assert "does not ask it" not in assay("explain", "bias/within_bounds").out


def test_every_situation_has_words() -> None:
    assert set(SITUATIONS) == set(get_args(Situation))
