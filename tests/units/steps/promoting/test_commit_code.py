"""The code at a commit: the same digest as its work tree, and the same code when it is written from the commit."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.support.git import commit, git

from assay.canonical import digest
from assay.dossier.pages import ManifestPage, Plan
from assay.dossier.plan_parts import PlannedInput
from assay.edges.code_content import digest_code, listing_digest
from assay.edges.code_tree import find_code_tree
from assay.errors import DataError, EvaluationError
from assay.steps.promoting.commit_code import digest_committed_code, write_committed_code

NAMES = ("a.py", "weights.bin", ".hidden", "lib", "data", "venv", "__pycache__", "ü.txt", "with space", "plan.json")
POINTER = "version https://git-lfs.github.com/spec/v1\noid {}\nsize {}\n"


def page(*code: str) -> ManifestPage:
    artifact = {"format": "python", "callable": "m:f", **({"code": list(code)} if code else {})}
    manifest = {"assay": 1, "model": {"name": "m", "artifact": artifact}}
    return ManifestPage(file="assay.yaml", source=digest(b""), manifest=manifest)


def plan(*data: str) -> Plan:
    inputs = tuple(PlannedInput(role="data", name=path, path=path, digest=digest(b"x"), bytes=1) for path in data)
    return Plan.model_construct(inputs=inputs)


def here(root: Path, *code: str, withheld: tuple[str, ...] = ("assay.yaml", "data")) -> str:
    return listing_digest(digest_code(find_code_tree(root, code or None, withheld)))


def at(root: Path, name: str, *code: str, whole: bool = False) -> str:
    return digest_committed_code(root, name, page(*code), plan("data"), hint="", whole=whole)


def grow(root: Path, draw: random.Random) -> None:
    """Some files, programs and links, in folders that may be code or not."""
    root.mkdir()
    (root / "m.py").write_text("")
    (root / "assay.yaml").write_text("")
    for _ in range(draw.randint(3, 14)):
        path = root.joinpath(*draw.choices(NAMES, k=draw.randint(1, 3)))
        if any(each.is_file() or each.is_symlink() for each in (path, *path.parents)) or path.is_dir():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if draw.random() < 0.2:
            path.symlink_to("./nothing")
        else:
            path.write_bytes(draw.randbytes(draw.randint(0, 200)))
            path.chmod(draw.choice((0o644, 0o755)))
    git(root, "init", "--quiet")


@pytest.mark.parametrize("seed", range(8))
def test_a_commit_and_its_work_tree_are_the_same_code(seed: int, tmp_path: Path) -> None:
    """T-code-tree, law: whatever is tracked, the two readings agree; and what is written from the commit is that code."""
    root = tmp_path / "root"
    grow(root, random.Random(seed))
    name = commit(root)
    (root / "untracked.py").write_text("")
    assert at(root, name) == here(root)
    (tmp_path / "written").mkdir()
    write_committed_code(root, name, page(), plan("data"), tmp_path / "written")
    assert here(tmp_path / "written") == here(root)
    (root / "m.py").write_text("other")
    assert at(root, name) != here(root)


def test_files_beside_git_come_from_the_work_tree(tmp_path: Path) -> None:
    root = tmp_path / "root"
    grow(root, random.Random(1))
    (root / ".gitignore").write_text("big.bin\n")
    (root / "big.bin").write_bytes(b"12345")
    name = commit(root)
    assert at(root, name, "*.py", "big.bin") == here(root, "*.py", "big.bin")
    with pytest.raises(Exception, match="nobody approved it"):
        at(root, name, "*.py", "big.bin", whole=True)
    (tmp_path / "written").mkdir()
    write_committed_code(root, name, page("*.py", "big.bin"), plan("data"), tmp_path / "written")
    assert here(tmp_path / "written", "*.py", "big.bin") == here(root, "*.py", "big.bin")


def test_a_file_in_git_lfs_counts_by_its_pointer(tmp_path: Path) -> None:
    """T-code-tree: the commit has the pointer and the work tree the file; a clone without the file is told."""
    root = tmp_path / "root"
    grow(root, random.Random(2))
    (root / "weights").write_text(POINTER.format(digest(b"12345"), 5))
    name = commit(root)
    with pytest.raises(DataError, match="`weights` is a pointer of Git LFS"):
        here(root)
    (root / "weights").write_bytes(b"12345")
    assert at(root, name) == here(root)
    (tmp_path / "written").mkdir()
    write_committed_code(root, name, page(), plan("data"), tmp_path / "written")
    assert (tmp_path / "written" / "weights").read_bytes() == b"12345"
    (root / "weights").write_bytes(b"54321")
    assert at(root, name) != here(root)


def test_a_file_beneath_a_link_is_written_nowhere_else(tmp_path: Path) -> None:
    """T-links: a tree made by hand has both a link and a file beneath it."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    grow(root, random.Random(3))
    outside.mkdir()
    blob = git(root, "hash-object", "-w", "--stdin", content=b"evil")
    target = git(root, "hash-object", "-w", "--stdin", content=str(outside).encode())
    beneath = git(root, "mktree", content=f"100644 blob {blob}\tx\n".encode())
    tree = git(
        root,
        "mktree",
        content=f"120000 blob {target}\ta\n040000 tree {beneath}\ta\n100644 blob {blob}\tm.py\n".encode(),
    )
    name = git(root, "commit-tree", tree, "-m", "by hand")
    (tmp_path / "written").mkdir()
    with pytest.raises(EvaluationError, match="A folder in Git is malformed"):
        write_committed_code(root, name, page(), plan("data"), tmp_path / "written")
    assert list(outside.iterdir()) == []
