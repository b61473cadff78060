"""Ask Rego whether the evidence proves every policy, and write the rulings."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from assay.dossier.page_set import manifest_of
from assay.dossier.pages import Decision, Evidence, ManifestPage, Plan
from assay.edges.rego.bundle import Bundle, read_bundle
from assay.edges.rego.engine import Answer, Engine, Query, choose_engine
from assay.edges.rego.packed import unpacked
from assay.edges.store import DossierFolder
from assay.errors import PageError
from assay.options.step_options import StepOptions
from assay.rulings.outcome_table import question, rule, verdict


class Options(StepOptions):
    """Options of `decide`."""

    engine: Literal["auto", "opa", "opa-server", "regorus"] = Field(
        "auto", description="Policy engine; auto: OPA where it is installed, else the embedded regorus."
    )
    opa: str | None = Field(None, description="The OPA binary; left out: `opa` on PATH.")
    opa_url: str | None = Field(None, description="A running OPA server whose bundle revision is the plan's.")
    opa_lock: Path | None = Field(
        None, description="Lock of OPA's version and checksums; a binary that is not in it does not judge."
    )

    def engine_wanted(self) -> Engine:
        """The engine that these options ask for; raises EngineError where there is none."""
        return choose_engine(self.engine, opa=self.opa, opa_url=self.opa_url, lock=self.opa_lock)


def run(dossier: DossierFolder, options: Options) -> Decision:
    """The decision on a dossier's evidence; every planned policy gets a ruling."""
    pages, evidence = dossier.need(Evidence, options.expect)
    manifest, plan = pages.manifest, pages.plan
    if manifest is None or plan is None:
        raise PageError("The dossier holds evidence but no plan.", hint="Run `assay plan` first.")
    bundle = read_planned_bundle(dossier, plan)
    engine = options.engine_wanted()
    started = time.monotonic()
    decision = judge(manifest, plan, evidence, bundle, engine)
    dossier.write(decision)
    seconds = round(time.monotonic() - started, 3)
    dossier.record("decide", {"engine": engine.name, "version": engine.version, "seconds": seconds})
    return decision


def read_planned_bundle(dossier: DossierFolder, plan: Plan) -> Bundle:
    """The dossier's policies, held against the plan; a release that was downloaded has them packed."""
    with unpacked(dossier.folder) as folder:
        bundle = read_bundle([folder])
    if bundle.digest != plan.bundle_digest:
        planned = {file.path: file.digest for file in plan.bundle}
        found = {file.path: file.digest for file in bundle.files}
        changed = sorted(path for path in planned | found if planned.get(path) != found.get(path))
        raise PageError(
            f"The dossier's policies are not the planned ones; look at {', '.join(changed) or 'the bundle'}."
        )
    return bundle


def judge(manifest: ManifestPage, plan: Plan, evidence: Evidence, bundle: Bundle, engine: Engine) -> Decision:
    """The decision, from pages and an engine alone."""
    waivers = manifest_of(manifest).waivers
    asked = [question(plan, evidence, manifest, policy) for policy in plan.policies]
    # Each policy is also asked about empty evidence: what that proves, proves nothing.
    queries = [Query(policy=each.policy, input=each.model_dump(mode="json", exclude_none=True)) for each in asked]
    queries += [
        Query(policy=each.policy, input=each.emptied().model_dump(mode="json", exclude_none=True)) for each in asked
    ]
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
    return Decision(
        parents={"plan": plan.digest(), "evidence": evidence.digest()},
        model=plan.model,
        stage=plan.stage,
        as_of=plan.as_of,
        verdict=verdict(rulings),
        rulings=rulings,
    )


def _answers(answers: Sequence[Answer], queries: Sequence[Query]) -> tuple[Answer, ...]:
    """The answers, only if there is one per query and in order."""
    if [answer.policy for answer in answers] == [query.policy for query in queries]:
        return tuple(answers)
    error = "The engine did not answer for each policy, so none of its answers counts."
    return tuple(Answer(policy=query.policy, document=None, error=error) for query in queries)
