"""Outcomes and verdicts in words: how a ruling stands, and the sentence that sums all of them up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assay.dossier.pages import Outcome, Ruling
from assay.render.wording.sanitized import is_date

Standing = Literal["closed", "warned", "waived", "passed"]
ORDER: tuple[Standing, ...] = ("closed", "warned", "waived", "passed")
_SEVERITY: tuple[Outcome, ...] = ("fail", "not_evaluated", "inconclusive", "pass")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How an outcome is shown: a symbol for a line of text, one for Markdown, and the word that says it."""

    symbol: str
    emoji: str
    word: str
    tone: str


_MARKS: dict[Outcome, Mark] = {
    "pass": Mark(symbol="✓", emoji="✅", word="pass", tone="pass"),
    "fail": Mark(symbol="✗", emoji="❌", word="fail", tone="fail"),
    "inconclusive": Mark(symbol="?", emoji="❔", word="inconclusive", tone="unsure"),
    "not_evaluated": Mark(symbol="○", emoji="🚫", word="not evaluated", tone="unknown"),
}
_NEXT: dict[Outcome, str] = {
    "pass": "Nothing to do.",
    "fail": "Mend the model or its data, then run the check again.",
    "inconclusive": "Measure on more rows, then run the check again.",
    "not_evaluated": "Provide the missing evidence, then run the check again.",
}


def standing(ruling: Ruling) -> Standing:
    """Where a ruling belongs: what closes the gate, what only warns, what a waiver opens, what passed."""
    if ruling.opens and ruling.outcome == "pass":
        return "passed"
    if ruling.opens and ruling.waiver is not None:
        return "waived"
    return "warned" if ruling.effect == "warn" else "closed"


def by_standing(rulings: Iterable[Ruling]) -> dict[Standing, tuple[Ruling, ...]]:
    """Rulings by how they stand, the gravest first, otherwise in the order given."""
    ordered = sorted(rulings, key=lambda ruling: _SEVERITY.index(ruling.outcome))
    return {each: tuple(ruling for ruling in ordered if standing(ruling) == each) for each in ORDER}


def mark(ruling: Ruling) -> Mark:
    """How a ruling is shown; the words say also that it is waived or only warns."""
    plain = _MARKS[ruling.outcome]
    each = standing(ruling)
    if each == "waived":
        return Mark(symbol="⚑", emoji="🏳️", word=f"waived ({plain.word})", tone="waived")
    if each == "warned":
        return Mark(symbol="!", emoji="⚠️", word=f"warning ({plain.word})", tone="unsure")
    return plain


def remedy(ruling: Ruling) -> str:
    """What to do about a ruling: the policy's own remedy, but the usual one where it was never evaluated."""
    own = ruling.remedy.strip() if ruling.outcome != "not_evaluated" else ""
    return own or _NEXT[ruling.outcome]


def gate(verdict: Literal["open", "closed"]) -> str:
    """The verdict in two words."""
    return "Gate open" if verdict == "open" else "Gate closed"


def summary(rulings: Sequence[Ruling]) -> str:
    """What the verdict rests on, in a sentence or two that add up to the blocking policies."""
    blocking = [ruling for ruling in rulings if ruling.effect == "block"]
    if not blocking:
        return "No blocking policy was ruled on, and nothing proves nothing."
    told = by_standing(blocking)
    if len(told["passed"]) == len(blocking):
        every = (
            "The only blocking policy passes." if len(blocking) == 1 else f"All {len(blocking)} blocking policies pass."
        )
        return every + _warnings(rulings)
    parts = [
        _part(told["closed"], "fail", "fails", "fail"),
        _part(told["closed"], "inconclusive", "is inconclusive", "are inconclusive"),
        _part(told["closed"], "not_evaluated", "was not evaluated", "were not evaluated"),
        _counted(len(told["waived"]), "is waived", "are waived") + _until(told["waived"]),
        _counted(len(told["passed"]), "passes", "pass"),
    ]
    kept = [part for part in parts if part]
    number, _, rest = kept[0].partition(" ")
    policies = "blocking policy" if len(blocking) == 1 else "blocking policies"
    sentence = ", ".join([f"{number} of {len(blocking)} {policies} {rest}", *kept[1:]]) + "."
    return sentence + _warnings(rulings)


def counts(rulings: Iterable[Ruling]) -> tuple[tuple[Mark, int], ...]:
    """How many rulings share each mark, the gravest first."""
    every = [mark(ruling) for group in by_standing(rulings).values() for ruling in group]
    return tuple((each, every.count(each)) for each in dict.fromkeys(every))


def waiver_text(ruling: Ruling, show: Callable[[str], str]) -> str:
    """A waiver in a sentence; `show` makes each piece of foreign text harmless."""
    if ruling.waiver is None:
        return ""
    waiver = ruling.waiver
    scope = ", ".join(f"{show(key)} {show(value)}" for key, value in sorted(waiver.scope.items()))
    covers = f", for {scope}" if scope else ""
    return f"Waived by {show(waiver.owner)} until {show(waiver.expires)}{covers}: {show(waiver.reason)}"


def _warnings(rulings: Iterable[Ruling]) -> str:
    told = _counted(len([ruling for ruling in rulings if standing(ruling) == "warned"]), "warning", "warnings")
    return f" Besides, {told}." if told else ""


def _part(rulings: Iterable[Ruling], outcome: Outcome, one: str, more: str) -> str:
    return _counted(len([ruling for ruling in rulings if ruling.outcome == outcome]), one, more)


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}" if number else ""


def _until(waived: Sequence[Ruling]) -> str:
    """The first day on which a waiver ends, where the date is one."""
    dates = sorted(ruling.waiver.expires for ruling in waived if ruling.waiver is not None)
    first = dates[0] if dates else ""
    return f" until {first}" if is_date(first) else ""
