"""Whether `data.group` names a group for every row: a row without one could belong to any."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from assay.dossier.plan_parts import PlannedInput
from assay.edges.data_files import find_data_set
from assay.errors import DataError, Problem
from assay.manifest.data_blocks import Data
from assay.manifest.yaml_strict import Document
from assay.tables.addressing import Table
from assay.tables.source import Source
from assay.tables.type_families import family

if TYPE_CHECKING:
    from assay.tables.questions import RowTally

PLACE = ("data", "group")
SHOWN = 3


def group_problems(root: Path, data: Data, inputs: Iterable[PlannedInput], document: Document) -> Iterable[Problem]:
    """Data sets that lack the column of groups, or in which some rows lack a value; profiles have no rows."""
    column = data.group
    if column is None:
        return
    if column in (data.label, data.score):
        yield document.problem(PLACE, f"`{column}` is the answer, which does not say which rows belong together.")
        return
    found = [each for each in inputs if each.role == "data" and each.columns is not None]
    # A column that no data set has is a problem of its own.
    known = {each.name: (each.columns or {})[column] for each in found if column in (each.columns or {})}
    first = next(iter(known), "")
    for each in found if known else ():
        kind = known.get(each.name)
        if kind is None:
            yield document.problem(PLACE, f"the data set `{each.name}` has no column `{column}`.")
        elif kind == "other":
            yield document.problem(PLACE, f"the type of `{column}` in `{each.name}` cannot be compared.")
        elif family(kind) != family(known[first]):
            message = f"`{column}` is {kind} in `{each.name}` and {known[first]} in `{first}`, so none is in both."
            yield document.problem(PLACE, message)
        else:
            source = find_data_set(root, each.path, data, each.name)
            yield from _missing(source, each.name, column, data.id, document)


def _missing(source: Source, name: str, column: str, key: str | None, document: Document) -> Iterable[Problem]:
    from assay.tables.answering import Tables
    from assay.tables.predicates import IsMissing, Not
    from assay.tables.questions import Counts, Keys

    absent = IsMissing(column)
    try:
        with Tables({name: source}, {}, key) as tables:
            tally: RowTally
            (tally,) = tables.answer([Counts(Table(name), (("absent", absent),))])
            if not (lacking := tally.true["absent"]):
                return
            (keys,) = tables.answer([Keys(Table(name), Not(absent), SHOWN)])
    except DataError as error:
        yield document.problem(PLACE, str(error))
        return
    shown, more = ", ".join(f"`{each}`" for each in keys), ", …" if lacking > SHOWN else ""
    yield document.problem(
        PLACE,
        f"{lacking:,} of {tally.rows:,} rows of `{name}` have no `{column}` ({shown}{more}). "
        "Give each row a value: a row that is alone needs one that no other row has.",
    )
