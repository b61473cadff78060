"""A GitHub on loopback with one pull request, and a client whose waiting takes no time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from tests.support.fakegithub.loopback import only_loopback
from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import World

from assay.edges.github.client import Client, connect
from assay.edges.github.clock import Clock

HEAD, NAME = "a" * 40, "acme/loans"
JOB = {"issues": "write", "pull_requests": "write", "statuses": "write", "contents": "write"}


@dataclass
class Slept:
    """A clock that notes how long it was asked to wait."""

    seconds: list[float] = field(default_factory=list)

    def clock(self) -> Clock:
        return Clock(sleep=self.seconds.append, now=lambda: 1_000_000.0)


@pytest.fixture
def slept() -> Slept:
    return Slept()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    """A GitHub; at the end every request and answer must have been as GitHub describes them."""
    only_loopback(monkeypatch)
    world = World()
    world.pull(NAME, 7, author="alice", head=HEAD)
    world.token("job", **JOB)
    with FakeGitHub(world) as made:
        yield made
    assert made.violations == []


@pytest.fixture
def speak(fake: FakeGitHub, slept: Slept) -> Callable[..., Client]:
    def connected(bearer: str = "job", patience: float = 600.0) -> Client:
        return connect(url=fake.url, token=bearer, repository=NAME, clock=slept.clock(), patience=patience)

    return connected


@pytest.fixture
def client(speak: Callable[..., Client]) -> Client:
    return speak()
