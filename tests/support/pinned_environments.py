"""Environments of pinned packages, each made once and kept outside the project.

    uv run python -m tests.support.pinned_environments

makes those in which tests make and run models (`tests/model_environments`). There `<name>.in` names the libraries;
`<name>.txt` pins every package, and is what is installed. To pin anew:
`uv pip compile --universal --python-version 3.11 --no-header --no-annotate <name>.in -o <name>.txt`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

MODELS = Path(__file__).parents[1] / "model_environments"
KEPT = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "assay-environments"


def interpreter_of(pins: Path) -> Path:
    """The interpreter of an environment, which may not exist yet; other pins have another environment."""
    named = hashlib.sha256(pins.read_bytes()).hexdigest()[:12]
    return KEPT / f"{pins.stem}-{named}-{sys.version_info.major}.{sys.version_info.minor}" / "bin" / "python"


def install(pins: Path) -> str | None:
    """Makes an environment, with bytecode, unless it is there; why it could not be made, or None."""
    interpreter = interpreter_of(pins)
    if interpreter.exists():
        return None
    uv, place = shutil.which("uv") or "uv", interpreter.parents[1]
    partial = place.with_name(f"{place.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    made = str(partial / "bin" / "python")
    for command in (
        [uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, str(partial)],
        [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", made, "-r", str(pins)],
    ):
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            return (ended.stderr.strip().splitlines() or [f"uv ended with {ended.returncode}"])[-1]
    partial.rename(place)
    return None


def main() -> None:
    """Makes the environments of the models."""
    failed = {pins.stem: why for pins in sorted(MODELS.glob("*.txt")) if (why := install(pins))}
    sys.exit("\n".join(f"{name}: {why}" for name, why in failed.items()) or 0)


if __name__ == "__main__":
    main()
