"""Explain a policy, a check, a stage or an error; or list all."""

from __future__ import annotations

import sys
from typing import Any

from pydantic import Field

from assay.canonical import canonical
from assay.checks import CHECKS
from assay.commands.parts.check_explanation import check_document, check_lines
from assay.commands.parts.error_explanation import error_document, error_lines, error_sections, error_titles
from assay.commands.parts.explained_names import Known, read_known
from assay.commands.parts.policy_explanation import policy_document, policy_lines
from assay.commands.parts.stage_explanation import stage_document, stage_lines
from assay.commands.parts.title_lines import title_lines
from assay.errors import UsageError
from assay.manifest.parsing import nearest_name
from assay.options.step_options import StepOptions

GROUP = "look"
POSITIONAL = ("name",)


class Options(StepOptions):
    """Options of `explain`."""

    name: str | None = Field(
        None,
        description="Policy, check, stage or error, such as bias/within_bounds, drift, validation or data-error. "
        "Optional; default: lists all.",
    )


def run(options: Options) -> int:
    """Prints the explanation, with or without a manifest; 0, or UsageError for an unknown name."""
    known = read_known(options)
    document, lines = _list(known) if options.name is None else _explain(known, options.name)
    text = canonical(document).decode() if options.format == "json" else "\n".join(lines)
    sys.stdout.write(f"{text}\n")
    return 0


def _explain(known: Known, name: str) -> tuple[dict[str, Any], list[str]]:
    """Everything with a name: a check and a stage can share one."""
    documents: dict[str, Any] = {}
    lines: list[str] = []
    if name in known.policies:
        documents |= policy_document(known, name)
        lines += policy_lines(known, name)
    if name in CHECKS.names():
        documents |= check_document(known, name)
        lines += ([""] if lines else []) + check_lines(known, name)
    if name in known.stages:
        documents |= stage_document(known, name)
        lines += ([""] if lines else []) + stage_lines(known, name)
    if name in error_sections():
        documents |= error_document(name)
        lines += ([""] if lines else []) + error_lines(name)
    if not lines:
        every = (*known.policies, *CHECKS.names(), *known.stages, *error_sections())
        nearest = nearest_name(name, every)
        raise UsageError(
            f"No policy, check, stage or error is named `{name}`." + (f" Did you mean `{nearest}`?" if nearest else ""),
            hint="`assay explain` lists all of them.",
        )
    return documents, lines


def _list(known: Known) -> tuple[dict[str, Any], list[str]]:
    groups: dict[str, dict[str, str]] = {
        "policies": {name: policy.title for name, policy in known.policies.items()},
        "checks": {name: CHECKS.title(name) for name in CHECKS.names()},
        "stages": {name: f"after {stage.after}" if stage.after else "" for name, stage in known.stages.items()},
        "errors": error_titles(),
    }
    lines: list[str] = []
    for group, titles in groups.items():
        lines += [group.capitalize(), *title_lines(titles), ""]
    return dict(groups), [*lines, "`assay explain NAME` explains one of them."]
