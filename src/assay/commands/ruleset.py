"""Print rules for branches or tags in the form that GitHub imports.

`branch` asks for reviewed pull requests and for the status of each model, and blocks force pushes and deletion. `tags`
keeps the tags of versions and promotions where they are. `creation` says who alone may create such tags.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from assay.commands.parts.repository_files import named_folder
from assay.commands.parts.rulesets import branch_ruleset, creation_ruleset, tag_ruleset
from assay.commands.parts.surroundings import Surroundings
from assay.errors import UsageError
from assay.ledger.tag_names import written_stage
from assay.options.step_options import Options as CommonOptions

GROUP = "repository"
POSITIONAL = ("folder",)


class Options(CommonOptions):
    """Options of `ruleset`."""

    folder: Path = Field(Path(), description="Folder of the repository.")
    kind: Literal["branch", "tags", "creation"] = Field("branch", description="Which ruleset.")
    stage: tuple[str, ...] = Field(
        (), description="Stage whose status is required. Optional; default: those that the workflows judge."
    )
    approvals: Annotated[int, Field(ge=0, le=10)] | None = Field(
        None,
        description="Approving reviews. Optional; default: as many as a stage of the manifests asks for, at least 1.",
    )
    app: Annotated[int, Field(ge=1, lt=2**53)] | None = Field(
        None, description="Number of the GitHub App that alone may set the status. Optional; default: any."
    )
    creator: tuple[str, ...] = Field(
        (), description="Who may create tags, as KIND:NUMBER, such as Integration:123456 or Team:42."
    )


def run(options: Options) -> int:
    """Prints the ruleset as JSON in either format: it is what GitHub imports."""
    if (options.kind == "creation") != bool(options.creator):
        raise UsageError("--creator and --kind creation go together.", hint="Name who may create tags with --creator.")
    if options.kind == "branch":
        around = Surroundings(folder=named_folder(options.folder))
        document = branch_ruleset(_contexts(around, options), approvals=_approvals(around, options), app=options.app)
    else:
        document = tag_ruleset() if options.kind == "tags" else creation_ruleset(options.creator)
    sys.stdout.write(json.dumps(document, indent=2) + "\n")
    return 0


def _contexts(around: Surroundings, options: Options) -> tuple[str, ...]:
    if not options.stage:
        return around.contexts
    models = [each.manifest.model.name for each in around.manifests]
    return tuple(f"assay/{model}/{written_stage(stage)}" for model in models for stage in options.stage)


def _approvals(around: Surroundings, options: Options) -> int:
    asked = [len(stage.approvals) for each in around.manifests for stage in each.manifest.stages.values()]
    return max([1, *asked]) if options.approvals is None else options.approvals
