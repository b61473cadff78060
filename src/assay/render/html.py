"""The model card as one self-contained HTML page, with pictures."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from assay.dossier import Pages
from assay.pages import Ruling
from assay.render.drawing import interval, pictures
from assay.render.wording import bars, contents, numbers, outcomes, plain
from assay.render.wording.behind import numbers_behind
from assay.render.wording.parts import CheckPart, check_parts
from assay.render.wording.trends import trends_of_card
from assay.values import Picture

if TYPE_CHECKING:
    from jinja2 import Environment

FILE: str | None = "card.html"
_MOST_ROWS, _MOST_NUMBERS = 40, 20


def render(pages: Pages) -> str:
    """The card; it asks for nothing from anywhere, runs no script, and escapes all that others wrote."""
    card = contents.need_card(pages)
    told = outcomes.by_standing(card.rulings)
    parts = check_parts(pages)
    drawn = {id(each.picture): f"picture-{index}" for index, each in enumerate(card.pictures)}
    return (
        _environment()
        .get_template("card.html.jinja")
        .render(
            card=card,
            name=contents.model_name(card),
            gate=outcomes.gate(card.verdict),
            summary=outcomes.summary(card.rulings),
            counts=outcomes.counts(card.rulings),
            purpose=contents.purpose(card.model),
            considerations=contents.considerations(card.model),
            gates={
                each: [_gate(ruling, f"{each}-{index}") for index, ruling in enumerate(told[each])] for each in told
            },
            data=contents.data_rows(pages),
            roles=contents.column_roles(pages),
            trends=trends_of_card(card),
            parts=[(part, [_picture(each, drawn[id(each)]) for each in _drawn(part)]) for part in parts],
            most_numbers=_MOST_NUMBERS,
            commands=contents.commands(pages),
            digests=contents.digests(pages),
        )
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def finalize(value: Any) -> Any:
        return value if isinstance(value, Markup) else plain.visible(str(value))

    environment = Environment(
        loader=PackageLoader("assay.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "spans": plain.spans,
        "count": numbers.count,
        "number_groups": contents.number_groups,
        "value_text": numbers.value_text,
        "method_text": numbers.method_text,
        "drawn": Markup,
    }
    return environment


def _gate(ruling: Ruling, identity: str) -> dict[str, Any]:
    """A ruling as the template shows it, each bar with its small picture."""
    every = bars.seen_bars(ruling)
    drawn = [
        (each, interval.draw(each.bar, f"{each.seen}; bar: {each.bound}", f"{identity}-{index}"))
        for index, each in enumerate(every)
    ]
    shown = len(bars.parted(every)[0])
    return {
        "ruling": ruling,
        "mark": outcomes.mark(ruling),
        "bars": drawn[:shown],
        "others": drawn[shown:],
        "reasons": (*ruling.reasons, *bars.other_offenders(ruling)),
        "remedy": outcomes.remedy(ruling),
    }


def _drawn(part: CheckPart) -> tuple[Picture, ...]:
    """What is drawn of a check."""
    return (*(each.picture for each in part.pictures), *part.overlays)


def _picture(picture: Picture, identity: str) -> dict[str, Any]:
    """A picture as the template shows it: its drawing and the numbers behind it, where they are few."""
    grid = numbers_behind(picture)
    return {
        "title": picture.title,
        "drawing": pictures.draw(picture, identity),
        "header": grid.header,
        "rows": grid.rows if len(grid.rows) <= _MOST_ROWS else (),
    }
