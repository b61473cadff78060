"""Files to ask: written by hand, so that the bytes are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas
import pytest
from tests.support.table_files import MakeSource, source_of

from assay.tables.source import Source


@pytest.fixture
def csv(tmp_path: Path) -> MakeSource:
    """Writes bytes or text as a CSV file."""

    def make(content: str | bytes, name: str = "data.csv") -> Source:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return source_of(path)

    return make


@pytest.fixture
def parquet(tmp_path: Path) -> MakeSource:
    """Writes columns, or the rows of an SQL query, as a Parquet file."""

    def make(content: str | dict[str, Any], name: str = "data.parquet") -> Source:
        path = tmp_path / name
        with duckdb.connect() as connection:
            if isinstance(content, str):
                rows = content
            else:
                connection.register("frame", pandas.DataFrame(content))
                rows = "SELECT * FROM frame"
            connection.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet)")
        return source_of(path)

    return make
