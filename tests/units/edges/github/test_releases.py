"""A release is drafted, filled and published once, from wherever an earlier run broke off."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.fakegithub.calling import Answer
from tests.support.fakegithub.faults import Fault
from tests.support.fakegithub.server import FakeGitHub

from assay.edges.github.client import Client, GitHubError
from assay.edges.github.releases import Release, publish_release

NAME, TAG, OBJECT = "acme/loans", "loans@v1.2.3", "c" * 40
ASSETS = {"card.json": b'{"page":"card"}', "card.md": "# Card é\n".encode(), "empty.txt": b""}


@pytest.fixture(autouse=True)
def _tagged(fake: FakeGitHub) -> None:
    ref = f"refs/tags/{TAG}"
    fake.world.repository(NAME).refs[ref] = {"ref": ref, "object": {"type": "tag", "sha": OBJECT}}


def publish(client: Client, assets: dict[str, bytes] | None = None, **given: Any) -> Any:
    said = {"tag": TAG, "tag_object": OBJECT, "title": "loans 1.2.3", "text": "Decision: sha256:1\n", **given}
    return publish_release(client, Release(**said, assets=assets or ASSETS))


def held(fake: FakeGitHub) -> tuple[list[tuple[str, bool]], dict[str, bytes]]:
    repository = fake.world.repositories[NAME]
    releases = [(each["tag_name"], each["draft"]) for each in repository.releases.values()]
    live = [asset for asset in repository.assets.values() if asset["release"] in repository.releases]
    assert all(asset["state"] == "uploaded" for asset in live)
    return releases, {asset["name"]: repository.contents[asset["id"]] for asset in live}


WHOLE = ([(TAG, False)], ASSETS)


def test_draft_then_assets_then_published(fake: FakeGitHub, client: Client) -> None:
    done = publish(client)
    assert held(fake) == WHOLE
    assert (done.published, set(done.uploaded)) == (True, set(ASSETS))
    order = [each.operation for each in fake.journal if each.method in ("POST", "PATCH")]
    assert order == ["repos/create-release", *["repos/upload-release-asset"] * 3, "repos/update-release"]


def test_the_same_again_changes_nothing(fake: FakeGitHub, client: Client) -> None:
    publish(client)
    before = len(fake.journal)
    done = publish(client)
    assert (done.published, done.uploaded) == (False, ())
    assert {each.method for each in fake.journal[before:]} == {"GET"}
    assert held(fake) == WHOLE


WRITES = [("POST", "/releases$"), ("POST", "/assets"), ("PATCH", "/releases/")]


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("effect", ["answer", "apply_then_answer", "cut", "apply_then_cut"])
def test_one_release_when_an_answer_is_lost(
    fake: FakeGitHub, client: Client, method: str, path: str, effect: Any
) -> None:
    fake.fault(Fault(method, path, effect=effect))
    publish(client)
    assert held(fake) == WHOLE


def test_an_upload_that_leaves_an_empty_asset_is_done_again(fake: FakeGitHub, client: Client) -> None:
    fake.fault(Fault("POST", "/assets", effect="starter", after=1, times=2))
    publish(client)
    assert held(fake) == WHOLE


@pytest.mark.parametrize("calls", range(1, 14))
def test_killed_between_any_two_requests_and_run_again(fake: FakeGitHub, client: Client, calls: int) -> None:
    """I3–I5: whatever was done stays, the rest is done, and nothing is there twice."""
    answer, left = fake.answer, [calls]

    def dying(asked: Any, authorization: str) -> Answer | None:
        left[0] -= 1
        return answer(asked, authorization) if left[0] >= 0 else Answer(401, {"message": "Bad credentials"})

    fake.answer = dying  # type: ignore[method-assign]
    try:
        publish(client)
    except GitHubError as error:
        assert error.kind == "refused"
    fake.answer = answer  # type: ignore[method-assign]
    publish(client)
    assert held(fake) == WHOLE


def test_a_draft_is_corrected(fake: FakeGitHub, client: Client) -> None:
    fake.fault(Fault("PATCH", "/releases/", status=401, message="Bad credentials"))
    with pytest.raises(GitHubError):
        publish(client, {**ASSETS, "card.md": b"old", "stray.txt": b"stray"})
    publish(client)
    assert held(fake) == WHOLE


def test_a_draft_of_an_earlier_version_of_assay_is_used(fake: FakeGitHub, client: Client) -> None:
    fake.fault(Fault("PATCH", "/releases/", status=401, message="Bad credentials"))
    with pytest.raises(GitHubError):
        publish(client, text="Decision: sha256:1\r\nWords of old\r\n")
    publish(client, text="Decision: sha256:1\nWords of today\n")
    assert held(fake) == WHOLE
    (release,) = fake.world.repositories[NAME].releases.values()
    assert "Words of today" in release["body"]


@pytest.mark.parametrize("text", ["", None, "\n", "Decision: sha256:2\nDecision: sha256:1\n"])
def test_a_draft_with_another_first_line_is_not_ours(fake: FakeGitHub, client: Client, text: str | None) -> None:
    theirs = {
        "tag_name": TAG,
        "draft": True,
        "prerelease": False,
        "body": text,
        "name": "n",
        "target_commitish": "main",
    }
    fake.world.repository(NAME).releases[1] = {**theirs, "id": 1, "author": fake.world.user("carol")}
    publish(client)
    assert held(fake) == ([(TAG, True), (TAG, False)], ASSETS)


def test_a_published_release_is_never_changed(fake: FakeGitHub, client: Client) -> None:
    publish(client)
    for assets, sentence in (
        ({**ASSETS, "card.md": b"other"}, "has a different `card.md`"),
        ({**ASSETS, "more.md": b""}, "lacks `more.md`"),
    ):
        with pytest.raises(GitHubError, match=sentence):
            publish(client, assets)
    assert held(fake) == WHOLE


def test_another_persons_draft_is_left_alone(fake: FakeGitHub, client: Client) -> None:
    fake.world.token("person", login="carol", installation=False, contents="write")
    release: dict[str, Any] = {
        "id": 1,
        "tag_name": TAG,
        "draft": True,
        "prerelease": False,
        "body": "Notes",
        "name": "n",
    }
    fake.world.repository(NAME).releases[1] = {
        **release,
        "target_commitish": "main",
        "author": fake.world.user("carol"),
    }
    publish(client)
    assert fake.world.repositories[NAME].releases[1]["body"] == "Notes"
    assert held(fake) == ([(TAG, True), (TAG, False)], ASSETS)


def test_a_tag_that_is_not_there_is_not_made(fake: FakeGitHub, client: Client) -> None:
    fake.world.repositories[NAME].refs.clear()
    with pytest.raises(GitHubError, match=f"`{TAG}` is not on GitHub") as stopped:
        publish(client)
    assert "git push" in stopped.value.hint
    assert held(fake) == ([], {})


def test_an_answer_about_another_tag_is_refused(fake: FakeGitHub, client: Client) -> None:
    """C7."""
    fake.world.repositories[NAME].refs[f"refs/tags/{TAG}"]["ref"] = "refs/tags/loans"
    with pytest.raises(GitHubError, match="another tag"):
        publish(client)


def test_a_tag_that_was_moved_on_github_is_not_released(fake: FakeGitHub, client: Client) -> None:
    """C1."""
    with pytest.raises(GitHubError, match="not the object dddddddddddd that the ledger lists"):
        publish(client, tag_object="d" * 40)
    assert held(fake) == ([], {})


@pytest.mark.parametrize(
    ("given", "prerelease", "latest"),
    [({}, False, "true"), ({"latest": False}, False, "false"), ({"prerelease": True}, True, "false")],
)
def test_only_the_newest_whole_version_is_the_latest(
    fake: FakeGitHub, client: Client, given: dict[str, bool], prerelease: bool, latest: str
) -> None:
    publish(client, **given)
    (release,) = fake.world.repositories[NAME].releases.values()
    assert (release["prerelease"], release["make_latest"]) == (prerelease, latest)


@pytest.mark.parametrize("tag", ["team/loans@v1.2.3", "loans@v1.2.3-rc.1", "loans@v1.2.3+build.5"])
def test_tags_with_signs_that_an_address_gives_a_meaning(fake: FakeGitHub, client: Client, tag: str) -> None:
    """F17."""
    ref = f"refs/tags/{tag}"
    fake.world.repository(NAME).refs[ref] = {"ref": ref, "object": {"type": "tag", "sha": OBJECT}}
    assert publish(client, tag=tag).published
    assert held(fake) == ([(tag, False)], ASSETS)


def test_another_run_publishes_first(fake: FakeGitHub, client: Client) -> None:
    """Both made a draft; the one that comes second finds the same content published, and takes its draft away."""
    answer = fake.answer

    def overtaken(asked: Any, authorization: str) -> Answer | None:
        if asked.method == "PATCH":
            fake.answer = answer  # type: ignore[method-assign]
            (mine,) = fake.world.repositories[NAME].releases.values()
            mine["body"] = "hidden while the other run looks"
            publish(client)
            mine["body"] = "Decision: sha256:1"
        return answer(asked, authorization)

    fake.answer = overtaken  # type: ignore[method-assign]
    done = publish(client)
    assert not done.published
    assert held(fake) == WHOLE


def test_another_run_uploads_at_the_same_time(fake: FakeGitHub, client: Client) -> None:
    answer, struck = fake.answer, [False]

    def beside(asked: Any, authorization: str) -> Answer | None:
        if "/assets" in asked.path and asked.method == "POST" and not struck[0]:
            struck[0] = True
            answer(asked, authorization)
        return answer(asked, authorization)

    fake.answer = beside  # type: ignore[method-assign]
    assert publish(client).published
    assert held(fake) == WHOLE


@pytest.mark.parametrize("name", ["Card.md", "../card", "a b", "", "é", ".hidden", "a#b"])
def test_names_that_github_would_change_are_refused(client: Client, name: str) -> None:
    with pytest.raises(GitHubError, match="asset's name"):
        publish(client, {name: b""})


def test_too_few_permissions(fake: FakeGitHub, client: Client) -> None:
    fake.world.token("job", contents="read")
    with pytest.raises(GitHubError) as stopped:
        publish(client)
    assert "`contents: write`" in stopped.value.hint
