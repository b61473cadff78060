"""Columns of text that are nearly all numbers: what keeps them text, and the rules that would hold without it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from assay.commands.parts.contract_proposal import propose_contract
from assay.commands.parts.yaml_scalars import quoted
from assay.facts.profiles import Profile
from assay.tables.addressing import Table
from assay.tables.aggregates import TopValues
from assay.tables.answering import Tables
from assay.tables.predicates import IsWritten, Not
from assay.tables.profiling import profile_table
from assay.tables.questions import WrittenAs, WrittenTexts
from assay.tables.source import Source
from assay.tables.writings import CLOCK, WRITINGS

SHARE, SHOWN, LONGEST = 0.5, 3, 30


def written_columns(source: Source, profile: Profile, name: str, ids: Collection[str]) -> Iterable[str]:
    """A comment for each column of which more than half is written as numbers, with the rules that they would keep."""
    texts = tuple(
        column
        for column, found in profile.columns.items()
        if found.kind == "text" and not found.hidden and column not in ids
    )
    with Tables({name: source}, {}, None) as tables:
        (written,) = tables.answer([WrittenTexts(Table(name), texts)]) if texts else ({},)
        ways = {column: way for column, found in written.items() if (way := _way(found)) is not None}
        if not ways:
            return
        read = replace(Table(name), read_as=tuple(ways.items()))
        numbers = profile_table(tables.answer, read, source=source.digest)
        for column, way in ways.items():
            where = Not(IsWritten(column, way))
            (others,) = tables.answer([TopValues(Table(name), column, SHOWN, where=where)])
            yield _told(column, way, written[column], [str(value) for value, _ in others.values])
            alone = numbers.model_copy(update={"columns": {column: numbers.columns[column]}})
            yield f"#   {propose_contract(alone, name).splitlines()[-1].strip()}"


def _way(found: WrittenAs) -> str | None:
    """The way in which most texts are written as numbers; None for codes, which are digits after a zero."""
    way = max(found.counts, key=lambda each: found.counts[each])
    # Nobody writes a clock's time as a number of seconds.
    is_number = WRITINGS[way].kind in ("number", "integer") and way != CLOCK
    return way if is_number and not found.padded and found.counts[way] > SHARE * found.texts else None


def _told(column: str, way: str, found: WrittenAs, others: Collection[str]) -> str:
    said = f"# {quoted(column)} is text: {found.counts[way]:,} of {found.texts:,} values are {WRITINGS[way].title}"
    if others:
        listed = ", ".join(" ".join(each.split())[:LONGEST] for each in others)
        return f"{said}; empty the others ({listed}), write plain numbers, and it keeps"
    return f"{said}; write plain numbers, and it keeps"
