"""A stage in words: what it follows, who approves it, and the policies that can apply there."""

from __future__ import annotations

import fnmatch
from typing import Any

from assay.commands.parts.explained_names import Known
from assay.commands.parts.policy_explanation import conditions


def stage_document(known: Known, name: str) -> dict[str, Any]:
    """The stage as data: the stage before it, the roles that approve, and the policies that can apply."""
    stage = known.stages[name]
    return {
        "stage": {
            "id": name,
            "after": stage.after,
            "approvals": list(stage.approvals),
            "policies": {policy: known.policies[policy].title for policy in _policies(known, name)},
        }
    }


def stage_lines(known: Known, name: str) -> list[str]:
    """The stage as lines of text."""
    stage = known.stages[name]
    lines = [f"{name}: a stage of the life cycle" + (f", after {stage.after}" if stage.after else ""), ""]
    lines += [f"Approvals  {', '.join(stage.approvals) or 'none'}", "", "Policies that can apply"]
    for policy in _policies(known, name):
        lines.append(f"  {policy}: {known.policies[policy].title}")
        metadata = known.metadata.get(policy)
        when = [each for each in conditions(metadata) if not each.startswith("at the stage")] if metadata else []
        lines += [f"      {each}" for each in when]
    return lines


def _policies(known: Known, name: str) -> list[str]:
    """The policies that the stage names, else those of the usual stage that it is or follows."""
    patterns = known.stages[name].policies
    if patterns is not None:
        return [each for each in known.policies if any(fnmatch.fnmatchcase(each, pattern) for pattern in patterns)]
    usual = known.manifest.usual_stage(name)
    return [
        each
        for each in known.policies
        if each not in known.metadata
        or usual is None
        or not known.metadata[each].stages
        or usual in known.metadata[each].stages
    ]
