"""Whether the labels are given away: by answers that repeat them, by features that copy them, by the training data.

Method: Names are compared without case, spaces and marks. A feature or an answer repeats the label if it says it in
every sampled row where both are known, in at least 20 rows and more than half of them. Training data share rows if
more than half of the evaluated rows are in them, beyond what chance explains.

Undefined: Findings are counted, so the number always exists. Where training data have no column, known in nearly all
rows, to compare rows by, nobody knows, and the policy stays inconclusive (`uncompared`).

Cost: A sample of each evaluated set, and one pass over the columns that training and evaluated data have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from assay.checks.label_leakage.label_copies import find_copies, known_features, plain_name
from assay.checks.label_leakage.training_rows import Pair, find_shared, training_pairs
from assay.dossier.check_context import MaterialContext
from assay.dossier.check_materials import DataDigests
from assay.facts.check_parts import CheckFacts, CheckSpec

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

OPTIONAL_BLOCK = True
MATERIAL = DataDigests


class Spec(CheckSpec):
    """No settings: the check looks at every data set that is evaluated."""


class Facts(CheckFacts):
    """What gives the labels away; each finding names a data set, or two, and the columns."""

    found: int = Field(description="Findings of all kinds.")
    named_alike: tuple[str, ...] = Field(
        (), description="Features whose name is the label's but for case, spaces and marks."
    )
    copied: tuple[str, ...] = Field((), description="Features that repeat the label in every sampled row.")
    answered: tuple[str, ...] = Field((), description="Data sets whose answers repeat the label in every sampled row.")
    same_data: tuple[str, ...] = Field((), description="Training sets that are an evaluated set.")
    shared_rows: tuple[str, ...] = Field((), description="Training sets that share most rows of an evaluated set.")
    uncompared: tuple[str, ...] = Field(
        (), description="Training sets without a column to compare the rows of an evaluated set by."
    )
    alike: tuple[str, ...] = Field(
        (), description="Training sets whose rows are too much alike to tell a copied row from another."
    )


def measure(spec: Spec, context: MaterialContext[DataDigests | None]) -> Generator[list[Any], list[Any], Facts]:
    """Asks for samples of the evaluated data, and for the rows that the training data share with them."""
    from assay.tables.addressing import Table
    from assay.tables.questions import Counts, Schema

    asked: list[Any] = [each(Table(name)) for name in context.sets for each in (Schema, Counts)]
    answers = yield asked
    schemas: dict[str, dict[str, str]] = dict(zip(context.sets, answers[::2], strict=True))
    rows = {name: tally.rows for name, tally in zip(context.sets, answers[1::2], strict=True)}
    named_alike = [f"{name}: {column}" for name in context.sets for column in _alike(context, schemas[name])]
    copied, answered = yield from find_copies(context, schemas)
    digests = context.material.digests if context.material is not None else {}
    pairs = [pair for pair in training_pairs(context) if rows[pair[0]] and rows[pair[1]]]
    same = [pair for pair in pairs if digests.get(pair[0], pair[0]) == digests.get(pair[1], pair[1])]
    compared = yield from find_shared([pair for pair in pairs if pair not in same], context, schemas, rows)
    told = {
        "named_alike": tuple(named_alike),
        "copied": tuple(copied),
        "answered": tuple(answered),
        "same_data": _named(same),
        "shared_rows": _named(compared.shared),
    }
    return Facts(
        found=sum(map(len, told.values())),
        **told,
        uncompared=_named(compared.uncompared),
        alike=_named(compared.alike),
    )


def _named(pairs: Iterable[Pair]) -> tuple[str, ...]:
    return tuple(" and ".join(pair) for pair in pairs)


def _alike(context: MaterialContext[DataDigests | None], schema: Mapping[str, str]) -> Iterator[str]:
    if context.label is not None:
        wanted = plain_name(context.label)
        yield from (each for each in known_features(context, schema) if plain_name(each) == wanted)
