"""Trends: how measured numbers moved since an earlier decision on the same model and stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assay.dossier.pages import Card, CardBase, Decision, Ruling
from assay.facts.check_parts import Direction
from assay.render.wording.number_text import difference_text


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A bar's number in the earlier decision and now."""

    before: float
    now: float
    direction: Direction

    @property
    def arrow(self) -> str:
        """The direction in which the number moved."""
        if self.now == self.before:
            return "="
        return "▲" if self.now > self.before else "▼"

    @property
    def judged(self) -> str:
        """Whether the number moved in the direction of its bar."""
        if self.now == self.before:
            return "same"
        return "better" if (self.now > self.before) == (self.direction == "at_least") else "worse"

    @property
    def how_far(self) -> str:
        """How far the number moved, and whether that is good: `+0.011 better`."""
        return f"{difference_text(self.before, self.now)} {self.judged}"

    def in_words(self) -> str:
        """The trend in words: `▲ +0.011 better`, `= same`."""
        return f"{self.arrow} {self.judged if self.now == self.before else self.how_far}"


Trends = Mapping[str, Trend]
"""The trend of each bar that was measured both times, by the bar's id."""


def comparable(base: Decision, decision: Decision) -> bool:
    """Whether two decisions are about the same model at the same stage."""
    return (base.model, base.stage) == (decision.model, decision.stage)


def trends_of(base: Decision | CardBase | None, rulings: Iterable[Ruling]) -> dict[str, Trend]:
    """The trends of some rulings' bars since a base; none without a base."""
    before = {} if base is None else base.bars if isinstance(base, CardBase) else dict(_values(base.rulings))
    now = {bar.id: bar for ruling in rulings for bar in ruling.bars}
    return {
        each: Trend(before=before[each], now=bar.value, direction=bar.direction)
        for each, bar in now.items()
        if bar.status == "measured" and bar.value is not None and each in before
    }


def base_of(base: Decision) -> CardBase:
    """The parts of a base's decision that a card keeps."""
    return CardBase(decision=base.digest(), as_of=base.as_of, verdict=base.verdict, bars=dict(_values(base.rulings)))


def trends_of_card(card: Card | None) -> dict[str, Trend]:
    """The trends of a card."""
    return {} if card is None else trends_of(card.base, card.rulings)


def _values(rulings: Iterable[Ruling]) -> Iterator[tuple[str, float]]:
    for ruling in rulings:
        for bar in ruling.bars:
            if bar.status == "measured" and bar.value is not None:
                yield bar.id, bar.value
