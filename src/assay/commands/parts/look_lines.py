"""What `doctor` found, as text and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assay.commands.parts.findings import Finding, State
from assay.commands.parts.looks import SECTIONS, Look
from assay.edges.foreign_text import plain

MANUAL = "https://github.com/assay-ml/assay/blob/main/docs/github-setup.md"
MARKS: dict[State, str] = {"ok": "✓", "missing": "✗", "not looked": "○"}
WIDTH = 80


@dataclass(frozen=True, kw_only=True)
class LookedAt:
    """A look, and what it found."""

    name: str
    title: str
    look: Look
    finding: Finding

    @property
    def manual(self) -> str:
        """The place in the manual."""
        return f"{MANUAL}#{self.name.replace('_', '-')}"


def look_document(looked: Sequence[LookedAt], code: int) -> dict[str, Any]:
    """The looks as plain data."""
    listed = [
        {
            "look": each.name,
            "title": each.title,
            "section": each.look.SECTION,
            "state": each.finding.state,
            "found": plain(each.finding.seen),
            "why": each.look.WHY,
            "fix": each.look.FIX,
            "manual": each.manual,
        }
        for each in looked
    ]
    return {"looks": listed, **_counts(looked), "exit_code": code}


def look_text(looked: Sequence[LookedAt]) -> str:
    """The looks by section; why and how to fix it only where something is missing."""
    lines: list[str] = []
    for section, heading in SECTIONS.items():
        within = [each for each in looked if section == each.look.SECTION]
        lines += [heading, *(line for each in within for line in _lines(each)), ""] if within else []
    counts = _counts(looked)
    words = [f"{counts['ok']} fine", f"{counts['missing']} missing", f"{counts['not_looked']} not looked at"]
    return "\n".join([*lines, ", ".join(words) + "."]) + "\n"


def _lines(each: LookedAt) -> list[str]:
    seen = " ".join(plain(each.finding.seen).split())
    told = "could not look: " + seen if each.finding.state == "not looked" else seen
    lines = [f" {MARKS[each.finding.state]} {each.title}", *_wrapped(told, "   ")]
    if each.finding.state == "missing":
        lines += [*_wrapped(f"Why: {each.look.WHY}", "   "), *_wrapped(f"Fix: {each.look.FIX}", "   ")]
    return lines if each.finding.state == "ok" else [*lines, f"   {each.manual}"]


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _counts(looked: Sequence[LookedAt]) -> dict[str, int]:
    states = [each.finding.state for each in looked]
    return {state.replace(" ", "_"): states.count(state) for state in MARKS}
