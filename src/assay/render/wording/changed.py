"""What a change does to the manifest that judges: which paths, from what to what, and whether it counts."""

from __future__ import annotations

from collections.abc import Sequence

from assay.planned import ManifestChange
from assay.render.wording.detail import Detail
from assay.render.wording.gates import NOTHING, more
from assay.render.wording.marked import code, table
from assay.render.wording.numbers import count
from assay.render.wording.plain import clipped

_MOST_VALUE = 80


def change_lines(changes: Sequence[ManifestChange], detail: Detail) -> list[str]:
    """The differences, those that only loosen or rename first; nothing where there is none."""
    if not changes:
        return []
    title = f"**This change touches what judges it:** {_counts(changes)}"
    ordered = sorted(changes, key=lambda each: each.tightens)
    shown = ordered[: detail.listed]
    if not shown:
        return [title, ""]
    rows = [
        (
            f"{'⬆️' if each.tightens else '⚠️'} {code(clipped(each.path, detail.text))}",
            _value(each.before),
            _value(each.after),
            code(clipped(f"{each.file}:{each.line}", detail.text)),
            "tightens: holds at once" if each.tightens else "held back: the base judges",
        )
        for each in shown
    ]
    header = ["where in the manifest", "before", "after", "line", "what holds"]
    rest = more(len(ordered) - len(shown), "of them")
    return [title, "", *table(header, rows), *rest, *([""] if rest else [])]


def _counts(changes: Sequence[ManifestChange]) -> str:
    tightened = sum(each.tightens for each in changes)
    parts = [
        f"{count(len(changes) - tightened)} held back" if len(changes) > tightened else "",
        f"{count(tightened)} tightened" if tightened else "",
    ]
    return ", ".join(part for part in parts if part) + "."


def _value(text: str | None) -> str:
    return NOTHING if text is None else code(clipped(text, _MOST_VALUE))
