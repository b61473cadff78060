"""Without the extras: everything but a model's own process runs, and what is missing is named with the line that brings it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.core_environment import make_core_environment
from tests.support.repositories import MODEL, Repository

FRAME = "def score(features):\n    return features['amount'].clip(0, 1)\n"


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_core_environment(tmp_path_factory.mktemp("core") / "environment")


def run(core: Path, repository: Repository, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(core), "-I", "-m", "assay", *arguments]
    return subprocess.run(command, cwd=repository.root, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "library", ["pandas", "sklearn", "skops", "joblib", "onnxruntime", "pyarrow", "fsspec", "pytest"]
)
def test_the_core_brings_no_library_of_an_extra(core: Path, library: str) -> None:
    ended = subprocess.run([str(core), "-I", "-c", f"import {library}"], capture_output=True, text=True, check=False)
    assert f"No module named '{library}'" in ended.stderr


def test_every_step_and_what_reads_a_dossier_runs_without_the_models_libraries(
    core: Path, repository: Repository
) -> None:
    for step in ("plan", "predict", "collect", "decide", "card"):
        engine = ("--engine", "regorus") if step == "decide" else ()
        ended = run(core, repository, step, *engine)
        assert ended.returncode == 0, (step, ended.stderr)
    assert "open" in run(core, repository, "verify", "--engine", "regorus", "--recollect").stdout
    subprocess.run(["git", "init", "--quiet"], cwd=repository.root, check=True)
    for verb in (["status"], ["history"], ["explain", "quality/clears_bars"], ["schema", "trust"]):
        assert run(core, repository, *verb).returncode == 0, verb


def test_a_function_that_takes_lists_runs_without_pandas(core: Path, modelled: Repository) -> None:
    ended = run(core, modelled, "check", "--engine", "regorus")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_function_that_wants_a_frame_is_told_what_brings_pandas(core: Path, modelled: Repository) -> None:
    modelled.write("model.py", FRAME)
    ended = run(core, modelled, "check", "--engine", "regorus")
    assert ended.returncode == 3
    assert "AttributeError: 'list' object has no attribute 'clip'" in ended.stderr
    assert "hint: The model got its features as lists, because pandas is not installed." in ended.stderr
    assert "`pip install 'assay-ml[model]'`, or in a clone with `uv sync --inexact --extra model`" in ended.stderr


@pytest.mark.parametrize(
    ("form", "library", "extra"),
    [("skops", "skops", "skops"), ("joblib", "joblib", "model"), ("onnx", "onnxruntime", "onnx")],
)
def test_a_model_whose_library_is_missing_is_told_the_line_that_brings_it(
    core: Path, modelled: Repository, form: str, library: str, extra: str
) -> None:
    modelled.write(f"model.{form}", b"")
    modelled.replace(
        "{format: python, callable: 'model:score'}", f"{{path: model.{form}, format: {form}, trust: pickle}}"
    )
    ended = run(core, modelled, "check", "--engine", "regorus")
    assert ended.returncode == 3
    assert f"The model needs the library `{library}`, which is not in its environment." in ended.stderr
    assert f"hint: Install it with `pip install 'assay-ml[{extra}]'`" in ended.stderr


@pytest.mark.parametrize("thrown_away", [False, True])
def test_what_a_model_imports_is_compiled_once_where_the_machine_is_kept(
    thrown_away: bool, core: Path, modelled: Repository
) -> None:
    """The model's process writes no bytecode; it names sources, and those of libraries are compiled, not run."""
    (libraries,) = core.parents[1].glob("lib/python*/site-packages")
    library, elsewhere = libraries / f"slow_{thrown_away}.py", modelled.write("elsewhere.py", "WORD = 1\n")
    library.write_text("WORD = 1\n")
    forged = f"import sys, types\nfor n, p in enumerate(({str(elsewhere)!r}, '/etc/passwd', 7, 'a\\nb.py')):\n"
    forged += "    spec = types.SimpleNamespace(has_location=True, origin=p, cached='/absent')\n"
    forged += "    sys.modules[f'forged{n}'] = types.SimpleNamespace(__spec__=spec)\n"
    modelled.write("model.py", f"import elsewhere, {library.stem}\n{forged}\n{MODEL}")
    environment = {"PATH": os.environ["PATH"], "CI": "true" if thrown_away else ""}
    command = [str(core), "-I", "-m", "assay", "check", "--engine", "regorus"]
    ended = subprocess.run(command, cwd=modelled.root, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert [path.name.partition(".")[0] for path in libraries.glob(f"__pycache__/{library.stem}.*.pyc")] == (
        [] if thrown_away else [library.stem]
    )
    assert not (modelled.root / "__pycache__").exists()


def test_the_demo_names_its_extra(core: Path, repository: Repository) -> None:
    ended = run(core, repository, "demo", "new")
    assert ended.returncode == 2
    assert "hint: Install it with `pip install 'assay-ml[demo]'`" in ended.stderr
    assert not (repository.root / "new").exists()
