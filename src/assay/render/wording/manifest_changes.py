"""The changes of the manifest that judges: which paths, old and new values, and whether each applies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from assay.dossier.plan_parts import ManifestChange
from assay.render.wording.detail import Detail
from assay.render.wording.gates import more_line
from assay.render.wording.markdown_text import code
from assay.render.wording.number_text import count
from assay.render.wording.sanitized import clipped

Standing = Literal["held", "approved", "tightened", "descriptive"]
_ORDER: tuple[Standing, ...] = ("held", "approved", "tightened", "descriptive")
_EMOJI: dict[Standing, str] = {"held": "⚠️", "approved": "☑️", "tightened": "⬆️", "descriptive": "✏️"}
_HOLDS: dict[Standing, str] = {
    "held": "held back, the base judges",
    "approved": "approved, the base judges until it is merged",
    "tightened": "tightens, applies at once",
    "descriptive": "describes the model, applies at once",
}
_COUNTED: dict[Standing, str] = {
    "held": "held back",
    "approved": "approved by both roles",
    "tightened": "tightened",
    "descriptive": "only descriptive",
}
_MOST_VALUE = 80


def change_lines(changes: Sequence[ManifestChange], detail: Detail, *, approved: bool = False) -> list[str]:
    """The differences, with those that the base holds back first; no line if there is none.

    `approved` says that people approved the differences that the base holds back.
    """
    if not changes:
        return []
    found = [(_standing(each, approved=approved), each) for each in changes]
    counted = [(sum(standing == each for each, _ in found), standing) for standing in _ORDER]
    numbers = ", ".join(f"{count(number)} {_COUNTED[standing]}" for number, standing in counted if number)
    verb = "described" if all(standing == "descriptive" for standing, _ in found) else "judged"
    title = f"**This change affects how the model is {verb}:** {numbers}."
    ordered = sorted(found, key=lambda each: _ORDER.index(each[0]))
    shown = [_line(standing, each, detail) for standing, each in ordered[: detail.listed]]
    rest = more_line(len(ordered) - len(shown), "") if shown else []
    return [title, "", *shown, *rest, *([""] if shown else [])]


def _standing(change: ManifestChange, *, approved: bool) -> Standing:
    if change.tightens:
        return "tightened"
    if change.descriptive:
        return "descriptive"
    return "approved" if approved else "held"


def _line(standing: Standing, change: ManifestChange, detail: Detail) -> str:
    path, place = (code(clipped(text, detail.text)) for text in (change.path, f"{change.file}:{change.line}"))
    return f"- {_EMOJI[standing]} {path} ({place}) {_values(change)}: {_HOLDS[standing]}"


def _values(change: ManifestChange) -> str:
    before, after = (
        None if each is None else code(clipped(each, _MOST_VALUE)) for each in (change.before, change.after)
    )
    if before is None:
        return f"added {after}" if after is not None else "changed"
    return f"removed, was {before}" if after is None else f"{before} → {after}"
