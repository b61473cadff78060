"""Rows of the measured table: commands timed beside ours in turns, their ratios in processor seconds, and the goals."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.timing import Taken, Unmeasured, take_turns

Measuring = Callable[[int], tuple[Mapping[str, Sequence[Taken]], Mapping[str, str]]]
"""From a number of rounds: what was taken by label, and why the other labels were not measured."""


@dataclass(frozen=True)
class Goal:
    """What a ratio must be: a peer takes at least so many times as long as we, or we at most so many times a floor."""

    bound: float
    floor: bool = False

    def ratio(self, ours: float, theirs: float) -> float:
        """Theirs by ours, or ours by the floor."""
        return ours / theirs if self.floor else theirs / ours

    def met(self, ratio: float) -> bool:
        """Whether a ratio keeps the bound."""
        return ratio <= self.bound if self.floor else ratio >= self.bound

    def __str__(self) -> str:
        return f"ours {'≤' if self.floor else '≥'} {self.bound:g} × it" if self.floor else f"≥ {self.bound:g}"


@dataclass(frozen=True)
class Row:
    """One comparison: ours, what it is held against, and the goals by label."""

    title: str
    ours: str
    measuring: Measuring
    goals: Mapping[str, Goal] = field(default_factory=dict)


def of_commands(commands: Mapping[str, Sequence[str] | str], *, once: Iterable[str] = ()) -> Measuring:
    """Whole processes in turn, those in `once` one time; a text in place of a command says why there is none."""

    def measuring(rounds: int) -> tuple[Mapping[str, Sequence[Taken]], Mapping[str, str]]:
        return take_turns(commands, rounds, once=once)

    return measuring


def lines(name: str, making: Callable[[], Row], rounds: int) -> Iterable[str]:
    """The lines of a row in Markdown; what could not be measured has no number and says why."""
    try:
        row = making()
        taken, missing = row.measuring(rounds)
    except Unmeasured as error:
        yield _line(name, "", "", f"unmeasured: {error}", "", "", "", "unknown")
        return
    yield from _lines(row, taken, missing)


def _lines(row: Row, taken: Mapping[str, Sequence[Taken]], missing: Mapping[str, str]) -> Iterable[str]:
    middle = {label: statistics.median(each.processor for each in found) for label, found in taken.items() if found}
    ours = middle.get(row.ours)
    for label in dict.fromkeys((row.ours, *taken, *missing, *row.goals)):
        goal = row.goals.get(label)
        if label not in middle:
            why = f"unmeasured: {missing.get(label, 'it was not run')}"
            yield _line(row.title, label, "", why, "", "", goal or "", "unknown" if goal else "")
            continue
        seconds, most = [each.processor for each in taken[label]], max(each.megabytes for each in taken[label])
        spread = f"{middle[label]:.2f} ({min(seconds):.2f} – {max(seconds):.2f})"
        megabytes = f"{most:.0f}" if most else ""
        times = "" if ours is None else f"{middle[label] / ours:.2f}"
        met = ""
        if goal is not None:
            ratio = None if ours is None else goal.ratio(ours, middle[label])
            met = "unknown" if ratio is None else "yes" if goal.met(ratio) else "**no**"
            times += f" (ours {ratio:.2f} × it)" if goal.floor and ratio is not None else ""
        yield _line(row.title, label, len(seconds), spread, megabytes, times, goal or "", met)


def _line(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "/").replace("\n", " ") for cell in cells) + " |"


def heading() -> str:
    """The machine, and the table's first two lines."""
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    columns = ("row", "what", "n", "processor s (min – max)", "MB", "× ours", "goal", "met")
    machine = f"{os.cpu_count()} cores, CPython {platform.python_version()}, load {load}"
    return f"{machine}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
