"""Whether Assay got slower: processor instructions of three small fixed workloads, beside those of an earlier commit.

    uv run python -m tests.benchmarks.instructions [--base REVISION]

Both commits are checked out apart, each with the environment of its own lock, and run here one after the other under
Valgrind, so the ratio depends neither on the clock nor on other processes. One that grew by a tenth ends with 1, what
could not be counted with 2. Without `--base`: the last release, before the first one so many commits back.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.timing import PROJECT

MOST_GROWTH = 1.10
COMMITS_BACK = 50
SLOWER, UNCOUNTED = 1, 2
_COLLECTED = re.compile(rb"Collected : (\d+)")


class Uncounted(Exception):  # noqa: N818  (it is a finding)
    """Why no instructions were counted."""


def main() -> int:
    """Prints the counts and their ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--base", default="", help="revision to compare with")
    base = parser.parse_args().base or last_release()
    try:
        with tempfile.TemporaryDirectory() as name:
            counts = [measured(revision, Path(name) / side) for side, revision in (("base", base), ("head", "HEAD"))]
    except Uncounted as error:
        print(f"Nothing was compared: {error}", file=sys.stderr)
        return UNCOUNTED
    return compared(base, *counts)


def compared(base: str, before: Mapping[str, int], after: Mapping[str, int]) -> int:
    """The table, and the sentence of what grew."""
    print(f"| workload | {base}, million instructions | HEAD | ratio |\n|---|---|---|---|")
    ratios = {label: after[label] / before[label] for label in after}
    for label, ratio in ratios.items():
        print(f"| {label} | {before[label] / 1e6:.0f} | {after[label] / 1e6:.0f} | {ratio:.3f} |")
    grown = [f"{label} ({ratio:.2f} times as many)" for label, ratio in ratios.items() if ratio >= MOST_GROWTH]
    if grown:
        print(f"\nSlower than {base} by a tenth or more: {', '.join(grown)}.")
    return SLOWER if grown else 0


def last_release() -> str:
    """The last release's tag, or a commit some way back; the first commit of a short history."""
    tag = git("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", check=False)
    return tag or git("rev-list", "--first-parent", "--max-count", str(COMMITS_BACK + 1), "HEAD").split()[-1]


def measured(revision: str, place: Path) -> dict[str, int]:
    """The instructions of every workload by a commit, in a checkout and an environment of its own."""
    git("worktree", "add", "--quiet", "--detach", str(place), revision)
    try:
        run([shutil.which("uv") or "uv", "sync", "--quiet", "--locked", "--extra", "demo", "--project", str(place)])
        assay = [str(place / ".venv" / "bin" / "python"), "-m", "assay"]
        demo = place.with_name(f"{place.name}-demo")
        run([*assay, "demo", str(demo), "--engine", "regorus"])
        return {label: counted([*assay, *command], demo) for label, command in workloads(demo).items()}
    finally:
        git("worktree", "remove", "--force", str(place), check=False)


def workloads(folder: Path) -> dict[str, list[str]]:
    """Start, judgement and measurement: Assay's arguments by name. The tables that they read are written first."""
    rows = [(index, index * 7919 % 10007 / 10007) for index in range(2000)]
    data = "".join(f"{index},{int(score * 1000) % 10 < 10 * score:d}\n" for index, score in rows)
    (folder / "rows.csv").write_text(f"id,label\n{data}")
    (folder / "scores.csv").write_text("id,score\n" + "".join(f"{index},{score}\n" for index, score in rows))
    scored = ["--data", "rows=rows.csv", "--predictions", "rows=scores.csv", "--id", "id", "--label", "label"]
    return {
        "assay --help": ["--help"],
        "assay decide, of the demo": ["decide", "--engine", "regorus"],
        "assay measure quality, of 2,000 rows": ["measure", "quality", *scored, "--format", "json"],
    }


def counted(command: Sequence[str], folder: Path) -> int:
    """The instructions of a command and its children, after a run that compiles what it imports."""
    if shutil.which("valgrind") is None:
        raise Uncounted("Valgrind is missing; install it, such as with `apt-get install valgrind`.")
    fixed = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}
    run(command, folder, fixed)
    with tempfile.TemporaryDirectory() as logs:
        tool = ["valgrind", "--tool=callgrind", "--trace-children=yes", "--callgrind-out-file=/dev/null"]
        run([*tool, f"--log-file={logs}/%p", *command], folder, fixed)
        said = [log.read_bytes() for log in Path(logs).iterdir()]
    found = [_COLLECTED.search(each) for each in said]
    if not found or None in found:
        last = said[found.index(None)].decode(errors="replace").strip().splitlines()[-3:] if found else []
        raise Uncounted(f"Valgrind did not count `{' '.join(command[2:])}`: {' '.join(last) or 'it wrote nothing'}")
    return sum(int(each[1]) for each in found if each)


def run(command: Sequence[str], folder: Path = PROJECT, environment: Mapping[str, str] | None = None) -> None:
    """Runs a command; an open and a closed gate are both an answer."""
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode not in (0, 1):
        raise Uncounted(f"`{' '.join(command)}` ended with {ended.returncode}: {ended.stderr.strip()[-500:]}")


def git(*arguments: str, check: bool = True) -> str:
    """What Git says; raises Uncounted if it fails, unless that is no failure."""
    ended = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    if ended.returncode and check:
        raise Uncounted(ended.stderr.strip())
    return ended.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
