"""Changes what judges in small ways, and counts the changes that no unit or law test notices.

Every survivor needs a reason in `survivors.toml`; ends with 1 if one has none, or if fewer than 90 % are killed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
LEAST = 0.90
KILLED = (1, 3)
"""pytest's exit codes for a failed test; everything else but 0 stopped the run, such as a mutant that never ends."""
SURVIVED = (0, 5, 33)
"""No test failed, none was selected, or none reaches the function."""
_DIFF = "import sys; from mutmut.__main__ import get_diff_for_mutant as diff; print(diff(sys.argv[1]))"


@dataclass(frozen=True)
class Outcome:
    """How the mutants of a group ended: their number, and the survivors, each with its function and its change."""

    mutants: int
    survivors: tuple[tuple[str, str], ...]

    @property
    def share(self) -> float:
        """The share of mutants that a test noticed."""
        return 1 - len(self.survivors) / self.mutants if self.mutants else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Mutates the groups that are named, or all, and says what survived."""
    groups = tomllib.loads((HERE / "groups.toml").read_text())
    known = tomllib.loads((HERE / "survivors.toml").read_text())["survivor"]
    parser = argparse.ArgumentParser(prog=".ci/mutate", description=__doc__)
    parser.add_argument("group", nargs="*", choices=[*groups, []], help=f"one of {', '.join(groups)}; default: all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(arguments)
    outcomes = {name: mutate(groups[name], asked.jobs) for name in asked.group or groups}
    unexplained = 0
    for name, outcome in outcomes.items():
        left = len(outcome.survivors)
        sys.stdout.write(f"{name:<12} {outcome.mutants:>5} mutants, {left:>3} survived: {outcome.share:.1%} killed\n")
        for function, change in outcome.survivors:
            reason = reason_for(function, change, known)
            unexplained += reason is None
            sys.stdout.write(f"  {function}: {reason or 'NO REASON'}\n    {change}\n")
    low = [name for name, outcome in outcomes.items() if outcome.share < LEAST]
    sys.stdout.write(f"{unexplained} survivors have no reason; below {LEAST:.0%}: {', '.join(low) or 'no group'}\n")
    return 1 if unexplained or low else 0


def mutate(group: dict[str, Any], jobs: int) -> Outcome:
    """The outcome of a group, tried in a copy of the tree."""
    with tempfile.TemporaryDirectory(prefix="assay-mutants-") as folder:
        copy = Path(folder)
        tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
        for name in filter(None, tracked.decode().split("\0")):
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                (copy / name).write_bytes((ROOT / name).read_bytes())
        (copy / "setup.cfg").write_text(settings(group, copy))
        # Mutants are tried with fewer generated decisions, since most of them fail at once.
        environment = {**os.environ, "ASSAY_TEST_DECISIONS": "400"}
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(jobs)]
        ran = subprocess.run(command, cwd=copy, env=environment, check=False, capture_output=True, text=True)
        ended = {name: code for path in copy.glob("mutants/src/**/*.meta") for name, code in read(path)}
        unknown = [name for name, code in ended.items() if code is None]
        if not ended or unknown:
            raise SystemExit(
                f"The run stopped before all mutants were tried:\n{ran.stdout[-2_000:]}{ran.stderr[-2_000:]}"
            )
        left = [name for name, code in ended.items() if code in SURVIVED]
        return Outcome(len(ended), tuple((function_of(name), change_of(name, copy)) for name in left))


def settings(group: dict[str, Any], copy: Path) -> str:
    """The tool's settings for a group."""
    beside = [path.name for path in copy.iterdir() if path.name not in ("src", "tests", "pyproject.toml", "uv.lock")]
    lists = {
        "only_mutate": group["source"],
        "pytest_add_cli_args": ["-q", "-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": [f"tests/{path}" for path in group["tests"]],
        "also_copy": beside,
    }
    lines = [f"{name}=\n" + "".join(f"    {each}\n" for each in items) for name, items in lists.items()]
    return "[mutmut]\nsource_paths=src/\n" + "".join(lines)


def read(path: Path) -> Iterator[tuple[str, int | None]]:
    """The mutants of a module, each with the exit code of its tests; None if it was not tried."""
    yield from json.loads(path.read_text())["exit_code_by_key"].items()


def function_of(mutant: str) -> str:
    """The function that a mutant changes, as Python names it."""
    path, _, _ = mutant.partition("__mutmut_")
    module, _, name = path.rpartition(".")
    return f"{module.removeprefix('assay.')}.{name.removeprefix('xǁ').removeprefix('x_').replace('ǁ', '.')}"


def change_of(mutant: str, copy: Path) -> str:
    """The lines that a mutant changes: what was there, and what stands there instead."""
    ran = subprocess.run([sys.executable, "-c", _DIFF, mutant], cwd=copy, check=True, capture_output=True, text=True)
    lines = [line for line in ran.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    before, after = (" ".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return f"{before} → {after}"


def reason_for(function: str, change: str, known: Sequence[dict[str, Any]]) -> str | None:
    """Why a survivor is no gap; None if nobody said so."""
    becomes = change.partition(" → ")[2]
    for each in known:
        if each["function"] == function and any(part in becomes for part in each["becomes"]):
            return str(each["reason"])
    return None


if __name__ == "__main__":
    sys.exit(main())
