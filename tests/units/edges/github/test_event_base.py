"""The base of a run: a merge's first parent, or where Git says that the commit left its branch; no snapshot of GitHub's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.git import git

from assay.edges.git import is_shallow
from assay.edges.github.event_base import find_event_base
from assay.errors import AssayError, EvaluationError, UsageError

ZEROS, SNAPSHOT = "0" * 40, "b" * 40


@dataclass
class History:
    """A remote with a main branch of three commits, a change that left it at the second, and GitHub's merge of both."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    commits: dict[str, str]

    @property
    def remote(self) -> Path:
        return self.folder / "remote.git"

    def checkout(self, name: str, *, deep: bool) -> Path:
        """A clone that has one commit checked out, alone or with its whole history."""
        clone = self.folder / f"clone-{name}-{deep}"
        if clone.exists():
            return clone
        depth = [] if deep else ["--depth=1"]
        git(self.folder, "init", "--quiet", str(clone))
        git(clone, "remote", "add", "origin", f"file://{self.remote}")
        git(clone, "fetch", "--quiet", "--no-tags", *depth, "origin", self.commits.get(name, name))
        git(clone, "checkout", "--quiet", "--detach", "FETCH_HEAD")
        return clone

    def event(self, name: str, document: Any, sha: str = "", ref: str = "") -> None:
        path = self.folder / "event.json"
        home = {"id": 1, "full_name": "acme/loans", "default_branch": "main"}
        path.write_text(json.dumps({"repository": home, **document}))
        given = {"EVENT_NAME": name, "EVENT_PATH": str(path), "REPOSITORY": "acme/loans", "SHA": sha, "REF": ref}
        for key, value in given.items():
            self.monkeypatch.setenv(f"GITHUB_{key}", value)

    def pull(self, name: str = "pull_request", into: str = "main") -> None:
        sides = {"head": {"sha": self.commits["head"]}, "base": {"sha": SNAPSHOT, "ref": into}}
        self.event(name, {"pull_request": {"number": 7, **sides}}, sha=self.commits["merge"])


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    made = tmp_path / "made"
    made.mkdir()
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    for setting in ("allowAnySHA1InWant", "allowFilter"):
        git(tmp_path / "remote.git", "config", f"uploadpack.{setting}", "true")
    git(made, "init", "--quiet", "--initial-branch=main")

    def commit(name: str) -> str:
        (made / name).write_text(f"{name}\n")
        git(made, "add", ".")
        git(made, "commit", "--quiet", "--message", name)
        return git(made, "rev-parse", "HEAD")

    commits = {"first": commit("first"), "fork": commit("fork")}
    git(made, "switch", "--quiet", "--create", "change")
    commits |= {"early": commit("early"), "head": commit("head")}
    git(made, "switch", "--quiet", "main")
    commits["tip"] = commit("tip")
    git(made, "merge", "--quiet", "--no-ff", "--no-edit", "change")
    commits["merge"] = git(made, "rev-parse", "HEAD")
    git(made, "reset", "--quiet", "--hard", commits["tip"])
    git(made, "switch", "--quiet", "--orphan", "unrelated")
    commits["unrelated"] = commit("unrelated")
    refs = {
        "main": "heads/main",
        "change": "heads/change",
        commits["merge"]: "pull/7/merge",
        "unrelated": "heads/unrelated",
    }
    git(made, "push", "--quiet", str(tmp_path / "remote.git"), *(f"{name}:refs/{ref}" for name, ref in refs.items()))
    return History(tmp_path, monkeypatch, commits)


@pytest.mark.parametrize("deep", [True, False])
@pytest.mark.parametrize(
    ("event", "name", "base"),
    [
        ("pull_request", "merge", "tip"),
        ("pull_request", "head", "fork"),
        ("pull_request_review", "merge", "tip"),
        ("pull_request_target", "merge", "tip"),
        ("pull_request_target", "head", "fork"),
    ],
)
def test_a_pull_request_is_judged_by_what_it_is_merged_into(
    history: History, event: str, name: str, base: str, *, deep: bool
) -> None:
    """T-old-base: the event's own base is a snapshot, and a change that undoes what came after it once passed."""
    history.pull(event)
    clone = history.checkout(name, deep=deep)
    before = git(clone, "for-each-ref"), git(clone, "config", "--list", "--local")
    assert find_event_base(clone, "origin") == history.commits[base]
    assert is_shallow(clone) != deep
    assert (git(clone, "for-each-ref"), git(clone, "config", "--list", "--local")) == before


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
@pytest.mark.parametrize("name", ["tip", "early"])
def test_another_commit_than_the_pull_request_s_has_no_base(history: History, event: str, name: str) -> None:
    """T-judged-commit: under `pull_request_target` a plain checkout is the base, and no change to it."""
    history.pull(event)
    with pytest.raises(UsageError, match="is checked out, but the event") as stopped:
        find_event_base(history.checkout(name, deep=False), "origin")
    assert "refs/pull/7/merge" in stopped.value.hint


@pytest.mark.parametrize("deep", [True, False])
@pytest.mark.parametrize(
    ("name", "document", "sha", "ref", "base"),
    [
        ("push", {"before": "first"}, "tip", "refs/heads/main", "first"),
        ("push", {"before": ZEROS, "created": True}, "tip", "refs/heads/main", ZEROS),
        # The commit before on a branch of one's own may have lowered the bar already.
        ("push", {"before": "early"}, "head", "refs/heads/change", "fork"),
        ("push", {"before": ZEROS, "created": True}, "head", "refs/heads/change", "fork"),
        ("push", {"before": ZEROS, "created": True}, "head", "refs/tags/v1", "fork"),
        ("push", {"before": ZEROS, "created": True}, "tip", "refs/tags/v1", None),
        ("merge_group", {"merge_group": {"base_ref": "refs/heads/main", "base_sha": SNAPSHOT}}, "merge", "", "tip"),
        ("schedule", {}, "tip", "", None),
        ("schedule", {}, "fork", "", None),
        ("release", {}, "tip", "refs/tags/v1", None),
        ("workflow_dispatch", {}, "tip", "refs/heads/main", None),
        ("workflow_dispatch", {}, "head", "refs/heads/change", "fork"),
        ("create", {}, "head", "refs/heads/change", "fork"),
        ("repository_dispatch", {}, "tip", "", None),
    ],
)
def test_a_commit_is_judged_by_where_it_left_the_default_branch(
    history: History, name: str, document: dict[str, Any], sha: str, ref: str, base: str | None, *, deep: bool
) -> None:
    told = {key: history.commits.get(str(value), value) for key, value in document.items()}
    history.event(name, told, sha=history.commits[sha], ref=ref)
    found = find_event_base(history.checkout(sha, deep=deep), "origin")
    assert found == (history.commits.get(base, base) if base is not None else None)


@pytest.mark.parametrize(
    ("name", "pulls", "base"),
    [("merge", [], "tip"), ("head", [], "fork"), ("head", ["main"], "fork"), ("head", ["main", "unrelated"], "fork")],
)
def test_a_run_that_follows_another_is_judged_by_the_pull_request_s_branch(
    history: History, name: str, pulls: list[str], base: str
) -> None:
    listed = [{"number": number, "base": {"ref": branch}} for number, branch in enumerate(pulls, 1)]
    followed = {"event": "pull_request", "head_sha": history.commits["head"], "pull_requests": listed}
    history.event("workflow_run", {"workflow_run": followed}, sha=history.commits["tip"])
    assert find_event_base(history.checkout(name, deep=False), "origin") == history.commits[base]


@pytest.mark.parametrize("deep", [True, False])
def test_without_one_last_commit_in_common_there_is_no_base(history: History, *, deep: bool) -> None:
    history.pull(into="unrelated")
    with pytest.raises(EvaluationError, match="no history in common"):
        find_event_base(history.checkout("head", deep=deep), "origin")
    history.pull(into="absent")
    with pytest.raises(EvaluationError, match="it has no such branch"):
        find_event_base(history.checkout("head", deep=deep), "origin")


def test_of_several_commits_in_common_none_is_chosen(history: History) -> None:
    """T-criss-cross: merges both ways make two bases, of which the weaker would be the author's choice."""
    made = history.folder / "made"
    git(made, "switch", "--quiet", "change")
    git(made, "merge", "--quiet", "--no-edit", history.commits["tip"])
    crossed = git(made, "rev-parse", "HEAD")
    git(made, "switch", "--quiet", "main")
    git(made, "merge", "--quiet", "--no-edit", "--no-ff", history.commits["head"])
    git(made, "push", "--quiet", str(history.remote), "main", "change")
    history.commits["head"] = crossed
    history.pull()
    with pytest.raises(EvaluationError, match="2 last commits in common") as stopped:
        find_event_base(history.checkout("head", deep=False), "origin")
    assert "judge the merge" in stopped.value.hint


@pytest.mark.parametrize("branch", ["-x", "a..b", "x\ny", "*"])
def test_a_branch_is_no_option_and_no_pattern(history: History, branch: str) -> None:
    history.pull(into=branch)
    with pytest.raises(AssayError):
        find_event_base(history.checkout("head", deep=False), "origin")


def test_outside_of_github_and_outside_of_git(history: History, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="not a run of GitHub Actions") as stopped:
        find_event_base(history.checkout("head", deep=False), "origin")
    assert "name the commit that judges with --base" in stopped.value.hint
    history.pull()
    (tmp_path / "plain").mkdir()
    with pytest.raises(UsageError, match="no commit checked out"):
        find_event_base(tmp_path / "plain", "origin")
