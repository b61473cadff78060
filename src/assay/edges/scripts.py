"""A user's script, run by the interpreter that runs Assay."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from assay.errors import EvaluationError

SECONDS = 300


def run_script(script: Path, folder: Path) -> None:
    """Runs a Python script in a folder; raises EvaluationError with the last line it wrote."""
    try:
        done = subprocess.run(  # noqa: S603  # the script is one that Assay itself wrote
            [sys.executable, str(script)], cwd=folder, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise EvaluationError(f"`{script.name}` did not end within {SECONDS} s.") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise EvaluationError(f"`{script.name}` failed: {lines[-1] if lines else f'exit code {done.returncode}'}.")
