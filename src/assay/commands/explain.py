"""Explain a policy, a check or a stage; or list all of them."""

from __future__ import annotations

import sys
from typing import Any

from pydantic import Field

from assay.checks import CHECKS
from assay.commands.parts.dossier_location import locate_dossier
from assay.dossier.pages import Plan, Ruling
from assay.dossier.plan_parts import JoinedBar, PlannedBar, PlannedPolicy
from assay.errors import UsageError
from assay.manifest.parsing import nearest_name
from assay.options.step_options import StepOptions

GROUP = "look"
POSITIONAL = ("policy",)


class Options(StepOptions):
    """Options of `explain`."""

    policy: str = Field(description="A policy of the dossier's plan, such as bias/within_bounds.")


def run(options: Options) -> int:
    """Prints the explanation; 0, or 2 for a policy that the plan does not know."""
    dossier = locate_dossier(options)
    _, plan = dossier.need(Plan)
    policy = _find(plan, options.policy)
    decision = dossier.pages().decision
    ruling = next((each for each in decision.rulings if each.policy == policy.id), None) if decision else None
    if options.format == "json":
        from assay.canonical import canonical

        document = {"policy": policy.model_dump(mode="json"), "ruling": ruling and ruling.model_dump(mode="json")}
        sys.stdout.write(canonical(document).decode() + "\n")
        return 0
    bars = ruling.bars if ruling else tuple(bar for bar in plan.bars if policy.rules_on(bar))
    sys.stdout.write("\n".join(_lines(policy, bars, ruling)) + "\n")
    return 0


def _find(plan: Plan, name: str) -> PlannedPolicy:
    known = {policy.id: policy for policy in plan.policies}
    if name not in known:
        nearest = nearest_name(name, known)
        meant = f" Did you mean `{nearest}`?" if nearest else ""
        raise UsageError(f"The plan has no policy `{name}`; it has {', '.join(known)}.{meant}")
    return known[name]


def _lines(policy: PlannedPolicy, bars: Any, ruling: Ruling | None) -> list[str]:
    lines = (
        [f"{policy.id}: {policy.title}", "", policy.description, ""]
        if policy.description
        else [
            f"{policy.id}: {policy.title}",
            "",
        ]
    )
    effect = "closes the gate" if policy.effect == "block" else "warns"
    lines.append(f"Effect    {effect} unless it is proven{'' if policy.waivable else '; it cannot be waived'}")
    known = CHECKS.names()
    for check in (*policy.checks, *policy.consults):
        title = CHECKS.title(check) if check in known else "no such check"
        lines.append(f"{'Evidence' if check in policy.checks else 'Consults'}  {check}: {title}")
    if ruling is not None:
        lines.append(f"Outcome   {ruling.outcome.replace('_', ' ')}{' (waived)' if ruling.waiver else ''}")
        lines += [f"          {reason}" for reason in ruling.reasons]
    lines += ["", "Bars"] if bars else []
    lines += [f"  {_bar(bar)}" for bar in bars]
    lines += ["", f"Remedy    {policy.remedy}"] if policy.remedy else []
    return lines


def _bar(bar: PlannedBar) -> str:
    sign = "≥" if bar.direction == "at_least" else "≤"
    text = f"{bar.title} {sign} {bar.limit:g}  ({bar.file}:{bar.line})"
    if not isinstance(bar, JoinedBar):
        return text
    if bar.status == "measured":
        needed = f"; about {bar.needed:,} rows would settle it" if bar.needed else ""
        rows = f"; rows {', '.join(bar.keys)}" if bar.keys else ""
        return f"{text}: seen {bar.value:.4g} [{bar.low:.4g}, {bar.high:.4g}], n = {bar.n:,}{needed}{rows}"
    reason = str(bar.reason or "missing").replace("_", " ")
    return f"{text}: {reason}" + (f" ({bar.n} of {bar.needed} rows)" if bar.needed else "")
