"""Outcomes and verdicts in words: the standing of a ruling, and the sentence that summarises all rulings."""

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
    """How an outcome is shown: a symbol for text, one for Markdown, and a word."""

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
    "fail": "Correct what is named above, then run `assay check` again",
    "inconclusive": "Supply facts that prove or refute the policy, then run `assay check` again",
    "not_evaluated": "Supply what the reasons name, then run `assay check` again",
}


def standing(ruling: Ruling) -> Standing:
    """The standing of a ruling: it closes the gate, only warns, is waived, or passed."""
    if ruling.opens and ruling.outcome == "pass":
        return "passed"
    if ruling.opens and ruling.waiver is not None:
        return "waived"
    return "warned" if ruling.effect == "warn" else "closed"


def by_standing(rulings: Iterable[Ruling]) -> dict[Standing, tuple[Ruling, ...]]:
    """Rulings by standing, the gravest first, otherwise in the given order."""
    ordered = sorted(rulings, key=lambda ruling: _SEVERITY.index(ruling.outcome))
    return {each: tuple(ruling for ruling in ordered if standing(ruling) == each) for each in ORDER}


def mark(ruling: Ruling) -> Mark:
    """How a ruling is shown; the word also says if it is waived or only warns."""
    plain = _MARKS[ruling.outcome]
    each = standing(ruling)
    if each == "waived":
        return Mark(symbol="⚑", emoji="🏳️", word=f"waived ({plain.word})", tone="waived")
    if each == "warned":
        return Mark(symbol="!", emoji="⚠️", word=f"warning ({plain.word})", tone="unsure")
    return plain


def remedy(ruling: Ruling) -> str:
    """What to do about a ruling; where it does not say so, where to look."""
    own = ruling.remedy.strip()
    usual = _NEXT[ruling.outcome]
    return own or (
        usual if ruling.outcome == "pass" else f"{usual}; `assay explain {ruling.policy}` says what it asks."
    )


def gate(verdict: Literal["open", "closed"]) -> str:
    """The verdict in two words."""
    return "Gate open" if verdict == "open" else "Gate closed"


def summary(rulings: Sequence[Ruling]) -> str:
    """The grounds of the verdict, in one or two sentences that cover all blocking policies."""
    blocking = [ruling for ruling in rulings if ruling.effect == "block"]
    if not blocking:
        return "No blocking policy was ruled on, so nothing opens the gate."
    grouped = by_standing(blocking)
    if len(grouped["passed"]) == len(blocking):
        every = (
            "The only blocking policy passes." if len(blocking) == 1 else f"All {len(blocking)} blocking policies pass."
        )
        return every + _warnings(rulings)
    parts = [
        _part(grouped["closed"], "fail", "fails", "fail"),
        _part(grouped["closed"], "inconclusive", "is inconclusive", "are inconclusive"),
        _part(grouped["closed"], "not_evaluated", "was not evaluated", "were not evaluated"),
        _counted(len(grouped["waived"]), "is waived", "are waived") + _until(grouped["waived"]),
        _counted(len(grouped["passed"]), "passes", "pass"),
    ]
    kept = [part for part in parts if part]
    number, _, rest = kept[0].partition(" ")
    policies = "blocking policy" if len(blocking) == 1 else "blocking policies"
    sentence = ", ".join([f"{number} of {len(blocking)} {policies} {rest}", *kept[1:]]) + "."
    return sentence + _warnings(rulings)


def counts(rulings: Iterable[Ruling]) -> tuple[tuple[Mark, int], ...]:
    """The number of rulings with each mark, the gravest first."""
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
    number = _counted(len([ruling for ruling in rulings if standing(ruling) == "warned"]), "warning", "warnings")
    return f" Also {number}." if number else ""


def _part(rulings: Iterable[Ruling], outcome: Outcome, one: str, more: str) -> str:
    return _counted(len([ruling for ruling in rulings if ruling.outcome == outcome]), one, more)


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}" if number else ""


def _until(waived: Sequence[Ruling]) -> str:
    """The first last day of the waivers, if it is a date."""
    dates = sorted(ruling.waiver.expires for ruling in waived if ruling.waiver is not None)
    first = dates[0] if dates else ""
    return f" until {first}" if is_date(first) else ""
