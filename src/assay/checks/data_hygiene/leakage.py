"""Leakage: whether columns give the label away, by proof, and how well each alone predicts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.facts import ColumnStrength, Giveaway, LeakageFacts
from assay.checks.data_hygiene.inspected_sets import MOST_NAMES, NUMBERS, InspectedSets
from assay.facts.values import Estimate, Measure, Reason, Undefined, exact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assay.checks.data_hygiene.leaks.label_proofs import Leak
    from assay.checks.data_hygiene.predictive_strength import Strength

FEWEST_ROWS = 40
"""In fewer rows, half of which teach and half of which try, nothing is proven."""
MOST_TOLD = 20
SENTENCES = {
    "recoding": "`{0}` says the label by {view}.",
    "pure_value": "`{0}` has a value, by {view}, that nearly only one class has.",
    "near_copy": "`{0}` follows the label almost without exception.",
    "target_mean": "`{0}` is the mean label of the rows with its value.",
    "value_function": "Equal values of `{0}` have equal labels, though values beside each other have different ones.",
    "pair": "`{0}` and `{1}` together give the label, though neither does alone.",
}


def measure_leakage(inspected: InspectedSets, level: float, exempt: Mapping[str, str]) -> LeakageFacts:
    """What gives the label away among the features, and how well each, the id and the time alone predict it.

    Both on a sample of rows. The id and the time prove nothing, unless the model sees them as features.
    """
    context, name = inspected.context, inspected.learned
    tested = list(inspected.features(name))
    tested += [
        column
        for column in (context.id, context.time)
        if column and inspected.has(name, column) and column not in tested
    ]
    if context.label is None or not inspected.has(name, context.label):
        return _nothing(inspected.unlabelled, 0)
    if not tested:
        return _nothing("not_applicable", 0)
    return _strengths(inspected, inspected.samples[name], tested, level, exempt)


def _strengths(
    inspected: InspectedSets, found: Mapping[str, Any], tested: list[str], level: float, exempt: Mapping[str, str]
) -> LeakageFacts:
    from assay.checks.data_hygiene.predictive_strength import among_classes, among_numbers, class_masks, ranked
    from assay.stats.grouping import missing
    from assay.stats.intervals import bonferroni

    labels = found[str(inspected.context.label)]
    kept = ~missing(labels) & _one_of_each_group(inspected, found)
    rows, labels = int(kept.sum()), labels[kept]
    if not rows:
        return _nothing("missing_labels" if len(kept) else "empty", 0)
    if ranked(labels)[1] == 1:
        return _nothing("one_class", rows)
    each, seed = bonferroni(level, len(tested)), inspected.seed
    strengths: dict[str, Strength] = {}
    regression = inspected.context.task == "regression"
    if regression and inspected.kinds[inspected.learned][str(inspected.context.label)] not in NUMBERS:
        return _nothing("not_applicable", rows)
    classes = [] if regression else class_masks(labels, inspected.context.positive)
    for column in tested:
        values = _only(found[column], kept)
        strengths[column] = (
            among_numbers(values, labels, level=each, seed=seed)
            if regression
            else among_classes(values, classes, level=each, seed=seed)
        )
    ordered = sorted(strengths, key=lambda column: (-strengths[column].estimate.value, column))
    return LeakageFacts(
        **_proofs(inspected, {column: _only(found[column], kept) for column in tested}, labels, exempt),
        strongest=_strongest([strength.estimate for strength in strengths.values()], level),
        columns=len(tested),
        rows=rows,
        by_column={
            column: ColumnStrength(strength=strengths[column].estimate, by=strengths[column].by)
            for column in ordered[:MOST_NAMES]
        },
    )


def _only(values: Any, kept: Any) -> Any:
    """The kept rows; the column itself, and no copy, if these are all."""
    return values if kept.all() else values[kept]


def _one_of_each_group(inspected: InspectedSets, found: Mapping[str, Any]) -> Any:
    """One random row of each group: within a group, honest columns give the label away by naming the group."""
    import numpy as np

    from assay.stats.clusters import clusters_of

    group, name = inspected.context.group, inspected.learned
    rows = len(found[str(inspected.context.label)])
    if group is None or not inspected.has(name, group):
        return np.ones(rows, dtype=np.bool_)
    order = np.random.Generator(np.random.PCG64(inspected.seed)).permutation(rows)
    first = np.unique(clusters_of(found[group], group).codes[order], return_index=True)[1]
    kept = np.zeros(rows, dtype=np.bool_)
    kept[order[first]] = True
    return kept


def _proofs(
    inspected: InspectedSets, columns: Mapping[str, Any], labels: Any, exempt: Mapping[str, str]
) -> dict[str, Any]:
    """The leaks that are proven, and what is worth a look."""
    from assay.checks.data_hygiene.leaks.column_views import see
    from assay.checks.data_hygiene.leaks.label_proofs import leaks_to_classes, leaks_to_numbers

    if len(labels) < FEWEST_ROWS:
        return {"leaks": Undefined(reason="too_few", n=len(labels), needed=FEWEST_ROWS)}
    kinds = inspected.kinds[inspected.learned]
    seen = [see(name, kinds[name], columns[name]) for name in inspected.features(inspected.learned) if name in columns]
    if inspected.context.task == "regression":
        found = leaks_to_numbers(seen, labels)
    else:
        classes, count = _numbered(labels, inspected.context.positive)
        found = leaks_to_classes(seen, classes, count, inspected.seed)
    told = [_giveaway(leak, exempt) for leak in found if leak.proven]
    counted = [each for each in told if each.exempt is None]
    return {
        "leaks": exact(len(counted), len(labels)),
        "proven": tuple(told[:MOST_TOLD]),
        "suspected": tuple(_giveaway(leak, exempt) for leak in found if not leak.proven)[:MOST_TOLD],
        "told": counted[0].sentence if counted else None,
    }


def _giveaway(leak: Leak, exempt: Mapping[str, str]) -> Giveaway:
    reasons = [exempt[column] for column in leak.columns if column in exempt]
    sentence = SENTENCES[leak.rule].format(*leak.columns, view=leak.view)
    return Giveaway(columns=leak.columns, rule=leak.rule, sentence=sentence, exempt=reasons[0] if reasons else None)


def _numbered(labels: Any, positive: object) -> tuple[Any, int]:
    """The class of each row as a whole number; the positive class, if there are two, is 1."""
    from assay.checks.data_hygiene.predictive_strength import class_masks, ranked

    order, count = ranked(labels)
    if count == 2:  # noqa: PLR2004  # the positive class and the other
        (truth,) = class_masks(labels, positive)
        order = truth.astype(order.dtype)
    return order, count


def _strongest(found: list[Estimate], level: float) -> Measure:
    """The largest strength, with limits that cover all columns together."""
    best = max(found, key=lambda each: each.value)
    low, high = max(each.low for each in found), max(each.high for each in found)
    return Estimate(value=best.value, low=min(low, best.value), high=high, n=best.n, method=best.method, level=level)


def _nothing(reason: Reason, rows: int) -> LeakageFacts:
    nothing = Undefined(reason=reason, n=rows)
    return LeakageFacts(leaks=nothing, strongest=nothing, columns=0, rows=rows, by_column={})
