"""Files of scores that `--predictions name=path` gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from assay.commands.parts.data_arguments import find_named
from assay.edges.data_files import find_source
from assay.errors import UsageError
from assay.manifest.block_parts import Class
from assay.tables.addressing import Table
from assay.tables.source import Source


def read_given_scores(
    texts: Sequence[str], key: str | None, sources: Mapping[str, Source], opened: ExitStack
) -> Iterable[tuple[Table, Source]]:
    """The files of scores, in the order of their data's rows."""
    from assay.steps.predicting.prediction_files import read_scores_of
    from assay.tables.reading import read_ids
    from assay.tables.scores import write_scores

    folder = Path(opened.enter_context(TemporaryDirectory()))
    for number, (name, path) in enumerate(pairs("--predictions", texts)):
        if name not in sources:
            raise UsageError(f"--predictions names the data set `{name}`, which --data does not give.")
        ids = read_ids(sources[name], key)
        columns, scores = read_scores_of(find_named(path), key, ids, sources[name].name)
        file = f"{number}.parquet"
        write_scores(folder / file, ids, scores, [f"@{column}" for column in columns])
        yield Table(name), find_source(folder, file)


def classes_of_scores(
    texts: Sequence[str], label: str | None, columns: Mapping[str, Mapping[str, str]]
) -> tuple[Class, ...]:
    """The classes that the first file of scores names; none if it has one score for each row."""
    from assay.steps.predicting.prediction_files import SCORE, classes_in
    from assay.tables.reading import schema

    for name, path in pairs("--predictions", texts):
        scores = [column for column in schema(find_named(path)) if column.startswith(f"{SCORE}:")]
        if scores:
            return classes_in(scores, whole=columns.get(name, {}).get(label or "") == "integer")
    return ()


def pairs(flag: str, texts: Iterable[str]) -> Iterable[tuple[str, str]]:
    """The values of a flag that takes name=value."""
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise UsageError(f"{flag} expects name=value, not `{text}`.")
        yield name, value
