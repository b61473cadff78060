"""How well the model predicts: ranking, calibration and errors, with intervals, as a whole and by slice.

Method: Accuracy, recall and other shares have Wilson's interval (1927); balanced accuracy has that of Zou and Donner
(2008), ROC AUC DeLong's (1988), average precision Clopper and Pearson's (1934), calibration error, Matthews'
correlation, kappa and macro F1 a multinomial bootstrap. Mean errors have Hall's limit (1992), log loss and Brier
score Student's; both count rows that the sample has not shown. Where rows belong together, groups of rows are
counted.

Undefined: `too_few` below `smallest_slice` rows, or rows of the class that a rate is a share of; `one_class` if all
rows have the same label; `missing_labels` if a row has none; `no_predictions` if nobody answered; `not_probabilities`
and `not_finite` if scores are none; `tail_dominates` if one row makes most of a squared error.

Cost: Labels, scores and slice columns are read once; a ROC AUC sorts them. The usual metrics of a million rows took 3
s (two cores).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from assay.checks.quality.facts import Facts, QualitySetFacts, SliceFacts
from assay.checks.quality.spec import Spec, slice_column, slice_key
from assay.dossier.check_context import CheckContext
from assay.errors import DataError, Place
from assay.facts.check_parts import Bar, ColumnUse
from assay.facts.values import Undefined
from assay.stats.metric_bars import limits, pointer
from assay.tables.addressing import SCORE, Table

if TYPE_CHECKING:
    from assay.stats.measured_rows import ScoredRows, Setting
    from assay.tables.questions import Question

EXAMPLE = '{on: test, bars: {roc_auc: ">= 0.7"}}'
_USUAL = {
    "binary-classification": ("roc_auc", "average_precision", "log_loss", "expected_calibration_error", "f1"),
    "multiclass-classification": ("accuracy", "balanced_accuracy", "macro_f1", "log_loss"),
    "regression": ("mean_absolute_error", "root_mean_squared_error", "r2"),
}
_PICTURES = {"binary-classification": ("roc", "reliability", "scores"), "multiclass-classification": ("scores",)}
_WORDS = {
    "roc_auc": "ROC AUC",
    "brier_score": "Brier score",
    "f1": "F1",
    "macro_f1": "macro F1",
    "matthews_correlation": "Matthews correlation",
    "cohen_kappa": "Cohen's kappa",
    "r2": "R²",
}


def problems(spec: Spec, context: CheckContext) -> Iterable[tuple[Place, str]]:
    """The requests of the block that the task or the data cannot meet."""
    from assay.stats.metrics import METRICS

    if context.label is None:
        yield (), "quality needs the true answers: name their column under `data.label`."
    if not context.on(spec.on):
        yield ("on",), "the data set to measure is not clear: name one with `on`."
    of_task = METRICS.get(context.task, {})
    named: list[tuple[Place, str]] = [(("metrics", index), name) for index, name in enumerate(spec.metrics)]
    named += [(("bars", name), name) for name in spec.bars]
    named += [(("bars_per_slice", name), name) for name in spec.bars_per_slice]
    for place, name in named:
        if name not in of_task:
            known = ", ".join(f"`{each}`" for each in of_task) or "none"
            yield place, f"`{name}` is not a metric of {context.task}; its metrics are {known}."


def columns(spec: Spec, context: CheckContext) -> Iterable[ColumnUse]:
    """The data sets and columns that the block names."""
    for number, name in enumerate(context.on(spec.on)):
        yield ColumnUse(where=("on", number) if isinstance(spec.on, tuple) else ("on",), set=name, column=context.label)
        for index, each in enumerate(spec.slices):
            yield ColumnUse(where=("slices", index), set=name, column=slice_column(each))


def scored(spec: Spec, context: CheckContext) -> Iterable[str]:
    """Every measured data set."""
    return context.on(spec.on)


def bars(spec: Spec, context: CheckContext) -> Iterable[Bar]:
    """One bar per data set and metric, and per slicing where slices have bars."""
    sets = context.on(spec.on)
    for name in sets:
        among = f" on {name}" if len(sets) > 1 else ""
        for metric, limit in limits(spec.bars).items():
            yield Bar(
                fact=pointer("sets", name, "metrics", metric),
                title=f"{_words(metric)}{among}",
                subject={"set": name, "metric": metric},
                where=("bars", metric),
                **limit.model_dump(),
            )
        for key in map(slice_key, spec.slices):
            for metric, limit in limits(spec.bars_per_slice).items():
                yield Bar(
                    fact=pointer("sets", name, "slices", key, "worst", metric),
                    title=f"{_words(metric)} of the worst slice by {key}{among}",
                    subject={"set": name, "metric": metric, "slice": key},
                    where=("bars_per_slice", metric),
                    **limit.model_dump(),
                )


def named(spec: Spec, context: CheckContext) -> Mapping[str, Iterable[str]]:
    """Data sets, metrics and slices."""
    metrics = tuple(dict.fromkeys((*_metrics(spec, context), *limits(spec.bars_per_slice))))
    return {
        "sets": context.on(spec.on),
        "metrics": _metrics(spec, context),
        "measures": metrics,
        "slices": tuple(map(slice_key, spec.slices)),
        "worst": tuple(limits(spec.bars_per_slice)),
        "pictures": _PICTURES.get(context.task, ()),
    }


def measure(spec: Spec, context: CheckContext) -> Generator[list[Question], list[Any], Facts]:
    """Asks for labels, scores and slice columns of every data set at once."""
    from assay.tables.questions import Values

    if context.label is None:
        raise DataError("Quality needs the true answers, and the manifest names no `data.label`.")
    sets = context.on(spec.on)
    answers = yield [Values(Table(name), _wanted(spec, context, name)) for name in sets]
    return Facts(
        sets={name: _measure_set(spec, context, name, found) for name, found in zip(sets, answers, strict=True)}
    )


def _measure_set(spec: Spec, context: CheckContext, name: str, found: Mapping[str, Any]) -> QualitySetFacts:
    from assay.stats.clusters import clusters_of
    from assay.stats.grouping import missing
    from assay.stats.measured_rows import Setting
    from assay.stats.scored_rows import make_rows
    from assay.stats.set_metrics import measures, pictures

    labels = found[str(context.label)]
    clusters = clusters_of(found[context.group], context.group) if context.group is not None else None
    absent, level = int(missing(labels).sum()), spec.level or context.level
    setting = Setting(
        task=context.task, threshold=context.threshold, level=level, seed=context.seed, smallest=spec.smallest_slice
    )
    rows: ScoredRows | Undefined
    if name not in context.predicted:
        rows = Undefined(reason="no_predictions", n=len(labels))
    elif absent:
        rows = Undefined(reason="missing_labels", n=len(labels) - absent)
    else:
        rows = make_rows(context, labels, [found[column] for column in _scores(context)], clusters)
    return QualitySetFacts(
        rows=len(labels),
        clusters=clusters.count if clusters is not None else None,
        missing_labels=absent,
        metrics=measures(_metrics(spec, context), rows, setting),
        slices={slice_key(each): _measure_slice(spec, each, found, rows, setting) for each in spec.slices},
        pictures=pictures(rows, setting),
    )


def _measure_slice(
    spec: Spec, each: str | dict[str, Any], found: Mapping[str, Any], rows: ScoredRows | Undefined, setting: Setting
) -> SliceFacts:
    from assay.stats.scored_rows import slice_groups
    from assay.stats.set_metrics import group_table, worst_measures

    groups = slice_groups(slice_column(each), found[slice_column(each)], quartiles=isinstance(each, dict))
    bounds = {name: limit.direction for name, limit in limits(spec.bars_per_slice).items()}
    names = tuple(dict.fromkeys((*(spec.metrics or _USUAL.get(setting.task, ())), *bounds)))
    return SliceFacts(
        table=group_table(names, rows, groups, setting, attribute=slice_key(each)),
        worst=worst_measures(bounds, rows, groups, setting),
    )


def _wanted(spec: Spec, context: CheckContext, name: str) -> tuple[str, ...]:
    scores = _scores(context) if name in context.predicted else ()
    group = (context.group,) if context.group is not None else ()
    return tuple(dict.fromkeys((str(context.label), *group, *scores, *map(slice_column, spec.slices))))


def _scores(context: CheckContext) -> tuple[str, ...]:
    """The columns of scores: one, or one for each class of a multiclass model."""
    several = context.task == "multiclass-classification"
    return tuple(f"{SCORE}:{each}" for each in context.classes) if several else (SCORE,)


def _metrics(spec: Spec, context: CheckContext) -> tuple[str, ...]:
    """The metrics to compute: those listed, else the usual ones, and those with a bar."""
    return tuple(dict.fromkeys((*(spec.metrics or _USUAL.get(context.task, ())), *limits(spec.bars))))


def _words(metric: str) -> str:
    return _WORDS.get(metric, metric.replace("_", " "))
