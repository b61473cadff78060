"""The decision for a terminal or a log: a table of rulings, the verdict, the next steps."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision, Ruling
from assay.errors import PageError
from assay.render.wording import bar_lines, outcomes
from assay.render.wording.bar_lines import BarLine
from assay.render.wording.check_sections import overlays
from assay.render.wording.number_text import count
from assay.render.wording.sanitized import printable
from assay.render.wording.spark_table import print_sparks
from assay.render.wording.trends import Trends, trends_of_card

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

FILE: str | None = None
_NARROWEST, _MOST_BARS = 40, 3
_POLICY_SHARE, _BAR_SHARE = 0.34, 0.24
_STYLES = {"pass": "green", "fail": "red", "unsure": "yellow", "unknown": "magenta", "waived": "cyan"}


def render(pages: Dossier, width: int = 80, *, color: bool = False) -> str:
    """The decision as lines of at most `width` columns; without `color` it has no escape code."""
    if pages.decision is None:
        raise PageError(
            "The dossier has no decision yet, so there is nothing to show.", hint="Run `assay decide` first."
        )
    from rich.console import Console
    from rich.padding import Padding

    written = io.StringIO()
    console = Console(
        file=written,
        width=max(width, _NARROWEST),
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    _head(console, pages, pages.decision)
    if pages.decision.rulings:
        trends = trends_of_card(pages.card)
        console.print(Padding(_table(pages.decision.rulings, console.width, trends), (0, 0, 0, 1)))
    print_sparks(console, overlays(pages))
    _verdict(console, pages.decision)
    _next_steps(console, pages.decision.rulings)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def _head(console: Console, pages: Dossier, decision: Decision) -> None:
    from rich.text import Text

    named = f"{printable(decision.model)} → {printable(decision.stage)}"
    console.print(Text(f" {named}", style="bold").append(f"  as of {printable(decision.as_of)}", style="not bold dim"))
    if pages.plan is not None:
        plan = pages.plan
        parts = [_number(len(plan.policies), "policy", "policies"), _number(len(plan.checks), "check", "checks")]
        console.print(Text(f" {', '.join([*parts, _number(len(plan.bars), 'bar', 'bars')])}", style="dim"))
    console.print()


def _table(rulings: Sequence[Ruling], width: int, trends: Trends) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    wide = round(width * _POLICY_SHARE)
    table = Table(
        box=SIMPLE_HEAD, expand=True, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, header_style="dim"
    )
    table.add_column("", width=1)
    table.add_column("policy", max_width=wide, overflow="fold")
    table.add_column("measured", ratio=1, overflow="fold")
    table.add_column("bar", max_width=round(width * _BAR_SHARE), overflow="fold")
    ordered = [ruling for group in outcomes.by_standing(rulings).values() for ruling in group]
    for index, ruling in enumerate(ordered):
        _add(table, ruling, wide, trends, last=index == len(ordered) - 1)
    return table


def _add(table: Table, ruling: Ruling, wide: int, trends: Trends, *, last: bool) -> None:
    """A ruling's rows: the policy and its outcome beside the first measured value, then the rest."""
    from rich.text import Text

    shown = outcomes.mark(ruling)
    style = f"bold {_STYLES[shown.tone]}"
    name = printable(ruling.policy)
    broken = name if len(name) <= wide else name.replace("/", "/\n")
    policy = Text(shown.word, style=style).append(f"\n{broken}", style="not bold default")
    for index, (seen, bar) in enumerate(_cells(ruling, trends)):
        table.add_row(*((Text(shown.symbol, style=style), policy) if index == 0 else ("", "")), seen, bar)
    if not last:
        table.add_row()


def _cells(ruling: Ruling, trends: Trends) -> list[tuple[Text, Text]]:
    """The measured value and bar of each bar that matters; then the reasons and the waiver."""
    from rich.text import Text

    shown, others = bar_lines.split_lines(bar_lines.lines_of(ruling), _MOST_BARS)
    cells = [(_seen(each, trends), _bar(each)) for each in shown]
    if others:
        cells.append((Text(f"and {_number(len(others), 'other bar', 'other bars')}", style="dim"), Text()))
    if outcomes.standing(ruling) != "passed" or not cells:
        cells.extend(
            (Text(printable(reason)), Text()) for reason in (*ruling.reasons, *bar_lines.other_offenders(ruling))
        )
    if ruling.waiver is not None:
        cells.append((Text(outcomes.waiver_text(ruling, printable)), Text()))
    return cells or [(Text(printable(ruling.title)), Text("–", style="dim"))]


def _seen(each: BarLine, trends: Trends) -> Text:
    from rich.text import Text

    text = Text(printable(each.what()))
    text.append(f"\n{printable(each.measured)}", style="bold")
    if each.bar.id in trends:
        text.append(f"\n{trends[each.bar.id].in_words()}", style="dim")
    if each.message:
        text.append(f"\n{printable(each.message)}", style="dim")
    if each.settled_by:
        text.append(f"\n{each.settled_by}", style="dim")
    if each.offends and each.bar.keys:
        text.append(f"\nrows {printable(', '.join(each.bar.keys))}", style="dim")
    return text


def _bar(each: BarLine) -> Text:
    from rich.text import Text

    return Text(each.bound).append(f"\n{printable(each.place)}", style="dim")


def _verdict(console: Console, decision: Decision) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console.print()
    tone = "green" if decision.verdict == "open" else "red"
    symbol = "✓" if decision.verdict == "open" else "✗"
    sentence = Text(f"{symbol} {outcomes.gate(decision.verdict)}. ", style=f"bold {tone}")
    sentence.append(outcomes.summary(decision.rulings), style="not bold default")
    console.print(Padding(sentence, (0, 1)))
    counted = " · ".join(
        f"{mark.symbol} {count(number)} {mark.word}" for mark, number in outcomes.counts(decision.rulings)
    )
    console.print(Padding(Text(counted, style="dim"), (0, 1)))


def _next_steps(console: Console, rulings: Sequence[Ruling]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    closed = outcomes.by_standing(rulings)["closed"]
    if closed:
        console.print(Padding(Text("What next", style="bold"), (1, 1, 0, 1)))
    for ruling in closed:
        console.print(Padding(Text(printable(ruling.policy)), (0, 1, 0, 3)))
        console.print(Padding(Text(printable(outcomes.remedy(ruling))), (0, 1, 0, 5)))


def _number(number: int, one: str, more: str) -> str:
    return f"{count(number)} {one if number == 1 else more}"
