"""Texts that are compared as numbers or times, because nearly all of them are written as such."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assay.checks.drift.facts import StrayFacts
from assay.checks.drift.sides import Side, SideColumn, is_ordered
from assay.facts.values import Measure, Undefined, exact
from assay.tables.predicates import AnyOf, IsMissing, IsWritten
from assay.tables.questions import Keys, Question, WrittenAs, WrittenTexts
from assay.tables.type_families import family
from assay.tables.writings import WRITINGS

if TYPE_CHECKING:
    from assay.checks.drift.column_decisions import ComparedColumn

MOSTLY, STILL = 0.9, 0.5
"""The least shares of the texts that are numbers or times: in the reference, and in the current data."""
TEXT, SHOWN = "text", 5
Ways = Mapping[str, WrittenAs]


def read_texts(
    reference: Side, current: Side, names: Iterable[str]
) -> Generator[list[Question], list[Any], tuple[Side, Side]]:
    """Both sides, with the columns that are read as numbers or times."""
    sides = (reference, current)
    asked = {side.name: tuple(name for name in names if _may_be_read(side, sides, name)) for side in sides}
    written: dict[str, Ways] = {side.name: {} for side in sides}
    if wanted := [side for side in sides if asked[side.name]]:
        answers = yield [WrittenTexts(side.table, asked[side.name]) for side in wanted]
        written |= {side.name: found for side, found in zip(wanted, answers, strict=True)}
    ways = {name: way for name in names if (way := _way(sides, name, written)) is not None}
    one, other = (_reading(side, ways, written[side.name]) for side in sides)
    return one, other


def ask_strays(
    sides: tuple[Side, Side], found: Mapping[str, ComparedColumn]
) -> Generator[list[Question], list[Any], dict[str, StrayFacts]]:
    """The facts about the texts that are not written as the others, by column."""
    current, ways = sides[1], dict((*sides[0].read_as, *sides[1].read_as))
    asked = [name for name in found if current.strays.get(name)]
    table = current.table.as_written()
    written = [AnyOf((IsMissing(name), IsWritten(name, ways[name]))) for name in asked]
    answers = (yield [Keys(table, each, SHOWN) for each in written]) if asked else []
    keys = dict(zip(asked, answers, strict=True))
    return {
        name: StrayFacts(
            read_as=WRITINGS[ways[name]].title,
            reference=_share(found[name].reference),
            current=_share(found[name].current),
            keys=keys.get(name, ()),
        )
        for name in found
        if name in ways
    }


def _share(column: SideColumn) -> Measure:
    values = column.there + column.strays
    return exact(column.strays / values, values) if values else Undefined(reason="empty")


def with_strays(
    seen: tuple[SideColumn, SideColumn], sides: tuple[Side, Side], name: str
) -> tuple[SideColumn, SideColumn]:
    """A column of both sides; texts that could not be read are no missing values."""
    one, other = (_apart(column, side.strays.get(name, 0)) for column, side in zip(seen, sides, strict=True))
    return one, other


def _apart(column: SideColumn, strays: int) -> SideColumn:
    return replace(column, missing=column.missing - strays, strays=strays) if strays != column.strays else column


def _may_be_read(side: Side, sides: tuple[Side, Side], name: str) -> bool:
    """Whether a column is text in a table, and text, numbers or times on the other side."""
    if side.kinds.get(name) != TEXT or side.profile is not None:
        return False
    return all(
        (each.kinds.get(name) == TEXT and each.profile is None) or is_ordered(each.kinds.get(name, ""))
        for each in sides
    )


def _way(sides: tuple[Side, Side], name: str, written: Mapping[str, Ways]) -> str | None:
    """The way in which the texts are read: that which reads the most on the side where it reads fewer."""
    kinds = {family(side.kinds[name]) for side in sides if name in side.kinds} - {TEXT}
    texts = [(side, least) for side, least in zip(sides, (MOSTLY, STILL), strict=True) if side.kinds.get(name) == TEXT]
    found = [(written[side.name].get(name), least) for side, least in texts]
    if not found or any(each is None or each.padded for each, _ in found):
        return None
    shares = {
        way: [(each.counts.get(way, 0) / each.texts, least) for each, least in found if each is not None]
        for way, writing in WRITINGS.items()
        if kinds <= {family(writing.kind)}
    }
    fitting = {
        way: min(each for each, _ in of) for way, of in shares.items() if all(each >= least for each, least in of)
    }
    return max(fitting, key=lambda way: fitting[way], default=None)


def _reading(side: Side, ways: Mapping[str, str], written: Ways) -> Side:
    read = {name: way for name, way in ways.items() if side.kinds.get(name) == TEXT}
    strays = {name: written[name].texts - written[name].counts[way] for name, way in read.items()}
    kinds = {**side.kinds, **{name: WRITINGS[way].kind for name, way in read.items()}}
    return replace(side, kinds=kinds, read_as=tuple(read.items()), strays=strays)
