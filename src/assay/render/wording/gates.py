"""Gates in Markdown: the outcome, the measured values beside their bars and lines, and the next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from assay.dossier.pages import Ruling
from assay.render.wording import bar_lines, outcomes
from assay.render.wording.bar_lines import BarLine
from assay.render.wording.detail import Detail
from assay.render.wording.markdown_text import code, prose, table, unbroken
from assay.render.wording.number_text import count, sign_text
from assay.render.wording.sanitized import clipped
from assay.render.wording.trends import Trends

Row = tuple[str, ...]
NOTHING = "–"
_STATES = {"fail": "fails", "inconclusive": "is inconclusive", "not_evaluated": "was not evaluated", "pass": "passes"}


def gate_lines(rulings: Sequence[Ruling], blocks: Sequence[Sequence[str]], detail: Detail) -> list[str]:
    """The closed gates and the warnings, from the block of each; those without room are counted by outcome."""
    shown = blocks if detail.rows is None else blocks[: detail.rows]
    if detail.bars:
        lines = [line for block in shown for line in block]
    else:
        lines = table(["policy", "outcome"], shown) if shown else []
    uncounted = Counter(outcomes.mark(ruling) for ruling in rulings[len(shown) :])
    if uncounted:
        counted = ", ".join(f"{mark.emoji} {count(number)} {mark.word}" for mark, number in uncounted.items())
        lines += [f"**{'And ' if shown else ''}{count(uncounted.total())} more not listed: {counted}**", ""]
    return lines


def gate_block(ruling: Ruling, detail: Detail, trends: Trends | None = None) -> list[str]:
    """A gate's lines: its outcome, a table of offending bars with their trends, the reasons, the next step.

    The table has two columns, so that it fits on a phone. Without room for a bar, it is the two cells of a row.
    """
    mark = outcomes.mark(ruling)
    if not detail.bars:
        return [name(ruling, detail), unbroken(f"{mark.emoji} {mark.word}")]
    seen, texts, rest = _kept(ruling, detail)
    reasons = [f"- {prose(clipped(text, detail.text))}" for text in texts] + more_line(rest, "")
    if not seen and not texts:
        reasons = [f"- not proven: {prose(clipped(ruling.title, detail.text))}"]
    tabled = table(["measured", "bar"], [_row(each, detail, trends or {}) for each in seen]) if seen else []
    listed = [*reasons, ""] if reasons else []
    body = [*listed, *tabled] if ruling.outcome == "not_evaluated" else [*tabled, *listed]
    advice = f"**What next:** {prose(clipped(outcomes.remedy(ruling), detail.text))}"
    return [f"#### {mark.emoji} {name(ruling, detail)} · {mark.word}", "", *body, advice, ""]


def waived_lines(rulings: Sequence[Ruling], detail: Detail) -> list[str]:
    """The gates that a waiver opens, with its owner and its last day."""
    if not rulings or not detail.listed:
        return [f"🏳️ {count(len(rulings))} waived", ""] if rulings else []
    lines = []
    for ruling in rulings[: detail.listed]:
        waiver = outcomes.waiver_text(ruling, lambda text: prose(clipped(text, detail.text)))
        lines.append(f"- 🏳️ {name(ruling, detail)} {_STATES[ruling.outcome]}. {waiver}")
        seen, texts, rest = _kept(ruling, detail)
        lines += [f"  - {_seen(each, detail)}; the bar is {bar_text(each, detail)}" for each in seen]
        lines += [f"  - {prose(clipped(text, detail.text))}" for text in texts]
        lines += [f"  {line}" for line in more_line(rest, "")]
    return ["**Opened by a waiver**", "", *lines, *more_line(len(rulings) - detail.listed, "waived"), ""]


def passing_table(rulings: Iterable[Ruling], detail: Detail) -> list[str]:
    """The policies that pass, each with its first bars."""
    rows = []
    for ruling in rulings:
        seen = bar_lines.lines_of(ruling)
        cells = [(_seen(each, detail), bar_text(each, detail)) for each in seen[: detail.bars]]
        if len(seen) > detail.bars:
            cells.append((f"and {count(len(seen) - detail.bars)} more", ""))
        rows += _named([name(ruling, detail)], cells or [(text, NOTHING) for text in _proof(ruling, detail)])
    return table(["policy", "measured", "bar"], rows)


def name(ruling: Ruling, detail: Detail) -> str:
    """The policy's id."""
    return code(clipped(ruling.policy, detail.text))


def subject(each: BarLine, detail: Detail, known: frozenset[tuple[str, str]] = frozenset()) -> str:
    """A bar's subject: `equalized odds gap (by black)`, without the parts that the reader knows."""
    said = ", ".join(
        f"{prose(clipped(key, detail.text))} {code(clipped(value, detail.text))}"
        for key, value in each.subject
        if (key, value) not in known
    )
    title = prose(clipped(each.title, detail.text))
    return f"{title} ({said})" if said else title


def bar_text(each: BarLine, detail: Detail) -> str:
    """A bar and its place in the manifest."""
    return f"{unbroken(sign_text(each.bar.limit, each.bar.direction))} ({code(clipped(each.place, detail.text))})"


def value_cell(each: BarLine) -> str:
    """A bar's measured value; a narrow screen breaks it only after the interval."""
    if each.bar.status != "measured":
        return each.measured
    value, comma, rows = each.measured.partition("], ")
    return unbroken(value) + comma + unbroken(rows)


def more_line(number: int, what: str) -> list[str]:
    """A list's last line, if the list is not complete."""
    return [f"- and {count(number)} more {what}".rstrip()] if number > 0 else []


def _kept(ruling: Ruling, detail: Detail) -> tuple[list[BarLine], list[str], int]:
    """The offending bars and the reasons that fit, and the number of others.

    The reasons come before the bars if nothing was evaluated.
    """
    seen = [each for each in bar_lines.lines_of(ruling) if each.offends]
    texts = [*ruling.reasons, *bar_lines.other_offenders(ruling)]
    every = len(seen) + len(texts)
    # A line that counts one more takes as much room as that one.
    most = every if every <= detail.bars + 1 else detail.bars
    if ruling.outcome == "not_evaluated":
        texts = texts[:most]
        seen = seen[: most - len(texts)]
    else:
        seen = seen[:most]
        texts = texts[: most - len(seen)]
    return seen, texts, every - len(seen) - len(texts)


def _proof(ruling: Ruling, detail: Detail) -> list[str]:
    """The proof of a policy without bars: its reasons, or its title."""
    return [prose(clipped(text, detail.text)) for text in ruling.reasons[: detail.bars] or (ruling.title,)]


def _row(each: BarLine, detail: Detail, trends: Trends) -> tuple[str, str]:
    """A bar's measured value, its trend since the base, what would settle it, and the bar."""
    trend = trends.get(each.bar.id)
    seen = _seen(each, detail) if trend is None else f"{_seen(each, detail)}; {unbroken(trend.in_words())}"
    seen = f"{seen}; {prose(clipped(each.message, detail.text))}" if each.message and each.offends else seen
    return f"{seen}. {each.settled_by}" if each.settled_by else seen, bar_text(each, detail)


def _seen(each: BarLine, detail: Detail) -> str:
    return f"{subject(each, detail)}: {value_cell(each)}"


def _named(names: Sequence[str], cells: Iterable[Sequence[str]]) -> list[Row]:
    """Rows under one name, which only the first row shows."""
    return [(*(names if index == 0 else [""] * len(names)), *cell) for index, cell in enumerate(cells)]
