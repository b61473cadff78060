"""The bars of data hygiene, their default limits and their titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from pydantic import Field

from assay.checks.data_hygiene.inspected_sets import sets_of
from assay.dossier.check_context import CheckContext
from assay.facts.check_parts import Bar, CheckSpec, Direction, Limit
from assay.stats.metric_bars import LARGEST, HighShare, LowLoss, LowShare, pointer

Off = Literal["off"]


def _usually(direction: Direction, limit: float, description: str) -> Any:
    sign, written = (">=" if direction == "at_least" else "<="), f"{limit:g}" if limit == 0 else f"{limit:.0%}"
    return Field(
        default_factory=lambda: Limit(direction=direction, limit=limit),
        description=f'{description} `off` takes any value. Optional; default: "{sign} {written}".',
    )


class HygieneBars(CheckSpec):
    """A bound on each finding; each has a default."""

    leaks: LowLoss | Off = _usually(
        "at_most", 0, "The number of columns, or pairs of columns, that may give the label away."
    )
    leakage: LowShare | Off = Field(
        default="off",
        description="How well one column alone may predict the label: ROC AUC, or rank correlation for a numeric "
        "label. Optional; default: `off`, because an honest column may be strong.",
    )
    shared_ids: LowLoss | Off = _usually(
        "at_most", 0, "The number of held-out rows that may have an id of the training data."
    )
    shared_groups: LowLoss | Off = _usually(
        "at_most", 0, "The number of held-out rows that may have a group of the training data, by `data.group`."
    )
    shared_rows: LowShare | Off = _usually(
        "at_most", 0, "The share of held-out rows that may surely be training rows, or nearly be, beyond chance."
    )
    earlier_rows: LowShare | Off = _usually(
        "at_most", 0, "The share of held-out rows that may be before the end of the training data, by `data.time`."
    )
    repeated_ids: LowLoss | Off = _usually("at_most", 0, "The number of rows that may have the id of another row.")
    repeated_rows: LowShare | Off = _usually(
        "at_most", 0.01, "The share of rows that may repeat another row, beyond chance."
    )
    near_rows: LowShare | Off = _usually(
        "at_most", 0.01, "The share of rows that may nearly repeat another row, beyond chance."
    )
    conflicts: LowShare | Off = _usually(
        "at_most", 0.05, "The share of rows that may have the features of a row with a different label, beyond chance."
    )
    constant_columns: LowLoss | Off = _usually("at_most", 0, "The number of features that may have only one value.")
    mixed_columns: LowLoss | Off = _usually(
        "at_most", 0, "The number of text columns that may contain numbers among their words."
    )
    rarest_class: HighShare | Off = _usually("at_least", 0.01, "The share of rows that the rarest class must have.")
    new_categories: LowLoss | Off = _usually(
        "at_most", 0, "The number of held-out columns that may have categories that the training data lacks."
    )
    missingness: LowLoss | Off = _usually(
        "at_most", 0, "The number of held-out columns whose share of missing values may differ from the training data."
    )


Finding = Literal[
    "leaks", "leakage", "shared_ids", "shared_groups", "shared_rows", "earlier_rows", "repeated_ids", "repeated_rows",
    "near_rows", "conflicts", "constant_columns", "mixed_columns", "rarest_class", "new_categories", "missingness",
]  # fmt: skip


def _limit(bars: HygieneBars, name: Finding) -> Limit:
    """The bar on a finding. One that is off stays in the open, at a bound that every value keeps."""
    found: Limit | Off = getattr(bars, name)
    if isinstance(found, Limit):
        return found
    usual: Limit = HygieneBars.model_fields[name].get_default(call_default_factory=True)
    shares = name in ("shared_rows", "earlier_rows", "repeated_rows", "near_rows", "conflicts", "rarest_class")
    most = 1.0 if shares else LARGEST
    return Limit(direction=usual.direction, limit=most if usual.direction == "at_most" else 0.0)


def hygiene_bars(bars: HygieneBars, context: CheckContext, train: str | None, apart: tuple[str, ...]) -> Iterable[Bar]:
    """One bar per finding and data set; a finding that needs a column the manifest does not name has none."""
    sets = sets_of(train, apart)
    first, regression = sets[0], context.task == "regression"

    def bar(name: Finding, subject: str, fact: tuple[str, ...], title: str) -> Bar:
        limit = _limit(bars, name)
        return Bar(
            fact=pointer(*fact),
            title=title,
            subject={"set": subject, "finding": name},
            where=("bars", name) if name in bars.model_fields_set else (),
            **limit.model_dump(),
        )

    yield bar("leaks", first, ("leakage", first, "leaks"), f"columns of {first} that give the label away")
    if bars.leakage != "off":
        title = f"how well one column of {first} predicts the label"
        yield bar("leakage", first, ("leakage", first, "strongest"), title)
    yield from _bars_apart(bar, context, train, apart)
    for name in sets:
        if context.id is not None:
            yield bar("repeated_ids", name, ("rows", name, "ids", "rows"), f"rows of {name} that repeat an id")
        yield bar("repeated_rows", name, ("rows", name, "exact", "share"), f"share of {name} that repeats a row")
        yield bar("near_rows", name, ("rows", name, "near", "share"), f"share of {name} that nearly repeats a row")
        if context.label is not None and not regression:
            title = f"share of {name} whose features have two labels"
            yield bar("conflicts", name, ("rows", name, "conflicts", "share"), title)
            yield bar("rarest_class", name, ("classes", name, "rarest"), f"share of {name} in its rarest class")
    title = f"columns of {first} with one value only"
    yield bar("constant_columns", first, ("columns", first, "constant", "columns"), title)
    for name in sets:
        title = f"columns of {name} with numbers among words"
        yield bar("mixed_columns", name, ("columns", name, "mixed", "columns"), title)
    for name in apart if train is not None else ():
        title = f"columns of {name} with categories that {train} lacks"
        yield bar("new_categories", name, ("alike", name, "categories", "columns"), title)
        title = f"columns of {name} whose share of missing values differs from {train}"
        yield bar("missingness", name, ("alike", name, "missingness", "columns"), title)


def _bars_apart(
    bar: Callable[..., Bar], context: CheckContext, train: str | None, apart: tuple[str, ...]
) -> Iterable[Bar]:
    """The bars on what held-out sets share with the training data; without a held-out set the fact is missing."""
    if not apart:
        title = f"share of held-out data that is also in {train}"
        yield bar("shared_rows", train, ("apart", train, "rows", "share"), title)
    for name in apart:
        if train is not None and context.id is not None:
            yield bar("shared_ids", name, ("apart", name, "ids", "rows"), f"rows of {name} with an id of {train}")
        if train is not None and context.group is not None:
            title = f"rows of {name} with a {context.group} of {train}"
            yield bar("shared_groups", name, ("apart", name, "groups", "rows"), title)
        known = train or "the training data"
        yield bar("shared_rows", name, ("apart", name, "rows", "share"), f"share of {name} that is also in {known}")
        if train is not None and context.time is not None:
            title = f"share of {name} that lies before the end of {train}"
            yield bar("earlier_rows", name, ("apart", name, "time", "share"), title)
