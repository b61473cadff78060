"""Why a policy is inconclusive, where it does not say so itself."""

from __future__ import annotations

from collections.abc import Sequence

from assay.dossier.plan_parts import JoinedBar

NEITHER = "The facts neither prove nor refute the policy."


def explain_inconclusive(bars: Sequence[JoinedBar]) -> list[str]:
    """How many bars have too few rows, and how many lie within their interval; at least one sentence."""
    few = sum(bar.status == "undefined" for bar in bars)
    within = sum(_is_within(bar) for bar in bars)
    sentences = [f"{_counted(few)} too few rows for a number."] * bool(few)
    if within:
        verb = "lies within its interval, so it is" if within == 1 else "lie within their intervals, so they are"
        sentences.append(f"{within} {'bar' if within == 1 else 'bars'} {verb} neither cleared nor missed.")
    return sentences or [NEITHER]


def _is_within(bar: JoinedBar) -> bool:
    return bar.low is not None and bar.high is not None and bar.low <= bar.limit <= bar.high


def _counted(number: int) -> str:
    return "1 bar has" if number == 1 else f"{number} bars have"
