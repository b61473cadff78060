"""Validation of a model's answers: how its process ended, and whether its scores are valid."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

from assay.edges.foreign_text import plain
from assay.edges.isolation import CommandOutcome, ProcessLimits, signal_name
from assay.edges.loading_limits import was_loading
from assay.edges.model_job import read_answer, read_document
from assay.errors import ModelError, install_hint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from assay.edges.loading_limits import LoadingLimits

Class = str | int | bool
TOLERANCE = 1e-6
QUOTED_LINES, QUOTED_DETAIL = 5, 300
MEMORY_HINT = "Raise `model.limits.memory` in assay.yaml, or make the model smaller."
SECONDS_HINT = "Raise `model.limits.seconds` in assay.yaml, or make the model faster."
ENVIRONMENT_HINT = (
    "Name the interpreter (`python`) or the requirements file (`requirements`) that holds the model's libraries "
    "under `model.environment` in assay.yaml."
)
EXTRAS = {
    **dict.fromkeys(("sklearn", "pandas", "joblib"), "model"),
    "skops": "skops",
    "onnxruntime": "onnx",
    "lightgbm": "lightgbm",
    "xgboost": "xgboost",
}
"""The extra that brings a library into Assay's own environment."""


def explain_end(
    outcome: CommandOutcome,
    limits: ProcessLimits,
    answers: int,
    tables: Sequence[str],
    *,
    own: bool = False,
    loading: LoadingLimits | None = None,
    absent: Callable[[str, str | None], str | None] | None = None,
) -> None:
    """Raises ModelError with a sentence and a hint unless the process ended normally and wrote answers.

    `own` means that the model ran in Assay's own environment, to which the user can add an extra.
    `loading` are the limits on loading its file, if they hold.
    `absent` gives a hint on a file or module that the model did not find, by an error's message and the missing module.
    """
    if outcome.ended not in ("exited", "killed"):
        raise _stopped(outcome, limits)
    story = read_document(answers, "failure.json")
    bounded = loading if was_loading(answers) else None
    if bounded is not None and story.get("memory") is True:
        raise bounded.refuse_memory()
    if story:
        told = _told(story, limits, tables, own=own)
        hint = absent(str(story.get("message")), _missing_module(story)) if absent is not None else None
        raise told if hint is None else ModelError(str(told), hint=hint)
    if bounded is not None and outcome.ended == "killed":
        raise bounded.refuse_end(outcome.code)
    if outcome.ended == "killed":
        raise _killed(outcome, limits)
    if outcome.code:
        raise ModelError(f"The model's process ended with exit code {outcome.code} and no answers.{_said(outcome)}")
    if outcome.left_behind:
        raise ModelError(
            f"The model ended but left processes running: {outcome.left_behind}.",
            hint="A model must end the processes that it starts; set its number of jobs to 1.",
        )
    if not read_document(answers, "answers.json"):
        raise ModelError(f"The model's process ended without answers.{_said(outcome)}")


def read_classes(found: dict[str, Any], task: str, positive: Class) -> tuple[Class, ...]:
    """The classes in the answers, empty for regression; raises ModelError if the positive class is not among them."""
    listed = found.get("classes")
    if not isinstance(listed, list) or not all(isinstance(one, (str, int)) for one in listed):
        raise ModelError("The model's classes must be strings, integers or booleans.")
    classes = tuple(listed)
    if task == "regression":
        return ()
    if len({(type(one), one) for one in classes}) != len(classes):
        raise ModelError(f"The model lists a class twice: {_listing(classes)}.")
    if task == "multiclass-classification" and len(classes) < 2:  # noqa: PLR2004 - one class is no choice
        raise ModelError(
            f"The model lists {len(classes)} classes; expected at least two.",
            hint="Give the function an attribute `classes`, or return a DataFrame with one column per class.",
        )
    # As the model's process matches them: a graph has 1 where the labels are true.
    known = any(one == positive or str(one) == str(positive) for one in classes)
    if task == "binary-classification" and not known:
        raise ModelError(
            f"The positive class {positive!r} is not among the model's classes: {_listing(classes)}.",
            hint="Fix `model.positive` in assay.yaml.",
        )
    return classes


def read_scores(
    answers: int, found: dict[str, Any], expected: Sequence[tuple[str, int]], classes: Sequence[object], task: str
) -> tuple[np.ndarray[Any, Any], ...]:
    """The scores of each table; `expected` are the tables' names and numbers of rows. Raises ModelError."""
    listed = found.get("tables")
    if not isinstance(listed, list) or len(listed) != len(expected):
        raise ModelError(f"The model's answers do not cover the {len(expected)} tables it was given.")
    width = len(classes) if task == "multiclass-classification" else 1
    scores = []
    for number, said in enumerate(listed):
        name, rows = expected[number]
        given = (said.get("rows"), said.get("columns")) if isinstance(said, dict) else (None, None)
        if given[0] != rows:
            raise ModelError(f"The model answered {given[0]} rows of `{name}`; expected all {rows}.")
        if rows and given[1] != width:
            raise ModelError(f"The model gave {given[1]} scores per row of `{name}`; expected {width}.")
        scores.append(require_scores(name, _read_numbers(answers, f"{number}.f64", rows, width), task))
    return tuple(scores)


def require_scores(name: str, scores: np.ndarray[Any, Any], task: str) -> np.ndarray[Any, Any]:
    """A table's scores [rows × scores per row]; raises ModelError if they are not valid."""
    _refuse_strange(name, scores)
    return scores if task == "regression" else _as_probabilities(name, scores)


def _read_numbers(answers: int, file: str, rows: int, width: int) -> np.ndarray[Any, Any]:
    import numpy as np

    size = 8 * rows * width
    content = read_answer(answers, file, size)
    if len(content) != size:
        raise ModelError(f"The model's `{file}` has {len(content):,} bytes; expected {size:,}.")
    return np.frombuffer(content, dtype="<f8").reshape(rows, width)


def _refuse_strange(name: str, scores: np.ndarray[Any, Any]) -> None:
    import numpy as np

    strange = int((~np.isfinite(scores)).any(axis=1).sum())
    if strange:
        raise ModelError(
            f"The model's scores for `{name}` are not finite in {strange:,} of {len(scores):,} rows.",
            hint="Let the model impute missing values, or remove such rows from the data.",
        )


def _as_probabilities(name: str, scores: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    outside = int(((scores < -TOLERANCE) | (scores > 1 + TOLERANCE)).any(axis=1).sum())
    if outside:
        raise ModelError(
            f"The model's scores for `{name}` are outside [0, 1] in {outside:,} of {len(scores):,} rows.",
            hint="Return probabilities (`predict_proba`), not the values of `decision_function`.",
        )
    uneven = int((abs(scores.sum(axis=1) - 1) > TOLERANCE).sum()) if scores.shape[1] > 1 else 0
    if uneven:
        raise ModelError(
            f"The model's probabilities for `{name}` do not sum to 1 in {uneven:,} of {len(scores):,} rows."
        )
    return scores.clip(0.0, 1.0)


def _stopped(outcome: CommandOutcome, limits: ProcessLimits) -> ModelError:
    seconds = f"{limits.seconds:g}"
    if outcome.ended == "timed_out":
        return ModelError(f"The model did not answer within {seconds} s, so Assay stopped it.", hint=SECONDS_HINT)
    too_much = {
        "memory": (f"used more than {limits.memory_bytes >> 20:,} MB of memory together", MEMORY_HINT),
        "crowded": (f"were more than {limits.processes}", "Set the model's number of jobs to 1."),
        "flooded": (f"printed more than {limits.output_bytes:,} bytes", "Turn off the model's progress output."),
    }
    if outcome.ended in too_much:
        what, hint = too_much[outcome.ended]
        return ModelError(f"The model's processes {what}, so Assay stopped them.", hint=hint)
    detail = plain(outcome.detail, limit=QUOTED_DETAIL)
    if outcome.ended == "not_started":
        return ModelError(f"The model's interpreter could not be started: {detail}.", hint=ENVIRONMENT_HINT)
    if outcome.ended == "refused":
        return ModelError(f"The model could not be isolated: {detail}.")
    return ModelError(f"The model's process was lost: {detail or outcome.ended}.")


def _killed(outcome: CommandOutcome, limits: ProcessLimits) -> ModelError:
    name = signal_name(outcome.code)
    if name == "SIGXCPU":
        return ModelError("The model used up its processor time, so the system stopped it.", hint=SECONDS_HINT)
    if name == "SIGKILL":
        why = "most likely because memory or processor time ran out"
        return ModelError(f"The model's process was killed (SIGKILL), {why}.{_said(outcome)}", hint=MEMORY_HINT)
    return ModelError(
        f"The model's process crashed ({name}).{_said(outcome)}",
        hint=f"A crash can also mean that the model needs more than {limits.memory_bytes >> 20:,} MB of memory.",
    )


def _told(story: dict[str, Any], limits: ProcessLimits, tables: Sequence[str], *, own: bool) -> ModelError:
    at, number, memory = str(story.get("at")), story.get("number"), limits.memory_bytes >> 20
    doing = f"while {plain(at)[:20]}"
    if at.isdecimal() and int(at[:9]) < len(tables):
        doing = f"while scoring `{tables[int(at)]}`"
    message = " ".join(plain(str(story.get("message"))).split()).rstrip(".")
    if story.get("ours") is True:
        return ModelError(f"{message}.")
    library = str(story.get("library"))
    if library in EXTRAS:
        return ModelError(
            f"The model needs the library `{library}`, which is not in its environment.",
            hint=install_hint(EXTRAS[library]) if own else ENVIRONMENT_HINT,
        )
    if story.get("memory") is True or number == errno.ENOMEM:
        return ModelError(f"The model used up its {memory:,} MB of memory {doing}.", hint=MEMORY_HINT)
    if number == errno.EFBIG:
        return ModelError(f"The model wrote a file of more than {limits.file_bytes:,} bytes {doing}.")
    if number in (errno.ENOSPC, errno.EDQUOT):
        return ModelError(f"The disk was full {doing}.", hint="Free some space in the folder for temporary files.")
    kind, place = plain(str(story.get("type")))[:80], plain(str(story.get("place")))[:120]
    hint = ENVIRONMENT_HINT if story.get("missing") is True else None
    if own and story.get("lists") is True:
        hint = f"The model got its features as lists, because pandas is not installed. {install_hint('model')}"
    return ModelError(f"The model failed {doing}: {kind}: {message} ({place}).", hint=hint)


def _missing_module(story: dict[str, Any]) -> str | None:
    library = story.get("library")
    return library if isinstance(library, str) else None


def _said(outcome: CommandOutcome) -> str:
    lines = [line.strip() for line in (outcome.complained or outcome.printed).splitlines() if line.strip()]
    return f" Its last output: {' / '.join(lines[-QUOTED_LINES:])}" if lines else ""


def _listing(classes: Sequence[object]) -> str:
    return ", ".join(repr(one)[:60] for one in classes[:20]) or "none"
