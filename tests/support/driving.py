"""A check carried through on real files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from assay.canonical import digest
from assay.dossier.check_context import CheckContext
from assay.tables.addressing import SCORE, Table
from assay.tables.answering import Tables
from assay.tables.reading import read, read_ids
from assay.tables.recipes import apply_recipe
from assay.tables.scores import write_scores
from assay.tables.source import Source


def source_of(path: Path, content: str | None = None) -> Source:
    """A source for a file, written first if there is content."""
    if content is not None:
        path.write_text(content)
    data = path.read_bytes()
    form = "csv" if path.suffix == ".csv" else "parquet"
    return Source(path=path, name=path.name, format=form, digest=digest(data), bytes=len(data))


def measured(
    check: Any,
    spec: Any,
    context: CheckContext,
    data: Mapping[str, Source],
    predictions: Mapping[Table, Source] | None = None,
) -> Any:
    """A check's facts, its questions answered by tables."""
    steps = check.measure(spec, context)
    with Tables(data, predictions or {}, context.id) as tables:
        answers = None
        while True:
            try:
                questions = steps.send(answers)
            except StopIteration as end:
                return end.value
            answers = tables.answer(questions)


def predicted(
    folder: Path, check: Any, spec: Any, context: CheckContext, data: Mapping[str, Source], model: Any
) -> dict[Table, Source]:
    """What a model, a function of columns, answers to the unchanged rows and to a check's recipes."""
    tables = {Table(name): None for name in check.scored(spec, context)} | {
        Table(recipe.set, recipe.id): recipe for recipe in check.recipes(spec, context)
    }
    found = {}
    for index, (table, recipe) in enumerate(tables.items()):
        columns = read(data[table.set])
        changed = columns if recipe is None else apply_recipe(recipe, columns)[0]
        path = folder / f"p{index}.parquet"
        write_scores(path, read_ids(data[table.set], context.id), np.asarray(model(changed), dtype=float), [SCORE])
        found[table] = source_of(path)
    return found


def at(facts: Any, pointer: str) -> Any:
    """The fact at a JSON pointer."""
    value = facts.model_dump(mode="json")
    for part in pointer.split("/")[1:]:
        value = value[part.replace("~1", "/").replace("~0", "~")]
    return value
