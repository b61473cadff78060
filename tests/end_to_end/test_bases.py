"""The base that judges: fetched where this clone lacks it, none where it is zeros, and never read without bounds."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from assay.steps.planning import pointers
from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.repositories import Repository

CHECK = ("check", "--engine", "regorus", "--as-of", "2026-11-20", "--base")
POLICY = "governance/bars_not_loosened"


def page(repository: Repository, name: str) -> Any:
    return json.loads((repository.dossier / f"{name}.json").read_text())


def ruling(repository: Repository) -> Any:
    return next(each for each in page(repository, "decision")["rulings"] if each["policy"] == POLICY)


@pytest.fixture
def based(repository: Repository) -> Repository:
    repository.write(".gitignore", ".assay/\n")
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    commit(repository.root, "Base")
    return repository


@pytest.fixture
def shallow(based: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Repository, str]:
    """A clone of one commit, which loosens a bar, and the id of the base that it lacks."""
    base = git(based.root, "rev-parse", "HEAD")
    based.replace(">= 0.70", ">= 0.10")
    commit(based.root, "Loosen")
    git(tmp_path, "clone", "--quiet", "--depth=1", based.root.as_uri(), "clone")
    monkeypatch.chdir(tmp_path / "clone")
    return Repository(tmp_path / "clone"), base


def test_a_shallow_clone_fetches_its_base(shallow: tuple[Repository, str], assay: Assay) -> None:
    repository, base = shallow
    ended = assay(*CHECK, base)
    assert ended.code == 1, ended.out + ended.err
    assert ruling(repository)["offenders"] == ["checks.quality.bars.roc_auc"]
    # Nothing but objects came: the work tree and the branches are as they were.
    assert git(repository.root, "status", "--porcelain") == ""
    assert git(repository.root, "for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main"
    assert assay("approvals", "--base", base, "--snapshot", "absent.json").code == 3


def test_a_remote_of_another_name(shallow: tuple[Repository, str], assay: Assay) -> None:
    repository, base = shallow
    git(repository.root, "remote", "rename", "origin", "upstream")
    assert assay(*CHECK, base).code == 2
    assert assay(*CHECK, base, "--base-remote", "upstream").code == 1


@pytest.mark.parametrize("remote", ["origin", "nowhere", "-x", "ext::sh -c true"])
def test_a_base_that_cannot_be_had_is_no_first_manifest(
    remote: str, shallow: tuple[Repository, str], assay: Assay
) -> None:
    """A1: what is not there must not make the head its own judge."""
    repository, _ = shallow
    unknown = "1" * 40
    ended = assay(*CHECK, unknown, f"--base-remote={remote}")
    assert ended.code == 2, ended.out + ended.err
    assert f"The revision `{unknown}` is not in this repository." in ended.err
    assert "shallow" in ended.err
    assert not repository.dossier.exists()


def test_only_a_full_id_is_fetched(shallow: tuple[Repository, str], assay: Assay) -> None:
    _, base = shallow
    for revision in (base[:12], "refs/heads/absent", base.upper()):
        assert assay(*CHECK, revision).code == 2


def creation(folder: Path, monkeypatch: pytest.MonkeyPatch, head: str, **more: Any) -> None:
    """The run of a push that created a branch, as GitHub tells of it."""
    event = folder / "event.json"
    event.write_text(json.dumps({"created": True, "before": "0" * len(head), "after": head, **more}))
    named = {"ACTIONS": "true", "EVENT_NAME": "push", "EVENT_PATH": str(event), "SHA": head}
    for name, value in named.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)


def test_zeros_are_a_base_only_where_a_push_created_the_branch_a1(
    based: Repository, assay: Assay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T-zeros: a head that names no base would judge itself; the first manifest asks for two approvals instead."""
    head = git(based.root, "rev-parse", "HEAD")
    for zeros in ("0" * 40, "0" * 64):
        ended = assay(*CHECK, zeros)
        assert (ended.code, "all zeros" in ended.err) == (2, True)
    for wrong in ({"created": False}, {"before": "1" * 40}, {"after": "2" * 40}, {"before": None}):
        creation(tmp_path, monkeypatch, head, **wrong)
        assert assay(*CHECK, "0" * 40).code == 2, wrong
    creation(tmp_path, monkeypatch, head)
    assert assay(*CHECK, "0" * 40).code == 1
    rulings = {each["policy"]: each["outcome"] for each in page(based, "decision")["rulings"]}
    assert rulings.pop("governance/first_manifest") == "not_evaluated"
    assert set(rulings.values()) == {"pass"}
    # The twin: without a base the same checkout is judged by itself, which no promotion takes for a judgement of main.
    assert assay("check", "--engine", "regorus", "--as-of", "2026-11-20").code == 0


def pointer_of(repository: Repository, **more: Any) -> str:
    """What `dvc add holdout.csv` writes."""
    content = (repository.root / "holdout.csv").read_bytes()
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    told = {"md5": md5, "size": len(content), "hash": "md5", "path": "holdout.csv", **more}
    return "outs:\n- " + "\n  ".join(f"{name}: {value}" for name, value in told.items() if value is not None) + "\n"


@pytest.fixture
def kept_by_dvc(based: Repository) -> Repository:
    """The evaluation data lie beside Git; their pointer is in it."""
    based.write(".gitignore", ".assay/\n/holdout.csv\n")
    git(based.root, "rm", "--quiet", "--cached", "holdout.csv")
    based.write("holdout.csv.dvc", pointer_of(based))
    commit(based.root, "Keep the data with DVC")
    return based


def relabel(repository: Repository) -> None:
    lines = (repository.root / "holdout.csv").read_text().splitlines()
    lines[1] = lines[1][:-1] + ("0" if lines[1].endswith("1") else "1")
    repository.write("holdout.csv", "\n".join(lines) + "\n")


def test_data_that_dvc_keeps_are_known_by_their_pointer_e14(kept_by_dvc: Repository, assay: Assay) -> None:
    ended = assay(*CHECK, "main")
    assert ended.code == 0, ended.out + ended.err
    assert page(kept_by_dvc, "plan")["changes"] == []
    relabel(kept_by_dvc)
    # The head's own pointer says nothing of what was there before.
    kept_by_dvc.write("holdout.csv.dvc", pointer_of(kept_by_dvc))
    assert assay(*CHECK, "main").code == 1
    assert ruling(kept_by_dvc)["offenders"] == ["data.sets.holdout.content"]
    assert "according to DVC" in page(kept_by_dvc, "plan")["changes"][0]["before"]


def test_a_pointer_that_the_manifest_names(kept_by_dvc: Repository, assay: Assay) -> None:
    git(kept_by_dvc.root, "rm", "--quiet", "holdout.csv.dvc")
    kept_by_dvc.write("pointers/data.dvc", pointer_of(kept_by_dvc, path="../holdout.csv"))
    kept_by_dvc.replace("{path: holdout.csv}", "{path: holdout.csv, dvc: pointers/data.dvc}")
    commit(kept_by_dvc.root, "Point from elsewhere")
    assert assay(*CHECK, "main").code == 0
    assert page(kept_by_dvc, "plan")["changes"] == []


@pytest.mark.parametrize(
    ("pointer", "told"),
    [
        ({"md5": "0a" * 16}, "according to DVC"),
        ({"size": 1}, "according to DVC"),
        ({"size": None}, "lacks an MD5 or a size"),
        ({"size": "true"}, "lacks an MD5 or a size"),
        ({"md5": "d41d8cd98f00b204e9800998ecf8427e.dir"}, "lacks an MD5 or a size"),
        ({"path": "other.csv"}, "is not a DVC pointer to"),
        ("outs: [", "is not a DVC pointer"),
        ("- outs\n", "is not a DVC pointer to"),
        ("outs: holdout.csv\n", "is not a DVC pointer to"),
        (b"\xff", "is not a DVC pointer"),
        ("#" * 3_000_000, "too large"),
    ],
)
def test_a_pointer_that_does_not_say_it_closes(pointer: Any, told: str, kept_by_dvc: Repository, assay: Assay) -> None:
    text = pointer_of(kept_by_dvc, **pointer) if isinstance(pointer, dict) else pointer
    kept_by_dvc.write("holdout.csv.dvc", text)
    commit(kept_by_dvc.root, "Another pointer")
    assert assay(*CHECK, "main").code == 1
    assert ruling(kept_by_dvc)["offenders"] == ["data.sets.holdout.content"]
    assert told in page(kept_by_dvc, "plan")["changes"][0]["before"]


def test_data_at_the_base_are_measured_before_they_are_read(
    based: Repository, assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = (based.root / "holdout.csv").stat().st_size
    monkeypatch.setattr(pointers, "MAX_DATA_BYTES", size)
    assert assay(*CHECK, "main").code == 0
    monkeypatch.setattr(pointers, "MAX_DATA_BYTES", size - 1)
    assert assay(*CHECK, "main").code == 1
    assert "not compared" in page(based, "plan")["changes"][0]["before"]


def test_a_manifest_at_the_base_is_bounded_too(based: Repository, assay: Assay) -> None:
    text = (based.root / "assay.yaml").read_text()
    based.write("assay.yaml", text + "#" * 3_000_000 + "\n")
    commit(based.root, "Large")
    based.write("assay.yaml", text)
    ended = assay(*CHECK, "main")
    assert ended.code == 3
    assert "`assay.yaml` has more than" in ended.err
