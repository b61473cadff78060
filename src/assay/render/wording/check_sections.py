"""The parts of a card about each check: its numbers, its pictures, and the distributions that moved most."""

from __future__ import annotations

from dataclasses import dataclass

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Card, CardNumber, CardPicture
from assay.facts.values import Overlay
from assay.render.wording.card_sections import need_card
from assay.render.wording.distribution_shares import worst_first

MOST_OVERLAYS = 12


@dataclass(frozen=True, kw_only=True)
class CheckPart:
    """One check on the card: its title, the failure if it was not measured, its numbers and pictures.

    `overlays` are the pairs of distributions that moved most; `others` counts the rest.
    """

    check: str
    title: str
    failure: str
    numbers: tuple[CardNumber, ...]
    pictures: tuple[CardPicture, ...]
    overlays: tuple[Overlay, ...]
    others: int


def check_parts(pages: Dossier) -> tuple[CheckPart, ...]:
    """The parts of the card about each check, in the plan's order, then checks that the plan does not name."""
    card = need_card(pages)
    titles = {check.id: check.title for check in pages.plan.checks} if pages.plan is not None else {}
    measurements = pages.evidence.measurements if pages.evidence is not None else ()
    failures = {each.check: each.reason or each.outcome for each in measurements if each.outcome != "measured"}
    named = [*titles, *(each.check for each in card.numbers), *(each.check for each in card.pictures)]
    parts = (_part(card, check, titles.get(check, check), failures.get(check, "")) for check in dict.fromkeys(named))
    return tuple(part for part in parts if part.numbers or part.pictures or part.overlays or part.failure)


def _part(card: Card, check: str, title: str, failure: str) -> CheckPart:
    drawn = [picture for picture in card.pictures if picture.check == check]
    overlays = worst_first(each.picture for each in drawn if isinstance(each.picture, Overlay))
    return CheckPart(
        check=check,
        title=title.rstrip("."),
        failure=failure,
        numbers=tuple(number for number in card.numbers if number.check == check),
        pictures=tuple(each for each in drawn if not isinstance(each.picture, Overlay)),
        overlays=overlays[:MOST_OVERLAYS],
        others=max(0, len(overlays) - MOST_OVERLAYS),
    )


def overlays(pages: Dossier) -> tuple[Overlay, ...]:
    """All pairs of distributions on the card, with those that moved most first; none without a card."""
    drawn = pages.card.pictures if pages.card is not None else ()
    return worst_first(each.picture for each in drawn if isinstance(each.picture, Overlay))
