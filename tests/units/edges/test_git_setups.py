"""Repositories as they are found: each reads like a plain clone, or says its true cause; what they set never runs."""

import os
from pathlib import Path

import pytest
from tests.support.git import git
from tests.support.git_setups import HOSTILE, PLAIN, REFUSED, Clone, Setup, apply_setup, make_clone

from assay.edges.git import find_commit, is_shallow, list_at, list_blobs_at, read_at, size_at
from assay.edges.git_listing import list_committed, list_tracked
from assay.edges.git_push import is_ancestor
from assay.edges.git_tags import read_refs, read_tags
from assay.errors import AssayError, EvaluationError


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return make_clone(tmp_path)


def read(clone: Clone, where: Path) -> None:
    """Everything that a judgement reads is what the commits have."""
    first, second, impostor = (clone.names[name] for name in ("first", "second", "impostor"))
    assert find_commit(where, "HEAD") == second
    assert find_commit(where, first) == first
    assert not is_shallow(where)
    assert read_at(where, first, "assay.yaml") == b"first\n"
    assert read_at(where / "models/a", second, "assay.yaml") == b"inner second\n"
    assert read_at(where / "models/a", second, "../../assay.yaml") == b"second\n"
    assert read_at(where, second, "none.yaml") is None
    assert size_at(where / "models", first, "a/assay.yaml") == len("inner first\n")
    assert list_at(where / "models", second, "a") == ("a/assay.yaml",)
    assert list(list_blobs_at(where, second)) == ["assay.yaml", "models/a/assay.yaml"]
    assert [each.path for each in list_committed(where / "models", first)] == ["a/assay.yaml"]
    if "bare = true" not in (clone.root / ".git/config").read_text():  # without a work tree Git lists no index
        assert [each.path for each in list_tracked(where / "models") or ()] == ["a/assay.yaml"]
    assert is_ancestor(where, first, second)
    assert not is_ancestor(where, impostor, second)
    assert read_tags(where) == {}
    assert second in read_refs(where, "refs/heads", "refs/remotes").values()


def enter(clone: Clone, setup: Setup, monkeypatch: pytest.MonkeyPatch) -> Path:
    variables = dict[str, str]()
    for name in [name for name in os.environ if name.startswith(("GIT_", "GITHUB_", "XDG_"))]:
        monkeypatch.delenv(name)
    where = apply_setup(clone, setup, variables)
    clone.marker.unlink(missing_ok=True)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(where)
    return where


@pytest.mark.parametrize("name", PLAIN)
def test_an_honest_one_reads_like_any_other(clone: Clone, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """T-git-cause: where Git itself works, with the user's own settings, so does Assay."""
    read(clone, enter(clone, PLAIN[name], monkeypatch))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_one_runs_nothing_and_stands_for_nothing_else(
    clone: Clone, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-7, T-git-cause: neither the repository's settings and files nor the variables around it."""
    read(clone, enter(clone, HOSTILE[name], monkeypatch))
    assert not clone.marker.exists()


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_says_its_cause(clone: Clone, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """T-git-cause: neither as a missing commit nor as a file that was never there."""
    setup = REFUSED[name]
    where = enter(clone, setup, monkeypatch)
    with pytest.raises(AssayError) as raised:
        read(clone, where)
    assert clone.filled(setup.refused) in str(raised.value)
    assert clone.filled(setup.hint) in raised.value.hint
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("path", ["assay.yaml", "models/a/assay.yaml"])
def test_objects_that_were_exchanged_are_found_out(clone: Clone, path: str) -> None:
    """T-forged-object: the file of an object is overwritten with another object's: nothing is read from it, blob, folder or commit."""
    names = {f"{clone.names['first']}:{path}", f"{clone.names['first']}^{{tree}}", clone.names["first"]}
    for name in names:
        objects, kept = clone.root / ".git/objects", git(clone.root, "rev-parse", name)
        kind = git(clone.root, "cat-file", "-t", kept)
        other = git(clone.root, "rev-parse", name.replace(clone.names["first"], clone.names["second"]))
        assert git(clone.root, "cat-file", "-t", other) == kind
        mine, theirs = (objects / each[:2] / each[2:] for each in (kept, other))
        held = mine.read_bytes()
        mine.chmod(0o644)
        mine.write_bytes(theirs.read_bytes())
        with pytest.raises(EvaluationError, match=r"other bytes than its name stands for|could not be read"):
            read_at(clone.root, clone.names["first"], path)
        mine.write_bytes(held)
    assert read_at(clone.root, clone.names["first"], path)
