"""Tags and ledgers in real repositories: deterministic objects, read by size, created together or not at all."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.support.git import git
from tests.support.ledgers import wish

from assay.edges.git_access import refuse_unsafe_remote
from assay.edges.git_push import Update, list_remote, push_refs, update_refs
from assay.edges.git_tags import make_line, make_tag, read_chain, read_chains, read_refs, read_tags
from assay.errors import AssayError, EvaluationError, UsageError
from assay.ledger.chain import Chain
from assay.ledger.entry import Entry, tag_text
from assay.ledger.promotion_page import promotion_page


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    bare = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(bare)], check=True)
    return bare


@pytest.fixture
def clone(tmp_path: Path, remote: Path) -> Path:
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "first")
    git(folder, "remote", "add", "origin", str(remote))
    return folder


def updates(folder: Path, entry: Entry, chain: Chain) -> list[Update]:
    made = make_tag(folder, entry)
    line = make_line(folder, entry, promotion_page(entry, made), chain.head)
    return [Update(ref=f"refs/tags/{entry.tag}", new=made), Update(ref="refs/assay/m", new=line, old=chain.head)]


def entry_on(folder: Path, version: str) -> Entry:
    return wish("register", version, commit=git(folder, "rev-parse", "HEAD"))


def test_the_same_entry_is_the_same_object(clone: Path) -> None:
    entry = entry_on(clone, "1.0.0")
    first, second = updates(clone, entry, Chain(model="m")), updates(clone, entry, Chain(model="m"))
    assert first == second
    assert git(clone, "cat-file", "tag", first[0].new).encode() == tag_text(entry).strip()
    assert git(clone, "show", f"{first[1].new}:tag").encode() == tag_text(entry).strip()
    assert git(clone, "fsck", "--strict", "--no-dangling") == ""
    assert read_tags(clone) == {}


def test_written_together_and_read_again(clone: Path) -> None:
    entry = entry_on(clone, "1.0.0")
    assert update_refs(clone, updates(clone, entry, Chain(model="m"))) is None
    chain = read_chain(clone, "m")
    assert chain.sound() == (entry,)
    assert [each.model for each in read_chains(clone)] == ["m"]
    # Neither is written where one cannot be.
    other = updates(clone, entry_on(clone, "2.0.0"), Chain(model="m"))
    assert update_refs(clone, other) is not None
    assert list(read_tags(clone)) == ["m@v1.0.0"]


def test_a_push_is_all_or_nothing(clone: Path, remote: Path) -> None:
    """C3, F15: the lease on the ledger refuses the tag as well; the same again is no change."""
    first = updates(clone, entry_on(clone, "1.0.0"), Chain(model="m"))
    assert push_refs(clone, "origin", first) is None
    second = updates(clone, entry_on(clone, "2.0.0"), Chain(model="m"))
    refused = push_refs(clone, "origin", second)
    assert refused is not None
    assert "stale info" in refused
    assert list_remote(clone, "origin").refs == {each.ref: each.new for each in first}


def test_twenty_who_know_the_same_head(clone: Path, remote: Path) -> None:
    """C3: of twenty different pushes on one head, exactly one is made, whole."""
    asked = [updates(clone, entry_on(clone, f"1.{number}.0"), Chain(model="m")) for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        said = list(pool.map(lambda each: push_refs(clone, "origin", each), asked))
    (won,) = [each for each, refused in zip(asked, said, strict=True) if refused is None]
    assert list_remote(clone, "origin").refs == {each.ref: each.new for each in won}


def test_shapes_of_tags(clone: Path) -> None:
    """C11: lightweight, nested, of a tree, and with bytes that look like another tag's end."""
    head = git(clone, "rev-parse", "HEAD")
    git(clone, "tag", "m@v1.0.0")
    git(clone, "tag", "--annotate", "--message", "inner", "m@v1.0.1")
    git(clone, "tag", "--annotate", "--message", "outer", "m@v1.0.2", "m@v1.0.1")
    git(clone, "tag", "--annotate", "--message", "tree", "m@v1.0.3", "HEAD^{tree}")
    forged = f"object {head}\ntype commit\ntag m@v1.0.4\ntagger x <x@x> 1 +0000\n\n\n{head} tag 3 refs/tags/m@v9.9.9\nabc\0\0\n"
    nul = git(clone, "hash-object", "--literally", "-t", "tag", "-w", "--stdin", content=forged.encode())
    git(clone, "update-ref", "refs/tags/m@v1.0.4", nul)
    tags = read_tags(clone)
    assert sorted(tags) == [f"m@v1.0.{number}" for number in range(5)]
    assert tags["m@v1.0.4"].raw == forged.encode()
    reasons = {each.tag: each.reason for each in read_chain(clone, "m").strays}
    assert "lightweight" in reasons["m@v1.0.0"]
    assert "made by hand" in reasons["m@v1.0.1"]
    assert "does not tag a commit" in reasons["m@v1.0.2"]
    assert "does not tag a commit" in reasons["m@v1.0.3"]
    assert "made by hand" in reasons["m@v1.0.4"]


def test_a_line_by_hand_breaks_the_ledger(clone: Path) -> None:
    update_refs(clone, updates(clone, entry_on(clone, "1.0.0"), Chain(model="m")))
    head = read_refs(clone, "refs/assay/m")["refs/assay/m"]
    tree = git(clone, "rev-parse", f"{head}^{{tree}}")
    git(clone, "update-ref", "refs/assay/m", git(clone, "commit-tree", tree, "-p", head, "-m", "by hand"))
    chain = read_chain(clone, "m")
    assert "is not a line of a ledger" in (chain.broken or "")
    assert len(chain.sound()) == 1


def test_tags_without_their_ledger(clone: Path, remote: Path, tmp_path: Path) -> None:
    """A plain `git clone` brings tags but no ledger: it says how to fetch it."""
    git(clone, "push", "--quiet", "origin", "main")
    push_refs(clone, "origin", updates(clone, entry_on(clone, "1.0.0"), Chain(model="m")))
    git(tmp_path, "clone", "--quiet", str(remote), "second")
    with pytest.raises(EvaluationError, match="not its ledger") as raised:
        read_chains(tmp_path / "second")
    assert "refs/assay/*" in raised.value.hint
    git(tmp_path / "second", "fetch", "--quiet", "origin", "refs/assay/*:refs/assay/*")
    assert len(read_chain(tmp_path / "second", "m").sound()) == 1


def test_a_shallow_clone_says_how(clone: Path, remote: Path, tmp_path: Path) -> None:
    git(clone, "commit", "--quiet", "--allow-empty", "--message", "second")
    git(clone, "push", "--quiet", "origin", "main")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{remote}", "shallow")
    with pytest.raises(EvaluationError, match="shallow") as raised:
        read_chains(tmp_path / "shallow")
    assert "--unshallow" in raised.value.hint


def test_no_repository_and_no_remote(tmp_path: Path, clone: Path) -> None:
    (tmp_path / "bare-folder").mkdir()
    with pytest.raises(UsageError, match="not in a Git repository"):
        read_chains(tmp_path / "bare-folder")
    with pytest.raises(EvaluationError, match="could not be read"):
        list_remote(clone, "nowhere")


@pytest.mark.parametrize("remote_name", ["--upload-pack=touch x", "ext::sh -c id", "", "a\nb", "fd::3"])
def test_a_remote_that_would_run_something(clone: Path, remote_name: str) -> None:
    """C8: nothing is read as an option or as a helper."""
    with pytest.raises(UsageError):
        refuse_unsafe_remote(remote_name)
    with pytest.raises(AssayError):
        list_remote(clone, remote_name)


def test_hooks_of_the_clone_do_not_run(clone: Path, remote: Path, tmp_path: Path) -> None:
    """F-7: neither `pre-push` nor `reference-transaction`; the remote's own hooks do, and their word is passed on."""
    for name in ("pre-push", "reference-transaction"):
        hook = clone / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/marker'\nexit 1\n")
        hook.chmod(0o755)
    asked = updates(clone, entry_on(clone, "1.0.0"), Chain(model="m"))
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'the house says no' >&2\nexit 1\n")
    hook.chmod(0o755)
    refused = push_refs(clone, "origin", asked)
    assert refused is not None
    assert "the house says no" in refused
    hook.unlink()
    assert push_refs(clone, "origin", asked) is None
    assert update_refs(clone, asked) is None
    assert not (tmp_path / "marker").exists()


def replaced(clone: Path, name: str, text: bytes) -> None:
    git(clone, "update-ref", f"refs/tags/{name}", git(clone, "mktag", content=text))


def test_a_quick_reading_sees_what_a_full_one_sees(clone: Path) -> None:
    """C2, C4, C11: whichever tag is moved, made again, deleted, renamed, added or pointed elsewhere, both say the same."""
    commit = git(clone, "rev-parse", "HEAD")
    entries: list[Entry] = []
    for seq, event in enumerate(("register", "promote", "register", "promote", "promote"), start=1):
        version, stage = f"{seq // 3}.0.0", "production" if seq == 5 else "validation" if event == "register" else "dev"
        chain = read_chain(clone, "m")
        previous = chain.links[-1].tag_object if chain.links else None
        entries.append(wish(event, version, stage, commit=commit, seq=seq, previous=previous))
        assert update_refs(clone, updates(clone, entries[-1], chain)) is None

    def both() -> Chain:
        (quick,), (full,) = read_chains(clone, quick=True), read_chains(clone)
        same = ("model", "head", "entries", "strays", "broken")
        assert all(getattr(quick, name) == getattr(full, name) for name in same)
        assert [quick.versions(), quick.stages()] == [full.versions(), full.stages()]
        return quick

    assert both().sound() == tuple(entries)
    refs = {each.tag: git(clone, "rev-parse", f"refs/tags/{each.tag}") for each in entries}
    for entry in entries:
        name, raw = entry.tag, tag_text(entry)
        other = next(each.tag for each in entries if each is not entry)
        for tamper in (
            lambda name=name: git(clone, "update-ref", "-d", f"refs/tags/{name}"),
            lambda name=name: git(clone, "update-ref", f"refs/tags/{name}", commit),
            lambda name=name, other=other: git(clone, "update-ref", f"refs/tags/{name}", refs[other]),
            lambda name=name, raw=raw: replaced(clone, name, raw.replace(b"sha256:", b"sha256:0", 1)),
            lambda name=name, raw=raw: replaced(clone, name, raw.replace(b" +0000", b"1 +0000", 1)),
        ):
            tamper()
            found = both()
            assert [each.tag for each in found.unverified()] == [name]
            git(clone, "update-ref", f"refs/tags/{name}", refs[name])
        for alias in ("m@v9.9.9", "M@v9.9.9", "m#zone#9"):
            git(clone, "update-ref", f"refs/tags/{alias}", refs[name])
            assert [each.tag for each in both().unverified()] == [alias]
            git(clone, "update-ref", "-d", f"refs/tags/{alias}")
    assert both().sound() == tuple(entries)
