"""The model card as one self-contained HTML page, with pictures."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Ruling
from assay.facts.values import Picture
from assay.render.drawing import interval, pictures
from assay.render.wording import bar_lines, card_sections, number_text, outcomes, sanitized
from assay.render.wording.check_sections import CheckPart, check_parts
from assay.render.wording.picture_tables import numbers_behind
from assay.render.wording.trends import trends_of_card

if TYPE_CHECKING:
    from jinja2 import Environment

FILE: str | None = "card.html"
_MOST_ROWS, _MOST_NUMBERS = 40, 20


def render(pages: Dossier) -> str:
    """The card; it loads nothing, runs no script, and escapes all foreign text."""
    card = card_sections.need_card(pages)
    grouped = outcomes.by_standing(card.rulings)
    parts = check_parts(pages)
    drawn = {id(each.picture): f"picture-{index}" for index, each in enumerate(card.pictures)}
    return (
        _environment()
        .get_template("card.html.jinja")
        .render(
            card=card,
            name=card_sections.model_name(card),
            gate=outcomes.gate(card.verdict),
            summary=outcomes.summary(card.rulings),
            counts=outcomes.counts(card.rulings),
            purpose=card_sections.purpose(card.model),
            considerations=card_sections.considerations(card.model),
            gates={
                each: [_gate(ruling, f"{each}-{index}") for index, ruling in enumerate(grouped[each])]
                for each in grouped
            },
            data=card_sections.data_rows(pages),
            roles=card_sections.column_roles(pages),
            trends=trends_of_card(card),
            parts=[(part, [_picture(each, drawn[id(each)]) for each in _drawn(part)]) for part in parts],
            most_numbers=_MOST_NUMBERS,
            commands=card_sections.commands(pages),
            digests=card_sections.digests(pages),
        )
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def finalize(value: Any) -> Any:
        return value if isinstance(value, Markup) else sanitized.visible(str(value))

    environment = Environment(
        loader=PackageLoader("assay.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "spans": sanitized.spans,
        "count": number_text.count,
        "number_groups": card_sections.number_groups,
        "value_text": number_text.value_text,
        "method_text": number_text.method_text,
        "drawn": Markup,
    }
    return environment


def _gate(ruling: Ruling, identity: str) -> dict[str, Any]:
    """A ruling as the template shows it, each bar with its small picture."""
    every = bar_lines.lines_of(ruling)
    drawn = [
        (each, interval.draw(each.bar, f"{each.measured}; bar: {each.bound}", f"{identity}-{index}"))
        for index, each in enumerate(every)
    ]
    shown = len(bar_lines.split_lines(every)[0])
    return {
        "ruling": ruling,
        "mark": outcomes.mark(ruling),
        "bars": drawn[:shown],
        "others": drawn[shown:],
        "reasons": (*ruling.reasons, *bar_lines.other_offenders(ruling)),
        "remedy": outcomes.remedy(ruling),
    }


def _drawn(part: CheckPart) -> tuple[Picture, ...]:
    """The pictures of a check."""
    return (*(each.picture for each in part.pictures), *part.overlays)


def _picture(picture: Picture, identity: str) -> dict[str, Any]:
    """A picture as the template shows it: its drawing, and its numbers if they are few."""
    grid = numbers_behind(picture)
    return {
        "title": picture.title,
        "drawing": pictures.draw(picture, identity),
        "header": grid.header,
        "rows": grid.rows if len(grid.rows) <= _MOST_ROWS else (),
    }
