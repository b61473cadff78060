"""Gates in Markdown: the outcome, what was seen beside its bar with its line, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from assay.dossier.pages import Ruling
from assay.render.wording import bar_lines, outcomes
from assay.render.wording.bar_lines import SeenBar
from assay.render.wording.detail import Detail
from assay.render.wording.markdown_text import code, prose, table, together
from assay.render.wording.number_text import count, sign_text
from assay.render.wording.sanitized import clipped
from assay.render.wording.trends import Trends

Row = tuple[str, ...]
NOTHING = "–"
_STATES = {"fail": "fails", "inconclusive": "is inconclusive", "not_evaluated": "was not evaluated", "pass": "passes"}


def gate_lines(rulings: Sequence[Ruling], blocks: Sequence[Sequence[str]], detail: Detail) -> list[str]:
    """The closed gates and the warnings, from the block of each; those there is no room for are counted by outcome."""
    told = blocks if detail.rows is None else blocks[: detail.rows]
    if detail.bars:
        lines = [line for block in told for line in block]
    else:
        lines = table(["policy", "outcome"], told) if told else []
    untold = Counter(outcomes.mark(ruling) for ruling in rulings[len(told) :])
    if untold:
        counted = ", ".join(f"{mark.emoji} {count(number)} {mark.word}" for mark, number in untold.items())
        lines += [f"**{'And ' if told else ''}{count(untold.total())} more that are not listed: {counted}**", ""]
    return lines


def gate_block(ruling: Ruling, detail: Detail, trends: Trends | None = None) -> list[str]:
    """A gate's lines: its outcome, a table of the bars that offend, each with its trend, the reasons, what next.

    The table has two columns, so that a phone shows it whole. Without room for a bar it is the two cells of a row.
    """
    mark = outcomes.mark(ruling)
    if not detail.bars:
        return [name(ruling, detail), together(f"{mark.emoji} {mark.word}")]
    seen, texts, rest = _kept(ruling, detail)
    reasons = [f"- {prose(clipped(text, detail.text))}" for text in texts] + more(rest, "")
    if not seen and not texts:
        reasons = [f"- not proven: {prose(clipped(ruling.title, detail.text))}"]
    tabled = table(["seen", "bar"], [_row(each, detail, trends or {}) for each in seen]) if seen else []
    listed = [*reasons, ""] if reasons else []
    told = [*listed, *tabled] if ruling.outcome == "not_evaluated" else [*tabled, *listed]
    advice = f"**What next:** {prose(clipped(outcomes.remedy(ruling), detail.text))}"
    return [f"#### {mark.emoji} {name(ruling, detail)} · {mark.word}", "", *told, advice, ""]


def waived_lines(rulings: Sequence[Ruling], detail: Detail) -> list[str]:
    """The gates that a waiver opens, with who answers for it and until when."""
    if not rulings or not detail.listed:
        return [f"🏳️ {count(len(rulings))} waived", ""] if rulings else []
    lines = []
    for ruling in rulings[: detail.listed]:
        told = outcomes.waiver_text(ruling, lambda text: prose(clipped(text, detail.text)))
        lines.append(f"- 🏳️ {name(ruling, detail)} {_STATES[ruling.outcome]}. {told}")
        seen, texts, rest = _kept(ruling, detail)
        lines += [f"  - {_seen(each, detail)}; the bar is {bar_text(each, detail)}" for each in seen]
        lines += [f"  - {prose(clipped(text, detail.text))}" for text in texts]
        lines += [f"  {line}" for line in more(rest, "")]
    return ["**Opened by a waiver**", "", *lines, *more(len(rulings) - detail.listed, "waived"), ""]


def passing_table(rulings: Iterable[Ruling], detail: Detail) -> list[str]:
    """The policies that pass, each with its first bars."""
    rows = []
    for ruling in rulings:
        seen = bar_lines.seen_bars(ruling)
        cells = [(_seen(each, detail), bar_text(each, detail)) for each in seen[: detail.bars]]
        if len(seen) > detail.bars:
            cells.append((f"and {count(len(seen) - detail.bars)} more", ""))
        rows += _named([name(ruling, detail)], cells or [(text, NOTHING) for text in _proof(ruling, detail)])
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


def more(number: int, what: str) -> list[str]:
    """A list's last line, where it does not hold everything."""
    return [f"- and {count(number)} more {what}".rstrip()] if number > 0 else []


def _kept(ruling: Ruling, detail: Detail) -> tuple[list[SeenBar], list[str], int]:
    """The bars that offend and the reasons that there is room for, and how many there are besides.

    The reasons go before the bars where nothing was evaluated.
    """
    seen = [each for each in bar_lines.seen_bars(ruling) if each.offends]
    texts = [*ruling.reasons, *bar_lines.other_offenders(ruling)]
    every = len(seen) + len(texts)
    # Saying that there is one more takes as much room as the one.
    most = every if every <= detail.bars + 1 else detail.bars
    if ruling.outcome == "not_evaluated":
        texts = texts[:most]
        seen = seen[: most - len(texts)]
    else:
        seen = seen[:most]
        texts = texts[: most - len(seen)]
    return seen, texts, every - len(seen) - len(texts)


def _proof(ruling: Ruling, detail: Detail) -> list[str]:
    """What proves a policy that no bar belongs to: its reasons, or that it holds."""
    return [prose(clipped(text, detail.text)) for text in ruling.reasons[: detail.bars] or (ruling.title,)]


def _row(each: SeenBar, detail: Detail, trends: Trends) -> tuple[str, str]:
    """What was seen of a bar, how it moved since the base, what would settle it, and the bar."""
    trend = trends.get(each.bar.id)
    seen = _seen(each, detail) if trend is None else f"{_seen(each, detail)}; {together(trend.told())}"
    seen = f"{seen}; {prose(clipped(each.told, detail.text))}" if each.told and each.offends else seen
    return f"{seen}. {each.settled_by}" if each.settled_by else seen, bar_text(each, detail)


def _seen(each: SeenBar, detail: Detail) -> str:
    return f"{subject(each, detail)}: {seen_text(each)}"


def _named(names: Sequence[str], cells: Iterable[Sequence[str]]) -> list[Row]:
    """Rows under one name, which the first of them carries."""
    return [(*(names if index == 0 else [""] * len(names)), *cell) for index, cell in enumerate(cells)]
