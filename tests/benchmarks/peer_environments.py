"""Environments of the tools that Assay is measured beside: each has its own, made once from pinned versions.

    uv run python -m tests.benchmarks.peer_environments [NAME ...]

`peers/<name>.in` names what is compared; `peers/<name>.txt` pins every package, and is what is installed. To pin anew:
`uv pip compile --universal --python-version 3.11 --no-header --no-annotate <name>.in -o <name>.txt`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PEERS = Path(__file__).parent / "peers"
_KEPT = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "assay-peers"


def peer(name: str, script: str, *arguments: object) -> list[str] | str:
    """A peer's command: its script by the interpreter of its own environment; why there is none, if there is none."""
    why = install(name)
    if why is not None:
        return f"its environment could not be made: {why}"
    return [str(python(name)), str(PEERS / script), *map(str, arguments)]


def python(name: str) -> Path:
    """The interpreter of a peer's environment, which may not exist yet; other pins have another environment."""
    pins = hashlib.sha256((PEERS / f"{name}.txt").read_bytes()).hexdigest()[:12]
    return _KEPT / f"{name}-{pins}-{sys.version_info.major}.{sys.version_info.minor}" / "bin" / "python"


def names() -> list[str]:
    """Every peer that has pins."""
    return sorted(path.stem for path in PEERS.glob("*.txt"))


def install(name: str) -> str | None:
    """Makes a peer's environment, with bytecode, unless it is there; why it could not be made, or None."""
    interpreter = python(name)
    if interpreter.exists():
        return None
    uv, place = shutil.which("uv") or "uv", interpreter.parents[1]
    partial = place.with_name(f"{place.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    pins = ["-r", str(PEERS / f"{name}.txt")]
    for command in (
        [uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, str(partial)],
        [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(partial / "bin" / "python"), *pins],
    ):
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            return (
                ended.stderr.strip().splitlines()[-1] if ended.stderr.strip() else f"uv ended with {ended.returncode}"
            )
    partial.rename(place)
    return None


def main() -> None:
    """Installs the named peers, or all."""
    failed = {name: why for name in sys.argv[1:] or names() if (why := install(name))}
    sys.exit("\n".join(f"{name}: {why}" for name, why in failed.items()) or 0)


if __name__ == "__main__":
    main()
