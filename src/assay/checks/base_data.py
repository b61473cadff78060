"""Whether the base's data judge the change too: where data differ, the model answers the base's rows as well.

Method: Content is compared by digest. Where an evaluated set differs from the base, the base's rows are fetched and
answered too, and are held against the training data as the check `label_leakage` does.

Undefined: There is no number here. Without a base the check is not measured.

Cost: The model answers the base's rows as well, and their checks are measured a second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from assay.dossier.check_context import MaterialContext
from assay.dossier.check_materials import DataAtBase
from assay.errors import DataError
from assay.facts.check_parts import CheckFacts, CheckSpec

if TYPE_CHECKING:
    from collections.abc import Generator

OPTIONAL_BLOCK = True
MATERIAL = DataAtBase


class Spec(CheckSpec):
    """No settings: the plan lists the data that differ from the base."""


class Facts(CheckFacts):
    """The evaluated data sets that `differ` from the base, and what keeps the base's from judging."""

    base: bool = Field(description="Whether a base judges the change.")
    differ: tuple[str, ...] = Field(description="Evaluated data sets whose content differs from the base.")
    lacking: dict[str, str] = Field(
        description="Why the content of a data set at the base could not be had or compared, by data set."
    )
    unanswered: tuple[str, ...] = Field((), description="Data sets whose rows at the base the model did not answer.")
    trained_on: tuple[str, ...] = Field(
        (), description="Pairs of a training set and the set whose rows at the base it holds."
    )
    judging: tuple[str, ...] = Field((), description="Data sets whose content at the base judges the model too.")


def measure(spec: Spec, context: MaterialContext[DataAtBase | None]) -> Generator[list[Any], list[Any], Facts]:
    """Asks for the rows that the training data share with the base's; raises DataError if no base judges."""
    from assay.checks.label_leakage.training_rows import find_shared, is_training
    from assay.tables.addressing import Table
    from assay.tables.questions import Counts, Schema

    found = context.material
    if found is None:
        yield []
        raise DataError("No base was named, so nothing was compared with it.", hint="Plan with `--base REVISION`.")
    training = [name for name in context.sets if is_training(name)]
    tables = {name: each for name, each in found.tables.items() if not is_training(name)} if training else {}
    names = (*training, *tables.values()) if tables else ()
    answers = yield [each(Table(name)) for name in names for each in (Schema, Counts)]
    schemas: dict[str, dict[str, str]] = dict(zip(names, answers[::2], strict=True))
    rows = {name: tally.rows for name, tally in zip(names, answers[1::2], strict=True)}
    pairs = [(train, held) for train in training for held in tables.values() if rows[train] and rows[held]]
    same = [pair for pair in pairs if found.digests.get(pair[0]) == found.digests.get(pair[1], "")]
    compared = yield from find_shared([pair for pair in pairs if pair not in same], context, schemas, rows)
    plain = {held: name for name, held in tables.items()}
    trained_on = tuple(f"{train} and {plain[held]}" for train, held in (*same, *compared.shared))
    spent = {plain[held] for _, held in (*same, *compared.shared)}
    unknown = {
        plain[
            held
        ]: f"`{train}` has no column, known in nearly all rows, to compare it by with `{plain[held]}` at the base."
        for train, held in compared.uncompared
    }
    return Facts(
        base=True,
        differ=found.differ,
        lacking={**unknown, **found.lacking},
        unanswered=found.unanswered,
        trained_on=trained_on,
        judging=tuple(name for name in found.tables if name not in {*spent, *unknown, *found.unanswered}),
    )
