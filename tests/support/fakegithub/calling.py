"""A request that is allowed, its answer, and the register of what answers which operation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.fakegithub.contract import Operation
from tests.support.fakegithub.world import Body, Repository, Token, World

READS, WRITES = ("read", "write"), ("write",)


@dataclass
class Call:
    """A request that is allowed, with what it is about."""

    world: World
    operation: Operation
    token: Token
    base: str
    query: dict[str, str]
    body: Any
    content: bytes

    @property
    def repository(self) -> Repository:
        """The repository in the path."""
        values = self.operation.values
        name = f"{values['owner']}/{values['repo']}"
        if name not in self.world.repositories:
            raise Refused(404, "Not Found")
        return self.world.repositories[name]

    def url(self, *parts: object) -> str:
        """An API address beneath the repository."""
        return "/".join((f"{self.base}/repos/{self.repository.name}", *map(str, parts)))

    def number(self, name: str) -> int:
        """A whole number in the path."""
        return int(self.operation.values[name])


@dataclass
class Answer:
    """A status, a body, and headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818  # an answer, not an error
    """An answer other than success."""

    def __init__(self, status: int, message: str, **details: Any) -> None:
        super().__init__(message)
        self.answer = Answer(
            status, {"message": message, "documentation_url": "https://docs.github.com/rest", **details}
        )


Handler = Callable[[Call], Answer]
HANDLERS: dict[str, Handler] = {}
# Any one of these permissions suffices; none are needed for what every token may read.
NEEDED: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {}


def answers(operation: str, *needed: str) -> Callable[[Handler], Handler]:
    """Registers a handler of an operation, with permissions such as `issues:write`, one of which the token must have."""

    def register(handler: Handler) -> Handler:
        HANDLERS[operation] = handler
        NEEDED[operation] = tuple(
            (name, WRITES if level == "write" else READS) for name, _, level in (each.partition(":") for each in needed)
        )
        return handler

    return register


def page(call: Call, items: list[Body]) -> Answer:
    """One page of a list, with the Link header to the others."""
    size, number = min(int(call.query.get("per_page", 30)), 100), int(call.query.get("page", 1))
    path = call.operation.template.format(**call.operation.values)
    last = max(1, -(-len(items) // size))
    links = {"next": number + 1, "last": last} if number < last else {}
    links |= {"prev": number - 1, "first": 1} if number > 1 else {}
    text = ", ".join(f'<{call.base}{path}?per_page={size}&page={to}>; rel="{name}"' for name, to in links.items())
    return Answer(200, items[(number - 1) * size : number * size], {"Link": text} if text else {})


def found(items: dict[Any, Body], key: Any) -> Body:
    """An entry, or 404."""
    if key not in items:
        raise Refused(404, "Not Found")
    return items[key]
