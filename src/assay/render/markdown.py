"""The model card as Markdown, for a repository, a pull request or a job summary."""

from __future__ import annotations

from collections.abc import Iterable

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Card, Ruling
from assay.render.wording import bar_lines, card_sections, outcomes
from assay.render.wording.bar_lines import BarLine
from assay.render.wording.check_sections import check_parts
from assay.render.wording.figures import picture_lines, spark_lines
from assay.render.wording.gates import value_cell
from assay.render.wording.markdown_text import code, prose, table, unbroken
from assay.render.wording.number_text import count, method_text, value_text
from assay.render.wording.trends import Trends, trends_of_card

FILE: str | None = "card.md"


def render(pages: Dossier) -> str:
    """The card; all foreign text is harmless prose or in a code span."""
    card = card_sections.need_card(pages)
    grouped, trends = outcomes.by_standing(card.rulings), trends_of_card(card)
    lines = [
        *_head(card),
        *_purpose(card),
        *_gates("Closed gates", grouped["closed"], trends),
        *_gates("Warnings", grouped["warned"], trends),
        *_gates("Gates opened by a waiver", grouped["waived"], trends),
        *_passed(grouped["passed"], trends),
        *_data(pages),
        *_checks(pages),
        *_other_bars(card.rulings, trends),
        *_verifying(pages),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(card: Card) -> list[str]:
    light = "🟢" if card.verdict == "open" else "🔴"
    return [
        f"# {light} {outcomes.gate(card.verdict)} · {code(card_sections.model_name(card))} → {code(card.stage)}",
        "",
        f"**{outcomes.summary(card.rulings)}**",
        "",
        f"As of {prose(card.as_of)}. Every number comes with its interval and its number of rows.",
        "",
        *_since(card),
    ]


def _since(card: Card) -> list[str]:
    if card.base is None:
        return []
    gate = outcomes.gate(card.base.verdict).lower()
    return [f"Arrows show what moved since {code(card.base.decision)} ({gate}, as of {prose(card.base.as_of)}).", ""]


def _purpose(card: Card) -> list[str]:
    lines = ["## What the model is for", ""]
    for heading, texts in card_sections.purpose(card.model):
        if not texts and heading == "Success criteria":
            continue
        shown = "; ".join(prose(text).rstrip(".") for text in texts) or "not stated"
        lines.append(f"- **{heading}:** {shown}")
    considerations = card_sections.considerations(card.model)
    if considerations:
        rows = [
            (prose(risk), prose(mitigation) if mitigation else "none stated") for risk, mitigation in considerations
        ]
        lines += ["", "### Risks to people", "", *table(["Risk", "Mitigation"], rows)]
    return [*lines, ""] if lines[-1] else lines


def _gates(heading: str, rulings: Iterable[Ruling], trends: Trends) -> list[str]:
    sections = [line for ruling in rulings for line in _gate(ruling, trends)]
    return [f"## {heading}", "", *sections] if sections else []


def _gate(ruling: Ruling, trends: Trends) -> list[str]:
    shown = outcomes.mark(ruling)
    lines = [f"### {shown.emoji} {code(ruling.policy)}: {shown.word}", "", f"Required: {prose(ruling.title)}", ""]
    if ruling.waiver is not None:
        lines += [outcomes.waiver_text(ruling, prose), ""]
    seen, others = bar_lines.split_lines(bar_lines.lines_of(ruling))
    if seen:
        rows = [("▸" if each.offends else "", *_bar(each, trends)) for each in seen]
        lines += table(["", "subject", "measured", "bar"], rows)
    if others:
        lines += [f"- {count(len(others))} more listed under *Other bars*"]
    reasons = [*ruling.reasons, *bar_lines.other_offenders(ruling)]
    lines += [f"- {prose(reason)}" for reason in reasons]
    lines += [f"- {_what(each)}: {prose(each.message)}" for each in seen if each.message and each.offends]
    lines += [f"- {_what(each)}: {each.settled_by}" for each in seen if each.settled_by]
    offending = [each for each in seen if each.offends and each.bar.keys]
    lines += [f"- {_what(each)}: rows {', '.join(map(code, each.bar.keys))}" for each in offending]
    if lines[-1]:
        lines.append("")
    return [*lines, f"**What next:** {prose(outcomes.remedy(ruling))}", ""]


def _bar(each: BarLine, trends: Trends) -> tuple[str, ...]:
    trend = trends.get(each.bar.id)
    seen = value_cell(each) if trend is None else f"{value_cell(each)}; {unbroken(trend.in_words())}"
    return _what(each), seen, f"{unbroken(each.bound)} ({code(each.place)})"


def _what(each: BarLine) -> str:
    subject = ", ".join(f"{prose(key)} {code(value)}" for key, value in each.subject)
    return f"{prose(each.title)} ({subject})" if subject else prose(each.title)


def _passed(rulings: Iterable[Ruling], trends: Trends) -> list[str]:
    rows: list[tuple[str, ...]] = []
    for ruling in rulings:
        seen, others = bar_lines.split_lines(bar_lines.lines_of(ruling))
        cells = [_bar(each, trends) for each in seen]
        if others:
            cells.append((f"{count(len(others))} more listed under *Other bars*", "", ""))
        requirement = " ".join(prose(text) for text in ([] if seen else ruling.reasons) or [ruling.title])
        rows += [
            (f"{outcomes.mark(ruling).emoji} {code(ruling.policy)}", requirement, "", ""),
            *(("", *cell) for cell in cells),
        ]
    return ["## Open gates", "", *table(["policy", "requirement", "measured", "bar"], rows)] if rows else []


def _other_bars(rulings: Iterable[Ruling], trends: Trends) -> list[str]:
    others = [(ruling, each) for ruling in rulings for each in bar_lines.split_lines(bar_lines.lines_of(ruling))[1]]
    rows = [(code(ruling.policy), *_bar(each, trends)) for ruling, each in others]
    return ["## Other bars", "", *table(["policy", "subject", "measured", "bar"], rows)] if rows else []


def _data(pages: Dossier) -> list[str]:
    rows = [(code(row.name), code(row.path), row.rows, row.columns) for row in card_sections.data_rows(pages)]
    if not rows:
        return []
    roles = [
        f"- {role.capitalize()}: {', '.join(code(column) for column in columns)}"
        for role, columns in card_sections.column_roles(pages)
    ]
    return ["## Data", "", *table(["set", "file", "rows", "columns"], rows), *roles, *([""] if roles else [])]


def _checks(pages: Dossier) -> list[str]:
    lines: list[str] = []
    for part in check_parts(pages):
        lines += [f"### {prose(part.title)}", ""]
        if part.failure:
            lines += [f"Not measured: {prose(part.failure)}", ""]
        rows = []
        for number in part.numbers:
            named = prose(card_sections.number_name(number))
            method = prose(method_text(number.measure)) if method_text(number.measure) else "–"
            rows.append((named, value_text(number.measure), count(number.measure.n), method))
        if rows:
            lines += table(["number", "measured", "n", "method"], rows)
        for picture in part.pictures:
            lines += picture_lines(picture.picture)
        if part.overlays:
            lines += ["#### Reference and current", "", *spark_lines(part.overlays, others=part.others)]
    return ["## What was measured", "", *lines] if lines else []


def _verifying(pages: Dossier) -> list[str]:
    lines = ["## How to verify", ""]
    for says, command in card_sections.commands(pages):
        lines += [f"{says}:", "", code(command), ""]
    return [
        *lines,
        *table(["what", "digest"], [(code(name), code(value)) for name, value in card_sections.digests(pages)]),
    ]
