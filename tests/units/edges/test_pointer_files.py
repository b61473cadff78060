"""Pointers of Git LFS, DVC and git-annex in place of files are named, with the command that fetches the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repositories import write_repository

from assay.cli import main
from assay.edges.data_files import find_source
from assay.edges.files import read_beneath
from assay.errors import DataError

LFS = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"
DVC = "outs:\n- md5: d8e8fca2dc0f896fd7cb4cb0031ba249\n  size: 5\n  hash: md5\n  path: data.csv\n"
POINTERS = {
    "LFS": (LFS, "data.csv", "git lfs pull --include=data.csv"),
    "LFS with CRLF": (LFS.replace("\n", "\r\n"), "data.csv", "git lfs pull --include=data.csv"),
    "LFS before its name": (LFS.replace("git-lfs", "hawser"), "data.csv", "git lfs pull --include=data.csv"),
    "LFS with an extension": (
        LFS.replace("oid", "ext-0-x sha256:b\noid"),
        "a b.parquet",
        "git lfs pull --include='a b.parquet'",
    ),
    "DVC in place of the file": (DVC, "data.csv", "dvc pull data.csv.dvc"),
    "annex": ("/annex/objects/SHA256E-s5--abc.csv\n", "data.csv", "git annex get data.csv"),
}


@pytest.mark.parametrize(("content", "name", "command"), POINTERS.values(), ids=list(POINTERS))
def test_a_pointer_in_place_of_data(tmp_path: Path, content: str, name: str, command: str) -> None:
    """T-pointer-file: not `is not a readable CSV file`."""
    (tmp_path / name).write_bytes(content.encode())
    with pytest.raises(DataError, match=r"is a pointer of .*, not the file") as refused:
        find_source(tmp_path, name)
    assert command in str(refused.value)


def test_data_that_mention_pointers_are_data(tmp_path: Path) -> None:
    """T-pointer-file, twin: text about pointers, in a file of data."""
    for name, content in (("a.csv", "url\nversion https://git-lfs.github.com/spec/v1\n"), ("b.csv", "a\nx: outs\n")):
        (tmp_path / name).write_text(content)
        assert find_source(tmp_path, name).bytes == len(content)


def lock(folder: Path) -> None:
    (folder / "dvc.lock").write_text("stages:\n  prepare:\n    outs:\n    - path: data/train.csv\n      md5: x\n")


def beside(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data/train.csv.dvc").write_text(DVC)


def above(folder: Path) -> None:
    (folder / "data.dvc").write_text(DVC)


def submodule(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / ".gitmodules").write_text('[submodule "data"]\n\tpath = data\n\turl = ../data\n')


@pytest.mark.parametrize(
    ("prepare", "command"),
    [
        (beside, "dvc pull data/train.csv.dvc"),
        (above, "dvc pull data.dvc"),
        (lock, "dvc pull data/train.csv"),
        (submodule, "git submodule update --init data"),
    ],
)
def test_a_missing_file_that_something_points_to(tmp_path: Path, prepare: object, command: str) -> None:
    """T-pointer-file: a missing file of which a pointer is here."""
    with pytest.raises(DataError, match=r"^`data/train.csv` does not exist\.$"):
        find_source(tmp_path, "data/train.csv")
    assert callable(prepare)
    prepare(tmp_path)
    with pytest.raises(DataError, match=f"`data/train.csv` does not exist.*`{command}`"):
        find_source(tmp_path, "data/train.csv")


@pytest.mark.parametrize(
    ("target", "command"),
    [
        ("../.dvc/cache/files/md5/d8/e8fc", "dvc checkout --relink"),
        ("/home/x/.cache/files/md5/d8/e8fc", "dvc checkout --relink"),
        ("../.git/annex/objects/3k/x", "git annex unlock"),
        ("elsewhere", None),
    ],
)
def test_links_into_a_store(tmp_path: Path, target: str, command: str | None) -> None:
    """T-pointer-file: links that DVC and git-annex make; another link has no command."""
    (tmp_path / "model.skops").symlink_to(target)
    with pytest.raises(DataError, match="is a symbolic link") as refused:
        read_beneath(tmp_path, "model.skops", limit=10)
    assert (command is None) == ("`git " not in str(refused.value) and "`dvc " not in str(refused.value))
    assert command is None or command in str(refused.value)


@pytest.mark.parametrize("role", ["data", "predictions", "model"])
def test_the_plan_names_it_at_its_line(tmp_path: Path, role: str, capsys: pytest.CaptureFixture[str]) -> None:
    """T-pointer-file: data, scores and model, by the line of the manifest that names them."""
    repository = write_repository(tmp_path / "repository")
    if role == "model":
        artifact = "artifact: {format: skops, path: model.skops}"
        repository.replace("artifact: {format: predictions, predictions: {holdout: scores.csv}}", artifact)
    path = {"data": "holdout.csv", "predictions": "scores.csv", "model": "model.skops"}[role]
    repository.write(path, LFS)
    assert main(["plan", "--manifest", str(repository.root / "assay.yaml")]) == 2
    assert (
        f"`{path}` is a pointer of Git LFS, not the file; fetch the file with `git lfs pull" in capsys.readouterr().err
    )
    repository.write(path, DVC)
    assert main(["plan", "--manifest", str(repository.root / "assay.yaml")]) == 2
    assert f"dvc pull {path}.dvc" in capsys.readouterr().err
