"""Environments are limited to branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.commands.parts.findings import Finding, settle
from assay.commands.parts.named_environments import named_environments

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "GitHub makes an environment that is not there, without any protection, when a job first names it."
FIX = "Settings → Environments: make it, limit it to a branch, and name reviewers where a stage asks for approvals."


def look(around: Surroundings) -> Finding:
    """The environments of signing jobs exist and take only chosen branches; those of approved stages have reviewers."""
    there = {str(each["name"]): each for each in around.settings.environments()}
    named, approved = named_environments(around), _approved(around)
    problems = [problem for name in named for problem in _problems(name, there.get(name), reviewed=name in approved)]
    return settle(problems, ", ".join(named) or "no job that signs or promotes names one")


def _problems(name: str, environment: dict[str, Any] | None, *, reviewed: bool) -> list[str]:
    if environment is None:
        return [f"`{name}` does not exist"]
    rules = {str(each["type"]) for each in environment.get("protection_rules") or ()}
    open_to_all = environment.get("deployment_branch_policy") is None
    found = [f"`{name}` takes every branch"] if open_to_all else []
    return found + ([f"`{name}` has no required reviewers"] if reviewed and "required_reviewers" not in rules else [])


def _approved(around: Surroundings) -> set[str]:
    stages = (each.manifest.stages.items() for each in around.manifests)
    return {name for listed in stages for name, stage in listed if stage.approvals}
