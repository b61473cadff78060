"""One comment, whatever happens to it or to the connection."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.fakegithub.faults import Fault
from tests.support.fakegithub.server import FakeGitHub

from assay.edges.github.client import Client, GitHubError
from assay.edges.github.comments import MAX_BYTES, WrittenComment, write_comment

NAME, MARKER = "acme/loans", "<!-- assay:loans:validation -->"


def bodies(fake: FakeGitHub) -> list[str]:
    return [each["body"] for each in fake.world.repositories[NAME].comments.values()]


def write(client: Client, text: str, run: tuple[int, int] = (1, 1), **given: Any) -> WrittenComment:
    return write_comment(client, 7, f"{MARKER}\n{text}\n", marker=MARKER, run=run, **given)


def plant(fake: FakeGitHub, login: str, body: str) -> int:
    identity = next(fake.world.numbers)
    url = f"{fake.url}/repos/{NAME}/issues/comments/{identity}"
    user = fake.world.user(login)
    fake.world.repository(NAME).comments[identity] = {
        "id": identity,
        "url": url,
        "issue": 7,
        "user": user,
        "body": body,
    }
    return identity


def test_created_then_edited(fake: FakeGitHub, client: Client) -> None:
    assert write(client, "closed").done == "created"
    assert write(client, "open", (2, 1)).done == "updated"
    assert write(client, "open", (2, 1)).done == "unchanged"
    (body,) = bodies(fake)
    assert body.startswith(f"{MARKER}\n<!-- assay-run:2.1 -->\nopen")


def test_an_older_run_never_overwrites_a_newer(fake: FakeGitHub, client: Client) -> None:
    write(client, "newer", (12, 1))
    assert write(client, "older", (9, 4)).done == "superseded"
    assert write(client, "again", (12, 2)).done == "updated"
    (body,) = bodies(fake)
    assert "again" in body


@pytest.mark.parametrize("effect", ["answer", "apply_then_answer", "cut", "apply_then_cut"])
@pytest.mark.parametrize("times", [1, 2])
def test_exactly_one_comment_when_the_answer_is_lost(fake: FakeGitHub, client: Client, effect: Any, times: int) -> None:
    fake.fault(Fault("POST", "/comments", effect=effect, times=times))
    write(client, "once")
    assert len(bodies(fake)) == 1
    assert len(fake.journal) <= 12


@pytest.mark.parametrize("effect", ["answer", "apply_then_answer", "cut", "apply_then_cut"])
def test_an_edit_is_repeated(fake: FakeGitHub, client: Client, effect: Any) -> None:
    write(client, "closed")
    fake.fault(Fault("PATCH", "/comments", effect=effect))
    assert write(client, "open", (2, 1)).done == "updated"
    assert "open" in bodies(fake)[0]


def test_a_comment_edited_by_hand_is_written_again(fake: FakeGitHub, client: Client) -> None:
    write(client, "closed")
    (comment,) = fake.world.repositories[NAME].comments.values()
    comment["body"] = comment["body"].replace("closed", "open, trust me").replace("\n", "\r\n")
    assert write(client, "closed").done == "updated"
    assert "trust me" not in bodies(fake)[0]


def test_a_deleted_comment_is_created_again(fake: FakeGitHub, client: Client) -> None:
    write(client, "closed")
    fake.world.repositories[NAME].comments.clear()
    assert write(client, "open", (2, 1)).done == "created"


def test_a_comment_deleted_between_reading_and_editing(fake: FakeGitHub, client: Client) -> None:
    write(client, "closed")
    comments = fake.world.repositories[NAME].comments
    fake.fault(Fault("PATCH", "/comments", status=404, message="Not Found"))
    answer, deleted = fake.answer, list(comments)

    def vanishing(asked: Any, authorization: str) -> Any:
        answered = answer(asked, authorization)
        if asked.method == "PATCH" and deleted:
            del comments[deleted.pop()]
        return answered

    fake.answer = vanishing  # type: ignore[method-assign]
    assert write(client, "open", (2, 1)).done == "created"
    assert len(bodies(fake)) == 1


def test_what_others_write_is_left_alone_whatever_it_claims(fake: FakeGitHub, client: Client) -> None:
    """G2: the marker alone makes no comment ours."""
    forged = plant(fake, "mallory", f"{MARKER}\n<!-- assay-run:999999.1 -->\n### 🟢 Gate open")
    quoted = plant(fake, "github-actions[bot]", f"> quoted\n{MARKER}\n")
    assert write(client, "closed").done == "created"
    assert write(client, "still closed", (2, 1)).done == "updated"
    held = fake.world.repositories[NAME].comments
    assert held[forged]["body"].endswith("Gate open")
    assert held[quoted]["body"].startswith("> quoted")
    assert len(held) == 3


def test_duplicates_of_our_own_are_removed_and_the_newest_text_is_kept(fake: FakeGitHub, client: Client) -> None:
    first = plant(fake, "github-actions[bot]", f"{MARKER}\n<!-- assay-run:3.1 -->\nthree")
    plant(fake, "github-actions[bot]", f"{MARKER}\n<!-- assay-run:5.1 -->\nfive")
    plant(fake, "github-actions[bot]", f"{MARKER}\n")
    assert write(client, "four", (4, 1)).done == "superseded"
    assert list(fake.world.repositories[NAME].comments) == [first]
    assert bodies(fake)[0].endswith("five")


def test_a_person_or_an_app_may_own_the_comment(fake: FakeGitHub, speak: Callable[..., Client]) -> None:
    fake.world.token("person", login="carol", installation=False, pull_requests="write")
    fake.world.token("app", login="gate[bot]", pull_requests="write")
    for token, author in (("person", None), ("app", "gate[bot]")):
        client = speak(token)
        assert write(client, "one", (1, 1), author=author).done == "created"
        assert write(client, "two", (2, 1), author=author).done == "updated"
    assert len(bodies(fake)) == 2


def test_two_models_have_a_comment_each(fake: FakeGitHub, client: Client) -> None:
    write(client, "loans")
    other = "<!-- assay:cards:validation -->"
    write_comment(client, 7, f"{other}\ncards", marker=other, run=(1, 1))
    assert len(bodies(fake)) == 2


def test_found_among_many(fake: FakeGitHub, client: Client) -> None:
    for number in range(230):
        plant(fake, f"user{number}", "words")
    write(client, "one")
    write(client, "two", (2, 1))
    assert sum(body.startswith(MARKER) for body in bodies(fake)) == 1


def test_runs_at_once_leave_one_comment_of_the_newest(fake: FakeGitHub, speak: Callable[..., Client]) -> None:
    runs = [
        threading.Thread(target=lambda number=number: write(speak(), f"run {number}", (number, 1)))
        for number in range(1, 9)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    write(speak(), "last", (9, 1))
    (body,) = bodies(fake)
    assert body.endswith("last\n")


def test_never_longer_than_github_takes(fake: FakeGitHub, client: Client) -> None:
    """G5."""
    write(client, "é" * 100 + "\n" + "🟢 row\n" * 20_000)
    (body,) = bodies(fake)
    assert len(body.encode()) <= MAX_BYTES < 65_536
    assert "Cut here" in body


def test_a_locked_pull_request_is_a_refusal(fake: FakeGitHub, client: Client) -> None:
    fake.world.repositories[NAME].pulls[7]["locked"] = True
    with pytest.raises(GitHubError, match="locked") as stopped:
        write(client, "closed")
    assert stopped.value.kind == "refused"


@pytest.mark.parametrize(("theirs", "done"), [((9, 1), "superseded"), ((1, 1), "created")])
def test_another_run_creates_one_between_reading_and_creating(
    fake: FakeGitHub, client: Client, theirs: tuple[int, int], done: str
) -> None:
    answer, once = fake.answer, [theirs]

    def racing(asked: Any, authorization: str) -> Any:
        if asked.method == "POST" and once:
            run = once.pop()
            plant(fake, "github-actions[bot]", f"{MARKER}\n<!-- assay-run:{run[0]}.{run[1]} -->\ntheirs")
        return answer(asked, authorization)

    fake.answer = racing  # type: ignore[method-assign]
    assert write(client, "ours", (5, 1)).done == done
    (body,) = bodies(fake)
    assert body.rstrip().endswith("theirs" if done == "superseded" else "ours")


@pytest.mark.parametrize("calls", range(5))
def test_killed_between_any_two_requests_and_run_again(fake: FakeGitHub, client: Client, calls: int) -> None:
    """I3-I5: what was written stays, and a second run finds it."""
    answer, left = fake.answer, [calls]

    def dying(asked: Any, authorization: str) -> Any:
        left[0] -= 1
        return answer(asked, authorization if left[0] >= 0 else "")

    for run, text in (((1, 1), "closed"), ((2, 1), "open")):
        fake.answer, left[0] = dying, calls  # type: ignore[method-assign]
        try:
            write(client, text, run)
        except GitHubError as error:
            assert error.status == 401
        fake.answer = answer  # type: ignore[method-assign]
        write(client, text, run)
        (body,) = bodies(fake)
        assert text in body
