"""Rulings as plain messages with their lines in a file, for tools that mark lines."""

from __future__ import annotations

from dataclasses import dataclass

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision, Ruling
from assay.errors import PageError
from assay.manifest.document import FILE
from assay.render.wording import bar_lines, outcomes
from assay.render.wording.bar_lines import BarLine
from assay.render.wording.number_text import count
from assay.render.wording.sanitized import clipped, unlinked

MOST_TEXT, MOST_MESSAGE = 300, 1_500
NOTHING_RULED = "No blocking policy was ruled on, so nothing opens the gate."
NOTHING_RULED_NEXT = "Give the stage at least one blocking policy, then run the check again."
_MOST_TOLD = 4


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file; lines count from 1."""

    file: str
    line: int


def need_decision(pages: Dossier) -> Decision:
    """The dossier's decision; raises PageError if it has none."""
    if pages.decision is None:
        raise PageError(
            "The dossier has no decision yet, so there is nothing to show.", hint="Run `assay decide` first."
        )
    return pages.decision


def nothing_ruled(decision: Decision) -> bool:
    """Whether the gate is closed although no ruling closes it, because no planned policy could open it."""
    return decision.verdict == "closed" and not outcomes.by_standing(decision.rulings)["closed"]


def places(ruling: Ruling, pages: Dossier) -> tuple[Place, ...]:
    """The lines of a ruling, offending ones first: those of its bars, of changes it names, or the manifest's first."""
    seen = bar_lines.lines_of(ruling)
    offending = [each.bar for each in seen if each.offends] or [each.bar for each in seen]
    found = [Place(bar.file, bar.line) for bar in offending]
    if not found and pages.plan is not None:
        changes = pages.plan.changes or ()
        found = [Place(change.file, change.line) for change in changes if change.path in ruling.offenders]
    return tuple(dict.fromkeys(found)) or (manifest_place(pages),)


def manifest_place(pages: Dossier) -> Place:
    """The manifest's first line."""
    return Place(FILE if pages.manifest is None else pages.manifest.file, 1)


def _seen(each: BarLine) -> str:
    return f"{each.measured} ({clipped(each.message, MOST_TEXT)})" if each.message else each.measured


def message(ruling: Ruling) -> str:
    """A ruling in a few sentences without mentions, links or commands."""
    sentences = [f"{clipped(ruling.title.rstrip('.'), MOST_TEXT)}: {outcomes.mark(ruling).word}."]
    seen = [each for each in bar_lines.lines_of(ruling) if each.offends]
    sentences += [
        " ".join(f"{clipped(each.what(), MOST_TEXT)}: {_seen(each)}; must be {each.bound}. {each.settled_by}".split())
        for each in seen[:_MOST_TOLD]
    ]
    reasons = [*ruling.reasons, *bar_lines.other_offenders(ruling)]
    sentences += [_sentence(text) for text in reasons[:_MOST_TOLD]]
    rest = max(0, len(seen) - _MOST_TOLD) + max(0, len(reasons) - _MOST_TOLD)
    sentences += [f"And {count(rest)} more."] if rest else []
    if ruling.waiver is not None:
        sentences.append(_sentence(outcomes.waiver_text(ruling, str)))
    else:
        sentences.append(f"What next: {_sentence(outcomes.remedy(ruling))}")
    return unlinked(clipped(" ".join(sentences), MOST_MESSAGE))


def _sentence(text: str) -> str:
    sentence = clipped(text, MOST_TEXT)
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."
