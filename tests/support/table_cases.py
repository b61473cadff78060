"""Case folders of tables: columns, questions and answers as JSON, which any engine is held against."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from tests.support.plain_engine import PlainColumn, PlainTable

from assay.canonical import digest
from assay.tables import aggregates
from assay.tables.addressing import Table
from assay.tables.aggregates import Aggregate
from assay.tables.expressions import parse_condition
from assay.tables.source import Source

CASES = Path(__file__).parents[1] / "cases" / "tables"
SQL_TYPES = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "text": "VARCHAR",
}


@dataclasses.dataclass(frozen=True)
class Case:
    """Tables, the column of ids, and each question with its answer as JSON."""

    name: str
    sets: Mapping[str, PlainTable]
    id: str | None
    questions: tuple[tuple[Aggregate, Any], ...]


def cases() -> Iterator[Case]:
    """Every case folder."""
    for folder in sorted(CASES.iterdir()):
        if folder.is_dir():
            yield read_case(folder)


def read_case(folder: Path) -> Case:
    """A folder's `tables.json` and `questions.json`."""
    tables = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    questions = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    sets = {name: {key: _column(each) for key, each in table.items()} for name, table in tables["sets"].items()}
    return Case(folder.name, sets, tables.get("id"), tuple((question_of(each), each["answer"]) for each in questions))


def _column(written: dict[str, Any]) -> PlainColumn:
    kind, values = written["kind"], written["values"]
    if written.get("stored", "").startswith("DECIMAL"):
        values = [value if value is None else Decimal(value) for value in values]
    elif kind == "number":
        values = [value if value is None else float(value) for value in values]
    return PlainColumn(kind, values, written.get("stored", ""))


def question_of(written: dict[str, Any]) -> Aggregate:
    """A question as it is written in a case."""
    kind = getattr(aggregates, written["ask"])
    given: dict[str, Any] = {}
    for name, value in written.items():
        if name in ("ask", "answer"):
            continue
        if name in ("table", "other"):
            given[name] = Table(value)
        elif name == "where":
            given[name] = parse_condition(value)
        elif name == "steps":
            given[name] = tuple(value.items())
        else:
            given[name] = tuple(value) if isinstance(value, list) else value
    found: Aggregate = kind(**given)
    return found


def as_json(answer: Any) -> Any:
    """An answer as it is written in a case: infinities as text, missing numbers as null."""
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        return {field.name: as_json(getattr(answer, field.name)) for field in dataclasses.fields(answer)}
    if isinstance(answer, dict):
        return {name: as_json(each) for name, each in answer.items()}
    if isinstance(answer, np.ndarray | tuple | list):
        return [as_json(each) for each in (answer.tolist() if isinstance(answer, np.ndarray) else answer)]
    if isinstance(answer, Decimal):
        return str(answer)
    if isinstance(answer, float) and not math.isfinite(answer):
        return None if math.isnan(answer) else str(answer)
    return answer


def assert_same(found: Any, expected: Any, named: str = "", spread: float = 0.0) -> None:
    """Fails unless two answers as JSON agree: sums but for rounding, everything else exactly."""
    if isinstance(expected, dict):
        assert isinstance(found, dict), named
        assert found.keys() == expected.keys(), named
        for name in expected:
            assert_same(found[name], expected[name], f"{named}.{name}", spread_of(expected))
    elif named.rsplit(".", 1)[-1] in ("mean", "deviations", "total"):
        ours, theirs = ([value] if not isinstance(value, list) else value for value in (found, expected))
        assert len(ours) == len(theirs), named
        near = spread if named.endswith(".mean") else 0.0
        for one, two in zip(ours, theirs, strict=True):
            assert one == two or (one is not None and two is not None and close(float(one), float(two), near)), (
                named,
                one,
                two,
            )
    else:
        assert json.dumps(found) == json.dumps(expected), (named, found, expected)


def spread_of(answer: dict[str, Any]) -> float:
    """How far a column's values lie apart: where they cancel out, their mean is known to a share of it only."""
    least, most = answer.get("minimum"), answer.get("maximum")
    if isinstance(least, str) or least is None or most is None:
        return 0.0
    if answer.get("deviations") is None:
        return max(abs(float(least)), abs(float(most)))
    return math.sqrt(float(answer["deviations"]) / int(answer["n"]))


def close(found: float, expected: float, spread: float = 0.0) -> bool:
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=max(1e-9 * spread, 1e-300))


def write_parquet(path: Path, table: PlainTable, *, row_group: int = 122_880) -> Source:
    """A table as a Parquet file."""
    columns = ", ".join(
        f'unnest(CAST($p{index} AS {column.stored or SQL_TYPES[column.kind]}[])) AS "{name}"'
        for index, (name, column) in enumerate(table.items())
    )
    values = {f"p{index}": [_given(value) for value in column.values] for index, column in enumerate(table.values())}
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS SELECT {columns}", values)
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE {row_group})")
    return source_of(path)


def _given(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value


def source_of(path: Path) -> Source:
    content = path.read_bytes()
    return Source(path=path, name=path.name, format="parquet", digest=digest(content), bytes=len(content))
