"""A folder of tiny wheels that serves as the machine's package index."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

WHEEL = "tinything-1.0-py3-none-any.whl"


def offer_wheels(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, with one package in it; installers find nothing else, neither on the network nor in a cache."""
    folder.mkdir()
    write_wheel(folder, "tinything", "1.0", "SCORE = 0.5\n")
    for name in ("UV_FIND_LINKS", "PIP_FIND_LINKS"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return folder


def write_wheel(folder: Path, name: str, version: str, source: str) -> Path:
    """A wheel with one module; the same arguments give the same bytes."""
    about = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    files = {
        f"{name}.py": source,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as wheel:
        for inside, content in files.items():
            wheel.writestr(zipfile.ZipInfo(inside, (2026, 1, 1, 0, 0, 0)), content)
    return path


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, as requirements name it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
