"""The base's data are those whose digest the base names, from wherever they come; everything else is a sentence."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from tests.support.git import commit, git
from tests.support.repositories import Repository

from assay.canonical import digest
from assay.dossier.at_base import FOLDER, at_base
from assay.dossier.plan_parts import ManifestChange, PlannedInput
from assay.manifest.document import Manifest
from assay.steps.planning.base_content import BaseCommit, find_base_data, restore_base_data

OLD, NEW = b"key,amount\nK1,1\nK2,2\n", b"key,amount\nK1,1\n"
MANIFEST = Manifest.model_validate(
    {"assay": 1, "model": {"name": "small"}, "data": {"id": "key", "sets": {"holdout": {"path": "holdout.csv"}}}}
)
CHANGE = ManifestChange(path="data.sets.holdout.content", kind="changed", file="assay.yaml", line=3)
OTHER = CHANGE.model_copy(update={"path": "model.risk"})
HOLDOUT = PlannedInput(
    role="data", name="holdout", path="holdout.csv", digest=digest(NEW), bytes=len(NEW), columns={"amount": "integer"}
)
POINTER = "version https://git-lfs.github.com/spec/v1\noid {}\nsize {}\n"


@pytest.fixture
def made(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    made.write("README.md", "A model.\n")
    git(made.root, "init", "--quiet", "--initial-branch=main")
    return made


def hold(made: Repository, **files: bytes | str) -> str:
    """A commit with some files, after which the holdout data are others."""
    for name, content in files.items():
        made.write(name.replace("_", "."), content)
    found = commit(made.root, "Base")
    made.write("holdout.csv", NEW)
    return found


def find(made: Repository, where: str, given: Path | None = None, planned: PlannedInput = HOLDOUT) -> tuple[Any, str]:
    """The digest that was found and the sentence on what is lacking; one of them is empty."""
    base = BaseCommit(root=made.root, commit=where, given=given)
    found, changes = find_base_data(base, MANIFEST, [planned], [OTHER, CHANGE])
    assert changes[0] == OTHER
    assert all(each.path.startswith(f"{FOLDER}/") and each.name == at_base("holdout") for each in found)
    for each in found:
        assert digest((made.root / each.path).read_bytes()) == each.digest
    return [each.digest for each in found], changes[1].lacking or ""


def test_what_git_holds(made: Repository) -> None:
    assert find(made, hold(made, holdout_csv=OLD)) == ([digest(OLD)], "")


@pytest.mark.parametrize("stored", [OLD, NEW, None])
@pytest.mark.parametrize("folder", [OLD, NEW, None])
def test_what_git_lfs_holds(stored: bytes | None, folder: bytes | None, made: Repository, tmp_path: Path) -> None:
    """T-base-data: what is in the store or in the folder counts by the digest of the pointer, and by nothing else."""
    where = hold(made, holdout_csv=POINTER.format(digest(OLD), len(OLD)))
    name = digest(OLD).removeprefix("sha256:")
    if stored is not None:
        made.write(f".git/lfs/objects/{name[:2]}/{name[2:4]}/{name}", stored)
    given = tmp_path / "given"
    if folder is not None:
        given.mkdir()
        (given / "holdout.csv").write_bytes(folder)
    found, lacking = find(made, where, given)
    if OLD in (stored, folder):
        assert (found, lacking) == ([digest(OLD)], "")
    else:
        assert found == []
        assert "Git LFS has it, but not in this clone" in lacking


def test_a_work_tree_has_the_stores_of_its_repository(made: Repository, tmp_path: Path) -> None:
    where = hold(made, holdout_csv=POINTER.format(digest(OLD), len(OLD)))
    name = digest(OLD).removeprefix("sha256:")
    made.write(f".git/lfs/objects/{name[:2]}/{name[2:4]}/{name}", OLD)
    git(made.root, "worktree", "add", "--quiet", str(tmp_path / "beside"), where)
    assert find(Repository(tmp_path / "beside"), where) == ([digest(OLD)], "")


@pytest.mark.parametrize("cache", [".dvc/cache/files/md5", ".dvc/cache", "elsewhere"])
def test_what_dvc_holds(cache: str, made: Repository) -> None:
    md5 = hashlib.md5(OLD, usedforsecurity=False).hexdigest()
    text = f"outs:\n- md5: {md5}\n  size: {len(OLD)}\n  path: holdout.csv\n"
    where = hold(made, holdout_csv_dvc=text)
    made.write(".dvc/config", "[cache]\n    dir = ../elsewhere\n" if cache == "elsewhere" else "")
    assert "DVC has it, but not in this clone" in find(made, where)[1]
    made.write(f"{cache}/{md5[:2]}/{md5[2:]}", NEW)
    assert "DVC has it, but not in this clone" in find(made, where)[1]
    made.write(f"{cache}/{md5[:2]}/{md5[2:]}", OLD)
    assert find(made, where) == ([digest(OLD)], "")


@pytest.mark.parametrize(
    ("files", "planned", "told"),
    [
        ({}, {}, "it was neither in Git nor in Git LFS there, and had no pointer of DVC"),
        ({"holdout_csv": b"PAR1"}, {}, "cannot judge: "),
        ({"holdout_csv": OLD}, {"columns": {"amount": "integer", "age": "integer"}}, "lacked `age`, which the model sees now"),
        ({"holdout_csv_dvc": "outs: []\n"}, {}, "is not a DVC pointer"),
        ({"holdout_csv": OLD}, {"path": "https://example.org/holdout.csv"}, "nothing at the base says what the URL gave"),
    ],
)  # fmt: skip
def test_what_cannot_judge_is_told(files: dict[str, Any], planned: dict[str, Any], told: str, made: Repository) -> None:
    found, lacking = find(made, hold(made, **files), planned=HOLDOUT.model_copy(update=planned))
    assert (found, told in lacking) == ([], True), lacking
    assert "Restore the file" not in lacking


def test_a_link_leads_nowhere_else(made: Repository, tmp_path: Path) -> None:
    """F-4: a change that puts a link where the base's data are written."""
    (tmp_path / "victim").mkdir()
    (made.root / ".assay").symlink_to(tmp_path / "victim")
    assert ".assay is a symbolic link" in find(made, hold(made, holdout_csv=OLD))[1]
    assert list((tmp_path / "victim").iterdir()) == []


def test_what_is_gone_is_found_in_the_history_of_its_file(made: Repository) -> None:
    where = hold(made, holdout_csv=OLD)
    (planned,), _ = find_base_data(BaseCommit(root=made.root, commit=where), MANIFEST, [HOLDOUT], [CHANGE])
    head = commit(made.root, "New data")
    path = made.root / planned.path
    path.unlink()
    restore_base_data(made.root, head, MANIFEST, planned)
    assert path.read_bytes() == OLD
    absent = planned.model_copy(update={"path": f"{FOLDER}/{'0' * 16}/holdout.csv"})
    restore_base_data(made.root, head, MANIFEST, absent)
    assert not (made.root / absent.path).exists()
