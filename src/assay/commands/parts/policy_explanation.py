"""A policy in words: what it asks, on which evidence, and how it ruled."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any, get_args

from assay.checks import CHECKS
from assay.commands.parts.check_explanation import REFERENCE
from assay.commands.parts.explained_names import Known
from assay.dossier.at_base import plain
from assay.dossier.pages import Plan, Ruling
from assay.dossier.plan_parts import JoinedBar, PlannedBar, PlannedPolicy
from assay.edges.rego.metadata import Policy
from assay.manifest.block_parts import Risk
from assay.options.flags import WIDTH
from assay.render.wording.number_text import measured_text, rows_text, sign_text

SITUATIONS = {
    "change": "the judgement has a base",
    "first_manifest": "the base has no manifest",
    "approvals": "the stage names roles that approve",
    "labelled": "the data have a label",
    "isolation": "the model answers in a process, and is of high risk or judged for deployment",
    "pickle": "the model is a joblib or pickle file",
}


def policy_document(known: Known, name: str) -> dict[str, Any]:
    """The policy and its ruling as data."""
    ruling = _ruling(known, name)
    return {"policy": known.policies[name].model_dump(mode="json"), "ruling": ruling and ruling.model_dump(mode="json")}


def policy_lines(known: Known, name: str) -> list[str]:
    """The policy, its bars and its ruling as lines of text."""
    policy, ruling = known.policies[name], _ruling(known, name)
    lines = [f"{policy.id}: {policy.title}", ""]
    lines += [policy.description, ""] if policy.description else []
    known_policy = known.metadata.get(plain(name))
    if known_policy is not None and known_policy.why:
        lines += [*textwrap.wrap(f"Why       {known_policy.why}", WIDTH, subsequent_indent=" " * 10), ""]
    effect = "closes the gate" if policy.effect == "block" else "warns"
    lines.append(f"Effect    {effect} unless it is proven{'' if policy.waivable else '; it cannot be waived'}")
    for check in (*policy.checks, *policy.consults):
        title = CHECKS.title(plain(check)) if plain(check) in CHECKS.names() else "no such check"
        lines.append(f"{'Evidence' if check in policy.checks else 'Consults'}  {check}: {title}")
    if plain(name) in known.metadata:
        lines += [f"Applies   {condition}" for condition in conditions(known.metadata[plain(name)])]
    lines += [f"Reads     {each}" for each in known.facts.get(plain(name), ())]
    if ruling is not None:
        lines += ruling_lines(ruling, policy.remedy)
    elif known.plan is not None:
        lines += _unruled(known.plan, policy)
    lines += ["", f"Remedy    {policy.remedy}"] if policy.remedy else []
    return lines + (["", f"More: {REFERENCE}/policies/{plain(name)}.md"] if plain(name) in known.shipped else [])


def ruling_lines(ruling: Ruling, remedy: str) -> list[str]:
    """A ruling: its outcome and reasons, its bars, and what to do next if that is more than the policy's `remedy`."""
    lines = [f"Outcome   {ruling.outcome.replace('_', ' ')}{' (waived)' if ruling.waiver else ''}"]
    lines += [f"          {reason}" for reason in ruling.reasons]
    lines += ["", "Bars", *(f"  {_bar(bar)}" for bar in ruling.bars)] if ruling.bars else []
    if ruling.outcome != "pass" and ruling.remedy not in ("", remedy):
        lines += ["", f"Next      {ruling.remedy}"]
    return lines


def conditions(policy: Policy) -> Iterable[str]:
    """When a policy applies, a condition a line."""
    if set(policy.risks) < set(get_args(Risk)):
        yield f"at risk {_either(policy.risks)}" + (
            "" if policy.declared else ", or if the manifest declares its check"
        )
    if policy.stages:
        yield f"at the stage {_either(policy.stages)}"
    if policy.tasks:
        yield f"to the task {_either(policy.tasks)}"
    if policy.declared:
        yield f"if the manifest declares {_either(policy.checks)}"
    for situation in policy.when:
        yield f"if {SITUATIONS[situation]}"


def _either(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def _ruling(known: Known, name: str) -> Ruling | None:
    rulings = known.decision.rulings if known.decision else ()
    return next((each for each in rulings if each.policy == name), None)


def _unruled(plan: Plan, policy: PlannedPolicy) -> list[str]:
    """What a plan without a decision says of a policy."""
    planned = [f"  {_bar(bar)}" for bar in plan.bars if policy.rules_on(bar)]
    asked = any(each.id == policy.id for each in plan.policies)
    lines = [] if asked else [f"Outcome   none: the plan for the stage {plan.stage} does not ask it"]
    return lines + (["", "Bars", *planned] if planned else [])


def _bar(bar: PlannedBar) -> str:
    text = f"{bar.title} {sign_text(bar.limit, bar.direction)}  ({bar.file}:{bar.line})"
    if not isinstance(bar, JoinedBar):
        return text
    if bar.status == "measured":
        what = "rows" if bar.clusters is None else "groups of rows"
        needed = f"; about {bar.needed:,} {what} would settle it four times in five" if bar.needed else ""
        rows = f"; rows {', '.join(bar.keys)}" if bar.keys else ""
        return f"{text}: seen {_interval(bar)}, {rows_text(bar.n or 0, bar.clusters)}{needed}{rows}"
    reason = str(bar.reason or "missing").replace("_", " ")
    return f"{text}: {reason}" + (f" ({bar.n} of {bar.needed} {_unit(bar)})" if bar.needed else "")


def _unit(bar: JoinedBar) -> str:
    return "groups" if bar.reason == "too_few_clusters" else "rows"


def _interval(bar: JoinedBar) -> str:
    value = 0.0 if bar.value is None else bar.value
    low, high = (value if each is None else each for each in (bar.low, bar.high))
    return measured_text(value, low, high, limit=bar.limit)
