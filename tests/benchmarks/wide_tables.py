"""Repositories with wide tables: two data sets of mixed columns, a file of scores, and a manifest with rules on each column.

Of twenty columns, twelve are numbers of several shapes, two are whole numbers, four categories (one of them a flag),
one is a time and one a date; two in a hundred values of every other column are missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KINDS = 20
CHECKS = ("data_contract", "data_hygiene", "drift", "quality")
SETS = ("train", "holdout")
_FIRST = 1_500_000_000


def write_repository(folder: Path, columns: int, rows: int, checks: tuple[str, ...] = CHECKS) -> Path:
    """A repository with so many columns besides id and label, of which `checks` are declared; returns its manifest."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate(SETS):
        table = pa.table(dict(_columns(columns, rows, seed)))
        pq.write_table(table, folder / f"{name}.parquet")
        if name == "holdout":
            scores = {"id": table["id"], "score": _scores(table["y"].to_numpy(), seed)}
            pq.write_table(pa.table(scores), folder / "scores.parquet")
    manifest = folder / "assay.yaml"
    manifest.write_text("\n".join(_manifest(columns, checks)) + "\n", encoding="utf-8")
    return manifest


def _columns(columns: int, rows: int, seed: int) -> Iterator[tuple[str, Any]]:
    import numpy as np
    import pyarrow as pa

    generator = np.random.default_rng(seed)
    yield "id", pa.array(np.arange(rows) + seed * rows)
    yield "y", pa.array((generator.random(rows) < 0.4).astype(np.int64))
    for index in range(columns):
        values = _values(generator, index % KINDS, rows)
        missing = generator.random(rows) < 0.02 if index % 2 else None
        yield f"c{index}", pa.array(values, mask=missing)


def _values(generator: Any, kind: int, rows: int) -> Any:
    import numpy as np

    normal = generator.normal(size=rows)
    if kind < 12:
        shapes = (
            normal,
            1e6 + normal,
            np.exp(normal),
            np.round(normal, 1),
            np.floor(5 * generator.random(rows)),
            normal,
        )
        return shapes[kind % len(shapes)]
    if kind < 14:
        return np.floor(1000 * np.abs(normal)).astype(np.int64) if kind == 12 else generator.integers(0, 7, rows)
    if kind == 14:
        return generator.random(rows) < 0.3
    if kind < 18:
        size = (4, 50, 500)[kind - 15]
        names = np.array([f"v{each}" for each in range(size)], dtype=object)
        return names[np.floor(size * generator.random(rows) ** 2).astype(np.int64)]
    seconds = _FIRST + generator.integers(0, 10**8, rows)
    return seconds.astype("datetime64[s]").astype("datetime64[us]" if kind == 18 else "datetime64[D]")


def _scores(labels: Any, seed: int) -> Any:
    import numpy as np

    drawn = np.random.default_rng(100 + seed).random(len(labels))
    return np.clip(0.25 * labels + 0.75 * drawn, 0.001, 0.999)


def _rules(index: int) -> dict[str, Any]:
    kind = index % KINDS
    nulls = "<= 5%" if index % 2 else False
    if kind < 14:
        return {"nulls": nulls, "range": [-(10**9), 10**9]}
    if 15 <= kind < 18:
        return {"nulls": nulls, "matches": "v[0-9]+"}
    return {"nulls": nulls}


def _manifest(columns: int, checks: tuple[str, ...]) -> Iterator[str]:
    yield from (
        "assay: 1",
        "model:",
        "  name: wide",
        "  risk: limited",
        "  artifact: {format: predictions, predictions: {holdout: scores.parquet}}",
        "data:",
        "  id: id",
        "  label: y",
        "  sets: {train: {path: train.parquet}, holdout: {path: holdout.parquet}}",
        "checks:",
    )
    if "data_contract" in checks:
        yield from ("  data_contract:", "    on: holdout", "    rules:", "      id: {unique: true}")
        yield from (f"      c{index}: {json.dumps(_rules(index))}" for index in range(columns))
    if "data_hygiene" in checks:
        yield "  data_hygiene: {train: train, on: holdout}"
    if "drift" in checks:
        yield "  drift: {reference: train, current: holdout}"
    if "quality" in checks:
        yield '  quality: {on: holdout, metrics: [roc_auc, log_loss], bars: {roc_auc: ">= 0.6"}}'
