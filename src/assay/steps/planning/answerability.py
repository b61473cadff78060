"""Whether the model can answer what the plan will ask: its features and classes, told before any model runs."""

from __future__ import annotations

from pathlib import Path

from assay.dossier.check_context import CheckContexts
from assay.errors import Problem
from assay.steps.planning.blocks import scored_sets
from assay.steps.planning.feature_match import (
    another_width,
    feature_problems,
    mismatches,
    stated_classes,
    stated_names,
    stated_width,
)
from assay.steps.planning.label_coding import label_problems, label_warnings, number_problems, read_labels
from assay.steps.planning.locking import ReadManifest
from assay.steps.planning.planned_inputs import Inputs


def find_answerability(
    root: Path, judging: ReadManifest, contexts: CheckContexts, inputs: Inputs
) -> tuple[list[Problem], list[str]]:
    """The problems of features and labels in the data sets that the model must score, and the warnings."""
    context, document = contexts.shared, judging.document
    scored = {name for block in judging.blocks.values() for name in scored_sets(block, contexts)}
    if not scored:
        return [], []
    names, sure = stated_names(root, judging.manifest)
    declared = judging.manifest.data is not None and judging.manifest.data.listed_features is not None
    wanted = context.features if declared else names if sure else ()
    problems, warnings = list(feature_problems(context, wanted, scored, document)), list[str]()
    for message in mismatches(context, names, declared):
        if sure:
            problems.append(document.problem(("data", "features"), message))
        else:
            warnings.append(f"Perhaps {message}")
    for message in another_width(context, None if names else stated_width(root, judging.manifest)):
        if sure:
            problems.append(document.problem(("data", "features"), message))
        else:
            warnings.append(f"Perhaps {message}")
    if context.task == "regression":
        return [*problems, *number_problems(context, scored, document)], warnings
    labels, unread = read_labels(context, scored, inputs.sources, document)
    classes = stated_classes(root, judging.manifest)
    problems += [*unread, *label_problems(context, labels, classes, document)]
    return problems, [*warnings, *label_warnings(context, labels, classes)]
