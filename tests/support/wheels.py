"""A folder of tiny wheels that serves as the machine's package index."""

from __future__ import annotations

import hashlib
import re
import zipfile
from importlib import metadata
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


def repack_wheel(folder: Path, distribution: str) -> Path:
    """A wheel, not compressed, of a distribution that is installed here, without its scripts and compiled files."""
    held = metadata.distribution(distribution)
    files = [file for file in held.files or () if ".." not in file.parts and "__pycache__" not in file.parts]
    (about,) = {file.parts[0] for file in files if file.parts[0].endswith(".dist-info")}
    (tag,) = re.findall(r"(?m)^Tag: (\S+)$", str(held.read_text("WHEEL")))[:1]
    path = folder / f"{about.removesuffix('.dist-info')}-{tag}.whl"
    left = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"}
    with zipfile.ZipFile(path, "w") as wheel:
        for file in files:
            if not (file.parts[0] == about and file.name in left):
                wheel.write(held.locate_file(file), str(file))
        wheel.writestr(f"{about}/RECORD", "")
    return path
