"""Every fact that a check can return says what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, Field

from assay.checks import CHECKS
from assay.facts.check_parts import CheckFacts
from assay.facts.values import Measure, Value


def _fields(kind: Any, seen: set[Any]) -> Iterator[tuple[str, str]]:
    """The fields of a record and of the records in it, each with its description."""
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        for each in get_args(kind):
            yield from _fields(each, seen)
    elif kind not in seen:
        seen.add(kind)
        for name, field in kind.model_fields.items():
            yield f"{kind.__name__}.{name}", field.description or ""
            yield from _fields(field.annotation, seen)


def _told_badly(facts: type[CheckFacts]) -> list[str]:
    return [name for name, text in _fields(facts, set()) if len(text) < 10 or not text.endswith(".")]


@pytest.mark.parametrize("name", CHECKS.names())
def test_every_fact_is_described(name: str) -> None:
    assert _told_badly(CHECKS.load(name).Facts) == []


def test_a_fact_without_a_description_is_found_wherever_it_is() -> None:
    class Inner(Value):
        told: Measure = Field(description="A number of rows.")
        untold: tuple[str, ...] = ()

    class Outer(CheckFacts):
        sets: dict[str, Inner | None] = Field(description="Facts by data set.")

    Outer.model_rebuild(_types_namespace={"Inner": Inner, "Measure": Measure})
    assert _told_badly(Outer) == ["Inner.untold"]
