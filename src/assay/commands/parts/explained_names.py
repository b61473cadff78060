"""What can be explained: the policies, stages and dossier of a manifest, or else what ships with Assay."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from assay.commands.parts.dossier_location import locate_dossier
from assay.commands.parts.policy_facts import evidence_read
from assay.documents.shipped import shipped_folder
from assay.dossier.pages import Decision, Plan
from assay.dossier.plan_parts import PlannedPolicy
from assay.edges.files import read_beneath
from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.metadata import Policy
from assay.errors import AssayError, ManifestError, UsageError
from assay.manifest.document import FILE, Manifest, Stage
from assay.manifest.model_blocks import Model
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import MAX_BYTES
from assay.options.step_options import StepOptions
from assay.steps.planning.policy_selection import planned_policy

_NOBODY = Manifest(assay=1, model=Model(name="any"))


@dataclass(frozen=True, kw_only=True)
class Known:
    """Policies, checks and stages that have a name here.

    `metadata` has the policies of the bundle by id, `facts` what each reads, `shipped` the ids of Assay's own. `plan`
    and `decision` are those of the dossier; None without one.
    """

    manifest: Manifest
    metadata: dict[str, Policy] = field(default_factory=dict)
    facts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shipped: frozenset[str] = frozenset()
    plan: Plan | None = None
    decision: Decision | None = None

    @property
    def policies(self) -> dict[str, PlannedPolicy]:
        """The policies by id, as the plan asks them or as the bundle has them."""
        asked = {policy.id: policy for policy in self.plan.policies} if self.plan else {}
        known = {name: planned_policy(policy) for name, policy in self.metadata.items()} | asked
        return dict(sorted(known.items()))

    @property
    def stages(self) -> dict[str, Stage]:
        """The stages that the manifest names, else the usual ones."""
        return self.manifest.stage_graph()


def read_known(options: StepOptions) -> Known:
    """What is known where the options point; raises AssayError for a named manifest or dossier that is missing."""
    manifest = _manifest(options)
    own = [options.manifest.parent / manifest.policies] if manifest is not None and manifest.policies else []
    bundle = read_bundle([shipped_folder("policies"), *own])
    known = Known(
        manifest=manifest or _NOBODY,
        metadata={policy.id: policy for policy in bundle.policies},
        facts={policy.id: evidence_read(bundle, policy.package) for policy in bundle.policies},
        shipped=frozenset(policy.id for policy in read_bundle([shipped_folder("policies")]).policies),
    )
    dossier_named = options.dossier is not None or options.expect is not None
    if manifest is None and not dossier_named:
        return known
    dossier = locate_dossier(options)
    if not dossier_named and not dossier.path("plan.json").exists():
        return known
    _, plan = dossier.need(Plan, options.expect)
    return replace(known, plan=plan, decision=dossier.pages().decision)


def _manifest(options: StepOptions) -> Manifest | None:
    """The manifest; None where the default one is missing or cannot be read, which is told."""
    usual = options.manifest == Path(FILE)
    if usual and not options.manifest.exists():
        return None
    try:
        content = read_beneath(options.manifest.parent, options.manifest.name, limit=MAX_BYTES, error=UsageError)
        _, manifest, problems = read_manifest(content, options.manifest.name)
        if manifest is None or problems:
            raise ManifestError(problems)
    except AssayError as error:
        if not usual:
            raise
        sys.stderr.write(f"warning: this explains what ships with Assay, because of {error}\n")
        return None
    return manifest
