"""Whether the data are clean: leaked labels, shared or repeated rows, columns that carry no information or differ.

Method: Leaks are proven on a sample: a rule is learned on one half of it and tried on the other. Rows shared with the
training data are held against the twins that training rows have among themselves, by Fisher's exact test. Repeated
rows are counted beyond what chance explains. Shares of missing values are compared by Newcombe's interval.

Undefined: `too_few` if a sample has fewer than 40 rows to learn and try, `one_class`, `lacks_label`, `missing_labels`
and `unnamed_label` if there is no label to predict, `not_applicable` if nothing is there to compare, such as training
data.

Cost: One pass over the columns for repeated and shared rows. Leaks are looked for in a sample, so their cost hardly
grows with the rows. Ten features of a million rows a set took 5 s (two cores).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.facts import (
    Facts,
)
from assay.checks.data_hygiene.inspected_sets import sets_of
from assay.checks.data_hygiene.spec import Spec
from assay.checks.data_hygiene.usual_bars import hygiene_bars
from assay.dossier.check_context import CheckContext
from assay.errors import Place
from assay.facts.check_parts import Bar, ColumnUse

if TYPE_CHECKING:
    from assay.checks.data_hygiene.inspected_sets import InspectedSets

EXAMPLE = "{train: train, on: test}"
_TRAIN = "train"


def problems(spec: Spec, context: CheckContext) -> Iterable[tuple[Place, str]]:
    """A missing data set, and a training set that the block also names as held out."""
    if not _sets(spec, context):
        yield ("on",), "the data set to inspect is not clear: name one with `on`."
    elif _train(spec, context) in ((spec.on,) if isinstance(spec.on, str) else spec.on or ()):
        yield ("on",), f"`{_train(spec, context)}` is the training data, so it is not held out; name another data set."
    for column in spec.exempt:
        if context.features and column not in context.features:
            yield ("exempt", column), f"`{column}` is not a feature, so there is nothing to exempt."


def columns(spec: Spec, context: CheckContext) -> Iterable[ColumnUse]:
    """The data sets."""
    if spec.train is not None:
        yield ColumnUse(where=("train",), set=spec.train)
    for number, name in enumerate(_apart(spec, context)):
        yield ColumnUse(where=("on", number) if isinstance(spec.on, tuple) else ("on",), set=name)


def bars(spec: Spec, context: CheckContext) -> Iterable[Bar]:
    """One bar per finding and data set."""
    if _sets(spec, context):
        yield from hygiene_bars(spec.bars, context, _train(spec, context), _apart(spec, context))


def named(spec: Spec, context: CheckContext) -> Mapping[str, Iterable[str]]:
    """Data sets by kind of finding, and columns."""
    sets, apart, train = _sets(spec, context), _apart(spec, context), _train(spec, context)
    classed = sets if context.label is not None and context.task != "regression" else ()
    return {
        "leakage": sets[:1],
        "apart": apart,
        "rows": sets,
        "columns": sets,
        "classes": classed,
        "alike": apart if train else (),
        "by_column": tuple({column: None for name in sets for column in context.columns.get(name, ())}),
    }


def measure(spec: Spec, context: CheckContext) -> Generator[list[Any], list[Any], Facts]:
    """Inspects every set as a whole first, then asks for all kinds of findings together."""
    from assay.checks.data_hygiene.column_findings import measure_classes, measure_columns
    from assay.checks.data_hygiene.duplicate_rows import measure_rows
    from assay.checks.data_hygiene.leakage import measure_leakage
    from assay.checks.data_hygiene.set_differences import measure_differences
    from assay.checks.data_hygiene.set_overlap import measure_overlap
    from assay.tables.interleaving import ask_together

    inspected: InspectedSets = yield from _look(spec, context)
    level = spec.level or context.level
    classed = inspected.sets if context.label is not None and context.task != "regression" else ()
    found = yield from ask_together(
        {
            **{f"apart {name}": measure_overlap(inspected, name) for name in inspected.apart},
            **{f"rows {name}": measure_rows(inspected, name) for name in inspected.sets},
            **{f"columns {name}": measure_columns(inspected, name) for name in inspected.sets},
            **{f"classes {name}": measure_classes(inspected, name) for name in classed},
        }
    )

    def by_set(kind: str) -> dict[str, Any]:
        return {key.removeprefix(f"{kind} "): each for key, each in found.items() if key.startswith(f"{kind} ")}

    return Facts(
        train=inspected.train,
        leakage={inspected.learned: measure_leakage(inspected, level, spec.exempt)},
        apart=by_set("apart"),
        rows=by_set("rows"),
        columns=by_set("columns"),
        classes=by_set("classes"),
        alike={
            name: measure_differences(inspected, name, spec.matters, level)
            for name in inspected.apart
            if inspected.train
        },
    )


def _look(spec: Spec, context: CheckContext) -> Generator[list[Any], list[Any], InspectedSets]:
    """The columns, summaries and some rows of every set."""
    from assay.checks.data_hygiene.inspected_sets import InspectedSets, sample_size, seed_of
    from assay.tables.addressing import Table
    from assay.tables.aggregates import RowSample, Summary
    from assay.tables.questions import Counts, Schema

    sets = _sets(spec, context)
    schemas = yield [Schema(Table(name)) for name in sets]
    kinds = {
        name: {column: kind for column, kind in schema.items() if kind != "other" and not column.startswith("@")}
        for name, schema in zip(sets, schemas, strict=True)
    }
    size = sample_size(max(map(len, kinds.values())))
    tallies = yield [Counts(Table(name)) for name in sets]
    filled = [name for name in sets if kinds[name]]
    found = yield [
        *(Summary(Table(name), tuple(kinds[name])) for name in filled),
        *(RowSample(Table(name), tuple(kinds[name]), size, seed_of(context)) for name in filled),
    ]
    return InspectedSets(
        context=context,
        train=_train(spec, context),
        apart=_apart(spec, context),
        kinds=kinds,
        summaries=dict(zip(filled, found, strict=False)),
        samples=dict(zip(filled, found[len(filled) :], strict=True)),
        rows={name: tally.rows for name, tally in zip(sets, tallies, strict=True)},
        drawn=size,
    )


def _train(spec: Spec, context: CheckContext) -> str | None:
    """The training data, if there are any."""
    return spec.train or (_TRAIN if _TRAIN in context.sets else None)


def _apart(spec: Spec, context: CheckContext) -> tuple[str, ...]:
    return tuple(name for name in context.on(spec.on) if name != _train(spec, context))


def _sets(spec: Spec, context: CheckContext) -> tuple[str, ...]:
    return sets_of(_train(spec, context), _apart(spec, context))
