"""Gates as rows of a Markdown table: the outcome, what was seen, the bar with its line, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from assay.pages import Ruling
from assay.render.wording import bars, outcomes
from assay.render.wording.bars import SeenBar
from assay.render.wording.detail import Detail
from assay.render.wording.marked import code, prose, table
from assay.render.wording.numbers import count, sign_text
from assay.render.wording.plain import clipped

Row = tuple[str, ...]
NOTHING = "–"
_STATES = {"fail": "fails", "inconclusive": "is inconclusive", "not_evaluated": "was not evaluated", "pass": "passes"}


def gate_table(rulings: Sequence[Ruling], rows: Sequence[Sequence[Row]], detail: Detail) -> list[str]:
    """The closed gates and the warnings, from the rows of each; those there is no room for are counted by outcome."""
    told = rows if detail.rows is None else rows[: detail.rows]
    header = ["policy", "outcome", "seen", "bar", "what next"] if detail.bars else ["policy", "outcome"]
    lines = table(header, [row for each in told for row in each]) if told else []
    untold = Counter(outcomes.mark(ruling) for ruling in rulings[len(told) :])
    if untold:
        counted = ", ".join(f"{mark.emoji} {count(number)} {mark.word}" for mark, number in untold.items())
        lines += [f"**{'And ' if told else ''}{count(untold.total())} more that are not listed: {counted}**", ""]
    return lines


def gate_rows(ruling: Ruling, detail: Detail) -> list[Row]:
    """A gate's rows: one for each bar that offends and each reason, the first of them with its name and what next."""
    mark = outcomes.mark(ruling)
    names = [name(ruling, detail), together(f"{mark.emoji} {mark.word}")]
    if not detail.bars:
        return [tuple(names)]
    cells = _cells(ruling, detail)
    seen, bar, settled_by = cells[0]
    advice = f"{settled_by} {prose(clipped(outcomes.remedy(ruling), detail.text))}".lstrip()
    return _named(names, [(seen, bar, advice), *cells[1:]])


def waived_lines(rulings: Sequence[Ruling], detail: Detail) -> list[str]:
    """The gates that a waiver opens, with who answers for it and until when."""
    if not rulings or not detail.listed:
        return [f"🏳️ {count(len(rulings))} waived", ""] if rulings else []
    shown = rulings[: detail.listed]
    lines = [
        f"- 🏳️ {name(ruling, detail)} {_STATES[ruling.outcome]}. "
        + outcomes.waiver_text(ruling, lambda text: prose(clipped(text, detail.text)))
        for ruling in shown
    ]
    return ["**Opened by a waiver**", "", *lines, *more(len(rulings) - len(shown), "waived"), ""]


def passing_table(rulings: Iterable[Ruling], detail: Detail) -> list[str]:
    """The policies that pass, each with its first bars."""
    rows = []
    for ruling in rulings:
        seen = bars.seen_bars(ruling)
        cells = [(_seen(each, detail), bar_text(each, detail)) for each in seen[: detail.bars]]
        if len(seen) > detail.bars:
            cells.append((f"and {count(len(seen) - detail.bars)} more", ""))
        rows += _named([name(ruling, detail)], cells or [(prose(clipped(ruling.title, detail.text)), NOTHING)])
    return table(["policy", "seen", "bar"], rows)


def name(ruling: Ruling, detail: Detail) -> str:
    """The policy's id."""
    return code(clipped(ruling.policy, detail.text))


def subject(each: SeenBar, detail: Detail, known: frozenset[tuple[str, str]] = frozenset()) -> str:
    """What a bar is about: `equalized odds gap (by black)`, without what the reader knows already."""
    said = ", ".join(
        f"{prose(clipped(key, detail.text))} {code(clipped(value, detail.text))}"
        for key, value in each.subject
        if (key, value) not in known
    )
    title = prose(clipped(each.title, detail.text))
    return f"{title} ({said})" if said else title


def bar_text(each: SeenBar, detail: Detail) -> str:
    """A bar and where it is written."""
    return f"{together(sign_text(each.bar.limit, each.bar.direction))} ({code(clipped(each.place, detail.text))})"


def seen_text(each: SeenBar) -> str:
    """What was seen of a bar; a narrow screen breaks it after the interval only."""
    if each.bar.status != "measured":
        return each.seen
    value, comma, rows = each.seen.partition("], ")
    return together(value) + comma + together(rows)


def together(text: str) -> str:
    """Our own text without a place to break a line at."""
    return text.replace(" ", "\u00a0")


def more(number: int, what: str) -> list[str]:
    """A list's last line, where it does not hold everything."""
    return [f"- and {count(number)} more {what}"] if number > 0 else []


def _cells(ruling: Ruling, detail: Detail) -> list[tuple[str, str, str]]:
    """What was seen, its bar and what would settle it: of each bar that offends, and each reason."""
    seen = [each for each in bars.seen_bars(ruling) if each.offends]
    texts = [*ruling.reasons, *bars.other_offenders(ruling)]
    # Saying that there is one more takes as much room as the one.
    most = len(seen) + len(texts) if len(seen) + len(texts) <= detail.bars + 1 else detail.bars
    cells = [(_seen(each, detail), bar_text(each, detail), each.settled_by) for each in seen[:most]]
    reasons = [(prose(clipped(text, detail.text)), NOTHING, "") for text in texts[:most]]
    told = [*reasons, *cells] if ruling.outcome == "not_evaluated" else [*cells, *reasons]
    kept = told[:most]
    if not kept:
        return [(f"not proven: {prose(clipped(ruling.title, detail.text))}", NOTHING, "")]
    rest = len(seen) + len(texts) - len(kept)
    return [*kept, (f"and {count(rest)} more", "", "")] if rest else kept


def _seen(each: SeenBar, detail: Detail) -> str:
    return f"{subject(each, detail)}: {seen_text(each)}"


def _named(names: Sequence[str], cells: Iterable[Sequence[str]]) -> list[Row]:
    """Rows under one name, which the first of them carries."""
    return [(*(names if index == 0 else [""] * len(names)), *cell) for index, cell in enumerate(cells)]
