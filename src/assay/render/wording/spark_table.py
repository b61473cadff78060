"""Distributions on a terminal: the columns that moved most, with reference and current."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assay.facts.values import Overlay
from assay.render.wording.number_text import count
from assay.render.wording.sanitized import clipped, printable
from assay.render.wording.sparks import CELLS, spark

if TYPE_CHECKING:
    from rich.console import Console

_MOST, _MOST_NAME, _NARROW, _FEWER = 5, 60, 72, 9


def print_sparks(console: Console, overlays: Sequence[Overlay]) -> None:
    """Prints the first few distributions, the worst first; nothing if there are none."""
    if not overlays:
        return
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    narrow = console.width < _NARROW
    table = Table(box=None, expand=True, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("column", ratio=1, overflow="fold")
    for side in ("reference", "current"):
        table.add_column(side, no_wrap=True, width=_FEWER if narrow else CELLS)
    if not narrow:
        table.add_column("over", ratio=1, overflow="fold")
    for each in overlays[:_MOST]:
        seen = spark(each, _FEWER if narrow else CELLS)
        cells = [printable(clipped(each.label, _MOST_NAME)), seen.reference, seen.current, seen.over]
        table.add_row(*map(Text, cells[:3] if narrow else cells))
    if len(overlays) > _MOST:
        table.add_row(Text(f"and {count(len(overlays) - _MOST)} more", style="dim"))
    console.print(Padding(table, (1, 0, 0, 1)))
