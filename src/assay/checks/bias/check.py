"""How differently the model treats groups: rates of each group and the gaps between them, with intervals.

Method: Rows are counted by group, label and decision. Rates have Wilson's interval (1927). A difference of two groups
has Newcombe's, a ratio that of Donner and Zou (2012). The worst pair of groups decides; its limit needs the level
alone on the side that clears the bar (Berger 1982), and a correction by Bonferroni on the other.

Undefined: `too_few` if a group has fewer rows than `smallest_group`, `one_group` if there is nothing to compare,
`zero_rates` for a ratio of rates that are all 0, `missing_labels`, `no_predictions` and `not_probabilities` if rows
cannot be counted.

Cost: One count by groups for each attribute, whatever the number of rows. Rows that belong together are read. Seven
groups of a million rows took 2 s (two cores).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from assay.checks.bias.facts import AttributeFacts, BiasSetFacts, Facts
from assay.checks.bias.spec import CROSS, By, Spec, attribute_name, columns_of
from assay.dossier.check_context import CheckContext
from assay.errors import DataError, Place
from assay.facts.check_parts import Bar, ColumnUse
from assay.facts.values import GroupRow, GroupTable, exact
from assay.stats.metric_bars import limits, pointer
from assay.tables.addressing import SCORE, Table

if TYPE_CHECKING:
    from assay.checks.bias.grouped_rows import GroupedRows
    from assay.stats.tallies import GroupTally
    from assay.tables.predicates import Condition
    from assay.tables.questions import Question

EXAMPLE = '{on: test, by: [gender], bars: {demographic_parity_difference: "<= 0.1"}}'
OTHERWISE = "If no row is about a person, say so with a reason: `data.sensitive: {none: '…'}`."
_TASK = "binary-classification"
_MOST_GROUPS = 100
_Key = tuple[Any, ...]


def problems(spec: Spec, context: CheckContext) -> Iterable[tuple[Place, str]]:
    """The requests of the block that the task or the data cannot meet."""
    if context.nobody_concerned is not None:
        if spec.by:
            yield ("by",), "`data.sensitive` says that no row is about a person, so there are no groups to compare."
        return
    if not spec.by:
        yield (), "bias needs the columns to group by: name them under `by`."
    if context.task != _TASK:
        yield (), f"bias is measured for {_TASK}, and this model's task is {context.task}."
    if context.label is None:
        yield (), "bias needs the true answers: name their column under `data.label`."
    if not context.on(spec.on):
        yield ("on",), "the data set to measure is not clear: name one with `on`."


def stated(context: CheckContext) -> bool:
    """Where nobody is concerned, the statement is all there is to measure."""
    return context.nobody_concerned is not None


def columns(spec: Spec, context: CheckContext) -> Iterable[ColumnUse]:
    """The data sets and columns that the block names."""
    for number, name in enumerate(context.on(spec.on) if spec.by else ()):
        yield ColumnUse(where=("on", number) if isinstance(spec.on, tuple) else ("on",), set=name, column=context.label)
        for index, each in enumerate(spec.by):
            for inner, column in enumerate(columns_of(each)):
                place: Place = ("by", index) if isinstance(each, str) else ("by", index, inner)
                yield ColumnUse(where=place, set=name, column=column)


def scored(spec: Spec, context: CheckContext) -> Iterable[str]:
    """Every measured data set."""
    return context.on(spec.on) if spec.by else ()


def bars(spec: Spec, context: CheckContext) -> Iterable[Bar]:
    """One bar per data set, attribute and gap."""
    sets = context.on(spec.on)
    for name in sets if spec.by else ():
        for by in map(attribute_name, spec.by):
            for gap, limit in limits(spec.bars).items():
                yield Bar(
                    fact=pointer("sets", name, "attributes", by, "gaps", gap),
                    title=f"{gap.replace('_', ' ')} by {by}" + (f" on {name}" if len(sets) > 1 else ""),
                    subject={"set": name, "by": by},
                    where=("bars", gap),
                    **limit.model_dump(),
                )


def named(spec: Spec, context: CheckContext) -> Mapping[str, Iterable[str]]:
    """Data sets, attributes, rates and gaps."""
    from assay.stats.confusion import Confusion
    from assay.stats.fairness import GAPS, shares

    rates = shares(Confusion(tp=1, fp=1, tn=1, fn=1))
    attributes = tuple(map(attribute_name, spec.by))
    return {"sets": context.on(spec.on), "attributes": attributes, "gaps": tuple(GAPS), "measures": tuple(rates)}


def measure(spec: Spec, context: CheckContext) -> Generator[list[Question], list[Any], Facts]:
    """Asks how many rows share each combination of attribute, label and prediction; for rows only if they depend."""
    if context.nobody_concerned is not None:
        return Facts(sets={}, nobody_concerned=context.nobody_concerned)
    if context.task != _TASK or context.label is None or context.positive is None:
        raise DataError("Bias needs a model of two classes, its positive class and the column of labels.")
    from assay.stats.strange_labels import strange_labels
    from assay.stats.tallies import read_tallies
    from assay.tables.predicates import All, Column, Compare, IsFinite, IsMissing, Not, OneOf
    from assay.tables.questions import Cells

    sets = context.on(spec.on)
    asked = [(name, by) for name in sets for by in spec.by]
    # The label is compared with the positive class first, then with all classes, then come probability and threshold.
    label: list[Column | Condition] = [Compare("==", Column(context.label), context.positive)]
    label.append(OneOf(context.label, context.classes) if context.classes else Not(IsMissing(context.label)))
    probability = All((IsFinite(SCORE), Compare(">=", Column(SCORE), 0), Compare("<=", Column(SCORE), 1)))
    score = [probability, Compare(">=", Column(SCORE), context.threshold)]
    questions: list[Question] = [
        Cells(Table(name), (*map(Column, columns_of(by)), *label, *(score if name in context.predicted else ())))
        for name, by in asked
    ]
    # If the model names only its positive class, the labels must show that there is only one other.
    labels: list[Question] = [] if context.classes else [Cells(Table(name), (Column(context.label),)) for name in sets]
    rows: list[Question] = [_rows(spec, context, name) for name in sets if _is_clustered(context, name)]
    answers = yield [*questions, *labels, *rows]
    clustered = dict(zip([name for name in sets if _is_clustered(context, name)], answers[-len(rows) :], strict=False))
    for cells in answers[len(asked) : len(asked) + len(labels)]:
        values = {key[0] for key in cells} - {None}
        if len(values - {context.positive}) > 1:
            raise DataError(strange_labels(values, (context.positive,)))
    if context.classes:
        yield from _require_classes(context, zip(asked, answers, strict=False))
    found = {
        pair: read_tallies(len(columns_of(pair[1])), cells)
        for pair, cells in zip(asked, answers[: len(asked)], strict=True)
    }
    return Facts(sets={name: _measure_set(spec, context, name, found, clustered.get(name)) for name in sets})


def _is_clustered(context: CheckContext, name: str) -> bool:
    return context.group is not None and name in context.predicted


def _rows(spec: Spec, context: CheckContext, name: str) -> Question:
    """The rows of a set: only they tell which of them belong together."""
    from assay.tables.questions import Values

    columns = (str(context.group), str(context.label), SCORE, *(column for by in spec.by for column in columns_of(by)))
    return Values(Table(name), tuple(dict.fromkeys(columns)))


def _require_classes(
    context: CheckContext, asked: Iterable[tuple[tuple[str, By], Mapping[tuple[Any, ...], int]]]
) -> Generator[list[Question], list[Any]]:
    """Raises DataError, with the values, if a label is none of the model's classes."""
    from assay.stats.strange_labels import SHOWN, strange_labels
    from assay.tables.aggregates import TopValues
    from assay.tables.predicates import Not, OneOf

    label = str(context.label)
    for (name, by), cells in asked:
        if any(key[len(columns_of(by)) + 1] is False for key in cells):
            strange = Not(OneOf(label, context.classes))
            (top,) = yield [TopValues(Table(name), label, SHOWN + 1, where=strange)]
            raise DataError(strange_labels([value for value, _ in top.values], context.classes))


def _measure_set(
    spec: Spec,
    context: CheckContext,
    name: str,
    found: Mapping[tuple[str, By], tuple[GroupTally, ...]],
    columns: Mapping[str, Any] | None,
) -> BiasSetFacts:
    from assay.checks.bias.grouped_rows import GroupedRows

    every = found[name, spec.by[0]]
    grouped = GroupedRows.of(columns, context) if columns is not None else None
    return BiasSetFacts(
        rows=sum(each.rows for each in every),
        clusters=grouped.clusters.count if grouped is not None else None,
        missing_labels=sum(each.rows for each in every if each.positive is None),
        missing_scores=sum(each.rows for each in every if each.selected is None),
        attributes={
            attribute_name(by): _measure_attribute(
                spec, context, by, found[name, by], grouped, predicted=name in context.predicted
            )
            for by in spec.by
        },
    )


def _measure_attribute(
    spec: Spec,
    context: CheckContext,
    by: By,
    tallies: tuple[GroupTally, ...],
    grouped: GroupedRows | None,
    *,
    predicted: bool,
) -> AttributeFacts:
    from assay.stats.fairness import GAPS, gap, rates, shares
    from assay.stats.grouping import name, order
    from assay.stats.tallies import confusions, unmeasurable

    kept = [each for each in tallies if spec.missing == "group" or None not in each.group]
    undefined, level = unmeasurable(kept, predicted=predicted), spec.level or context.level
    groups = sorted(confusions(kept).items(), key=lambda item: tuple(map(order, item[0])))
    if len(groups) > _MOST_GROUPS:
        raise DataError(f"`{attribute_name(by)}` has more than {_MOST_GROUPS} groups; group by a coarser column.")
    sizes = Counter[_Key]()
    for each in kept:
        sizes[each.group] += each.rows
    rows = tuple(
        GroupRow(
            group=CROSS.join(map(name, key)),
            n=sizes[key],
            measures=dict.fromkeys(shares(counts), undefined)
            if undefined
            else rates(counts, level=level, smallest=spec.smallest_group),
        )
        for key, counts in groups
    )
    if grouped is not None and undefined is None:
        names = tuple(shares(groups[0][1])) if groups else ()
        of_rows, gaps = grouped.measure(by, [key for key, _ in groups], names, spec.smallest_group, level)
        rows = tuple(row.model_copy(update={"measures": of_rows[row.group]}) for row in rows)
    else:
        found = [counts for _, counts in groups]
        gaps = {each: undefined or gap(each, found, level=level, smallest=spec.smallest_group) for each in GAPS}
    return AttributeFacts(
        groups=GroupTable(title=f"Groups by {attribute_name(by)}", attribute=attribute_name(by), rows=rows),
        gaps=gaps,
        excluded=exact(sum(each.rows for each in tallies) - sizes.total(), sum(each.rows for each in tallies)),
    )
