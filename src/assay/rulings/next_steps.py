"""What to do about a ruling that is no proof: what is missing, and the line or the command that supplies it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from assay.dossier.at_base import plain
from assay.dossier.pages import Measurement, Outcome
from assay.dossier.plan_parts import JoinedBar, PlannedPolicy
from assay.errors import ISSUES
from assay.facts.values import FEW, Reason
from assay.rulings.decision_input import DecisionInput

MOST = 3
AGAIN = "Then run `assay check` again."
OF_A_REASON: Mapping[Reason, str] = {
    "too_few": "Evaluate on more rows",
    "too_few_clusters": "Evaluate on more groups of rows",
    "one_class": "Add rows of the other class to the data set; all rows have the same label",
    "one_group": "Add rows of a second group to the data set, or take the column out of the block",
    "empty": "Add rows that have a value; there is none to measure",
    "not_finite": "Look for missing, infinite and very large numbers in the columns and scores",
    "missing_labels": "Give every row of the data set a label, or measure on a set in which every row has one",
    "unnamed_label": "Name the column with the true answer in the manifest (`data.label: …`)",
    "lacks_label": "Add the label to the data set, or name one that has it under `on`",
    "no_predictions": "Let the model answer these rows: name its file, function or answers under `model.artifact`",
    "not_applicable": "These data have nothing to measure: declare what is compared (a training set, an id, a label), "
    "or set the bar to `off` where the block allows it",
    "tail_dominates": "Look at the row with the largest error; if it is right, take a bar on `mean_absolute_error`, "
    "which one row decides less",
    "zero_rates": "Take a bar on the difference instead of the ratio; the rate is 0 in every group",
    "nothing_compared": "Compare columns with more values on both sides, or leave the column out: write "
    "`exclude: [COLUMN]` under `checks.drift`",
    "not_probabilities": "Let the model give probabilities between 0 and 1, or take a bar that needs none, such as "
    "`balanced_accuracy`",
    "absent_class": "Add rows of every class of the model to the data set",
}
"""What makes a number exist, by the reason for which it does not."""


def what_next(
    policy: PlannedPolicy,
    asked: DecisionInput,
    outcome: Outcome,
    measurements: Mapping[str, Measurement],
    undefined: Collection[str],
    *,
    faulty: bool,
) -> str:
    """The policy's own remedy if it failed, else what would let it rule; `faulty` is a policy that cannot rule."""
    if outcome == "not_evaluated":
        steps = [] if faulty else [*_supplies(policy, asked, measurements), *_definitions(asked, undefined)]
        return " ".join([*steps, AGAIN]) if steps else _repair(policy)
    if outcome == "inconclusive":
        return _more_rows(asked.bars) or policy.remedy
    return policy.remedy


def _repair(policy: PlannedPolicy) -> str:
    if not policy.checks:
        return f"Name under `custom.checks`, in the METADATA of `{plain(policy.id)}`, the checks that it rules on."
    return (
        f"Repair the policy `{plain(policy.id)}`: `opa check --strict` and `opa test`, run on its folder, show what is "
        f"wrong, and `assay explain {plain(policy.id)}` says what it is given. {AGAIN}"
    )


def _supplies(policy: PlannedPolicy, asked: DecisionInput, measurements: Mapping[str, Measurement]) -> Iterable[str]:
    """What would let each check be measured that was not."""
    for check in policy.checks:
        if plain(check) not in asked.facts:
            found = measurements.get(check)
            yield (found.supply if found else None) or f"`assay explain {plain(check)}` says what the check needs."


def _definitions(asked: DecisionInput, undefined: Collection[str]) -> Iterable[str]:
    """What would make each number exist that a bar is about; or any other number, by its reason."""
    bars = asked.bars
    missing = [bar for bar in bars if bar.status == "missing" and bar.check in asked.facts]
    if missing:
        first = missing[0]
        yield (
            f"The check `{first.check}` gave no number for {_listed(missing)}: if it is a check of your own, let it "
            f"return one at `{first.fact}`; else report it ({ISSUES})."
        )
    reasons = {bar.reason: None for bar in bars if bar.reason is not None and bar.reason not in FEW}
    for reason in reasons:
        yield f"{OF_A_REASON[reason]} ({_listed([bar for bar in bars if bar.reason == reason])})."
    # The facts of a check of one's own may give any reason.
    yield from (f"{OF_A_REASON[each]}." for each in OF_A_REASON if each in {*undefined} - reasons.keys() - FEW)


def _more_rows(bars: Collection[JoinedBar]) -> str:
    """How many rows each bar needs that has too few, or that lies within its interval; empty if there is none."""
    sentences = [each for bar in bars if (each := _rows_for(bar))]
    if not sentences:
        return ""
    more = [f"The same is true of {len(sentences) - MOST} more."] if len(sentences) > MOST else []
    return " ".join(["Evaluate on more rows.", *sentences[:MOST], *more, AGAIN])


def _rows_for(bar: JoinedBar) -> str:
    few = bar.status == "undefined" and bar.reason in FEW
    unit = "groups of rows" if bar.reason == "too_few_clusters" or bar.clusters is not None else "rows"
    if few:
        needed = f"{bar.needed:,}" if bar.needed is not None else "more"
        smallest = " in its smallest group" if "by" in bar.subject else ""
        return f"It takes {needed} {unit} to measure {bar.named()}; there are {bar.n or 0:,}{smallest}."
    if bar.status != "measured" or bar.low is None or bar.high is None or not bar.low <= bar.limit <= bar.high:
        return ""
    if bar.low == bar.high:
        return ""
    if bar.needed is None:
        return f"More {unit} may not settle {bar.named()}, which lies so near its bar; the model must be better."
    return f"About {bar.needed:,} {unit} would settle {bar.named()} four times in five."


def _listed(bars: Collection[JoinedBar]) -> str:
    names = [bar.named() for bar in bars]
    return "; ".join(names[:MOST]) + (f"; and {len(names) - MOST} more" if len(names) > MOST else "")
