"""Bytecode of the libraries that a model imports: compiled after the first run, so that later runs start fast.

The model's process writes no bytecode, because another model would then run it. Instead it lists the sources that it
found uncompiled. Assay compiles those that belong to the libraries of its own environment, and runs none of them.
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
    """Compiles the listed sources that belong to this interpreter's libraries; ignores everything else in the list.

    Does nothing if Python writes no bytecode, or in CI, whose machines are used only once (`CI` is set).
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
        return  # the next run is then as slow as this one
