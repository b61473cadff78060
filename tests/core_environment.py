"""An environment with what Assay's core asks for and nothing else, made of what is installed here."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from assay import DISTRIBUTION


def distributions(*asked_for: str) -> set[str]:
    """The distributions that `pip install` brings for some names, these among them."""
    waiting, found = [Requirement(name) for name in asked_for], dict[str, set[str]]()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if found.setdefault(name, set()) >= {"", *wanted.extras}:
            continue
        found[name] |= {"", *wanted.extras}
        for line in metadata.requires(name) or ():
            asked = Requirement(line)
            if asked.marker is None or any(asked.marker.evaluate({"extra": extra}) for extra in found[name]):
                waiting.append(asked)
    return set(found)


def make_core_environment(folder: Path) -> Path:
    """The interpreter of a new virtual environment in a folder, with links to the core's distributions."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in distributions(DISTRIBUTION):
        held = metadata.distribution(name)
        for top in {file.parts[0] for file in held.files or ()} - {".."}:
            link, target = packages / top, Path(str(held.locate_file(top)))
            if target.exists() and not link.exists():
                link.symlink_to(target)
    return folder / "bin" / "python"
