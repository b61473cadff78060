"""Editable installations: the model imports the copy that was digested, never the work tree behind it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.support.environments import install, make_environment

from assay.edges.code_tree import find_code_tree
from assay.edges.environment_reading import read_environment
from assay.edges.model_job import FeatureTable
from assay.edges.model_run import ModelRun, run_model
from assay.errors import ModelError

MODEL = "import extra\n\n\ndef score(frame):\n    return [extra.SCORE] * 2\n"
FINDER = """\
import importlib.util, sys

MAPPING = {{"extra": {path!r}}}


class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return importlib.util.spec_from_file_location(name, MAPPING[name]) if name in MAPPING else None


def install():
    sys.meta_path.append(Finder)
"""


@pytest.fixture(params=["path", "finder"])
def python(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An environment in which the repository is installed as editable, in one of the two usual ways."""
    found = make_environment(tmp_path / "env")
    libraries = next((tmp_path / "env").glob("lib/python*/site-packages"))
    root = tmp_path / "repository"
    root.mkdir()
    (root / "model.py").write_text(MODEL)
    (root / "extra.py").write_text("SCORE = 0.5\n")
    if request.param == "path":
        (libraries / "here.pth").write_text(f"{root}\n")
    else:
        (libraries / "editable_finder.py").write_text(FINDER.format(path=str(root / "extra.py")))
        (libraries / "here.pth").write_text("import editable_finder; editable_finder.install()\n")
    return found


def run(root: Path, python: Path, *named: str) -> list[list[float]]:
    tree = find_code_tree(root, named)
    model = ModelRun(
        format="python",
        callable="model:score",
        code=tree,
        root=root,
        interpreter=python,
        task="regression",
        isolation="process",
    )
    answers = run_model(model, [FeatureTable(name="t", columns={"a": np.zeros(2)})])
    scores: list[list[float]] = answers.scores[0].tolist()
    return scores


def test_code_beside_the_copy_is_not_imported(python: Path, tmp_path: Path) -> None:
    """T-editable: a module that was not digested is on the environment's path; digested, the same model answers."""
    root = tmp_path / "repository"
    with pytest.raises(ModelError, match="No module named 'extra'") as stop:
        run(root, python, "model.py")
    assert "`extra.py` exists, but is not among the model's code" in stop.value.hint
    assert run(root, python, "model.py", "extra.py") == [[0.5], [0.5]]


def test_an_editable_folder_of_the_repository_is_read_from_the_copy(tmp_path: Path) -> None:
    """T-editable, twin: with its sources in `src`, a project that is installed as editable works, from the copy."""
    root, python = tmp_path / "repository", make_environment(tmp_path / "repository" / ".venv")
    libraries = next((root / ".venv").glob("lib/python*/site-packages"))
    (libraries / "project.pth").write_text(f"{root / 'src'}\n")
    (root / "src" / "project").mkdir(parents=True)
    (root / "src" / "project" / "__init__.py").write_text("SCORE = 0.25 if '/repository/' in __file__ else 0.5\n")
    (root / "model.py").write_text("import project as extra\n\n\ndef score(frame):\n    return [extra.SCORE] * 2\n")
    assert run(root, python, "model.py", "src") == [[0.5], [0.5]]
    with pytest.raises(ModelError, match="No module named 'project'") as stop:
        run(root, python, "model.py")
    assert "`src/project/__init__.py` exists, but is not among the model's code" in stop.value.hint


def test_an_environment_says_what_is_editable(tmp_path: Path) -> None:
    """T-editable: what is installed from elsewhere is marked; what is installed from the repository is the model's code."""
    root, other = tmp_path / "repository", tmp_path / "other"
    python = make_environment(tmp_path / "env", plain="1.0", own="1.0", foreign="1.0", built="1.0")
    libraries = next((tmp_path / "env").glob("lib/python*/site-packages"))
    for name, place, editable in (("own", root, True), ("foreign", other, True), ("built", other, False)):
        direct = {"url": place.as_uri(), "dir_info": {"editable": editable}}
        (libraries / f"{name}-1.0.dist-info" / "direct_url.json").write_text(json.dumps(direct))
    install(tmp_path / "env", "plain", "2.0")
    found, version = read_environment(python, "python", "process", root)
    assert [(each.name, each.version, each.editable) for each in found.distributions] == [
        ("built", "1.0", None),
        ("foreign", "1.0", True),
        ("plain", "2.0", None),
    ]
    assert version.startswith(found.python)


def test_a_path_file_that_names_another_folder_is_marked(tmp_path: Path) -> None:
    """T-editable: modules of a folder without a distribution have no version at all; those of the repository are cut off."""
    python = make_environment(tmp_path / "env")
    libraries = next((tmp_path / "env").glob("lib/python*/site-packages"))
    (tmp_path / "elsewhere").mkdir()
    (libraries / "more.pth").write_text(f"{tmp_path / 'elsewhere'}\n")
    found, _ = read_environment(python, "python", "process", tmp_path / "repository")
    assert [(each.name, each.editable) for each in found.distributions] == [("a-path-outside-the-environment", True)]
    found, _ = read_environment(python, "python", "process", tmp_path / "elsewhere")
    assert found.distributions == ()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "it does not run"),
        ({"implementation": "\x1b[31m", "version": "3.11.0", "distributions": []}, "does not name its implementation"),
        ({"implementation": "cpython", "version": "3", "distributions": []}, "does not name its version"),
        ({"implementation": "cpython", "version": "3.11.0"}, "lists no distributions"),
        (
            {"implementation": "cpython", "version": "3.11.0", "distributions": [["a", "1"]]},
            "are no names and versions",
        ),
        (
            {"implementation": "cpython", "version": "3.11.0", "distributions": [["a\n::", "1", False]]},
            "are no names and versions",
        ),
    ],
)
def test_what_an_interpreter_says_is_read_strictly(said: object, sentence: str, tmp_path: Path) -> None:
    """T-environment: the interpreter is a program that the repository may have written."""
    (tmp_path / "said.json").write_text(json.dumps(said))
    program = tmp_path / "python"
    program.write_text(
        f"#!/bin/sh\nfor last; do :; done\ncp {tmp_path}/said.json $(dirname $3)/answers/environment.json\n"
    )
    program.chmod(0o755)
    with pytest.raises(ModelError, match=sentence):
        read_environment(program, "python", "process")
