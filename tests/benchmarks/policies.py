"""What many policies on much evidence cost, beside one bare `opa eval` of one of them: processor seconds, interleaved.

    uv run python -m tests.benchmarks.policies [--policies 20 500] [--rounds 3]

Eight checks have 1.2 MB of facts; each policy declares two of them, and every policy is asked about the evidence and about
none. "Bare" is OPA with one policy's file and all of the evidence, without any guard.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks.timing import Taken, Unmeasured

from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.engine import Engine, Query
from assay.edges.rego.engines.opa import find_opa
from assay.edges.rego.engines.regorus import find_regorus

BARE, OPA, EMBEDDED = "bare `opa eval`, one policy", "OPA", "embedded engine"
CHECKS, BYTES = 8, 1_200_000
RULE = """# METADATA
# title: A policy of the benchmark
# description: It reads two facts of two checks.
# custom:
#   effect: block
#   risks: [high]
#   stages: [validation]
#   checks: [{first}, {second}]
#   remedy: None is needed.
package family.{name}

proven if {{
	input.facts.{first}.columns.c7.share <= 1
	input.facts.{second}.columns.c9.share <= 1
	every bar in input.bars {{
		bar.low >= bar.limit
	}}
}}
"""


def facts() -> dict[str, Any]:
    """Facts of eight checks, of 1.2 MB together as JSON."""
    found: dict[str, Any] = {}
    for check in range(CHECKS):
        columns: dict[str, Any] = {}
        while len(json.dumps(columns)) < BYTES / CHECKS:
            start = len(columns)
            columns |= {
                f"c{start + each}": {"share": round((start + each) % 97 / 97, 9), "n": start + each, "kind": "estimate"}
                for each in range(100)
            }
        found[f"check{check}"] = {"columns": columns}
    return found


def write_policies(folder: Path, count: int) -> None:
    """The policies, in a folder as users keep them."""
    for index in range(count):
        first, second = named(index)
        place = folder / "family" / f"p{index}"
        place.mkdir(parents=True)
        (place / f"p{index}.rego").write_text(RULE.format(name=f"p{index}", first=first, second=second))


def named(index: int) -> tuple[str, str]:
    """The two checks that a policy declares."""
    return f"check{index % CHECKS}", f"check{(index + 1 + index // CHECKS % (CHECKS - 1)) % CHECKS}"


def queries(count: int, found: dict[str, Any]) -> list[Query]:
    """Each policy's questions: about the evidence, and about none."""
    asked = []
    bars = {check: [{"check": check, "low": 1, "limit": 0} for _ in range(20)] for check in found}
    for index in range(count):
        head = {"assay": 1, "policy": f"family/p{index}", "stage": "validation", "as_of": "2026-01-01"}
        mine = named(index)
        full = {
            **head,
            "checks": {check: {"outcome": "measured"} for check in mine},
            "facts": {check: found[check] for check in mine},
            "bars": [bar for check in mine for bar in bars[check]],
            "manifest": {"task": "regression"},
            "changes": [],
        }
        empty = {**head, "checks": {}, "facts": {}, "bars": [], "manifest": {}, "changes": []}
        asked += [Query(policy=f"family/p{index}", input=each) for each in (full, empty)]
    return asked


def processor() -> float:
    """The processor seconds of this process and of all that it waited for."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in both)


def spent(work: Callable[[], object]) -> Taken:
    """What some work took."""
    before, started = processor(), time.perf_counter()
    work()
    return Taken(time.perf_counter() - started, processor() - before, 0)


def evaluate(engine: Engine, folder: Path, asked: list[Query]) -> None:
    """Asks everything, and stops the benchmark if a policy has no answer."""
    answers = engine.evaluate(read_bundle([folder]), asked)
    if not all(answer.document == ({"proven": True} if not index % 2 else {}) for index, answer in enumerate(answers)):
        raise Unmeasured(f"{engine.name} gave a wrong answer: {answers[0]}")


def measured(count: int, rounds: int) -> tuple[dict[str, list[Taken]], dict[str, str]]:
    """What bare OPA and both engines took for so many policies, in turns."""
    opa, found = find_opa(None), facts()
    if opa is None:
        raise Unmeasured("OPA is not on PATH.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "policies"
        folder.mkdir()
        write_policies(folder, count)
        asked = queries(count, found)
        given = Path(name) / "input.json"
        given.write_text(json.dumps({**asked[0].input, "facts": found}))
        bare = [opa.path, "eval", "-d", str(folder / "family/p0/p0.rego"), "-i", str(given), "data.family.p0"]
        work: dict[str, Callable[[], object]] = {
            BARE: partial(subprocess.run, bare, check=True, capture_output=True),
            OPA: partial(evaluate, opa, folder, asked),
            EMBEDDED: partial(evaluate, find_regorus(), folder, asked),
        }
        taken: dict[str, list[Taken]] = {label: [] for label in work}
        for _ in range(rounds):
            for label, each in work.items():
                taken[label].append(spent(each))
    return taken, {}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--policies", type=int, nargs="+", default=[20, 500])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print("| policies | engine | processor s | × bare | wall s | × bare |\n|---|---|---|---|---|---|")
    for count in arguments.policies:
        middle = {
            label: [statistics.median(side) for side in ([e.processor for e in taken], [e.wall for e in taken])]
            for label, taken in measured(count, arguments.rounds)[0].items()
        }
        for label, seconds in middle.items():
            ratios = [one / least for one, least in zip(seconds, middle[BARE], strict=True)]
            print(f"| {count} | {label} | {seconds[0]:.2f} | {ratios[0]:.1f} | {seconds[1]:.2f} | {ratios[1]:.1f} |")


if __name__ == "__main__":
    main()
