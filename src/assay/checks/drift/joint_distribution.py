"""The joint distribution of all columns, and how well predictions fit the labels."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assay.checks.drift.compared_columns import ChosenColumn, choose_features
from assay.checks.drift.facts import ConceptFacts, JointFacts, MetricFacts
from assay.checks.drift.sides import Side, is_ordered, is_time
from assay.checks.drift.spec import Spec
from assay.dossier.check_context import CheckContext
from assay.facts.check_parts import Direction
from assay.facts.values import Estimate, Measure, Undefined, exact
from assay.tables.addressing import SCORE
from assay.tables.aggregates import RowSample
from assay.tables.questions import Question, Values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assay.stats.measured_rows import ScoredRows

ROWS = 5_000
LEAST_AUC = 0.59
"""About what a classifier reaches with one column that has a PSI of 0.1."""
WORSE = 0.05
"""The least worsening of a share that matters; for an error, the least share of what it was."""
METRICS: Mapping[str, Sequence[tuple[str, Direction]]] = {
    "binary-classification": (("roc_auc", "at_least"), ("brier_score", "at_most")),
    "multiclass-classification": (("accuracy", "at_least"), ("balanced_accuracy", "at_least")),
    "regression": (("mean_absolute_error", "at_most"), ("root_mean_squared_error", "at_most")),
}


def measure_joint(
    reference: Side, current: Side, spec: Spec, context: CheckContext
) -> Generator[list[Question], list[Any], JointFacts]:
    """The facts about all columns together: a classifier that separates sampled rows of both sides."""
    from assay.checks.drift.clustered_tests import two_sided
    from assay.stats.classifiers import separate

    features = [each for each in choose_features(spec, context, reference.kinds, current.kinds) if each.fault is None]
    names = tuple(each.name for each in features)
    if not names or reference.profile is not None or current.profile is not None:
        nothing = Undefined(reason="not_applicable")
        return JointFacts(drifted=nothing, roc_auc=nothing, p=nothing, columns=names)
    group = (context.group,) if context.group is not None else ()
    wanted = tuple(dict.fromkeys((*names, *group)))
    one, other = yield [RowSample(side.table, wanted, ROWS, context.seed) for side in (reference, current)]
    codes = [_codes(each, one[each.name], other[each.name]) for each in features]
    rows = [_columns([pair[side] for pair in codes]) for side in (0, 1)]
    clusters = two_sided(one[context.group], other[context.group], context) if context.group is not None else None
    found = separate(*rows, seed=context.seed, level=spec.level, clusters=clusters)
    if isinstance(found.auc, Undefined) or found.p is None:
        reason = found.auc if isinstance(found.auc, Undefined) else Undefined(reason="too_few")
        return JointFacts(drifted=reason, roc_auc=reason, p=reason, columns=names)
    drifted = found.p <= 1 - spec.level and found.auc.value >= LEAST_AUC
    n = len(rows[0]) + len(rows[1])
    return JointFacts(drifted=exact(drifted, n), roc_auc=found.auc, p=exact(found.p, n), columns=names)


def _columns(columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    import numpy as np

    return np.column_stack(columns)


def _codes(column: ChosenColumn, one: Any, other: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A column as numbers: categories by their frequency on both sides together, which favours neither."""
    import numpy as np

    from assay.stats.profile_numbers import seconds_of

    if is_time(column.kind):
        return seconds_of(one.tolist()), seconds_of(other.tolist())
    if is_ordered(column.kind):
        return np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    texts = np.array([str(each) for each in (*one, *other)])
    _, place, times = np.unique(texts, return_inverse=True, return_counts=True)
    # Names order equally frequent categories.
    codes = np.argsort(np.lexsort((np.arange(len(times)), -times))).astype(np.float64)[place]
    codes[[each is None for each in (*one, *other)]] = np.nan
    return codes[: len(one)], codes[len(one) :]


def measure_concept(
    reference: Side, current: Side, context: CheckContext
) -> Generator[list[Question], list[Any], ConceptFacts]:
    """The metrics of both sides; rows whose label is not known yet are left out."""
    from assay.stats.differences import worsening
    from assay.stats.measured_rows import Setting
    from assay.stats.metrics import measure

    setting = Setting(
        task=context.task, threshold=context.threshold, level=context.level, seed=context.seed, smallest=30
    )
    several = context.task == "multiclass-classification"
    scores = tuple(f"{SCORE}:{each}" for each in context.classes) if several else (SCORE,)
    if not {reference.name, current.name} <= set(context.predicted) or context.label is None:
        nothing = Undefined(reason="no_predictions")
        return ConceptFacts(drifted=nothing, metrics={})
    group = (context.group,) if context.group is not None else ()
    wanted = tuple(dict.fromkeys((context.label, *scores, *group)))
    answers = yield [Values(side.table, wanted) for side in (reference, current)]
    before, now = (_labelled(context, answer, scores) for answer in answers)
    metrics = {}
    for name, direction in METRICS[context.task]:
        was, is_now = measure(name, before, setting), measure(name, now, setting)
        metrics[name] = MetricFacts(reference=was, current=is_now, worsening=worsening(is_now, was, direction))
    return ConceptFacts(drifted=_drifted(metrics[METRICS[context.task][0][0]], context.task), metrics=metrics)


def _labelled(context: CheckContext, answer: Mapping[str, Any], scores: Sequence[str]) -> ScoredRows:
    from assay.stats.clusters import clusters_of
    from assay.stats.grouping import missing
    from assay.stats.scored_rows import make_rows

    known = ~missing(answer[str(context.label)])
    group = context.group
    clusters = clusters_of(answer[group], group).among(known) if group is not None else None
    return make_rows(context, answer[str(context.label)][known], [answer[each][known] for each in scores], clusters)


def _drifted(found: MetricFacts, task: str) -> Measure:
    """Whether the metric got worse for certain, and by enough to matter."""
    if isinstance(found.worsening, Undefined) or isinstance(found.reference, Undefined):
        return found.worsening if isinstance(found.worsening, Undefined) else found.reference
    least = WORSE * abs(found.reference.value) if task == "regression" else WORSE
    change: Estimate = found.worsening
    return exact(change.low > 0 and change.value >= least, change.n)
