"""Probes answered from files of ids and scores that were made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assay.edges.files import find_source
from assay.errors import ModelError
from assay.steps.predicting.models import Answers, Asked, Probe

FORMAT = "predictions"
NOTHING_LOADED: dict[str, Any] = {"executes": "nothing", "types": [], "note": "Only its predictions are here."}
SCORE = "score"
SHOWN = 3


def read_answers(asked: Asked, probes: Sequence[Probe]) -> Answers:
    """The answers to the probes that change nothing; changed rows have no answer in a file."""
    plain = [probe for probe in probes if not probe.recipe.changes]
    found = [_read(asked, probe) for probe in plain]
    classes = {names for names, _ in found}
    if len(classes) > 1:
        raise ModelError("The predictions files do not name the same classes.")
    return Answers(
        probes=plain,
        scores=[scores for _, scores in found],
        classes=next(iter(classes)) if classes else (),
        isolation="none",
        seconds=0.0,
    )


def _read(asked: Asked, probe: Probe) -> tuple[tuple[Any, ...], Any]:
    import numpy as np

    from assay.tables.reading import read, read_ids, schema

    path = asked.artifact.predictions.get(probe.recipe.set)
    if path is None:
        raise ModelError(
            f"No predictions file is named for the data set `{probe.recipe.set}`.",
            hint=f"Write `predictions: {{{probe.recipe.set}: path}}` under `model.artifact`.",
        )
    source = find_source(asked.root, path)
    columns = schema(source)
    key = asked.manifest.data.id if asked.manifest.data else None
    if key is not None and key not in columns:
        raise ModelError(f"`{path}` has no column `{key}`, so its rows cannot be matched.")
    names = [name for name in columns if name == SCORE or name.startswith(f"{SCORE}:")]
    if not names or any(columns[name] not in ("number", "integer") for name in names):
        raise ModelError(f"`{path}` has no column `{SCORE}` of numbers (or `{SCORE}:<class>` for several classes).")
    found = read(source, names)
    scores = np.column_stack([np.asarray(found[name], dtype=np.float64) for name in names])
    order = _order(path, probe.ids.tolist(), read_ids(source, key).tolist())
    _refuse_numbers(path, scores, asked.manifest.model.task)
    return _classes(asked, names), scores[order]


def _order(path: str, ids: list[str], answered: list[str]) -> list[int]:
    """Where each row's answer stands in the file."""
    places = {key: place for place, key in enumerate(answered)}
    if len(places) != len(answered):
        raise ModelError(f"`{path}` answers {len(answered) - len(places)} ids more than once.")
    missing = [key for key in ids if key not in places]
    if missing:
        raise ModelError(f"`{path}` does not answer {len(missing)} rows, among them {', '.join(missing[:SHOWN])}.")
    if len(places) > len(ids):
        extra = sorted(places.keys() - set(ids))
        raise ModelError(
            f"`{path}` answers {len(extra)} ids that are not in the data, among them {', '.join(extra[:SHOWN])}."
        )
    return [places[key] for key in ids]


def _refuse_numbers(path: str, scores: Any, task: str) -> None:
    import numpy as np

    wrong = int(np.count_nonzero(~np.isfinite(scores).all(axis=1)))
    if wrong:
        raise ModelError(f"The scores of {wrong} rows in `{path}` are missing or not finite.")
    if task != "regression" and scores.size and (scores.min() < 0 or scores.max() > 1):
        raise ModelError(f"`{path}` holds scores outside 0 to 1; expected probabilities.")


def _classes(asked: Asked, names: Sequence[str]) -> tuple[Any, ...]:
    """The classes by score column: for one column of a classifier, the other one is only known not to be positive."""
    if len(names) > 1:
        return tuple(name.partition(":")[2] for name in names)
    return () if asked.manifest.model.task == "regression" else (asked.manifest.model.positive,)
