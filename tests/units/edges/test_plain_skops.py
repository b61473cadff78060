"""A skops file without addresses and clock times: the same model, the same bytes, however often it is written."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from tests.support.command_line import Assay

from assay.canonical import digest
from assay.edges.plain_skops import normalise_skops
from assay.errors import DataError


def fit() -> tuple[Any, Any]:
    """A forest after sparse, text and array parts, with the rows that it was fitted on."""
    import pandas as pd
    from scipy.sparse import csr_matrix
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = pd.DataFrame({"text": ["a dog", "a cat", "two dogs", "one cat"] * 5, "size": np.arange(20.0)})
    prepare = make_column_transformer((TfidfVectorizer(), "text"), (StandardScaler(), ["size"]))
    model = make_pipeline(prepare, RandomForestClassifier(3, random_state=0)).fit(rows, ["d", "c", "d", "c"] * 5)
    model.sparse_ = csr_matrix(np.eye(3))
    return model, rows


def types(content: bytes) -> list[str]:
    return sorted({*skops.io.get_untrusted_types(data=content)})


def test_two_trainings_write_the_same_bytes() -> None:
    (one, rows), (other, _) = fit(), fit()
    first, second = skops.io.dumps(one), skops.io.dumps(other)
    assert first != second
    plain = normalise_skops(first)
    assert plain == normalise_skops(second) == normalise_skops(plain)
    again = skops.io.loads(plain, trusted=types(plain))
    assert (again.predict_proba(rows) == one.predict_proba(rows)).all()
    assert (again.sparse_ != one.sparse_).nnz == 0
    assert types(plain) == types(first)


def test_another_model_is_another_file() -> None:
    (one, _), (other, _) = fit(), fit()
    other[-1].estimators_[0].tree_.threshold[0] += 1e-9
    assert normalise_skops(skops.io.dumps(one)) != normalise_skops(skops.io.dumps(other))


def archive(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        archive({}),
        archive({"schema.json": b"{"}),
        archive({"schema.json": b"[" * 100_000}),
        archive({"schema.json": b"{}", "stray.npy": b"1"}),
        archive({"schema.json": json.dumps([0] * (1 << 22)).encode()}),
        archive({"schema.json": b'{"__loader__": "x", "__id__": [1]}'}),
    ],
    ids=["empty", "cut", "no schema", "no json", "nested", "stray", "bomb", "odd id"],
)
def test_what_is_no_skops_file_is_refused(content: bytes) -> None:
    with pytest.raises(DataError):
        normalise_skops(content)


def test_the_command_rewrites_the_file(tmp_path: Path, assay: Assay) -> None:
    path = tmp_path / "model.skops"
    path.write_bytes(skops.io.dumps(fit()[0]))
    plain = normalise_skops(path.read_bytes())
    for _ in range(2):
        ended = assay("normalise", str(path))
        assert (ended.code, ended.out) == (0, f"{digest(plain)}  {path}\n")
        assert path.read_bytes() == plain
    path.write_text("no archive")
    ended = assay("normalise", str(path))
    assert (ended.code, path.read_text()) == (3, "no archive")
    assert "not a skops file" in ended.err
