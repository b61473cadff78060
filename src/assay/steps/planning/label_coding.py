"""Whether labels are the model's classes: read while the plan is made, so that no model runs for nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from assay.dossier.check_context import CheckContext
from assay.errors import DataError, Problem
from assay.manifest.block_parts import Class
from assay.manifest.yaml_strict import Document
from assay.stats.strange_labels import alike, as_yaml, listed_values
from assay.tables.reading import open_file
from assay.tables.source import Source

MOST_CLASSES = 1_000
TWO = 2
_POSITIVE, _LABEL, _TASK = ("model", "positive"), ("data", "label"), ("model", "task")


def read_labels(
    context: CheckContext, scored: Collection[str], sources: Mapping[str, Source], document: Document
) -> tuple[dict[str, list[Any]], list[Problem]]:
    """The different labels of the scored data sets of a classification, and the problems of reading them."""
    found: dict[str, list[Any]] = {}
    problems: list[Problem] = []
    for name in sorted(scored):
        if context.label is None or context.label not in context.columns.get(name, {}) or name not in sources:
            continue
        try:
            with open_file(sources[name]) as opened:
                found[name] = sorted(opened.distinct(context.label, MOST_CLASSES), key=str)
        except DataError as error:
            problems.append(document.problem(("data", "sets", name), str(error)))
    return found, problems


def number_problems(context: CheckContext, scored: Collection[str], document: Document) -> Iterable[Problem]:
    """Labels of a regression that are no numbers."""
    for name in sorted(scored):
        kind = context.columns.get(name, {}).get(context.label or "")
        if kind is not None and kind not in ("number", "integer"):
            message = (
                f"the label `{context.label}` of `{name}` is {kind}, and a regression predicts numbers; correct the "
                "values, or write `task: binary-classification` or `task: multiclass-classification`."
            )
            yield document.problem(_LABEL, message)


def label_problems(
    context: CheckContext, labels: Mapping[str, Sequence[Any]], classes: Sequence[Class], document: Document
) -> Iterable[Problem]:
    """Labels that are none of the classes; `classes` are those that the model's file names, if it does."""
    binary = context.task == "binary-classification"
    every = sorted({value for found in labels.values() for value in found}, key=str)
    if binary and classes and context.positive not in classes:
        yield document.problem(
            _POSITIVE,
            f"{_positive(context)}, is none of the model's classes, which are {listed_values(classes)}; "
            f"{_lines(classes)}.",
        )
    elif binary and not classes and context.positive not in every and every and _is_foreign(context, every):
        advice = alike(every, (context.positive,)) if context.positive is not None else ""
        where = " and ".join(f"`{name}`" for name in labels)
        yield document.problem(
            _POSITIVE,
            f"{_positive(context)}, is no value of the label `{context.label}` in {where}, which has "
            f"{listed_values(every)}.{advice or f' {_lines(every)[:1].upper()}{_lines(every)[1:]}.'}",
        )
    elif classes or binary:
        yield from _strange(context, labels, classes, document)


def _strange(
    context: CheckContext, labels: Mapping[str, Sequence[Any]], classes: Sequence[Class], document: Document
) -> Iterable[Problem]:
    for name, found in labels.items():
        others = [value for value in found if value != context.positive]
        strange = [value for value in found if value not in classes] if classes else others
        if not strange or (not classes and len(strange) < TWO):
            continue
        if classes:
            message = f"which are none of the model's classes ({listed_values(classes)}).{alike(strange, classes)}"
            message += " Correct these labels, or fit the model with them."
        else:
            message = f"besides {_positive(context)}: two classes have one other value."
            message += " Correct these labels, or write `task: multiclass-classification`."
        held = f"the label `{context.label}` of `{name}` has {listed_values(strange)}"
        yield document.problem(_LABEL if classes else _TASK, f"{held}, {message}")


def label_warnings(
    context: CheckContext, labels: Mapping[str, Sequence[Any]], classes: Sequence[Class]
) -> Iterable[str]:
    """Data sets without rows of some class: what compares classes is undefined on them."""
    known: Sequence[Any] = classes or sorted({value for found in labels.values() for value in found}, key=str)
    if context.positive is not None and context.positive not in known:
        known = (*known, context.positive)
    for name, found in labels.items():
        if not found:
            yield f"The label `{context.label}` of `{name}` has no value, so nothing can be measured with it."
        elif len(found) == 1 or (context.task == "binary-classification" and context.positive not in found):
            yield (
                f"The label `{context.label}` of `{name}` has only {listed_values(found)}, so metrics that compare "
                "classes are undefined there."
            )
        elif absent := [value for value in known if value not in found]:
            yield f"The label `{context.label}` of `{name}` has no row with {listed_values(absent)}."


def _is_foreign(context: CheckContext, every: Sequence[Any]) -> bool:
    """Whether the positive class is not just absent: there are two others, or they are of another type."""
    return len(every) >= TWO or isinstance(every[0], str) != isinstance(context.positive, str)


def _positive(context: CheckContext) -> str:
    return f"`positive`, {listed_values([context.positive])}" if context.positive is not None else "`positive`"


def _lines(values: Sequence[Any]) -> str:
    """The lines that name a class as positive."""
    lines = " or ".join(f"`positive: {as_yaml(each)}`" for each in values[:TWO])
    return f"write {lines}, the class whose probability the score is"
