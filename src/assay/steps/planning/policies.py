"""Which policies a stage plans, and the bundle of files they come from."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterable
from pathlib import Path

from assay.edges.rego.bundle import Bundle, read_bundle
from assay.edges.rego.metadata import Policy
from assay.errors import ManifestError
from assay.manifest import Manifest
from assay.manifest_reading import nearest_name
from assay.pages import PlannedFile, PlannedPolicy
from assay.yaml_strict import Document


def shipped_folder(name: str) -> Path:
    """A folder that ships with Assay: inside the wheel, or at the top of a checkout."""
    package = Path(__file__).parents[2]
    bundled = package / "bundled" / name
    return bundled if bundled.is_dir() else package.parents[1] / name


def gather_bundle(root: Path, manifest: Manifest) -> Bundle:
    """The shipped policies, and the repository's own where the manifest names a folder."""
    own = [root / manifest.policies] if manifest.policies else []
    return read_bundle([shipped_folder("policies"), *own])


def select_policies(bundle: Bundle, manifest: Manifest, stage: str, document: Document) -> tuple[Policy, ...]:
    """The policies that apply to a model at a stage.

    A policy applies by stage, task and risk; one whose check the manifest declares applies in every risk tier. A stage
    of one's own has the policies of the usual stage it follows, and every policy where it follows none.
    """
    named = manifest.stages[stage].policies if stage in manifest.stages else None
    if named is not None:
        return _named(bundle, named, stage, document)
    usual = manifest.usual_stage(stage)
    risk = manifest.model.risk or "high"
    return tuple(
        policy
        for policy in bundle.policies
        if (usual is None or not policy.stages or usual in policy.stages)
        and (not policy.tasks or manifest.model.task in policy.tasks)
        and (not policy.risks or risk in policy.risks or _declared(policy.checks, manifest.checks))
    )


def planned_files(bundle: Bundle) -> Iterable[PlannedFile]:
    """The bundle's files by content."""
    return (PlannedFile(path=file.path, digest=file.digest, bytes=len(file.content)) for file in bundle.files)


def planned_policy(policy: Policy) -> PlannedPolicy:
    """A policy as the plan writes it down."""
    return PlannedPolicy(
        id=policy.id,
        title=policy.title,
        description=policy.description,
        remedy=policy.remedy,
        effect=policy.effect,
        checks=policy.checks,
    )


def _declared(checks: Iterable[str], blocks: Collection[str]) -> bool:
    return any(check in blocks for check in checks)


def _named(bundle: Bundle, patterns: Iterable[str], stage: str, document: Document) -> tuple[Policy, ...]:
    known = [policy.id for policy in bundle.policies]
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
    return tuple(policy for policy in bundle.policies if any(fnmatch.fnmatchcase(policy.id, p) for p in patterns))
