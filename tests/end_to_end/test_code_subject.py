"""A model that is code is all of its code: what runs was planned, and what is promoted is what ran."""

from __future__ import annotations

import json

import duckdb
import pytest

from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.promotions import ENGINE, JUDGED, Place, judge, merge
from tests.support.repositories import Repository

REGISTER = ("register", "--version", "1.0.0", *ENGINE)
SCORING = """\
import json
from pathlib import Path

LARGEST = json.loads((Path(__file__).parent / "{weights}").read_text())


def score(features):
    return [min(1.0, value / LARGEST) for value in features["amount"]]
"""
ARTIFACT = "artifact: {format: predictions, predictions: {holdout: scores.csv}}"


@pytest.fixture
def weighed(place: Place) -> Place:
    """A model whose weights lie in hidden folder beside its code; judged for validation and merged."""
    place.repository.write("model.py", SCORING.format(weights=".weights/largest.json"))
    place.repository.write(".weights/largest.json", "1000")
    place.repository.replace(ARTIFACT, "artifact: {format: python, callable: 'model:score'}")
    merge(place.root, "a model that is code")
    judge(place.root, "validation")
    return place


def test_other_weights_are_not_registered_on_the_old_decision(weighed: Place, assay: Assay) -> None:
    """T-code-tree: the Python files are the same, but the weights in a hidden folder are not those that were judged."""
    weighed.repository.write(".weights/largest.json", "-1000")
    merge(weighed.root, "other weights")
    ended = assay(*REGISTER)
    assert (ended.code, weighed.tags()) == (1, [])
    assert "the model's code at" in ended.err
    assert "is not what was judged" in ended.err
    weighed.repository.write(".weights/largest.json", "1000")
    merge(weighed.root, "the weights that were judged")
    ended = assay(*REGISTER)
    assert ended.code == 0, ended.err


def test_a_version_is_promoted_from_a_later_work_tree(weighed: Place, assay: Assay) -> None:
    """D3: the evidence is measured again with the code of the version's commit: its modes and links too."""
    (weighed.repository.write("run", "#!/bin/sh\n")).chmod(0o755)
    (weighed.root / "alias.py").symlink_to("model.py")
    merge(weighed.root, "a program and a link")
    judge(weighed.root, "validation", "staging")
    assert assay(*REGISTER).code == 0
    weighed.repository.write("later.py", "")
    merge(weighed.root, "something later")
    ended = assay("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE)
    assert ended.code == 0, ended.err
    assert "Evidence: measured again" in git(weighed.root, "cat-file", "tag", "small#staging#2")


def test_a_file_beside_git_is_neither_judged_nor_promoted(weighed: Place, assay: Assay) -> None:
    """T-code-tree: what Git does not track is not there for the model; named, it is, and must be pointed to from the commit."""
    git(weighed.root, "rm", "--quiet", "--cached", ".weights/largest.json")
    weighed.repository.write(".gitignore", ".assay/\n.weights/\n")
    merge(weighed.root, "weights that Git ignores")
    ended = assay("check", *JUDGED)
    assert ended.code == 3
    assert "`.weights/largest.json` exists, but is not among the model's code" in ended.err
    assert "name it under `model.artifact.code`" in ended.err
    weighed.repository.replace("callable: 'model:score'", "callable: 'model:score', code: ['*.py', .weights]")
    merge(weighed.root, "weights that the manifest names")
    judge(weighed.root, "validation")
    weighed.repository.write(".weights/largest.json", "999")
    ended = assay(*REGISTER)
    assert (ended.code, weighed.tags()) == (1, [])
    weighed.repository.write(".weights/largest.json", "1000")
    ended = assay(*REGISTER)
    assert ended.code == 0, ended.err


def test_a_laptop_and_a_clone_decide_alike(weighed: Place, assay: Assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN §1: what lies about on a laptop, untracked, changes no digest."""
    for name in ("notes.py", ".weights/old.json", "__pycache__/model.cpython-311.pyc", "out/manifest.json"):
        weighed.repository.write(name, "something")
    judge(weighed.root, "validation")
    clone = weighed.root.parent / "clone"
    git(weighed.root.parent, "clone", "--quiet", str(weighed.remote), str(clone))
    monkeypatch.chdir(clone)
    judge(clone, "validation")
    page = ".assay/small/validation/decision.json"
    assert (clone / page).read_bytes() == (weighed.root / page).read_bytes()


def test_code_that_changes_between_the_plan_and_the_run(modelled: Repository, assay: Assay) -> None:
    """D6: the model's process gets a copy with the planned digest, or does not start."""
    assert assay("plan", "--as-of", "2026-11-20").code == 0
    modelled.write("weights.json", "1")
    ended = assay("predict")
    assert ended.code == 3
    assert "The model's code is not what was planned" in ended.err
    (modelled.root / "weights.json").unlink()
    assert assay("predict").code == 0


def test_d4_a_copy_of_a_data_set_is_not_code(modelled: Repository, assay: Assay) -> None:
    """D4: the labels under another name would be among the files that the model's process has."""
    modelled.write("cache/answers.bin", (modelled.root / "holdout.csv").read_bytes())
    ended = assay("plan")
    assert ended.code == 2
    assert "`cache/answers.bin` has the content of the data set `holdout`" in ended.err
    modelled.replace("callable: 'model:score'", "callable: 'model:score', code: [model.py]")
    assert assay("plan").code == 0


def test_d4_a_copy_of_one_file_of_a_data_folder_is_not_code(modelled: Repository, assay: Assay) -> None:
    """D4: a data set of several files has one digest; each of them is looked for in the code."""
    (modelled.root / "parts").mkdir()
    table = f"(SELECT * FROM read_csv('{modelled.root}/holdout.csv'))"
    for number, half in enumerate((f"{table} LIMIT 300", f"{table} OFFSET 300")):
        duckdb.sql(f"COPY (FROM {half}) TO '{modelled.root}/parts/{number}.parquet'")
    (modelled.root / "holdout.csv").unlink()
    modelled.replace("holdout.csv", "parts")
    assert assay("plan").code == 0
    modelled.write("weights.bin", (modelled.root / "parts" / "1.parquet").read_bytes())
    ended = assay("plan")
    assert ended.code == 2
    assert "`weights.bin` has the content of the data set `holdout`" in ended.err


def test_d4_the_model_finds_nothing_but_its_code(modelled: Repository, assay: Assay) -> None:
    """D4: neither data nor manifest nor dossier lie about where the code runs."""
    source = """\
from pathlib import Path


def score(features):
    here = sorted(path.name for path in Path(__file__).parent.rglob("*"))
    assert here == ["README", "model.py"], here
    return [min(1.0, value / 1000) for value in features["amount"]]
"""
    modelled.write("model.py", source)
    modelled.write("README", "What the model is for.")
    ended = assay("check", *JUDGED)
    assert ended.code in (0, 1), ended.err
    assert json.loads((modelled.dossier / "predictions.json").read_text())["sets"]


@pytest.mark.parametrize("kind", ["skops", "predictions"])
def test_only_code_runs_code(kind: str, repository: Repository, assay: Assay) -> None:
    """T-code-beside-model: a `callable` beside a model's file put the repository on the path of its process, without a digest."""
    repository.write("m.skops", "")
    path = "path: m.skops" if kind == "skops" else "predictions: {holdout: scores.csv}"
    repository.replace(ARTIFACT, f"artifact: {{format: {kind}, {path}, callable: 'm:f', code: [scores.csv]}}")
    ended = assay("plan")
    assert ended.code == 2
    assert "only `format: python` has a `callable`" in ended.err
    assert "only `format: python` has a `code`" in ended.err


def test_a_function_whose_module_is_no_code(modelled: Repository, assay: Assay) -> None:
    git(modelled.root, "init", "--quiet")
    git(modelled.root, "add", "holdout.csv", "assay.yaml")
    ended = assay("plan")
    assert ended.code == 2
    assert "Git tracks no file beneath the manifest" in ended.err
    modelled.write("other.py", "")
    git(modelled.root, "add", "other.py")
    ended = assay("plan")
    assert ended.code == 2
    assert "the model's code has no Python file for `model`; `git add` it, or name it under `code`" in ended.err
    commit(modelled.root)
    assert assay("plan").code == 0
