"""Tables that answer questions; each file is read once for all questions of a round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self
from weakref import WeakValueDictionary

from assay.errors import DataError
from assay.tables.addressing import BASE, KEY, ROW, SCORE, Table
from assay.tables.aggregates import Strangers
from assay.tables.conditions import Compilation
from assay.tables.connection import MOST_MEGABYTES, STREAMING_MEGABYTES, THREADS, connect, database_errors
from assay.tables.dispatching import Fused
from assay.tables.formats import DATA_FORMATS
from assay.tables.jobs import Job, answer_across_tables, answer_by_itself, answer_in_one_pass, run_jobs, search_failure
from assay.tables.mentions import mentioned
from assay.tables.questions import Question, Schema
from assay.tables.scanning import Scan, Scanner
from assay.tables.scores import compare_ids
from assay.tables.source import Opened, Source, open_source
from assay.tables.typed import Typed, as_text, stored
from assay.tables.writings import WRITINGS

UNANSWERED = "Let the model answer these rows: name its file, function or answers under `model.artifact`."
RECIPE_UNANSWERED = (
    "A file of answers cannot be asked about changed rows: name the model's own file or a function under "
    "`model.artifact`."
)


class Tables:
    """Data sets with their predictions, open during a `with` block.

    `data` maps a set's name to its file, `predictions` a table to the file of its scores (`write_scores`); `id` names
    the column of ids. Rows and predictions are matched by position, and their ids must agree. Raises DataError.
    """

    def __init__(
        self,
        data: Mapping[str, Source],
        predictions: Mapping[Table, Source],
        id: str | None,  # noqa: A002  (the manifest's own word)
        *,
        threads: int = THREADS,
    ) -> None:
        self._data, self._predictions, self._id, self._threads = dict(data), dict(predictions), id, threads
        self._scanners: dict[str | Table, Scanner | DataError] = {}
        self._aligned: set[Table] = set()
        self._held: dict[Table, WeakValueDictionary[Typed, Any]] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        files: dict[str | Table, Source] = dict(self._data.items())
        files |= self._predictions.items()
        found: dict[str | Table, Opened | DataError] = {}
        for key, source in files.items():
            try:
                found[key] = opened = open_source(source)
                self._open.callback(opened.close)
            except DataError as error:
                found[key] = error
        held = [each for each in found.values() if isinstance(each, Opened)]
        paths, size = [path for each in held for path in each.paths()], sum(each.bytes for each in held)
        streamed = all(DATA_FORMATS.load(source.format).STREAMED for source in files.values())
        most = STREAMING_MEGABYTES if streamed else MOST_MEGABYTES
        spill = self._open.enter_context(TemporaryDirectory(prefix="assay-"))
        self._connection = connect(paths, size=size, threads=self._threads, most=most, spill=spill)
        self._open.callback(self._connection.close)
        for index, (key, each) in enumerate(found.items()):
            self._scanners[key] = (
                each
                if isinstance(each, DataError)
                else Scanner(self._connection, each, f"t{index}", predictions=isinstance(key, Table))
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def answer(self, questions: Sequence[Question]) -> list[Any]:
        """The answers in the order of the questions; raises DataError if one question has none."""
        try:
            return self._answers(questions)
        finally:
            # A changed file explains any error and makes every answer invalid.
            for scanner in self._scanners.values():
                if isinstance(scanner, Scanner):
                    scanner.confirm()

    def _answers(self, questions: Sequence[Question]) -> list[Any]:
        scans, jobs, answers = self._scans(questions), list[Job](), dict[int, Any]()
        for table in dict.fromkeys(question.table for question in questions):
            of_table = [(index, question) for index, question in enumerate(questions) if question.table == table]
            with database_errors(search_failure(self._scanner(table.set).source.name)):
                answers |= {index: self._schema(table) for index, each in of_table if isinstance(each, Schema)}
                of_rows = [(index, each) for index, each in of_table if not isinstance(each, Schema)]
                jobs += self._jobs(table, scans, of_rows) if of_rows else []
        answers |= run_jobs(jobs, self._connection, self._threads)
        return [answers[index] for index in range(len(questions))]

    def _scans(self, questions: Sequence[Question]) -> dict[str, Scan]:
        """The scan of each set, with the columns that any question reads."""
        wanted: dict[str, set[str]] = {}
        for question in questions:
            if not isinstance(question, Schema):
                wanted.setdefault(question.table.set, set()).update(mentioned(question))
            if isinstance(question, Strangers):
                wanted.setdefault(question.other.set, set()).update(question.other_columns)
        key = {self._id} if self._id is not None else set()
        return {name: self._scanner(name).scan(columns | key) for name, columns in wanted.items()}

    def _scanner(self, key: str | Table) -> Scanner:
        found = self._scanners.get(key)
        if found is None:
            if isinstance(key, str):
                raise DataError(f"`{key}` is not a data set.")
            recipe = f" with the recipe `{key.recipe}`" if key.recipe else ""
            hint = RECIPE_UNANSWERED if key.recipe else UNANSWERED
            raise DataError(f"`{key.set}`{recipe} has no predictions.", hint=hint)
        if isinstance(found, DataError):
            raise found
        return found

    def _jobs(
        self, table: Table, scans: Mapping[str, Scan], questions: Sequence[tuple[int, Question]]
    ) -> Iterator[Job]:
        """The jobs for a table: one pass for all questions that it can answer, and one job for each other question."""
        wanted = {name for _, question in questions for name in mentioned(question)}
        scan = scans[table.set]
        key, compilation = self._key(table, scan), self._compilation(table, scan, wanted)
        name = self._scanner(table.set).source.name
        fused = [(index, question) for index, question in questions if isinstance(question, Fused)]
        if fused:
            yield Job(name, partial(answer_in_one_pass, compilation, fused, key))
        for index, question in questions:
            if isinstance(question, Strangers):
                other = self._compilation(question.other, scans[question.other.set], set(question.other_columns))
                yield Job(name, partial(answer_across_tables, compilation, other, index, question, key))
            elif not isinstance(question, Fused | Schema):
                yield Job(name, partial(answer_by_itself, _narrowed(compilation, scan, question), index, question))

    def _schema(self, table: Table) -> dict[str, str]:
        kinds = {name: column.kind for name, column in self._scanner(table.set).columns().items()}
        kinds |= {name: WRITINGS[way].kind for name, way in table.read_as}
        for prefix, key in ((SCORE, table.as_written()), (BASE, Table(table.set))):
            if key in self._predictions and (prefix == SCORE or table.recipe is not None):
                scores = self._scanner(key).columns()
                kinds |= {name.replace(SCORE, prefix, 1): scores[name].kind for name in scores if name != KEY}
        return kinds

    def _compilation(self, table: Table, scan: Scan, wanted: set[str]) -> Compilation:
        """The table's relation: its data, with its predictions if a question reads them."""
        columns = {
            name: stored(f"d.{column.identifier}", column.kind, column.sql_type)
            for name, column in scan.columns.items()
            if name in scan.held
        } | {ROW: Typed("d.rowid", "integer")}
        relation, joined = f"{scan.relation} AS d", ""
        columns |= {name: WRITINGS[way].read(columns[name].sql) for name, way in table.read_as if name in columns}
        for prefix, key, alias in ((SCORE, table.as_written(), "s"), (BASE, Table(table.set), "b")):
            if any(name.split(":")[0] == prefix for name in wanted) and (prefix == SCORE or table.recipe is not None):
                scores = self._beside(key, scan)
                joined += f" POSITIONAL JOIN {scores.relation} AS {alias}"
                columns |= {
                    name.replace(SCORE, prefix, 1): stored(f"{alias}.{column.identifier}", column.kind)
                    for name, column in scores.columns.items()
                    if name != KEY
                }
        held = self._held.setdefault(table, WeakValueDictionary())
        narrow = partial(_relation_for, scan, joined) if scan.select is not None else None
        return Compilation(table.set, columns | self._unread_columns(scan), relation + joined, held=held, narrow=narrow)

    def _unread_columns(self, scan: Scan) -> dict[str, Typed]:
        """The columns of the file that no question names, for suggestions only."""
        return {name: Typed("NULL", column.kind) for name, column in scan.columns.items() if name not in scan.held}

    def _beside(self, key: Table, scan: Scan) -> Scan:
        """The predictions of a table, once their ids are compared with those of the data."""
        scanner = self._scanner(key)
        scores = scanner.scan(scanner.columns())
        if key not in self._aligned:
            ids = self._key(key, scan)
            data = self._data[key.set].name
            compare_ids(self._connection, data, f"{scan.relation} AS d", ids, scanner.source.name, scores)
            self._aligned.add(key)
        return scores

    def _key(self, table: Table, scan: Scan) -> Typed:
        """A row's id as text, or its number if the data have no column of ids."""
        if self._id is None or self._id not in scan.columns:
            return Typed("CAST(d.rowid AS VARCHAR)", "text")
        column = scan.columns[self._id]
        if column.kind == "other":
            raise DataError(f"{table.set}: the id column `{self._id}` is neither text nor number nor time.")
        return Typed(as_text(stored(f"d.{column.identifier}", column.kind, column.sql_type)), "text")


def _relation_for(scan: Scan, joined: str, sql: str) -> str:
    """The relation with the columns that occur in some SQL; what a column is called there, no constant contains."""
    named = {found.removeprefix("d.") for found in re.findall(r"\bd\.\w+", sql)}
    return f"{scan.narrowed([name for name, each in scan.columns.items() if each.identifier in named])} AS d{joined}"


def _narrowed(compilation: Compilation, scan: Scan, question: Question) -> Compilation:
    """The same columns over a relation that has those that a question reads."""
    names = mentioned(question)
    if scan.select is None or any(name.split(":")[0] in (SCORE, BASE) for name in names):
        return compilation
    return replace(compilation, relation=f"{scan.narrowed(names)} AS d")
