"""The job's token reaches the job's own server and nothing else: not another host, no command line, no message."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.git import git
from tests.support.git_server import HEADER, TOKEN, GitServer, serve_git, write_certificate

from assay.edges.git_access import ask_remote, has_job_token, header_settings, job_token, rights_hint
from assay.edges.git_push import Update, fetch_commit, fetch_refs, list_remote, push_refs
from assay.errors import EvaluationError


@dataclass(frozen=True)
class Place:
    """A clone whose remote `origin` is served by the job's server, and another server with the same repository."""

    clone: Path
    bare: Path
    home: GitServer
    other: GitServer


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    made, bare = tmp_path / "made", tmp_path / "served" / "acme" / "loans.git"
    bare.mkdir(parents=True)
    git(bare, "init", "--quiet", "--bare", "--initial-branch=main")
    git(bare, "config", "http.receivepack", "true")
    made.mkdir()
    git(made, "init", "--quiet", "--initial-branch=main")
    git(made, "commit", "--quiet", "--allow-empty", "--message", "first")
    git(made, "push", "--quiet", str(bare), "HEAD:refs/heads/main", "HEAD:refs/tags/v1")
    certificate, private = write_certificate(tmp_path)
    monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    with ExitStack() as stack:
        home, other = (stack.enter_context(serve_git(tmp_path / "served", certificate, private)) for _ in range(2))
        git(made, "remote", "add", "origin", f"{home.url}/acme/loans.git")
        git(made, "remote", "add", "other", f"{other.url}/acme/loans.git")
        monkeypatch.setenv("GITHUB_SERVER_URL", home.url)
        yield Place(made, bare, home, other)


@pytest.fixture
def job(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    return place


def new(place: Place) -> list[Update]:
    git(place.clone, "commit", "--quiet", "--allow-empty", "--message", "second")
    head = git(place.clone, "rev-parse", "HEAD")
    return [Update(ref="refs/tags/m@v1.0.0", new=head), Update(ref="refs/assay/m", new=head)]


def test_with_the_token_all_is_done(job: Place) -> None:
    updates = new(job)
    assert list_remote(job.clone, "origin").default == "main"
    assert push_refs(job.clone, "origin", updates) is None
    assert {each.ref: each.new for each in updates}.items() <= list_remote(job.clone, "origin").refs.items()
    clone = job.clone.parent / "fresh"
    git(job.clone.parent, "init", "--quiet", "fresh")
    git(clone, "remote", "add", "origin", f"{job.home.url}/acme/loans.git")
    fetch_refs(clone, "origin", ["refs/assay/*"])
    fetch_commit(clone, "origin", git(job.bare, "rev-parse", "main"))
    assert git(clone, "for-each-ref", "--format=%(refname)") == "refs/assay/m"
    assert {tuple(sent) for sent in job.home.seen} == {(HEADER,)}


def test_a_push_is_all_or_nothing_here_too(job: Place) -> None:
    """C3: over HTTPS as well, a lease that fails on one ref leaves the other unwritten."""
    first, second = new(job), new(job)
    assert push_refs(job.clone, "origin", [first[1]]) is None
    refused = push_refs(job.clone, "origin", second)
    assert refused is not None
    assert "stale info" in refused or "reference already exists" in refused or "rejected" in refused
    assert "refs/tags/m@v1.0.0" not in list_remote(job.clone, "origin").refs


def test_without_it_the_permission_is_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, token in (("GITHUB_TOKEN", ""), ("GITHUB_TOKEN", " "), ("ASSAY_GITHUB_TOKEN", "ghs_another")):
        monkeypatch.setenv(name, token)
        with pytest.raises(EvaluationError, match="could not be read") as raised:
            list_remote(place.clone, "origin")
        assert "contents: write" in raised.value.hint
        with pytest.raises(EvaluationError, match="could not be fetched") as raised:
            fetch_refs(place.clone, "origin", ["refs/assay/*"])
        # Who only reads is not told to ask for more.
        assert "contents: read`" in raised.value.hint
        refused = push_refs(place.clone, "origin", new(place))
        assert refused is not None
        assert "contents: write" in rights_hint(refused, "", "write")
    assert git(place.bare, "for-each-ref", "--format=%(refname)") == "refs/heads/main\nrefs/tags/v1"


def test_a_token_that_may_only_read(job: Place) -> None:
    job.home.may_write = False
    assert list_remote(job.clone, "origin").default == "main"
    refused = push_refs(job.clone, "origin", new(job))
    assert refused is not None
    assert "403" in refused
    assert "contents: write" in rights_hint(refused, "", "write")


def test_a_remote_elsewhere_never_sees_it(job: Place) -> None:
    """By another port, another name for the same machine, or a redirection from the job's own server."""
    with pytest.raises(EvaluationError, match="could not be read"):
        list_remote(job.clone, "other")
    assert job.other.seen
    git(job.clone, "remote", "add", "named", job.home.url.replace("127.0.0.1", "localhost") + "/acme/loans.git")
    with pytest.raises(EvaluationError):
        list_remote(job.clone, "named")
    assert all(not sent for sent in job.home.seen)
    # A stranger who asks for nothing is led to by a redirection, and would be sent the header with the next request.
    job.home.moved_to, job.other.demands = job.other.url, False
    with pytest.raises(EvaluationError):
        list_remote(job.clone, "origin")
    assert job.home.seen[-1] == [HEADER]
    assert push_refs(job.clone, "origin", new(job)) is not None
    assert all(not sent for sent in job.other.seen)


def test_pushed_elsewhere_it_is_kept(job: Place) -> None:
    """A remote that is fetched from the job's server but pushed to another one is a stranger."""
    git(job.clone, "remote", "set-url", "--push", "origin", f"{job.other.url}/acme/loans.git")
    assert push_refs(job.clone, "origin", new(job)) is not None
    git(job.clone, "config", f"url.{job.other.url}/.insteadOf", f"{job.home.url}/")
    with pytest.raises(EvaluationError):
        list_remote(job.clone, f"{job.home.url}/acme/loans.git")
    assert job.other.seen
    assert all(not sent for sent in job.other.seen)


def test_a_header_that_was_left_is_not_sent_twice(job: Place) -> None:
    """What actions/checkout persists: in the clone's configuration, for the server or for all."""
    key = f"http.{job.home.url}/.extraheader"
    git(job.clone, "config", key, f"AUTHORIZATION: {HEADER}")
    git(job.clone, "config", "--add", key, "AUTHORIZATION: basic b3RoZXI6eA==")
    git(job.clone, "config", "http.extraheader", "AUTHORIZATION: basic b3RoZXI6eA==")
    list_remote(job.clone, "origin")
    assert push_refs(job.clone, "origin", new(job)) is None
    assert {tuple(sent) for sent in job.home.seen} == {(HEADER,)}


def test_neither_on_a_command_line_nor_in_a_message(
    job: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Git was called with is written down, and the remote repeats in its refusal what it was sent."""
    hook = job.bare / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\necho 'you sent {TOKEN} as {HEADER}' >&2\nexit 1\n")
    hook.chmod(0o755)
    script = tmp_path / "bin" / "git"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\necho "$*" >> "{tmp_path}/calls"\nexec "{shutil.which("git")}" "$@"\n')
    script.chmod(0o755)
    updates = new(job)
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    refused = push_refs(job.clone, "origin", updates)
    assert refused is not None
    assert "you sent *** as basic ***" in refused
    calls = (tmp_path / "calls").read_text()
    assert " push " in calls
    assert TOKEN not in calls
    assert HEADER.split()[1] not in calls
    assert TOKEN not in (job.clone / ".git" / "config").read_text()


def test_a_hook_of_a_local_remote_does_not_see_it(job: Place, tmp_path: Path) -> None:
    hook = job.bare / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\nenv > '{tmp_path}/environment'\n")
    hook.chmod(0o755)
    assert push_refs(job.clone, str(job.bare), new(job)) is None
    told = (tmp_path / "environment").read_text()
    assert "GIT_DIR" in told
    assert TOKEN not in told
    assert HEADER.split()[1] not in told


@pytest.mark.parametrize(
    "server",
    [
        "http://127.0.0.1",
        "https://127.0.0.1/$(id)",
        "https://*.example.com",
        "https://u:p@127.0.0.1",
        "file:///",
        "x",
        "https://[bad",
    ],
)
def test_a_server_that_is_none_gets_nothing(job: Place, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", server)
    assert ask_remote(job.clone, "origin", ("ls-remote",)).returncode
    assert ask_remote(job.clone, "https://[bad/x", ("ls-remote",)).returncode
    assert ask_remote(job.clone, "https://127.0.0.1:port/x", ("ls-remote",)).returncode
    assert all(not sent for sent in job.home.seen)


def test_the_token_of_a_job() -> None:
    server = {"GITHUB_SERVER_URL": "https://github.com"}
    assert job_token({"GITHUB_TOKEN": "a"}) is None
    assert job_token(server) is None
    assert job_token({**server, "GITHUB_TOKEN": "a\n"}) == "a"
    assert job_token({**server, "GITHUB_TOKEN": "a", "ASSAY_GITHUB_TOKEN": "b"}) == "b"
    with pytest.raises(EvaluationError, match="GITHUB_TOKEN has a space or a special character"):
        job_token({**server, "GITHUB_TOKEN": "a\r\nX-Other: b"})
    assert "b3Ro" not in str(header_settings("https://github.com", "a").keys())


def test_a_remote_that_dies_while_it_is_pushed_to(job: Place) -> None:
    updates = new(job)
    job.home.dies_at = "git-receive-pack"
    refused = push_refs(job.clone, "origin", updates)
    assert refused is not None
    assert rights_hint(refused, "otherwise", "write") == "otherwise"
    job.home.dies_at = ""
    assert push_refs(job.clone, "origin", updates) is None


def test_who_may_sign_as_the_job_runs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """D12: the right to ask for an identity is as much as a token."""
    for name in ("GITHUB_SERVER_URL", "GITHUB_TOKEN", "ASSAY_GITHUB_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert not has_job_token()
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "secret")
    assert has_job_token()
