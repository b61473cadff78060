"""The reviews that a promotion relies on are those on GitHub now, of the remote's own repository, or signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assay.canonical import canonical
from assay.edges.github.job_repository import plain_address
from tests.support.command_line import Assay, Ended
from tests.support.fakegithub.loopback import only_loopback
from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import World
from tests.support.git import git
from tests.support.keys import write_keys
from tests.support.promotions import ENGINE, JUDGED, Place, judge, merge
from tests.support.review_snapshots import changed, commit, review

NAME, NUMBER = "acme/loans", 1
PROMOTE = ("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE)


@dataclass
class Reviewed:
    """A version registered, its pull request merged and approved on GitHub by two people, and judged with them."""

    place: Place
    assay: Assay
    fake: FakeGitHub

    @property
    def head(self) -> str:
        return git(self.place.root, "rev-parse", "HEAD")

    def judge(self, *, taken: bool = True) -> None:
        if taken:
            asked = ("approvals", "--pull-request", str(NUMBER), "--stage", "staging", "--out", "reviews.json")
            assert self.assay(*asked).code == 0
        ended = self.assay("check", *JUDGED, "--stage", "staging", "--reviews", "reviews.json")
        assert ended.code == 0, ended.out

    def promote(self, *more: str) -> Ended:
        return self.assay(*PROMOTE, *more)

    def staged(self) -> bool:
        return "small#staging#2" in self.place.tags()


@pytest.fixture
def reviewed(place: Place, assay: Assay, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reviewed]:
    only_loopback(monkeypatch)
    place.repository.replace("staging: {", "staging: {approvals: [domain_expert, ml_engineer], ")
    text = (place.root / "assay.yaml").read_text()
    people = "roles:\n  domain_expert: {users: [ada]}\n  ml_engineer: {users: [grace]}\n"
    place.repository.write("assay.yaml", text + people)
    place.repository.write(".gitignore", ".assay/\nreviews.json\n")
    merge(place.root, "two people from now on")
    judge(place.root, "validation")
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0
    world = World()
    monkeypatch.setenv("GITHUB_TOKEN", world.token("job", pull_requests="read"))
    monkeypatch.setenv("GITHUB_REPOSITORY", NAME)
    known = world.repository(NAME, clone_url=f"file://{place.remote}")
    head = git(place.root, "rev-parse", "HEAD")
    world.pull(NAME, NUMBER, author="mallory", head=head, state="closed", merged=True, merge_commit_sha=head)
    world.commit(NAME, NUMBER, head, author="mallory")
    for login in ("ada", "grace"):
        known.permissions[login] = "write"
        world.review(NAME, NUMBER, login, "APPROVED", head)
    with FakeGitHub(world) as fake:
        monkeypatch.setenv("GITHUB_API_URL", fake.url)
        yield Reviewed(place, assay, fake)
    assert fake.violations == []


def test_what_github_shows_now_promotes(reviewed: Reviewed) -> None:
    """B9, the twin: read twice, in few requests."""
    reviewed.judge()
    before = len(reviewed.fake.calls())
    ended = reviewed.promote()
    assert ended.code == 0, ended.err
    asked = reviewed.fake.calls()[before:]
    assert sum(each.operation == "pulls/list-reviews" for each in asked) >= 4
    assert len(asked) <= 30


def test_a_file_that_somebody_wrote_by_hand(reviewed: Reviewed, monkeypatch: pytest.MonkeyPatch) -> None:
    """B14, T-written-reviews: two approvals that are on no GitHub; neither with GitHub nor without it do they count."""
    for each in reviewed.fake.world.repository(NAME).reviews[NUMBER]:
        each["state"] = "COMMENTED"
    head = reviewed.head
    written = changed(
        repository={"id": reviewed.fake.world.repository(NAME).id, "name": NAME},
        pull_request={
            "number": NUMBER, "node_id": reviewed.fake.world.repository(NAME).pulls[NUMBER]["node_id"], "head": head,
            "base_repository": reviewed.fake.world.repository(NAME).id,
        },
        reviews=[
            review(number, login, commit=head, pull_request=f"https://api.github.com/repos/{NAME}/pulls/{NUMBER}")
            for number, login in enumerate(("ada", "grace"), 1)
        ],
        commits=[commit(head)],
    )  # fmt: skip
    written["taken_at"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    reviewed.place.repository.write("reviews.json", canonical(written))
    reviewed.judge(taken=False)
    ended = reviewed.promote()
    assert (ended.code, reviewed.staged()) == (1, False), ended.err
    assert "is not approved on GitHub now: the role domain_expert is not filled" in ended.err
    monkeypatch.delenv("GITHUB_TOKEN")
    ended = reviewed.promote()
    assert (ended.code, reviewed.staged()) == (1, False)
    assert "anybody could have written" in ended.err


def test_without_github_a_key_that_counts_signs_the_reviews(
    reviewed: Reviewed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """B14, D13: offline the file counts by the signature of who judged, and by no other key."""
    reviewed.judge()
    keys, other = write_keys(tmp_path / "keys", "ed25519"), write_keys(tmp_path / "other", "ed25519")
    monkeypatch.delenv("GITHUB_REPOSITORY")
    assert reviewed.assay("sign", *ENGINE[:2], "--stage", "staging", "--key", keys.private).code == 0
    assert reviewed.promote("--key", other.public).code == 3
    assert not reviewed.staged()
    ended = reviewed.promote("--key", keys.public)
    assert ended.code == 0, ended.err


def test_an_approval_that_was_withdrawn_since(reviewed: Reviewed) -> None:
    """B5, B9: dismissed after the judgement, or the access taken away."""
    reviewed.judge()
    known = reviewed.fake.world.repository(NAME)
    known.reviews[NUMBER][1]["state"] = "DISMISSED"
    ended = reviewed.promote()
    assert (ended.code, reviewed.staged()) == (1, False)
    assert "the role ml_engineer is not filled" in ended.err
    known.reviews[NUMBER][1]["state"] = "APPROVED"
    known.permissions["grace"] = "read"
    assert reviewed.promote().code == 1
    known.permissions["grace"] = "write"
    assert reviewed.promote().code == 0


def test_a_change_between_judging_and_pushing(reviewed: Reviewed, monkeypatch: pytest.MonkeyPatch) -> None:
    """B9, T-withdrawn-meanwhile: somebody asks for changes while the promotion is verified."""
    from assay.steps.promoting import transition

    reviewed.judge()
    verifying = transition.require_content

    def meanwhile(*arguments: Any, **named: Any) -> str:
        found = verifying(*arguments, **named)
        if not any(each["state"] == "CHANGES_REQUESTED" for each in known.reviews[NUMBER]):
            reviewed.fake.world.review(NAME, NUMBER, "joan", "CHANGES_REQUESTED", reviewed.head)
        return found

    known = reviewed.fake.world.repository(NAME)
    monkeypatch.setattr(transition, "require_content", meanwhile)
    ended = reviewed.promote()
    assert (ended.code, reviewed.staged()) == (1, False), ended.err
    assert "changed while the promotion was verified" in ended.err


def test_reviews_of_another_repository_than_the_remote(reviewed: Reviewed) -> None:
    """B14, T-other-remote: the environment names a repository that is not what the remote is."""
    reviewed.judge()
    reviewed.fake.world.repository(NAME).clone_url = "https://github.com/mallory/loans.git"
    ended = reviewed.promote()
    assert (ended.code, reviewed.staged()) == (3, False)
    assert "is not the repository acme/loans" in ended.err


def test_a_pull_request_that_is_open_or_went_on(reviewed: Reviewed) -> None:
    """B3, B19: approved but not merged; merged, but with another head than the one that was reviewed."""
    reviewed.judge()
    pull = reviewed.fake.world.repository(NAME).pulls[NUMBER]
    pull.update(state="open", merged=False)
    ended = reviewed.promote()
    assert (ended.code, "is not merged" in ended.err) == (1, True), ended.err
    pull.update(state="closed", merged=True)
    pull["head"]["sha"] = "e" * 40
    ended = reviewed.promote()
    assert (ended.code, "is at eeeeeeeeeeee now" in ended.err) == (1, True), ended.err
    assert not reviewed.staged()


def test_a_person_whom_the_default_branch_took_the_role_from(reviewed: Reviewed) -> None:
    """A4, B9: the version's own manifest still names her."""
    reviewed.judge()
    head = reviewed.head
    reviewed.place.repository.replace("users: [grace]", "users: [kay]")
    merge(reviewed.place.root, "Grace moved on")
    git(reviewed.place.root, "switch", "--quiet", "--detach", head)
    ended = reviewed.promote()
    assert (ended.code, reviewed.staged()) == (1, False), ended.err
    assert "the role ml_engineer is not filled" in ended.err


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("https://github.com/acme/loans", True),
        ("https://github.com/acme/loans.git/", True),
        ("https://x-access-token:secret@GitHub.com/Acme/Loans.git", True),
        ("git@github.com:acme/loans.git", True),
        ("ssh://git@github.com/acme/loans", True),
        ("ssh://git@github.com:2222/acme/loans", False),
        ("https://github.com.evil.example/acme/loans", False),
        ("https://github.com/acme/loans2", False),
        ("https://evil.example/github.com/acme/loans", False),
        ("github.com/acme/loans", False),
        ("ftp://github.com/acme/loans", False),
        ("https://github.com:x/acme/loans", False),
    ],
)
def test_the_address_of_a_remote(address: str, same: bool, tmp_path: Path) -> None:
    assert (plain_address(address, tmp_path) == "github.com/acme/loans") is same
