"""How differently the model treats groups: rates of each group and the gaps between them, with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, field_validator

from assay.dossier.check_context import CheckContext
from assay.errors import DataError, Place
from assay.facts.check_parts import Bar, CheckFacts, CheckSpec, ColumnUse
from assay.facts.values import Count, GroupRow, GroupTable, Measure, Value, exact
from assay.stats.metric_bars import GapBars, limits, pointer
from assay.tables.addressing import SCORE, Table
from assay.tables.predicates import Column, Compare, Condition, IsFinite, IsMissing, Not, OneOf
from assay.tables.questions import Cells, Question

if TYPE_CHECKING:
    from assay.stats.tallies import GroupTally

TASK = "binary-classification"
MOST_GROUPS = 100
CROSS = " × "
By = str | tuple[str, ...]
Key = tuple[Any, ...]


class Spec(CheckSpec):
    """How differently the model treats groups of people."""

    on: str | Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = Field(
        default=None, description="The data set to look at, or a list of them; left out: `holdout`, else `test`."
    )
    by: tuple[str | Annotated[tuple[str, ...], Field(strict=False, min_length=2)], ...] = Field(
        strict=False,
        min_length=1,
        description="The columns to group by; a list of columns groups by their combinations.",
    )
    bars: GapBars = Field(default_factory=GapBars, description="What the gaps of every attribute must keep.")
    smallest_group: int = Field(
        default=30, ge=1, description="The fewest rows a group's rate may be counted among; with fewer there is no gap."
    )
    missing: Literal["group", "exclude"] = Field(
        default="group",
        description="Whether rows without the attribute are a group of their own or left out and counted.",
    )
    level: float | None = Field(default=None, ge=0.8, lt=1, description="The confidence level; left out: 0.95.")

    @field_validator("by")
    @classmethod
    def _distinct(cls, by: tuple[By, ...]) -> tuple[By, ...]:
        names = [_name(each) for each in by]
        if len(set(names)) < len(names) or any(len(set(_columns(each))) < len(_columns(each)) for each in by):
            raise ValueError("expected each attribute once")
        return by


class AttributeFacts(Value):
    """The groups of one attribute and the gaps between them; `excluded` counts rows left out for want of a value."""

    groups: GroupTable
    gaps: dict[str, Measure]
    excluded: Measure


class BiasSetFacts(Value):
    """What was found on one data set, by attribute. A missing label or score leaves no rate and no gap."""

    rows: Count
    missing_labels: Count
    missing_scores: Count
    attributes: dict[str, AttributeFacts]


class Facts(CheckFacts):
    """What was found, by data set."""

    sets: dict[str, BiasSetFacts]


def problems(spec: Spec, context: CheckContext) -> Iterable[tuple[Place, str]]:
    """What the block asks that the task or the data cannot give."""
    if context.task != TASK:
        yield (), f"bias is measured for {TASK}, and this model's task is {context.task}."
    if context.label is None:
        yield (), "bias needs the true answers: name their column under `data.label`."
    if not context.on(spec.on):
        yield ("on",), "it is not clear which data set to look at: name one with `on`."


def columns(spec: Spec, context: CheckContext) -> Iterable[ColumnUse]:
    """The data sets and columns that the block names."""
    for number, name in enumerate(context.on(spec.on)):
        yield ColumnUse(where=("on", number) if isinstance(spec.on, tuple) else ("on",), set=name, column=context.label)
        for index, each in enumerate(spec.by):
            for inner, column in enumerate(_columns(each)):
                place: Place = ("by", index) if isinstance(each, str) else ("by", index, inner)
                yield ColumnUse(where=place, set=name, column=column)


def scored(spec: Spec, context: CheckContext) -> Iterable[str]:
    """Every data set looked at."""
    return context.on(spec.on)


def bars(spec: Spec, context: CheckContext) -> Iterable[Bar]:
    """One bar per data set, attribute and gap."""
    sets = context.on(spec.on)
    for name in sets:
        for by in map(_name, spec.by):
            for gap, limit in limits(spec.bars).items():
                yield Bar(
                    fact=pointer("sets", name, "attributes", by, "gaps", gap),
                    title=f"{gap.replace('_', ' ')} by {by}" + (f" on {name}" if len(sets) > 1 else ""),
                    subject={"set": name, "by": by},
                    where=("bars", gap),
                    **limit.model_dump(),
                )


def measure(spec: Spec, context: CheckContext) -> Generator[list[Question], list[Any], Facts]:
    """Asks how many rows share each combination of attribute, answer and prediction; never for rows."""
    if context.task != TASK or context.label is None or context.positive is None:
        raise DataError("Bias needs a model of two classes, its positive class and the column of true answers.")
    from assay.stats.tallies import read_tallies

    sets = context.on(spec.on)
    asked = [(name, by) for name in sets for by in spec.by]
    # The label is compared with the positive class first, then with all classes, then come finite score and threshold.
    label: list[Column | Condition] = [Compare("==", Column(context.label), context.positive)]
    label.append(OneOf(context.label, context.classes) if context.classes else Not(IsMissing(context.label)))
    score = [IsFinite(SCORE), Compare(">=", Column(SCORE), context.threshold)]
    questions: list[Question] = [
        Cells(Table(name), (*map(Column, _columns(by)), *label, *(score if name in context.predicted else ())))
        for name, by in asked
    ]
    # Where the model names only its positive class, the labels themselves must show that there is one other.
    labels: list[Question] = [] if context.classes else [Cells(Table(name), (Column(context.label),)) for name in sets]
    answers = yield [*questions, *labels]
    for cells in answers[len(asked) :]:
        if len({key[0] for key in cells} - {None, context.positive}) > 1:
            raise DataError("The label has more than one value besides the positive class.")
    found = {
        pair: read_tallies(len(_columns(pair[1])), cells)
        for pair, cells in zip(asked, answers[: len(asked)], strict=True)
    }
    return Facts(sets={name: _measure_set(spec, context, name, found) for name in sets})


def _measure_set(
    spec: Spec, context: CheckContext, name: str, found: Mapping[tuple[str, By], tuple[GroupTally, ...]]
) -> BiasSetFacts:
    every = found[name, spec.by[0]]
    return BiasSetFacts(
        rows=sum(each.rows for each in every),
        missing_labels=sum(each.rows for each in every if each.positive is None),
        missing_scores=sum(each.rows for each in every if each.selected is None),
        attributes={
            _name(by): _measure_attribute(spec, context, by, found[name, by], predicted=name in context.predicted)
            for by in spec.by
        },
    )


def _measure_attribute(
    spec: Spec, context: CheckContext, by: By, tallies: tuple[GroupTally, ...], *, predicted: bool
) -> AttributeFacts:
    from assay.stats.fairness import GAPS, gap, rates, shares
    from assay.stats.grouping import name, order
    from assay.stats.tallies import confusions, unmeasurable

    kept = [each for each in tallies if spec.missing == "group" or None not in each.group]
    undefined, level = unmeasurable(kept, predicted=predicted), spec.level or context.level
    groups = sorted(confusions(kept).items(), key=lambda item: tuple(map(order, item[0])))
    if len(groups) > MOST_GROUPS:
        raise DataError(f"`{_name(by)}` makes more than {MOST_GROUPS} groups; group by a coarser column.")
    sizes = Counter[Key]()
    for each in kept:
        sizes[each.group] += each.rows
    rows = tuple(
        GroupRow(
            group=CROSS.join(map(name, key)),
            n=sizes[key],
            measures=dict.fromkeys(shares(counts), undefined) if undefined else rates(counts, level=level),
        )
        for key, counts in groups
    )
    found = [counts for _, counts in groups]
    return AttributeFacts(
        groups=GroupTable(title=f"Groups by {_name(by)}", attribute=_name(by), rows=rows),
        gaps={each: undefined or gap(each, found, level=level, smallest=spec.smallest_group) for each in GAPS},
        excluded=exact(sum(each.rows for each in tallies) - sizes.total(), sum(each.rows for each in tallies)),
    )


def _columns(by: By) -> tuple[str, ...]:
    return (by,) if isinstance(by, str) else by


def _name(by: By) -> str:
    return CROSS.join(_columns(by))
