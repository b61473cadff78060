"""A virtual environment of a few milliseconds, and what is installed in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path


def make_environment(folder: Path, **versions: str) -> Path:
    """The interpreter of a virtual environment in which distributions are installed, by their metadata only."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    for name, version in versions.items():
        install(folder, name, version)
    return folder / "bin" / "python"


def install(folder: Path, name: str, version: str) -> None:
    """Puts a distribution into an environment, in the place of its other versions."""
    libraries = next(folder.glob("lib/python*/site-packages"))
    for older in libraries.glob(f"{name}-*.dist-info"):
        shutil.rmtree(older)
    about = libraries / f"{name}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
