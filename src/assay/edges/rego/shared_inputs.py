"""Inputs of many questions: what several share is written once, and policies that see the same are asked at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assay.canonical import canonical
from assay.edges.rego.bundle import Bundle
from assay.edges.rego.queries import Answer, Query, answer_from
from assay.edges.rego.refusals import LIBRARY
from assay.edges.rego.tokens import is_field, read_tokens

OWN_NAME = "policy"
"""The field of an input that differs between policies that see the same otherwise."""

Shape = dict[str, int | dict[str, int]]
"""An input: for each key the number of its value, or the numbers of the values in it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Group:
    """Policies that are asked about one input, and the numbers of their queries."""

    shape: Shape
    queries: dict[str, list[int]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class SharedInputs:
    """The values of all inputs as canonical JSON, each once, and the groups that see them."""

    values: tuple[bytes, ...]
    groups: tuple[Group, ...]

    def content(self, beside: dict[str, Any]) -> bytes:
        """One JSON object of the values and what goes beside them."""
        return canonical(beside)[:-1] + (b"," if beside else b"") + b'"values":[' + b",".join(self.values) + b"]}"

    def answers(self, found: Sequence[Mapping[str, Answer]]) -> tuple[Answer, ...]:
        """One answer per query, in order, from the answers of each group by policy."""
        answers: dict[int, Answer] = {}
        for group, given in zip(self.groups, found, strict=True):
            for policy, numbers in group.queries.items():
                answers |= dict.fromkeys(numbers, given.get(policy) or answer_from(policy, None))
        return tuple(answers[number] for number in range(len(answers)))


def share(bundle: Bundle, queries: Sequence[Query]) -> SharedInputs:
    """The questions in groups.

    A policy that never looks at its own name in the input is not told it, so that it can be asked with others.
    """
    values, groups, curious = _Values(), dict[tuple[Any, ...], Group](), set(_curious(bundle))
    for index, query in enumerate(queries):
        shape: Shape = {
            key: {name: values.number(each) for name, each in value.items()}
            if isinstance(value, dict)
            else values.number(value)
            for key, value in query.input.items()
            if key != OWN_NAME or query.policy in curious
        }
        group = groups.setdefault(_key(shape), Group(shape=shape, queries={}))
        group.queries.setdefault(query.policy, []).append(index)
    return SharedInputs(values=values.written(), groups=tuple(groups.values()))


class _Values:
    """Values by number; equal ones have one number, and the same object is written once."""

    def __init__(self) -> None:
        self._of_object: dict[int, int] = {}
        self._of_bytes: dict[bytes, int] = {}

    def number(self, value: Any) -> int:
        """The number of a value, which must live as long as this."""
        shareable = isinstance(value, dict | list)
        if shareable and id(value) in self._of_object:
            return self._of_object[id(value)]
        found = self._of_bytes.setdefault(canonical(value), len(self._of_bytes))
        if shareable:
            self._of_object[id(value)] = found
        return found

    def written(self) -> tuple[bytes, ...]:
        """The values in the order of their numbers."""
        return tuple(self._of_bytes)


def _key(shape: Shape) -> tuple[Any, ...]:
    """A shape as a key; the order of names is no difference."""
    return tuple(sorted((name, tuple(sorted(n.items())) if isinstance(n, dict) else n) for name, n in shape.items()))


def _curious(bundle: Bundle) -> Iterable[str]:
    """The policies that may look at their own name: in their file, or in the library, which sees every input."""
    looks = {file.package: _may_read_name(file.content.decode()) for file in bundle.modules}
    library = any(found for package, found in looks.items() if package[0] == LIBRARY)
    return ("/".join(package) for package, found in looks.items() if found or library)


def _may_read_name(source: str) -> bool:
    """Whether a text reads the name, or all of the input; only `input.<another name>` surely does not."""
    tokens = list(read_tokens(source))
    for index, token in enumerate(tokens):
        if token.text != "input" or token.kind != "name" or is_field(tokens, index):
            continue
        named = [each.text for each in tokens[index + 1 : index + 3]]
        if len(named) < 2 or named[0] != "." or named[1] == OWN_NAME:  # noqa: PLR2004 - a dot and a name
            return True
    return False
