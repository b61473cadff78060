"""A run of a model: refusals first, one isolated process, then validation of its answers."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assay.edges.absent_code import explain_absent
from assay.edges.bytecode import compile_sources
from assay.edges.code_content import copy_code
from assay.edges.code_tree import CodeTree
from assay.edges.isolation import AcceptedIsolation, Enclosure, ProcessLimits, run_shut_in
from assay.edges.isolation_levels import Request, choose_level
from assay.edges.loading_limits import LoadingLimits, limits_of_loading
from assay.edges.model_answers import explain_end, read_classes, read_scores
from assay.edges.model_formats import load_format
from assay.edges.model_job import ANSWERS, JOB, WORK, FeatureTable, copy_model, open_folder, read_document, write_job
from assay.edges.models import MODEL_FORMATS
from assay.edges.tree_line_ends import code_line_end_advice
from assay.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

COMPUTES_ONLY = ("nothing", "known_types")
"""What a format executes if a file alone says what is computed."""
CODE = f"{JOB}/code"
"""The folder of the model's code in the private folder."""


@dataclass(frozen=True, kw_only=True)
class ModelRun:
    """A model and how to run it.

    `artifact` is its file or folder, of this `digest`; `callable` is `module:function` in the tree `code`, of this
    `code_digest`. The model's process gets copies of both, and imports nothing from the repository's folder `root`.
    `hidden` are paths that the model must not see (labels, dossier, `.git`): what it may read must not contain them.
    """

    format: str
    interpreter: Path
    artifact: Path | None = None
    digest: str | None = None
    callable: str | None = None
    code: CodeTree | None = None
    code_digest: str | None = None
    root: Path | None = None
    task: Literal["binary-classification", "multiclass-classification", "regression"]
    positive: str | int | bool = 1
    trust: Literal["pickle"] | None = None
    trusted_types: tuple[str, ...] = ()
    limits: ProcessLimits = field(default_factory=ProcessLimits)
    hidden: tuple[Path, ...] = ()
    isolation: Request = "auto"


@dataclass(frozen=True, kw_only=True)
class ModelAnswers:
    """A model's answers: scores per table, the isolation that the system accepted, and the seconds it took.

    Scores are rows × 1 (regression, or the probability of the positive class) or rows × classes; `classes` is in the
    order of the scores, empty for regression, and only the positive class if the model names none.
    """

    scores: tuple[np.ndarray[Any, Any], ...]
    classes: tuple[str | int | bool, ...]
    isolation: AcceptedIsolation
    seconds: float


def inspect_model(name: str, path: Path) -> dict[str, Any]:
    """What loading a model's file would execute, found without loading it; raises ModelError if it is unreadable.

    `executes` is one of `nothing`, `known_types`, `unknown_types`, `repository_code`, `arbitrary_code`; `types` are
    at most 200 names; `note` is a sentence.
    """
    try:
        found = load_format(name).inspect(str(path))
    except ValueError as problem:
        raise ModelError(str(problem)) from problem
    except OSError as problem:
        raise ModelError(f"The model `{path.name}` could not be read: {problem.strerror}.") from problem
    return found


def run_model(run: ModelRun, tables: Sequence[FeatureTable]) -> ModelAnswers:
    """The model's answers for some tables; raises ModelError, with a sentence and a hint, if there are none."""
    refuse(run)
    level = choose_level(run.isolation)
    loading = _loading(run)
    expected = [(table.name, table.rows) for table in tables]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        write_job(folder, MODEL_FORMATS.path(run.format), _job(run, folder, loading), tables)
        if run.artifact is not None:
            copy_model(run.artifact, _copy_of(run.artifact, folder), run.digest)
        if run.code is not None:
            copy_code(run.code, folder / CODE, run.code_digest, code_line_end_advice)
        enclosure = Enclosure(level=level, limits=run.limits, readable=(folder / JOB,), hidden=run.hidden)
        script = folder / JOB / "model_child.py"
        command = (str(run.interpreter.absolute()), "-s", "-B", str(script), str(script.parent))
        with open_folder(folder / ANSWERS) as answers:
            outcome = run_shut_in(command, folder / WORK, enclosure)
            names, own = [table.name for table in tables], run.interpreter == Path(sys.executable)
            absent = None if run.code is None else partial(explain_absent, run.code, folder / CODE)
            explain_end(outcome, run.limits, answers, names, own=own, loading=loading, absent=absent)
            found = read_document(answers, "answers.json")
            classes = read_classes(found, run.task, run.positive)
            scores = read_scores(answers, found, expected, classes, run.task)
            if own:
                compile_sources(found.get("uncompiled"))
    return ModelAnswers(scores=scores, classes=classes, isolation=outcome.isolation, seconds=outcome.seconds)


def refuse(run: ModelRun) -> None:
    """Raises ModelError for a run that must not start, before any file of the model is read."""
    executes = load_format(run.format).EXECUTES
    if executes == "arbitrary_code" and run.trust != "pickle":
        raise ModelError(
            f"Loading a model of the format `{run.format}` can run any code in it, so Assay does not load it.",
            hint="Save the model with `skops.io.dump`, or, if you made it yourself and accept that, write "
            "`trust: pickle` under `model.artifact` in assay.yaml.",
        )
    if executes == "repository_code":
        if run.callable is None or ":" not in run.callable or run.code is None:
            raise ModelError(
                f"The format `{run.format}` needs a function of the repository's code.",
                hint="Write `callable: module:function` under `model.artifact` in assay.yaml.",
            )
    elif run.artifact is None:
        raise ModelError(
            f"The format `{run.format}` needs a file.", hint="Write its `path` under `model.artifact` in assay.yaml."
        )
    if run.artifact is not None and not run.artifact.exists():
        raise ModelError(
            f"The model's file `{run.artifact.name}` does not exist.",
            hint="Train or fetch the model first, or fix `model.artifact.path` in assay.yaml.",
        )


def _loading(run: ModelRun) -> LoadingLimits | None:
    """The limits on loading a file; the repository's own code loads what it wants within those of the process."""
    described = load_format(run.format)
    if run.artifact is None or described.EXECUTES == "repository_code" or described.IMPORTS_WHILE_LOADING:
        return None
    return limits_of_loading(run.artifact, run.limits.loading_bytes)


def _job(run: ModelRun, folder: Path, loading: LoadingLimits | None) -> dict[str, Any]:
    return {
        "loading": None if loading is None else {"bytes": loading.bytes, "seconds": loading.seconds},
        "asked": _asked(run),
        "tried": load_format(run.format).EXECUTES in COMPUTES_ONLY,
        "artifact": "" if run.artifact is None else str(_copy_of(run.artifact, folder)),
        "callable": run.callable or "",
        "code": "" if run.code is None else str(folder / CODE),
        "root": "" if run.root is None else str(run.root.resolve()),
        "task": run.task,
        "positive": run.positive,
        "trusted_types": list(run.trusted_types),
    }


def _asked(run: ModelRun) -> list[str] | None:
    """The names that loading a pickle may ask for, as they were read from it; None if they could not be read."""
    scan = load_format(run.format).scan
    if scan is None or run.artifact is None or run.artifact.is_dir():
        return None
    found = scan(str(run.artifact))
    return list(found.asked) if not found.why and run.digest in (None, found.digest) else None


def _copy_of(artifact: Path, folder: Path) -> Path:
    return folder / JOB / f"model{'' if artifact.is_dir() else artifact.suffix}"
