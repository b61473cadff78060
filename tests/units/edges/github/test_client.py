"""A client that waits as it is told, reads every page, and says which permission is missing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.fakegithub.calling import Refused
from tests.support.fakegithub.faults import Fault, abuse_detection, primary_limit, secondary_limit
from tests.support.fakegithub.server import FakeGitHub

from assay.edges.github.client import Client, GitHubError, connect

HEAD, NAME = "a" * 40, "acme/loans"


@pytest.mark.parametrize(("count", "calls"), [(0, 1), (1, 1), (99, 1), (100, 2), (101, 2), (250, 3)])
def test_all_pages(fake: FakeGitHub, client: Client, count: int, calls: int) -> None:
    """B12: the review that counts may be the last one; a full page without a link is not taken for the end."""
    for number in range(count):
        fake.world.review(NAME, 7, f"user{number}", "APPROVED", HEAD)
    found = client.get(client.path("pulls", 7, "reviews"))
    assert [review["user"]["login"] for review in found] == [f"user{number}" for number in range(count)]
    assert len(fake.journal) == calls


def test_pygithub_reads_the_same(fake: FakeGitHub, client: Client) -> None:
    for number in range(40):
        fake.world.review(NAME, 7, f"user{number}", "APPROVED", HEAD)
    pull = client.repository.get_pull(7)
    assert pull.head.sha == HEAD
    assert len(list(pull.get_reviews())) == 40


def test_a_failing_second_page_is_no_answer(fake: FakeGitHub, client: Client) -> None:
    """B12."""
    for number in range(101):
        fake.world.review(NAME, 7, f"user{number}", "APPROVED", HEAD)
    fake.fault(Fault("GET", "/reviews", times=9, after=1))
    with pytest.raises(GitHubError) as stopped:
        client.get(client.path("pulls", 7, "reviews"))
    assert (stopped.value.kind, stopped.value.exit_code) == ("unsure", 3)


LIMITS: list[tuple[Fault, float]] = [
    (secondary_limit("GET", "/pulls/7", seconds=7), 7.0),
    (secondary_limit("GET", "/pulls/7", seconds=7, status=429), 7.0),
    (secondary_limit("GET", "/pulls/7", seconds=None), 60.0),
    (secondary_limit("GET", "/pulls/7", seconds=None, status=429), 60.0),
    (abuse_detection("GET", "/pulls/7"), 60.0),
    (primary_limit("GET", "/pulls/7", reset=1_000_100), 101.0),
    (primary_limit("GET", "/pulls/7", reset=5), 1.0),
]


@pytest.mark.parametrize(("fault", "seconds"), LIMITS)
def test_waits_as_told(fake: FakeGitHub, client: Client, slept: Any, fault: Fault, seconds: float) -> None:
    fault.times = 1
    fake.fault(fault)
    assert client.get(client.path("pulls", 7))["number"] == 7
    assert slept.seconds == [seconds]


def test_a_limited_post_is_repeated_since_it_was_not_carried_out(fake: FakeGitHub, client: Client) -> None:
    fake.fault(secondary_limit("POST", "/comments"))
    client.call("POST", client.path("issues", 7, "comments"), permission="x", body={"body": "once"})
    assert len(fake.world.repositories[NAME].comments) == 1


def test_waiting_is_bounded_over_the_whole_run(fake: FakeGitHub, speak: Callable[..., Client], slept: Any) -> None:
    client = speak(patience=100.0)
    fake.fault(secondary_limit("GET", "/pulls/7", seconds=70, times=2))
    with pytest.raises(GitHubError, match="rate limit") as stopped:
        client.get(client.path("pulls", 7))
    assert (stopped.value.kind, slept.seconds) == ("limited", [70.0])


@pytest.mark.parametrize("limit", [secondary_limit, abuse_detection])
def test_a_limit_that_outlasts_the_patience_is_called_one(
    fake: FakeGitHub, speak: Callable[..., Client], slept: Any, limit: Callable[[str, str], Fault]
) -> None:
    client = speak(patience=5.0)
    fake.fault(limit("GET", "/pulls/7"))
    with pytest.raises(GitHubError, match="rate limit was reached") as stopped:
        client.get(client.path("pulls", 7))
    assert (stopped.value.kind, slept.seconds) == ("limited", [])


def test_reads_survive_failures_and_cut_connections(fake: FakeGitHub, client: Client, slept: Any) -> None:
    fake.fault(Fault("GET", "/pulls/7", status=500))
    fake.fault(Fault("GET", "/pulls/7", effect="cut"))
    fake.fault(Fault("GET", "/pulls/7", status=503))
    assert client.get(client.path("pulls", 7))["number"] == 7
    assert slept.seconds == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("effect", ["apply_then_answer", "apply_then_cut", "cut", "answer"])
def test_a_post_is_never_repeated_blindly(fake: FakeGitHub, client: Client, effect: Any) -> None:
    fake.fault(Fault("POST", "/comments", effect=effect))
    with pytest.raises(GitHubError) as stopped:
        client.call("POST", client.path("issues", 7, "comments"), permission="x", body={"body": "once"})
    assert stopped.value.kind == "unsure"
    assert len(fake.calls("issues/create-comment")) == 1


def test_a_refusal_names_the_permission_and_is_not_waited_for(fake: FakeGitHub, speak: Callable[..., Client]) -> None:
    fake.world.token("fork", contents="read")
    client = speak("fork")
    with pytest.raises(GitHubError, match="Resource not accessible by integration") as stopped:
        client.get(client.path("pulls", 7, "reviews"), permission="pull-requests: read")
    assert "Add `pull-requests: read`" in stopped.value.hint
    assert len(fake.journal) == 1


def test_hidden_and_unknown(client: Client, speak: Callable[..., Client]) -> None:
    with pytest.raises(GitHubError, match="GitHub found nothing") as stopped:
        client.get(client.path("pulls", 8))
    assert stopped.value.kind == "absent"
    with pytest.raises(GitHubError, match="does not accept the token"):
        speak("stolen").get("/repos/acme/loans")


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        (
            [{"message": "body is too long (maximum is 65536 characters)"}],
            "body is too long (maximum is 65536 characters)",
        ),
        ([{"resource": "Release", "field": "tag_name", "code": "already_exists"}], "Release.tag_name already_exists"),
        ([{"resource": "Status", "code": "custom", "message": "Too many."}], "Validation Failed; Too many)"),
        (["A sentence.", "A sentence.", {"code": "missing"}], "Validation Failed; A sentence; missing)"),
        (["##[error]::error::\n\x1b[31m" + "x" * 9_000], "## [error]::error:: [31mxxx"),
        ([], "(422: Validation Failed)"),
        ("none", "(422: Validation Failed)"),
        ([None, 7, {}, []], "Validation Failed"),
    ],
)
def test_an_answer_of_422_keeps_github_s_reasons(client: Client, fake: FakeGitHub, errors: Any, told: str) -> None:
    """T-refusal-reason: the message alone says only that something is wrong; what is foreign in it stays on one line (G3)."""
    answer = Refused(422, "Validation Failed", errors=errors).answer
    fake.answer = lambda asked, authorization: answer  # type: ignore[method-assign]  # noqa: ARG005  # its signature
    with pytest.raises(GitHubError) as refused:
        client.call("POST", client.path("statuses", HEAD), permission="statuses: write", body={})
    assert told in str(refused.value)
    assert len(str(refused.value)) < 600
    assert str(refused.value).isprintable()


def test_names_with_a_hash_reach_the_server(fake: FakeGitHub, client: Client) -> None:
    """C7, F17: an un-encoded `#` would ask about another tag."""
    name = "refs/tags/loans#prod#3"
    fake.world.repository(NAME).refs[name] = {"ref": name, "object": {"type": "tag", "sha": "c" * 40}}
    assert client.get(client.path("git", "ref", "tags", "loans#prod#3"))["ref"] == name


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"token": " "}, "GitHub needs a token"),
        ({"repository": "loans"}, "not `owner/name`"),
        ({"url": "http://api.example.com"}, "not an https URL"),
        ({"url": "file:///etc"}, "not an https URL"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_sent(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(GitHubError, match=sentence):
        connect(**{"url": "http://127.0.0.1:9", "token": "secret", "repository": NAME, **given})


def test_the_token_is_in_no_message(fake: FakeGitHub, speak: Callable[..., Client]) -> None:
    """G6."""
    client = speak("canary-token")
    with pytest.raises(GitHubError) as stopped:
        client.get(client.path("pulls", 7))
    assert "canary-token" not in f"{stopped.value} {stopped.value.hint}"


def test_enterprise_addresses(fake: FakeGitHub, slept: Any) -> None:
    given = {"url": f"{fake.url}/api/v3", "token": "job", "repository": NAME}
    client = connect(**given, clock=slept.clock())
    assert client.get(client.path("pulls", 7))["number"] == 7


def test_pygithub_is_loaded_only_when_github_is_spoken_to() -> None:
    program = (
        "import sys, assay.edges.github.client, assay.edges.github.comments, assay.edges.github.releases,"
        " assay.commands.publish; print([name for name in ('github', 'requests', 'urllib3') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
