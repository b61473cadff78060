"""A decision, made from pages by an engine alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from assay.dossier.page_set import manifest_of
from assay.dossier.pages import Decision, Evidence, ManifestPage, Plan
from assay.edges.rego.bundle import Bundle, read_bundle
from assay.edges.rego.engine import Answer, Engine, Query
from assay.edges.rego.packed import unpacked
from assay.edges.store import DossierFolder
from assay.errors import EngineError, PageError
from assay.manifest.document import Manifest
from assay.rulings.outcome_table import policy_input, rule, verdict


def read_planned_bundle(dossier: DossierFolder, plan: Plan) -> Bundle:
    """The dossier's policies; raises PageError unless they are those of the plan. A release has them in an archive."""
    with unpacked(dossier.folder) as folder:
        bundle = read_bundle([folder], described=False)  # the plan says what its policies are for
    if bundle.digest != plan.bundle_digest:
        planned = {file.path: file.digest for file in plan.bundle}
        found = {file.path: file.digest for file in bundle.files}
        changed = sorted(path for path in planned | found if planned.get(path) != found.get(path))
        raise PageError(f"The dossier's policies are not those of the plan; see {', '.join(changed) or 'the bundle'}.")
    return bundle


def judge(manifest: ManifestPage, plan: Plan, evidence: Evidence, bundle: Bundle, engine: Engine) -> Decision:
    """The decision, made from pages by an engine alone."""
    return judge_and_listen(manifest, plan, evidence, bundle, engine)[0]


def judge_and_listen(
    manifest: ManifestPage, plan: Plan, evidence: Evidence, bundle: Bundle, engine: Engine
) -> tuple[Decision, dict[str, str]]:
    """The decision, and the engine's messages by policy for those that it could not evaluate; no page has these."""
    judging = manifest_of(manifest)
    waivers, bundle = judging.waivers, _pinned(bundle, judging, engine)
    asked = [policy_input(plan, evidence, manifest, policy) for policy in plan.policies]
    # A policy that empty evidence proves is broken, so each is also asked about that.
    queries = [Query(policy=each.policy, input=each.document()) for each in asked]
    queries += [Query(policy=each.policy, input=each.emptied().document()) for each in asked]
    answers = _answers(engine.evaluate(bundle, queries) if queries else (), queries)
    rulings = tuple(
        rule(
            policy,
            each,
            answer=answer.document,
            emptied=emptied.document,
            error=answer.error or emptied.error,
            measurements=evidence.measurements,
            waivers=waivers,
        )
        for policy, each, answer, emptied in zip(
            plan.policies, asked, answers[: len(asked)], answers[len(asked) :], strict=True
        )
    )
    decision = Decision(
        parents={"plan": plan.digest(), "evidence": evidence.digest()},
        model=plan.model,
        stage=plan.stage,
        as_of=plan.as_of,
        verdict=verdict(rulings),
        rulings=rulings,
    )
    return decision, {answer.policy: answer.said for answer in reversed(answers) if answer.said is not None}


def _pinned(bundle: Bundle, manifest: Manifest, engine: Engine) -> Bundle:
    """The bundle, pinned to OPA if the manifest says so; raises EngineError if the manifest forbids this engine."""
    if manifest.engine == "opa" and engine.name == "regorus":
        raise EngineError(
            "The manifest says `engine: opa`, so only OPA may judge, not the embedded engine.",
            hint="Install OPA 1.20.1 or later, or name it with `--opa`.",
        )
    return dataclasses.replace(bundle, pinned=manifest.engine == "opa")


def _answers(answers: Sequence[Answer], queries: Sequence[Query]) -> tuple[Answer, ...]:
    """The answers if there is one for each query, in order; else an error for each."""
    if [answer.policy for answer in answers] == [query.policy for query in queries]:
        return tuple(answers)
    error = "The engine did not answer for every policy, so none of its answers counts."
    return tuple(Answer(policy=query.policy, document=None, error=error) for query in queries)
