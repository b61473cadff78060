"""Bytecode of the libraries that a model imported: compiled after its first run, so that the next start at once.

The model's process writes no bytecode: what it wrote, another model would run. It says which sources it found
uncompiled; only those that lie among the libraries of Assay's own environment are compiled, and none is run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MOST_FILES, SECONDS, PROCESSES = 10_000, 120, 4


def compile_sources(listed: object) -> None:
    """Compiles the sources of a list that lie among this interpreter's libraries; whatever else it holds is ignored.

    Nothing is done where Python would write no bytecode, nor on machines that are thrown away after a run (`CI`).
    """
    if sys.dont_write_bytecode or sys.pycache_prefix or os.environ.get("CI"):
        return
    libraries = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    given = listed[:MOST_FILES] if isinstance(listed, list) else []
    sources = [each for each in given if isinstance(each, str) and _is_source(each, libraries)]
    processes = min(PROCESSES, os.cpu_count() or 1)
    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(_compile, (sources[start::processes] for start in range(processes))))


def _is_source(name: str, libraries: set[Path]) -> bool:
    try:
        path = Path(name).resolve(strict=True)
    except (OSError, ValueError):
        return False
    return path.suffix == ".py" and "\n" not in name and any(path.is_relative_to(each) for each in libraries)


def _compile(sources: list[str]) -> None:
    if not sources:
        return
    command = [sys.executable, "-I", "-m", "compileall", "-q", "-i", "-"]
    try:
        subprocess.run(  # noqa: S603  # a fixed command, and the names go through a pipe
            command, input="\n".join(sources).encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return  # then the next run is as slow as this one was
