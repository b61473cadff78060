"""From evidence and an engine's answer to a ruling: the outcome table, waivers and the verdict."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal

from assay.canonical import canonical
from assay.dossier.at_base import at_base, plain
from assay.dossier.pages import Evidence, ManifestPage, Measurement, Outcome, Plan, Ruling, Waived
from assay.dossier.plan_parts import JoinedBar, PlannedBar, PlannedPolicy
from assay.errors import PageError
from assay.facts.values import FEW
from assay.manifest.document import WAIVER_DAYS, Waiver
from assay.rulings.decision_input import DecisionInput, MeasuredCheck
from assay.rulings.inconclusive_reasons import explain_inconclusive
from assay.rulings.joined_bars import join_bar
from assay.rulings.next_steps import what_next

MAX_OFFENDERS = 100
_DENYING = ("deny", "violation", "warn")


def policy_input(plan: Plan, evidence: Evidence, manifest: ManifestPage, policy: PlannedPolicy) -> DecisionInput:
    """What one policy sees: the facts of the checks that it needs or consults, and every bar that it rules on.

    On the base's data it sees the same names as on the change's.
    """
    found = {measurement.check: measurement for measurement in evidence.measurements}
    needed = {plain(check): found[check] for check in (*policy.checks, *policy.consults) if check in found}
    return DecisionInput(
        policy=plain(policy.id),
        stage=plan.stage,
        as_of=plan.as_of,
        checks={check: MeasuredCheck(outcome=measurement.outcome) for check, measurement in needed.items()},
        facts={check: m.facts for check, m in needed.items() if m.outcome == "measured" and m.facts is not None},
        bars=tuple(
            join_bar(_unmarked(bar), found[bar.check].facts if bar.check in found else None)
            for bar in plan.bars
            if policy.rules_on(bar)
        ),
        manifest=manifest.manifest,
        changes=plan.changes or (),
    )


def rule(
    policy: PlannedPolicy,
    asked: DecisionInput,
    *,
    answer: Mapping[str, Any] | None,
    emptied: Mapping[str, Any] | None,
    error: str | None = None,
    measurements: Iterable[Measurement] = (),
    waivers: Iterable[Waiver] = (),
) -> Ruling:
    """One policy's ruling: the outcome table, then waivers.

    `answer` is the policy's document for `asked`, `emptied` the one for empty evidence; None if there is none.
    """
    measured = {each.check: each for each in measurements}
    fault = _fault(policy, answer, emptied, error)
    undefined = {reason for facts in asked.facts.values() for reason in _undefined(facts)}
    outcome: Outcome = "not_evaluated"
    reasons = [fault or ""]
    if fault is None:
        outcome, reasons = _outcome(policy, asked, answer or {}, measured, undefined)
    if outcome == "inconclusive" and not any(each.strip() for each in reasons):
        reasons = explain_inconclusive(asked.bars)
    offenders = _texts((answer or {}).get("offenders"))
    # A waiver must cover every offender, so it is decided before the list is cut for readers.
    waiver = _waiver(policy, asked, outcome, offenders, waivers)
    marks = {bar.id: _marked(bar, policy).id for bar in asked.bars}
    return Ruling(
        policy=policy.id,
        title=policy.title,
        effect=policy.effect,
        outcome=outcome,
        opens=outcome == "pass" or waiver is not None,
        reasons=tuple(reasons),
        offenders=tuple(marks.get(each, each) for each in offenders)[:MAX_OFFENDERS],
        bars=tuple(_marked(bar, policy) for bar in asked.bars),
        waiver=waiver,
        remedy=what_next(policy, asked, outcome, measured, undefined, faulty=fault is not None),
    )


def _unmarked(bar: PlannedBar) -> PlannedBar:
    """A bar under the names that it has on the change's data."""
    check = plain(bar.check)
    return bar.model_copy(update={"check": check, "id": f"{check}{bar.id[len(bar.check) :]}"})


def _marked(bar: JoinedBar, policy: PlannedPolicy) -> JoinedBar:
    """A bar under the names that it has in the plan of a policy."""
    if at_base(bar.check) not in policy.checks:
        return bar
    return bar.model_copy(update={"check": at_base(bar.check), "id": f"{at_base(bar.check)}{bar.id[len(bar.check) :]}"})


def verdict(rulings: Sequence[Ruling]) -> Literal["open", "closed"]:
    """Open only if at least one blocking policy was ruled on and every blocking ruling opens."""
    blocking = [ruling for ruling in rulings if ruling.effect == "block"]
    return "open" if blocking and all(ruling.opens for ruling in blocking) else "closed"


def _outcome(
    policy: PlannedPolicy,
    asked: DecisionInput,
    answer: Mapping[str, Any],
    measurements: Mapping[str, Measurement],
    undefined: Collection[str],
) -> tuple[Outcome, list[str]]:
    unmeasured = list(_unmeasured(policy, asked, measurements))
    if unmeasured:
        return "not_evaluated", unmeasured
    # A group too small to measure refutes nothing and is never part of a proof.
    too_few = any(bar.status == "undefined" for bar in asked.bars)
    if not _is_denying(answer):
        return _proven(answer, too_few=too_few)
    # A rule that denies nothing may have read a number that does not exist, so none may be missing.
    if {*undefined} - FEW:
        return "not_evaluated", [f"A fact is undefined ({each.replace('_', ' ')})." for each in sorted(undefined)]
    return _denied(answer, too_few=too_few or bool(undefined))


def _proven(answer: Mapping[str, Any], *, too_few: bool) -> tuple[Outcome, list[str]]:
    reasons = list(_texts(answer.get("reasons")))
    if answer.get("refuted") is True:
        return "fail", reasons
    if answer.get("proven") is not True:
        return "inconclusive", reasons
    if too_few:
        return "not_evaluated", ["The policy is broken: it is proven although a bar is undefined."]
    return "pass", reasons


def _denied(answer: Mapping[str, Any], *, too_few: bool) -> tuple[Outcome, list[str]]:
    """Conftest's style: what is not denied passes, if every fact of its checks was measured."""
    denied = [*_texts(answer.get("deny")), *_texts(answer.get("violation"))]
    if denied:
        return "fail", denied
    return ("inconclusive", []) if too_few else ("pass", list(_texts(answer.get("warn"))))


def _fault(
    policy: PlannedPolicy, answer: Mapping[str, Any] | None, emptied: Mapping[str, Any] | None, error: str | None
) -> str | None:
    """Why a policy cannot rule, whatever was measured; None if it can."""
    if error is not None or answer is None:
        return error or "The engine gave no answer for this policy."
    broken = _broken(policy, answer, emptied)
    return f"The policy is broken: {broken}" if broken else None


def _broken(policy: PlannedPolicy, answer: Mapping[str, Any], emptied: Mapping[str, Any] | None) -> str | None:
    for name in ("proven", "refuted"):
        if not isinstance(answer.get(name, False), bool):
            return f"`{name}` is not true or false."
    if _is_denying(answer):
        return _broken_denial(policy, answer)
    if answer.get("proven") is True and answer.get("refuted") is True:
        return "it is both proven and refuted."
    if emptied is None:
        return "it gives no answer about empty evidence."
    if emptied.get("proven", False) is not False:
        return "it is proven by empty evidence, so it proves nothing."
    return None


def _broken_denial(policy: PlannedPolicy, answer: Mapping[str, Any]) -> str | None:
    if "proven" in answer or "refuted" in answer:
        return "it has both `proven` and `deny` rules."
    if policy.consults:
        # A missing fact would deny nothing, so less evidence would prove more.
        return "it denies, so it needs every check whose facts it reads; name them all in `checks`."
    for name in _DENYING:
        if not isinstance(answer.get(name, []), list):
            return f"`{name}` is not a set of messages; write `{name} contains message if {{ … }}`."
    if policy.effect == "block" and not ("deny" in answer or "violation" in answer):
        return "it blocks, but has neither `deny` nor `violation` rules."
    return None


def _undefined(facts: Any) -> Iterable[str]:
    """The reasons of all undefined numbers in facts."""
    if isinstance(facts, Mapping):
        if facts.get("kind") == "undefined":
            yield str(facts.get("reason"))
        for value in facts.values():
            yield from _undefined(value)
    elif isinstance(facts, (list, tuple)):
        for value in facts:
            yield from _undefined(value)


def _is_denying(answer: Mapping[str, Any]) -> bool:
    return any(name in answer for name in _DENYING)


def _unmeasured(policy: PlannedPolicy, asked: DecisionInput, measurements: Mapping[str, Measurement]) -> Iterable[str]:
    if not policy.checks:
        yield "The policy declares no checks, so there is no evidence for it."
    for check in policy.checks:
        if plain(check) not in asked.facts:
            measurement = measurements.get(check)
            yield (measurement.reason if measurement else None) or f"The check `{plain(check)}` was not measured."
    for bar in asked.bars:
        if bar.status == "missing" and bar.check in asked.facts:
            yield f"{bar.title}: the fact was not measured."
        elif bar.status == "undefined" and bar.reason not in FEW:
            yield f"{bar.title}: undefined ({str(bar.reason).replace('_', ' ')})."


def _texts(found: Any) -> tuple[str, ...]:
    items = found if isinstance(found, (list, tuple, set, frozenset)) else []
    return tuple(sorted({item if isinstance(item, str) else _message(item) for item in items}))


def _message(item: Any) -> str:
    if isinstance(item, Mapping) and isinstance(item.get("msg"), str):
        return str(item["msg"])
    try:
        # Engines write numbers differently (1 and 1.0); canonical bytes are the same for both.
        return canonical(item).decode()
    except PageError:
        return "something that is not JSON"


def _waiver(
    policy: PlannedPolicy, asked: DecisionInput, outcome: Outcome, offenders: Sequence[str], waivers: Iterable[Waiver]
) -> Waived | None:
    """The waiver that covers every offender; what was not evaluated, or cannot be waived, is never waived."""
    if not policy.waivable or outcome not in ("fail", "inconclusive"):
        return None
    today = datetime.date.fromisoformat(asked.as_of)
    subjects = {bar.id: bar.subject for bar in asked.bars}
    for waiver in waivers:
        expires = datetime.date.fromisoformat(waiver.expires)
        in_force = 0 <= (expires - today).days <= WAIVER_DAYS
        scoped = not waiver.scope or (
            bool(offenders) and all(waiver.scope.items() <= subjects.get(bar, {}).items() for bar in offenders)
        )
        if waiver.policy == plain(policy.id) and in_force and scoped:
            return Waived(owner=waiver.owner, reason=waiver.reason, expires=waiver.expires, scope=waiver.scope)
    return None
