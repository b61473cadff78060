"""The policies that a stage plans, and the bundle that they come from."""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Collection, Iterable
from typing import get_args

from assay.checks import CHECKS
from assay.dossier.plan_parts import PlannedFile, PlannedPolicy
from assay.edges.rego.bundle import Bundle
from assay.edges.rego.metadata import Policy
from assay.errors import ManifestError, PolicyError, Problem, UsageError
from assay.manifest.block_parts import Risk
from assay.manifest.document import WAIVER_DAYS, Manifest
from assay.manifest.parsing import nearest_name
from assay.manifest.yaml_strict import Document


def select_policies(
    bundle: Bundle, manifest: Manifest, stage: str, document: Document, situations: Collection[str]
) -> tuple[Policy, ...]:
    """The policies that apply to a model at a stage.

    A policy applies by stage, task, risk and situation. One that is asked because of the risk applies whatever the
    task: where no check can answer it, it is not evaluated, and closes. If the manifest declares one of its checks, it
    applies in every risk tier; a `declared` policy applies only then, or if the stage names it. A custom stage has the
    policies of the usual stage that it follows, or every policy if it follows none.
    """
    named = manifest.stages[stage].policies if stage in manifest.stages else None
    fitting = [
        policy
        for policy in bundle.policies
        if set(policy.when) <= set(situations)
        and (not policy.declared or policy.id in (named or ()) or _declared(policy.checks, manifest.checks))
    ]
    for policy in fitting:
        _refuse_unknown_checks(policy)
    risk = manifest.model.risk or "high"
    if named is not None:
        return _named(fitting, named, stage, document, risk)
    usual = manifest.usual_stage(stage)
    return tuple(
        policy
        for policy in fitting
        if (usual is None or not policy.stages or usual in policy.stages)
        and (not policy.tasks or manifest.model.task in policy.tasks or _asked_by_tier(policy))
        and (not policy.risks or risk in policy.risks or _declared(policy.checks, manifest.checks))
    )


def refuse_unknown_stage(manifest: Manifest, stage: str) -> None:
    """Raises UsageError for a stage that the manifest does not have."""
    graph = manifest.stage_graph()
    if stage not in graph:
        nearest = nearest_name(stage, graph)
        meant = f" Did you mean `{nearest}`?" if nearest else ""
        raise UsageError(f"There is no stage `{stage}`; the stages are {', '.join(graph)}.{meant}")


def waiver_problems(manifest: Manifest, bundle: Bundle, document: Document, as_of: str) -> Iterable[Problem]:
    """Waivers of an unknown policy or of one that cannot be waived, and waivers that last too long."""
    known = {policy.id: policy for policy in bundle.policies}
    today = datetime.date.fromisoformat(as_of)
    for index, waiver in enumerate(manifest.waivers):
        if waiver.policy not in known:
            nearest = nearest_name(waiver.policy, known)
            yield document.problem(
                ("waivers", index, "policy"), f"no policy is named `{waiver.policy}`.", nearest=nearest
            )
        elif not known[waiver.policy].waivable:
            message = f"`{waiver.policy}` cannot be waived."
            yield document.problem(("waivers", index, "policy"), message)
        days = (datetime.date.fromisoformat(waiver.expires) - today).days
        if days > WAIVER_DAYS:
            message = f"a waiver lasts at most {WAIVER_DAYS} days; `{waiver.expires}` is {days} days ahead."
            yield document.problem(("waivers", index, "expires"), message)


def planned_files(bundle: Bundle) -> Iterable[PlannedFile]:
    """The bundle's files by digest."""
    return (PlannedFile(path=file.path, digest=file.digest, bytes=len(file.content)) for file in bundle.files)


def planned_policy(policy: Policy) -> PlannedPolicy:
    """A policy as the plan lists it."""
    return PlannedPolicy(
        id=policy.id,
        title=policy.title,
        description=policy.description,
        remedy=policy.remedy,
        effect=policy.effect,
        checks=policy.checks,
        consults=policy.consults,
        bars=policy.bars or None,
        waivable=policy.waivable,
    )


def _asked_by_tier(policy: Policy) -> bool:
    """Whether a policy is asked because of the risk; such a policy is never absent, whatever the task."""
    return bool(policy.risks) and set(policy.risks) != set(get_args(Risk))


def _declared(checks: Iterable[str], blocks: Collection[str]) -> bool:
    return any(check in blocks for check in checks)


def _refuse_unknown_checks(policy: Policy) -> None:
    known = CHECKS.names()
    for check in (*policy.checks, *policy.consults):
        if check not in known:
            nearest = nearest_name(check, known)
            meant = f" Did you mean `{nearest}`?" if nearest else ""
            verb, key = ("needs", "checks") if check in policy.checks else ("consults", "consults")
            message = f"The policy `{policy.id}` {verb} the check `{check}`, which does not exist.{meant}"
            raise PolicyError(message, hint=f"Fix `{key}` in the METADATA of the policy.")


def _named(
    policies: Collection[Policy], patterns: Iterable[str], stage: str, document: Document, risk: str
) -> tuple[Policy, ...]:
    """The policies that a stage names, and those of the situation and the risk, which no stage can omit.

    The latter open no gate alone: a stage that names no blocking policy has none of them, and stays closed.
    """
    known = [policy.id for policy in policies]
    problems = [
        document.problem(
            ("stages", stage, "policies", index),
            f"no policy is named `{pattern}`.",
            nearest=nearest_name(pattern, known),
        )
        for index, pattern in enumerate(patterns)
        if not fnmatch.filter(known, pattern)
    ]
    if problems:
        raise ManifestError(problems)
    fitting = [each for each in policies if not each.when or risk in each.risks]
    own = [each for each in fitting if any(fnmatch.fnmatchcase(each.id, p) for p in patterns)]
    if not any(each.effect == "block" for each in own):
        return tuple(own)
    return tuple(each for each in fitting if each in own or each.when)
