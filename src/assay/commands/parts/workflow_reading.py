"""Workflows of a repository as their files say them, and which of their steps are Assay's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assay.errors import DataError
from assay.manifest.yaml_strict import load

_ACTION = re.compile(r"[\w.-]+/assay(?:/actions/(?P<verb>[a-z]+))?@(?P<ref>\S+)")
_SECRET = re.compile(r"\bsecrets\s*[.\[]")
SIGNING = "ASSAY_SIGNING_KEY"
# What GitHub gives every job anyway.
_OWN = re.compile(r"\bsecrets\.GITHUB_TOKEN\b")


@dataclass(frozen=True, kw_only=True)
class ReadStep:
    """A step: what it uses, and with which inputs."""

    value: dict[str, Any]

    @property
    def uses(self) -> str:
        """The action, empty for a command."""
        return str(self.value.get("uses") or "")

    @property
    def verb(self) -> str | None:
        """The verb of Assay that the step's action runs, `check` for the whole; None for other steps."""
        found = _ACTION.fullmatch(self.uses)
        return None if found is None else found["verb"] or "check"

    @property
    def ref(self) -> str:
        """The version of the action."""
        return self.uses.rpartition("@")[2]

    def given(self, name: str) -> str:
        """An input as text, empty if it is not given."""
        block = self.value.get("with")
        value = block.get(name) if isinstance(block, dict) else None
        return {True: "true", False: "false", None: ""}.get(value, str(value)) if not isinstance(value, float) else ""

    @property
    def runs_model(self) -> bool:
        """Whether the model runs in this step's job."""
        answered = bool(self.given("answers"))
        return self.verb == "predict" or (self.verb == "check" and not answered)


@dataclass(frozen=True, kw_only=True)
class ReadJob:
    """A job of a workflow."""

    workflow: str
    name: str
    value: dict[str, Any]
    inherited: Any

    @property
    def shown(self) -> str:
        """The job as people are told of it."""
        return f"{self.workflow}: job `{self.name}`"

    @property
    def steps(self) -> list[ReadStep]:
        """The steps in their order."""
        listed = self.value.get("steps")
        return [ReadStep(value=each) for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []

    @property
    def calls(self) -> str:
        """The file of the workflow that the job calls in this repository, empty if none."""
        found = re.fullmatch(r"\./(\.github/workflows/[^@/]+)", str(self.value.get("uses") or ""))
        return found[1] if found else ""

    @property
    def verbs(self) -> set[str]:
        """The verbs of Assay that the job runs."""
        return {each.verb for each in self.steps if each.verb}

    @property
    def runs_model(self) -> bool:
        """Whether the model runs in this job."""
        return any(each.runs_model for each in self.steps)

    @property
    def permissions(self) -> Any:
        """The job's permissions, else those of the workflow; None if neither says."""
        return self.value.get("permissions", self.inherited)

    def may(self, right: str, level: str = "write") -> bool:
        """Whether the job has a permission, such as `contents` at `read`."""
        said = self.permissions
        if isinstance(said, dict):
            return str(said.get(right)) in ("write", level)
        return said == "write-all" or (said == "read-all" and level == "read")

    @property
    def writes(self) -> bool:
        """Whether the job may write anything, or does not say."""
        said = self.permissions
        return said is None or said == "write-all" or (isinstance(said, dict) and "write" in said.values())

    @property
    def holds_secrets(self) -> bool:
        """Whether the job names a secret other than its own token."""
        return _SECRET.search(_OWN.sub("", json.dumps(self.value))) is not None or self.value.get("secrets") is not None

    @property
    def signs(self) -> bool:
        """Whether the job has steps that hold the key which signs."""
        return bool(self.steps) and f"secrets.{SIGNING}" in json.dumps(self.value)

    @property
    def environment(self) -> str:
        """The name of the job's environment, perhaps an expression; empty if it has none."""
        said = self.value.get("environment")
        return str((said.get("name") if isinstance(said, dict) else said) or "")


@dataclass(frozen=True, kw_only=True)
class ReadWorkflow:
    """A workflow by the path of its file."""

    path: str
    value: dict[str, Any]

    @property
    def events(self) -> dict[str, Any]:
        """What starts it, each with its filters."""
        said = self.value.get("on")
        if isinstance(said, dict):
            return said
        listed = said if isinstance(said, list) else [said] if said else []
        return {str(each): None for each in listed}

    @property
    def jobs(self) -> list[ReadJob]:
        """Its jobs in their order."""
        inherited = self.value.get("permissions")
        return [
            ReadJob(workflow=self.path, name=name, value=each, inherited=inherited)
            for name, each in self.value["jobs"].items()
        ]

    @property
    def verbs(self) -> set[str]:
        """The verbs of Assay that its own steps run."""
        return {verb for job in self.jobs for verb in job.verbs}


def read_workflow(content: bytes, path: str) -> ReadWorkflow:
    """A workflow; raises ManifestError for what is no plain YAML, and DataError for YAML that is no workflow."""
    value = load(content, path).value
    jobs = value.get("jobs") if isinstance(value, dict) else None
    if not isinstance(jobs, dict) or not all(isinstance(each, dict) for each in jobs.values()):
        raise DataError(f"`{path}` has no jobs, so it is no workflow.", hint="Correct the file.")
    return ReadWorkflow(path=path, value=value)


def calling_assay(workflows: list[ReadWorkflow]) -> list[ReadWorkflow]:
    """The workflows that run Assay, and those that call them."""
    running = {each.path for each in workflows if each.verbs}
    return [each for each in workflows if each.path in running or any(job.calls in running for job in each.jobs)]


def judged_stages(workflows: list[ReadWorkflow]) -> tuple[str, ...]:
    """The stages whose status these workflows set: those of checks that publish."""
    return tuple(sorted({stage for each in workflows for stage in _stages(each)}))


def _stages(workflow: ReadWorkflow) -> Iterator[str]:
    for job in workflow.jobs:
        for step in job.steps:
            stage = step.given("stage") or "validation"
            if step.verb == "check" and step.given("publish") != "false" and "${{" not in stage:
                yield stage
