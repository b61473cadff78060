"""Loading a model's file takes what its size allows: bombs are refused in every format, large honest models answer."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from tests.support.hostile_models import HOSTILE, ROWS, save_large, trained
from tests.support.shared_folders import make_once

from assay.edges.isolation import ProcessLimits
from assay.edges.loading_limits import BYTES_PER_BYTE, FREE_BYTES, LoadingLimits, limits_of_loading
from assay.edges.model_job import FeatureTable
from assay.edges.model_run import ModelAnswers, ModelRun, run_model
from assay.errors import ModelError

TABLE = FeatureTable(name="holdout", columns={"a": ROWS[:, 0], "b": ROWS[:, 1]})
TREES = ("sklearn.tree._tree.Tree",)


def ask(path: Path, **limits: int) -> ModelAnswers:
    run = ModelRun(
        format={".pkl": "pickle"}.get(path.suffix, path.suffix[1:]),
        interpreter=Path(sys.executable),
        artifact=path,
        task="regression",
        trust="pickle",
        trusted_types=TREES,
        limits=ProcessLimits(**limits),
        isolation="process",
    )
    return run_model(run, [TABLE])


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_bomb_is_refused(tmp_path: Path, name: str) -> None:
    """F-9: what a model's file unpacks, repeats, declares or makes while it is loaded."""
    HOSTILE[name](tmp_path / name)
    size = (tmp_path / name).stat().st_size
    assert size <= 10_000_000
    with pytest.raises(ModelError, match=r"^Loading the model's file takes more than \d+ MB of memory") as refused:
        ask(tmp_path / name)
    assert f"{(FREE_BYTES + BYTES_PER_BYTE * size) >> 20} MB" in str(refused.value)
    assert "model.limits.loading" in str(refused.value.hint)


@pytest.mark.parametrize("name", ["large.joblib", "large.pkl", "large.skops", "large.onnx"])
def test_a_large_honest_model_answers(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """F-9 twin."""
    folder = make_once(tmp_path_factory, "large-models", save_large)
    answers = ask(folder / name)
    np.testing.assert_allclose(answers.scores[0][:, 0], np.load(folder / "answers.npy"), atol=1e-4)


def test_who_names_the_memory_may_load_more(tmp_path: Path) -> None:
    """F-9 twin: a vector of zeros is honest, and its manifest says what it takes."""
    import joblib

    path = tmp_path / "zeros.joblib"
    joblib.dump(trained(more_=np.zeros(20_000_000)), path, compress=1)
    with pytest.raises(ModelError, match="more than 138 MB of memory"):
        ask(path)
    assert ask(path, loading_bytes=512 << 20).scores[0].shape == (3, 1)


def test_time_of_loading_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-9: a file that takes no memory, only time."""
    monkeypatch.setattr("assay.edges.loading_limits.FREE_SECONDS", 1.0)
    path = tmp_path / "slow.pkl"
    path.write_bytes(b"cbuiltins\nsum\ncbuiltins\nrange\nL" + b"9" * 15 + b"L\n\x85R\x85R.")
    with pytest.raises(ModelError, match=r"^Loading the model's file takes more than 1 s of processor time"):
        ask(path)


def test_a_crash_while_loading_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "crash.pkl"
    path.write_bytes(b"cos\nabort\n)R.")
    with pytest.raises(ModelError, match=r"process crashed \(SIGABRT\) while it loaded the model's file"):
        ask(path)


def test_the_limits_grow_with_the_file_and_a_folder_counts_whole(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"x" * 1_000)
    (tmp_path / "weights").write_bytes(b"x" * (3 << 20))
    one = limits_of_loading(tmp_path / "weights", None)
    assert one == LoadingLimits(bytes=(128 + 48) << 20, seconds=21.5)
    whole = limits_of_loading(tmp_path, None)
    assert whole.bytes == one.bytes + 16_000
    assert limits_of_loading(tmp_path, 5) == LoadingLimits(bytes=5, seconds=None)
