"""The rows of the measured table: each prepares its data, names its commands and its goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.benchmarks import contract, drift, policies
from tests.benchmarks.measured_table import Goal, Row, of_commands
from tests.benchmarks.peer_environments import peer
from tests.benchmarks.table_files import predictions, table
from tests.benchmarks.timing import assay

GROUPINGS = ("tier", "group_name", "c1", "c2")


def bias(folder: Path) -> Row:
    """Four groupings, with intervals; the peers give none."""
    ours, columns = "assay measure bias", ",".join(GROUPINGS)
    files = table(1_000_000), predictions(1_000_000)
    commands = {
        ours: assay("measure", "bias", *_scored(*files), "--set", f"by=[{columns}]"),
        "aequitas": peer("aequitas", "aequitas_bias.py", *files, columns),
        "fairlearn": peer("fairlearn", "fairlearn_bias.py", *files, columns),
    }
    goals = {"aequitas": Goal(2), "fairlearn": Goal(60)}
    return Row("bias, 4 groupings, 1M rows", ours, of_commands(commands, once=("fairlearn",)), goals)


def quality(folder: Path) -> Row:
    """The five usual metrics of two classes, with intervals; scikit-learn's have none, or those of 20 bootstraps."""
    ours = "assay measure quality"
    files = table(1_000_000), predictions(1_000_000)
    plain, drawn = "scikit-learn, no intervals", "scikit-learn, 20 bootstraps"
    commands = {
        ours: assay("measure", "quality", *_scored(*files)),
        plain: peer("scikit_learn", "scikit_learn_quality.py", *files, 0),
        drawn: peer("scikit_learn", "scikit_learn_quality.py", *files, 20),
    }
    return Row("quality, 5 metrics, 1M rows", ours, of_commands(commands, once=(drawn,)), {plain: Goal(1)})


def drifting(folder: Path) -> Row:
    """Twenty columns; what each peer computes is in its script."""
    files = table(1_000_000), table(1_000_000, seed=2)
    commands = drift.commands(files, drift.OTHERS)
    goals = {"scipy": Goal(12), "nannyml": Goal(30), "evidently": Goal(80)}
    return Row(
        "drift, 20 columns, 1M + 1M rows", drift.OURS, of_commands(commands, once=("evidently", "nannyml")), goals
    )


def contracts(folder: Path) -> Row:
    """Twenty rules on ten million rows."""
    commands = contract.commands(10_000_000, ("pandera", "dataframely", "great_expectations"), folder)
    goals = {contract.FLOOR: Goal(4, floor=True), "pandera": Goal(2), "great_expectations": Goal(13)}
    measuring = of_commands(commands, once=("great_expectations",))
    return Row("contract, 20 rules, 10M rows", contract.OURS, measuring, goals)


def asked_policies(count: int, bound: float, engine: str, folder: Path) -> Row:
    """So many policies on 1.2 MB of facts, beside one policy in bare OPA."""
    goals = {policies.BARE: Goal(bound, floor=True)}
    return Row(f"{count} policies", engine, partial(policies.measured, count), goals)


ROWS: Mapping[str, Callable[[Path], Row]] = {
    "bias": bias,
    "quality": quality,
    "drift": drifting,
    "contract": contracts,
    "policies-20-opa": partial(asked_policies, 20, 3, policies.OPA),
    "policies-20-embedded": partial(asked_policies, 20, 3, policies.EMBEDDED),
    "policies-500-opa": partial(asked_policies, 500, 10, policies.OPA),
    "policies-500-embedded": partial(asked_policies, 500, 10, policies.EMBEDDED),
}

SCRIPTS: Mapping[str, Sequence[str]] = {
    "wide": ("tests.benchmarks.wide",),
    "startup": ("tests.benchmarks.startup",),
    "status": ("tests.benchmarks.status",),
    "action": ("tests.benchmarks.action",),
}
"""Benchmarks that print tables of their own."""


def _scored(data: Path, scores: Path) -> tuple[str, ...]:
    known = ("--id", "id", "--label", "label", "--format", "json")
    return ("--data", f"table={data}", "--predictions", f"table={scores}", *known)
