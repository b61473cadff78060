"""What a run says that it judged: the commit, and each planned file that is not the commit's."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.publishing import ENGINE, started
from tests.support.repositories import Repository


def checked_out(repository: Repository, assay: Assay) -> Any:
    ended = assay("plan", "--as-of", "2026-11-20")
    assert ended.code == 0, ended.err
    return json.loads((repository.dossier / "run.json").read_text())["plan"]["checked_out"]


def test_outside_of_git_there_is_no_commit(repository: Repository, assay: Assay) -> None:
    assert checked_out(repository, assay) == {}


@pytest.mark.parametrize("name", ["assay.yaml", "holdout.csv", "scores.csv"])
def test_a_planned_file_that_is_not_the_commit_s_is_named(name: str, repository: Repository, assay: Assay) -> None:
    started(repository)
    repository.write("NOTES.md", "Not planned, not in the commit.\n")
    found = checked_out(repository, assay)
    assert found == {"commit": git(repository.root, "rev-parse", "HEAD"), "parents": [], "clean": True}
    lines = (repository.root / name).read_text().splitlines()
    repository.write(name, "\n".join([*lines, "# edited"] if name == "assay.yaml" else lines[:-1]) + "\n")
    found = checked_out(repository, assay)
    assert (found["clean"], found["changed"]) == (False, [name])


def test_code_that_is_not_the_commit_s_is_named(modelled: Repository, assay: Assay) -> None:
    started(modelled)
    assert checked_out(modelled, assay)["clean"] is True
    modelled.write("part.py", "VALUE = 1\n")
    git(modelled.root, "add", "part.py")
    assert checked_out(modelled, assay)["changed"] == ["part.py"]
    commit(modelled.root)
    assert checked_out(modelled, assay)["clean"] is True
    (modelled.root / "part.py").unlink()
    assert checked_out(modelled, assay)["changed"] == ["part.py"]


def test_data_that_dvc_keeps_must_match_the_commit_s_pointer(repository: Repository, assay: Assay) -> None:
    content = (repository.root / "holdout.csv").read_bytes()
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    pointer = f"outs:\n- md5: {md5}\n  size: {len(content)}\n  hash: md5\n  path: holdout.csv\n"
    repository.write("holdout.csv.dvc", pointer)
    repository.write(".gitignore", ".assay/\n/holdout.csv\n")
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    commit(repository.root)
    assert checked_out(repository, assay)["clean"] is True
    repository.write("holdout.csv", content.replace(b",a,", b",b,", 1))
    assert checked_out(repository, assay)["changed"] == ["holdout.csv"]


def test_the_same_files_in_another_commit_give_the_same_decision(repository: Repository, assay: Assay) -> None:
    """E14: a laptop judges the head, and a run GitHub's merge of it; the record differs, the decision does not."""
    started(repository)
    check = ("check", *ENGINE, "--as-of", "2026-11-20")
    assert assay(*check).code == 0
    first = (repository.dossier / "decision.json").read_bytes(), checked_out(repository, assay)["commit"]
    git(repository.root, "commit", "--quiet", "--allow-empty", "--message", "Another")
    assert assay(*check).code == 0
    second = (repository.dossier / "decision.json").read_bytes(), checked_out(repository, assay)["commit"]
    assert first[0] == second[0]
    assert first[1] != second[1]
