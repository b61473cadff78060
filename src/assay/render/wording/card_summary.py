"""The model card in short, for a comment: use, people at risk, data, numbers with intervals, gaps, approvals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assay.dossier.page_set import Dossier
from assay.facts.values import GroupTable, Measure, Undefined
from assay.render.wording import card_sections
from assay.render.wording.check_sections import CheckPart, check_parts
from assay.render.wording.detail import Detail
from assay.render.wording.figures import picture_lines
from assay.render.wording.markdown_text import code, prose, table
from assay.render.wording.number_text import count, number_of, value_text
from assay.render.wording.sanitized import clipped

MOST_NUMBERS, MOST_TABLES, MOST_GROUPS, MOST_LISTED = 16, 3, 12, 12
_APPROVALS = "approvals"
_HEADINGS = {"Intended use", "Out of scope", "Owner", "Risk tier", "Success criteria"}


def card_lines(pages: Dossier, detail: Detail) -> list[str]:
    """The card's sections that a reviewer needs; none without a card. Foreign text is clipped and harmless."""
    if pages.card is None:
        return []
    return [*_purpose(pages, detail), *_people(pages, detail), *_data(pages, detail), *_measured(pages, detail)]


def _purpose(pages: Dossier, detail: Detail) -> list[str]:
    lines = []
    for heading, texts in card_sections.purpose(card_sections.need_card(pages).model):
        if heading in _HEADINGS and (texts or heading != "Success criteria"):
            shown = "; ".join(prose(clipped(text, detail.text)).rstrip(".") for text in texts[:MOST_LISTED])
            lines.append(f"- **{heading}:** {shown or 'not stated'}{_more(len(texts) - MOST_LISTED)}")
    return [*lines, f"- **Approvals:** {_approvals(pages, detail)}", ""]


def _people(pages: Dossier, detail: Detail) -> list[str]:
    """The risks to people with their mitigations, and the columns about people."""
    named = card_sections.considerations(card_sections.need_card(pages).model)
    stated = card_sections.nobody_concerned(pages)
    if stated is not None:
        return ["**Risks to people**", "", f"No row is about a person: {prose(clipped(stated, detail.text))}", ""]
    sensitive = dict(card_sections.column_roles(pages)).get("sensitive", ())
    columns = ", ".join(code(clipped(each, detail.text)) for each in sensitive[:MOST_LISTED])
    rows = [
        (prose(clipped(risk, detail.text)), prose(clipped(mitigation, detail.text)) if mitigation else "none stated")
        for risk, mitigation in named[:MOST_LISTED]
    ]
    risks = table(["Risk", "Mitigation"], rows) if rows else ["No risk is stated.", ""]
    about = [f"Columns about people: {columns}{_more(len(sensitive) - MOST_LISTED)}.", ""] if columns else []
    return ["**Risks to people**", "", *risks, *about]


def _data(pages: Dossier, detail: Detail) -> list[str]:
    found = card_sections.data_rows(pages)
    rows = [
        (code(clipped(each.name, detail.text)), code(clipped(each.path, detail.text)), each.rows, each.columns)
        for each in found[:MOST_LISTED]
    ]
    rest = [f"- and {number_of(len(found) - MOST_LISTED, 'other set', 'other sets')}", ""]
    shown = [*table(["set", "file", "rows", "columns"], rows), *(rest if len(found) > MOST_LISTED else [])]
    return ["**Data**", "", *shown] if rows else []


def _measured(pages: Dossier, detail: Detail) -> list[str]:
    """The numbers of each check that have an interval, and its tables of groups; what was only counted is left out."""
    lines = []
    for part in check_parts(pages):
        uncertain = [number for number in part.numbers if _is_uncertain(number.measure)]
        groups = [each.picture for each in part.pictures if isinstance(each.picture, GroupTable)]
        if uncertain or groups or part.failure:
            lines += [f"**{prose(clipped(part.title, detail.text))}**", "", *_numbers(part, uncertain, detail)]
            lines += _drawn(groups)
    return lines


def _numbers(part: CheckPart, uncertain: list[Any], detail: Detail) -> list[str]:
    failure = [f"Not measured: {prose(clipped(part.failure, detail.text))}", ""] if part.failure else []
    rows = [
        (prose(clipped(card_sections.number_name(each), detail.text)), value_text(each.measure), count(each.measure.n))
        for each in uncertain[:MOST_NUMBERS]
    ]
    more = len(uncertain) - MOST_NUMBERS
    rest = [f"- and {number_of(more, 'other number', 'other numbers')} on the whole card", ""] if more > 0 else []
    return [*failure, *(table(["number", "measured", "n"], rows) if rows else []), *rest]


def _drawn(groups: Sequence[GroupTable]) -> list[str]:
    """Tables of groups, each under its title; one with many groups is on the whole card only."""
    shown = [each for each in groups if len(each.rows) <= MOST_GROUPS][:MOST_TABLES]
    lines = list[str]()
    for each in shown:
        lines += [f"**{prose(each.title)}**", *picture_lines(each)[1:]]
    more = len(groups) - len(shown)
    return [
        *lines,
        *([f"- and {number_of(more, 'other table', 'other tables')} on the whole card", ""] if more else []),
    ]


def _is_uncertain(measure: Measure) -> bool:
    return isinstance(measure, Undefined) or measure.low != measure.high


def _approvals(pages: Dossier, detail: Detail) -> str:
    """Who approved in which role, as the check on the reviews found it."""
    measurements = pages.evidence.measurements if pages.evidence is not None else ()
    found = next((each for each in measurements if each.check == _APPROVALS), None)
    if found is None:
        return "this stage requires none"
    facts: dict[str, Any] = dict(found.facts or {})
    filled = [
        f"{code(clipped(str(each.get('login')), detail.text))} as {code(clipped(str(each.get('role')), detail.text))}"
        for each in facts.get("filled", ())[:MOST_LISTED]
    ]
    missing = [code(clipped(str(each), detail.text)) for each in facts.get("unfilled", ())[:MOST_LISTED]]
    said = [*filled, *([f"nobody as {', '.join(missing)}"] if missing else [])]
    return ", ".join(said) or "the reviews were not read"


def _more(number: int) -> str:
    return f" and {number:,} more" if number > 0 else ""
