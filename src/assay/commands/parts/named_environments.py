"""The environments that jobs with Assay name."""

from __future__ import annotations

from assay.commands.parts.surroundings import Surroundings

WRITING = frozenset(("sign", "register", "promote", "release", "rollback"))


def named_environments(around: Surroundings, *, signing: bool = False) -> list[str]:
    """The environments of jobs that sign or promote, or of those that hold the key; each stage for an expression."""
    found: dict[str, None] = {}
    for job in (job for each in around.calling for job in each.jobs):
        if not job.environment or not (job.signs if signing else job.signs or job.verbs & WRITING):
            continue
        stages = [stage for each in around.manifests for stage in each.manifest.stage_graph()]
        # Only the reader of the workflow knows what an expression becomes; a promotion names its stage.
        found |= dict.fromkeys(stages if "${{" in job.environment else [job.environment])
    return list(found)
