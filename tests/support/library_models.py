"""Models made by real libraries, each by a script that the library's own interpreter runs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tests.support.pinned_environments import MODELS, interpreter_of


def library_interpreter(name: str) -> Path:
    """The interpreter that has a library; skips the test if it was not made, unless everything is required."""
    found = interpreter_of(MODELS / f"{name}.txt")
    if not found.exists():
        message = f"The environment of {name} is not made; run `python -m tests.support.pinned_environments`."
        if os.environ.get("ASSAY_TEST_REQUIRE_MODEL_ENVIRONMENTS"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def make_models(name: str, folder: Path) -> None:
    """Runs the script of a library, which writes its models into a folder."""
    command = [str(library_interpreter(name)), "-I", "-B", str(MODELS / f"{name}_models.py"), str(folder)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    assert ended.returncode == 0, ended.stderr
