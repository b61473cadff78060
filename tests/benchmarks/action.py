"""Where the time of a gate's run goes, from `uses:` to the verdict, under act with the real uv and a warm cache.

    uv run --all-extras --group dev python tests/benchmarks/action.py [ROUNDS]

The action is this checkout, with an environment of its own that uv makes anew each round from packages it has fetched
before; OPA and uv are those on PATH. The runner, the checkout and GitHub are as in the tests. Nothing here is a test.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import World
from tests.support.repositories import MODEL, write_repository
from tests.support.runner.acting import REPORTED, SHIMS, STAGES, Runner, asked_permissions, find_act, git

from assay.cli import main

PROJECT = Path(__file__).parents[2]
STEP = re.compile(r"(?:Success|Failure) - Main (?P<name>[^\n\[]+?) \[(?P<time>[^\]]+)\]")
PART = re.compile(r"([0-9.]+)(m?s|µs|m(?!s)|h)")
UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6}
SHOWN = ("assay fetch", "assay check", "assay publish", "Judge the model")


def measure(folder: Path, fake: FakeGitHub) -> dict[str, float]:
    """Seconds by step of one run on a push; the environment is made in the first step that needs it."""
    repository = write_repository(folder / "repository")
    text = (repository.root / "assay.yaml").read_text().partition("stages:")[0] + STAGES
    repository.write("assay.yaml", text.replace(REPORTED, "{format: python, callable: 'model:score'}"))
    repository.write("model.py", MODEL)
    main(["init", str(repository.root)])
    shims = shutil.copytree(SHIMS, folder / "shims")
    uv, opa = shutil.which("uv") or "uv", shutil.which("opa") or "opa"
    (shims / "setup-uv" / "action.yml").write_text(
        "name: uv\ndescription: uv is on PATH.\ninputs: {enable-cache: {description: Not asked.}}\n"
        f"runs: {{using: composite, steps: [{{shell: bash, run: 'echo {Path(uv).parent} >> $GITHUB_PATH'}}]}}\n"
    )
    runner = Runner(find_act(), opa, fake, repository, folder, shims=shims)
    runner.start(PROJECT)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=PROJECT, capture_output=True, check=True).stdout
    lock = (folder / "action/actions/opa.lock.json").read_text()
    subprocess.run(["tar", "-x", "-C", str(folder / "action")], input=archive, check=True)
    (folder / "action/actions/opa.lock.json").write_text(lock)
    cache = subprocess.run([uv, "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()
    runner.given |= {"UV_CACHE_DIR": cache, "UV_OFFLINE": "1"}
    base = runner.commit("The manifest and the first model")
    git(runner.root, "switch", "--quiet", "--create", "change")
    head = runner.commit("A change")
    started = time.monotonic()
    ran = runner.pull_request(head=head, base=base, number=1)
    whole = time.monotonic() - started
    if ran.code:
        sys.exit(ran.log)
    found = {each["name"].strip(): _seconds(each["time"]) for each in STEP.finditer(ran.log)}
    return {**{name: found[name] for name in SHOWN}, "the whole run": whole}


def _seconds(text: str) -> float:
    return sum(float(number) * UNITS[unit] for number, unit in PART.findall(text))


if __name__ == "__main__":
    rounds: list[dict[str, float]] = []
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 5):
        world = World()
        with tempfile.TemporaryDirectory() as name, FakeGitHub(world) as fake:
            templates = PROJECT / "src/assay/commands/templates/workflow"
            world.token("ghs_runner", **asked_permissions(templates))
            rounds.append(measure(Path(name), fake))
    for step in rounds[0]:
        times = sorted(each[step] for each in rounds)
        print(f"{step:<18} {statistics.median(times):7.2f} s  ({times[0]:.2f} - {times[-1]:.2f})")
