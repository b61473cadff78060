"""The bars of a block of drift, and the requests that the data sets cannot meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assay.checks.drift.compared_columns import ChosenColumn, choose
from assay.checks.drift.sides import is_category, is_ordered
from assay.checks.drift.spec import CATEGORIES, EITHER, ORDERED, Spec, limits, statistics_of
from assay.dossier.check_context import CheckContext
from assay.errors import Place
from assay.facts.check_parts import Bar, Limit
from assay.manifest.parsing import nearest_name
from assay.stats.metric_bars import pointer
from assay.tables.addressing import SCORE

NONE = Limit(direction="at_most", limit=0)
WORDS = {
    "psi": "PSI",
    "chi_squared": "χ²",
    "cramers_v": "Cramér's V",
    "cramers_v_corrected": "corrected Cramér's V",
    "kolmogorov_smirnov": "Kolmogorov–Smirnov distance",
    "wasserstein": "Wasserstein distance",
    "wasserstein_normed": "Wasserstein distance in standard deviations",
    "hellinger": "Hellinger distance",
    "jensen_shannon": "Jensen–Shannon distance",
    "kullback_leibler": "Kullback–Leibler divergence",
    "total_variation": "total variation",
}


def problems(spec: Spec, context: CheckContext) -> Iterable[tuple[Place, str]]:
    """The requests of the block that the data sets cannot meet."""
    sides, parts, bounds = (spec.reference, spec.current), set(spec.parts), limits(spec.bars)
    if {"labels", "concept"} & parts and context.label is None:
        yield ("parts",), "labels are compared, but `data.label` names no column."
    rowless = [part for part in ("predictions", "joint", "concept") if part in parts]
    if rowless and any(each in context.profiled for each in sides):
        yield ("parts",), f"a profile has no rows for {' and '.join(rowless)}; name data sets with a `path`."
    for bound, part in (("joint", "joint"), ("missing", "missingness")):
        if bound in bounds and part not in parts:
            yield ("bars", bound), f"this bar needs `{part}` in `parts`."
    if all(each in context.columns for each in sides):
        yield from _problems_of_columns(spec, context)


def _problems_of_columns(spec: Spec, context: CheckContext) -> Iterable[tuple[Place, str]]:
    """The same, if the columns of both sides are known."""
    chosen = choose(spec, context, *_planned_kinds(spec, context))
    every = {*context.columns[spec.reference], *context.columns[spec.current]}
    for index, name in enumerate(spec.columns or ()):
        if name not in every:
            yield ("columns", index), f"neither `{spec.reference}` nor `{spec.current}` has the column `{name}`."
    for index, name in enumerate(spec.exclude or ()):
        if name not in every:
            near = nearest_name(name, sorted(every))
            meant = f" Did you mean `{near}`?" if near else ""
            yield (
                ("exclude", index),
                f"neither `{spec.reference}` nor `{spec.current}` has the column `{name}`.{meant}",
            )
    if not chosen and not {"joint", "concept"} & set(spec.parts):
        yield (), "there is no column to compare."
    for statistic, _ in statistics_of(spec.bars):
        if not any(_has(each, statistic) for each in chosen):
            yield ("bars", statistic), "no compared column has this statistic."


def bars(spec: Spec, context: CheckContext) -> Iterable[Bar]:
    """The bars on drift of each column or on the share that drifted, and those on each column's statistics."""
    bounds, data = limits(spec.bars), {"set": spec.current}
    if "drifted_share" in bounds:
        where: Place = ("bars", "drifted_share")
        yield _bar("/drifted_share", "share of columns that drifted", data, bounds["drifted_share"], where)
    elif "predictions" in spec.parts and context.task == "multiclass-classification":
        yield _bar("/drifted_columns", "columns that drifted", data, NONE, ())
    for each in choose(spec, context, *_planned_kinds(spec, context)):
        yield from _bars_of_column(each, spec)
    if "joint" in spec.parts:
        yield _bar("/joint/drifted", "drift of all columns together", data, NONE, ())
    if "joint" in bounds:
        title = "ROC AUC of a classifier of both sides"
        yield _bar("/joint/roc_auc", title, data, bounds["joint"], ("bars", "joint"))
    if "concept" in spec.parts:
        yield _bar("/concept/drifted", "drift of how well predictions fit the labels", data, NONE, ())


def _bars_of_column(chosen: ChosenColumn, spec: Spec) -> Iterable[Bar]:
    bounds, subject = limits(spec.bars), {"set": spec.current, "column": chosen.name}
    name = "the score" if chosen.role == "prediction" else chosen.name
    # A column that is gone or has another type closes the gate, whatever share of columns may drift.
    if "drifted_share" not in bounds or chosen.fault is not None:
        yield _bar(pointer("columns", chosen.name, "drifted"), f"drift of {name}", subject, NONE, ())
    if chosen.fault is not None:
        return
    for statistic, limit in statistics_of(spec.bars):
        if _has(chosen, statistic):
            fact = pointer("columns", chosen.name, "statistics", statistic)
            title = f"{WORDS[statistic]} of {name}"
            yield _bar(fact, title, subject | {"metric": statistic}, limit, ("bars", statistic))
    if "missing" in bounds:
        fact = pointer("columns", chosen.name, "missing", "difference")
        yield _bar(fact, f"rise of missing values in {name}", subject, bounds["missing"], ("bars", "missing"))


def _bar(fact: str, title: str, subject: dict[str, str], limit: Limit, where: Place) -> Bar:
    return Bar(fact=fact, title=title, subject=subject, where=where, **limit.model_dump())


def _planned_kinds(spec: Spec, context: CheckContext) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The columns of both sides that the plan knows."""
    reference, current = (context.columns.get(name, {}) for name in (spec.reference, spec.current))
    if "predictions" in spec.parts and context.task != "multiclass-classification":
        reference, current = ({**each, SCORE: "number"} for each in (reference, current))
    return reference, current


def _has(chosen: ChosenColumn, statistic: str) -> bool:
    """Whether columns of this type have a statistic."""
    if statistic in EITHER:
        return is_ordered(chosen.kind) or is_category(chosen.kind)
    return (statistic in ORDERED and is_ordered(chosen.kind)) or (statistic in CATEGORIES and is_category(chosen.kind))
