"""Tables that answer questions: each file read once for all questions of a round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self, assert_never

from assay.errors import DataError
from assay.tables.addressing import BASE, KEY, ROW, SCORE, Table
from assay.tables.columns import fetch
from assay.tables.conditions import Compilation, Typed, as_text, stored
from assay.tables.connection import THREADS, connect, speaking
from assay.tables.counting import count_cells, count_rows
from assay.tables.mentions import mentioned
from assay.tables.questions import Cells, Counts, Keys, Question, Schema, Values
from assay.tables.scanning import Scan, Scanner
from assay.tables.scores import compare_ids
from assay.tables.source import Opened, Source, open_source


class Tables:
    """Data sets with their predictions beside them, for the length of a `with` block.

    `data` maps a set's name to its file, `predictions` a table to the file of its scores (`write_scores`), `id` names
    the column of ids. Rows meet predictions by position, and their ids must agree. Raises DataError.
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
        self._connection = connect(paths, size=size, threads=self._threads)
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
        """The answers in the order of the questions; raises DataError if any of them has none."""
        try:
            return self._answers(questions)
        finally:
            # A changed file explains any trouble, and makes any answer void.
            for scanner in self._scanners.values():
                if isinstance(scanner, Scanner):
                    scanner.confirm()

    def _answers(self, questions: Sequence[Question]) -> list[Any]:
        answers: dict[int, Any] = {}
        for set_name in dict.fromkeys(question.table.set for question in questions):
            of_set = [(index, question) for index, question in enumerate(questions) if question.table.set == set_name]
            wanted = {name for _, question in of_set for name in mentioned(question)}
            scanner = self._scanner(set_name)
            key = {self._id} if self._id is not None else set()
            needed = any(not isinstance(question, Schema) for _, question in of_set)
            scan = scanner.scan(wanted | key) if needed else None
            for table in dict.fromkeys(question.table for _, question in of_set):
                of_table = [(index, question) for index, question in of_set if question.table == table]
                with speaking(f"{scanner.source.name} could not be searched"):
                    answers |= self._answer_table(table, scan, of_table)
        return [answers[index] for index in range(len(questions))]

    def _scanner(self, key: str | Table) -> Scanner:
        found = self._scanners.get(key)
        if found is None:
            if isinstance(key, str):
                raise DataError(f"There is no data set `{key}`.")
            recipe = f" with the recipe `{key.recipe}`" if key.recipe else ""
            raise DataError(f"There are no predictions for `{key.set}`{recipe}.")
        if isinstance(found, DataError):
            raise found
        return found

    def _answer_table(
        self, table: Table, scan: Scan | None, questions: Sequence[tuple[int, Question]]
    ) -> dict[int, Any]:
        answers: dict[int, Any] = {index: self._schema(table) for index, q in questions if isinstance(q, Schema)}
        if scan is None or len(answers) == len(questions):
            return answers
        wanted = {name for _, question in questions for name in mentioned(question)}
        compilation = self._compilation(table, scan, wanted)
        counting = {index: question for index, question in questions if isinstance(question, Counts | Keys)}
        answers |= count_rows(self._connection, compilation, counting, self._key(table, scan))
        for index, question in questions:
            match question:
                case Cells():
                    answers[index] = count_cells(self._connection, compilation, question)
                case Values():
                    columns = {name: compilation.column(name) for name in question.columns}
                    answers[index] = fetch(self._connection, table.set, compilation.relation, columns, narrow=False)
                case Schema() | Counts() | Keys():
                    pass
                case _:
                    assert_never(question)
        return answers

    def _schema(self, table: Table) -> dict[str, str]:
        kinds = {name: column.kind for name, column in self._scanner(table.set).columns().items()}
        for prefix, key in ((SCORE, table), (BASE, Table(table.set))):
            if key in self._predictions and (prefix == SCORE or table.recipe is not None):
                scores = self._scanner(key).columns()
                kinds |= {name.replace(SCORE, prefix, 1): scores[name].kind for name in scores if name != KEY}
        return kinds

    def _compilation(self, table: Table, scan: Scan, wanted: set[str]) -> Compilation:
        """The table's relation: its data, and the predictions beside it where a question looks at them."""
        columns = {
            name: stored(f"d.{column.identifier}", column.kind)
            for name, column in scan.columns.items()
            if name in scan.held
        } | {ROW: Typed("d.rowid", "integer")}
        relation = f"{scan.relation} AS d"
        for prefix, key, alias in ((SCORE, table, "s"), (BASE, Table(table.set), "b")):
            if any(name.split(":")[0] == prefix for name in wanted) and (prefix == SCORE or table.recipe is not None):
                scores = self._beside(key, scan)
                relation += f" POSITIONAL JOIN {scores.relation} AS {alias}"
                columns |= {
                    name.replace(SCORE, prefix, 1): stored(f"{alias}.{column.identifier}", column.kind)
                    for name, column in scores.columns.items()
                    if name != KEY
                }
        return Compilation(table.set, columns | self._not_held(scan), relation)

    def _not_held(self, scan: Scan) -> dict[str, Typed]:
        """Columns of the file that no question names: known for suggestions only."""
        return {name: Typed("NULL", column.kind) for name, column in scan.columns.items() if name not in scan.held}

    def _beside(self, key: Table, scan: Scan) -> Scan:
        """The predictions of a table, once their ids were held against those of the data."""
        scanner = self._scanner(key)
        scores = scanner.scan(scanner.columns())
        if key not in self._aligned:
            ids = self._key(key, scan)
            data = self._data[key.set].name
            compare_ids(self._connection, data, f"{scan.relation} AS d", ids, scanner.source.name, scores)
            self._aligned.add(key)
        return scores

    def _key(self, table: Table, scan: Scan) -> Typed:
        """A row's id as text; its number where the data has no column of ids."""
        if self._id is None or self._id not in scan.columns:
            return Typed("CAST(d.rowid AS VARCHAR)", "text")
        column = scan.columns[self._id]
        if column.kind == "other":
            raise DataError(f"{table.set}: the id column `{self._id}` is neither text, number nor time.")
        return Typed(as_text(stored(f"d.{column.identifier}", column.kind)), "text")
