"""A decision compared with the base's: which outcomes changed, and which measured numbers moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assay.dossier.pages import Decision, Ruling
from assay.render.wording import bar_lines, outcomes
from assay.render.wording.bar_lines import BarLine
from assay.render.wording.detail import Detail
from assay.render.wording.gates import bar_text, more_line, subject, value_cell
from assay.render.wording.markdown_text import code, prose, table, unbroken
from assay.render.wording.number_text import count, number_of
from assay.render.wording.sanitized import clipped
from assay.render.wording.trends import Trend, comparable, trends_of

NO_BASE = (
    "The base has no decision here, so nothing is compared with it. To compare, run Assay on the base branch and pass "
    "its `decision.json` as `--base-decision`."
)
_MOST_MOVED = 6


@dataclass(frozen=True, kw_only=True)
class Movement:
    """A bar that was measured both at the base and now."""

    before: BarLine
    now: BarLine
    trend: Trend


def movements(base: Decision | None, decision: Decision) -> tuple[Movement, ...]:
    """The bars measured in both decisions, with those that offend now first; none if they cannot be compared."""
    if base is None or not comparable(base, decision):
        return ()
    before, now = _by_bar(base), _by_bar(decision)
    trends = trends_of(base, decision.rulings)
    found = [Movement(before=before[bar], now=now[bar], trend=trend) for bar, trend in trends.items()]
    return tuple(sorted(found, key=lambda each: (not each.now.offends, each.trend.arrow == "=")))


def comparison_lines(
    base: Decision | None,
    decision: Decision,
    moved: Sequence[Movement],
    detail: Detail,
    *,
    own: frozenset[str] = frozenset(),
) -> list[str]:
    """What changed since the base's decision, or why nothing can be compared with it.

    The change's `own` policies are left out if the base has none of them.
    """
    if base is None:
        return [NO_BASE, ""]
    if not comparable(base, decision):
        other = " → ".join(code(clipped(text, detail.text)) for text in (base.model, base.stage))
        return [f"Nothing is compared, because the base's decision is about {other}.", ""]
    known = {ruling.policy for ruling in base.rulings}
    changed = [each for each in _changed_outcomes(base, decision) if each[0] in known or each[0] not in own]
    when = prose(clipped(base.as_of, detail.text))
    lines = [f"**Compared with the base** ({outcomes.gate(base.verdict).lower()}, as of {when})", ""]
    lines += [f"- {code(clipped(policy, detail.text))} {how}" for policy, how in changed[: detail.listed]]
    lines += more_line(len(changed) - detail.listed, "changed outcomes")
    if moved and detail.listed:
        lines += [*([""] if changed else []), _moved_line(moved, detail)]
    if not changed and not moved:
        lines.append("No outcome changed, and no bar was measured in both decisions.")
    return [*lines, ""]


def movement_table(moved: Sequence[Movement], detail: Detail) -> list[str]:
    """The bars that were measured in both decisions, with both intervals."""
    rows = [
        (
            f"{each.trend.arrow} {subject(each.now, detail)}",
            value_cell(each.before),
            value_cell(each.now),
            each.trend.how_far,
            bar_text(each.now, detail),
        )
        for each in moved
    ]
    return table(["bar", "base", "now", "moved", "bar now"], rows)


def _changed_outcomes(base: Decision, decision: Decision) -> list[tuple[str, str]]:
    """The policies whose outcome changed, each with how it changed."""
    before = {ruling.policy: ruling for ruling in base.rulings}
    now = {ruling.policy: ruling for ruling in decision.rulings}
    changed = []
    for policy in dict.fromkeys([*now, *before]):
        then, today = _standing(before.get(policy)), _standing(now.get(policy))
        if then != today:
            changed.append((policy, f"{then} → {today}"))
    return changed


def _standing(ruling: Ruling | None) -> str:
    if ruling is None:
        return "not planned"
    mark = outcomes.mark(ruling)
    return f"{mark.emoji} {mark.word}"


def _moved_line(moved: Sequence[Movement], detail: Detail) -> str:
    """The numbers that moved, in one line, with offending ones first."""
    changed = [each for each in moved if each.trend.arrow != "="]
    common = _common(moved)
    shown = []
    for each in changed[:_MOST_MOVED]:
        arrow, how_far = unbroken(f"{each.trend.arrow} "), unbroken(each.trend.how_far)
        shown.append(f"{arrow}{subject(each.now, detail, common)} {how_far}")
    rest, same = len(changed) - len(shown), len(moved) - len(changed)
    shown += [f"{count(rest)} more moved"] if rest else []
    shown += [f"= {number_of(same, 'bar', 'bars')} the same"] if same else []
    return " · ".join(shown)


def _common(moved: Sequence[Movement]) -> frozenset[tuple[str, str]]:
    """The parts of subjects that are the same in all bars, such as the only data set."""
    pairs = [pair for each in moved for pair in each.now.subject]
    names = Counter(key for key, _ in pairs)
    return frozenset(pair for pair, times in Counter(pairs).items() if times == names[pair[0]] > 1)


def _by_bar(decision: Decision) -> dict[str, BarLine]:
    return {each.bar.id: each for ruling in decision.rulings for each in bar_lines.lines_of(ruling)}
