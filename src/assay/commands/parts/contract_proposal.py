"""A data contract proposed from a profile: what its data satisfy, and others like them will, for a person to edit.

Every rule holds on the profiled rows. On another sample of the same size, drawn alike, all rules together hold with the
probability that `proposed_rules` states, as far as numbers of rows can tell.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from decimal import Decimal

from assay.commands.parts.calendar_columns import counts_calendar, goes_onward, span_of
from assay.commands.parts.proposed_rules import Tolerances, is_numbering, mostly, nulls_rule
from assay.commands.parts.yaml_scalars import EXACT, at_least, at_most, quoted, real, scalar
from assay.facts.profiles import ColumnProfile, Numbers, Profile

FEW, FEW_WHOLE, LONGEST = 20, 10, 100
MARGIN, DIGITS = 0.1, 2
FEWEST_BUCKETS, LONG_TAIL, WIDEST = 50, 2.0, 0.1
CLOSED = 0.05
"""Values are listed only if at most this share of other rows may have another value."""


def propose_contract(profile: Profile, name: str, ids: Collection[str] = ()) -> str:
    """A `data_contract` block as YAML, for the data set `name`; `ids` are columns that identify a row."""
    lines = ["data_contract:", f"  on: {scalar(name)}", "  rules:"]
    lines += ["    rows: {at_least: 1}"] if profile.rows else []
    tolerances = Tolerances.of(len(profile.columns))
    for column, found in profile.columns.items():
        if column == "rows" or found.kind == "other":
            lines.append(f"    # {quoted(column)}: Assay can propose no rule for it")
        else:
            rules = ", ".join(
                f"{rule}: {text}" for rule, text in _rules(column, found, tolerances, is_id=column in ids)
            )
            lines.append(f"    {quoted(column)}: {{{rules}}}")
    return "\n".join(lines if len(lines) > len(("contract", "on", "rules")) else lines[:2]) + "\n"


def _rules(name: str, column: ColumnProfile, tolerances: Tolerances, *, is_id: bool) -> Iterable[tuple[str, str]]:
    present = column.n + column.negative + column.positive
    total = present + column.missing
    unique = column.distinct == total > 1 and (is_id or _is_numbering(column))
    if not (unique and not column.missing):
        yield "nulls", nulls_rule(column.missing, total, tolerances)
    if tolerances.can_be_absent(present) or (column.kind == "text" and not _stays_text(column, tolerances)):
        return
    yield "type", column.kind
    if unique:
        yield "unique", "true"
    elif (listed := _listed(name, column, tolerances)) is not None:
        yield "in", listed
    elif column.numbers is not None and not (column.negative or column.positive):
        yield from _range(name, column.numbers, column, tolerances)


def _is_numbering(column: ColumnProfile) -> bool:
    """Whether different whole numbers number rows."""
    if column.kind != "integer" or column.numbers is None or not (limits := _limits(column.numbers)):
        return False
    return is_numbering(column.n, limits[0][0], limits[-1][1])


def _stays_text(column: ColumnProfile, tolerances: Tolerances) -> bool:
    """Whether another sample has texts too that are no numbers, times or booleans, as far as values are listed."""
    if column.categories is None or column.categories.rest:
        return True
    words = sum(count for value, count in column.categories.values if isinstance(value, str) and not _is_typed(value))
    return not tolerances.can_be_absent(words)


def _is_typed(value: str) -> bool:
    import re

    from assay.tables.csv_types import FORMS

    return not value or any(re.fullmatch(form, value) for form in FORMS.values())


def _listed(name: str, column: ColumnProfile, tolerances: Tolerances) -> str | None:
    """All values, as a rule, of a column whose other rows have hardly any others (Good–Turing: values that occur once).

    A boolean has no others at all, and the calendar has those that are still to come.
    """
    found = _counts(column)
    if not found or column.kind == "boolean":
        return None
    texts = [value for value in found if isinstance(value, str)]
    if counts_calendar(texts) or any(len(text) > LONGEST for text in texts):
        return None
    if not texts and (goes_onward(name) or span_of(name, min(map(int, found)), max(map(int, found)))):
        return None
    once = sum(count == 1 for count in found.values())
    share = tolerances.share(2 * once, column.n)
    if share is None or share > CLOSED:
        return None
    values = [quoted(value) if isinstance(value, str) else str(value) for value in sorted(found, key=_order)]
    return mostly(f"[{', '.join(values)}]", share)


def _order(value: str | int) -> tuple[bool, str | int]:
    return isinstance(value, str), value


def _counts(column: ColumnProfile) -> dict[str | int, int]:
    """The number of rows of each value; empty if not all values are known exactly."""
    if column.categories is not None:
        known: dict[str | int, int] = {value: count for value, count in column.categories.values if count}
        return known if column.categories.rest == 0 and len(known) <= FEW else {}
    found: dict[str | int, int] = {}
    if column.numbers is None or column.kind != "integer" or (column.distinct or math.inf) > FEW_WHOLE:
        return found
    for low, high, count in zip(column.numbers.low, column.numbers.high, column.numbers.counts, strict=True):
        if low is not None and low == high and abs(low) < EXACT:
            found[int(low)] = found.get(int(low), 0) + count
    return found if len(found) == column.distinct and sum(found.values()) == column.n else {}


def _limits(numbers: Numbers) -> list[tuple[float, float]]:
    pairs = zip(numbers.low, numbers.high, strict=True)
    return [(low, high) for low, high in pairs if low is not None and high is not None]


def _range(name: str, numbers: Numbers, column: ColumnProfile, tolerances: Tolerances) -> Iterable[tuple[str, str]]:
    """The range of the data, wider by a tenth on either side and rounded outward; it does not cross 0.

    Other rows beyond the smallest and largest value are tolerated as far as chance explains them. A bucket at an end
    that is far longer than the others together is left out, so that a few large values do not make the range useless.
    """
    limits = _limits(numbers)
    if not limits or column.kind not in ("number", "integer"):
        return
    least, largest, beyond = _core(numbers)
    if (share := tolerances.share_beyond(column.n, beyond)) is None or share > WIDEST:
        least, largest = limits[0][0], limits[-1][1]
        share = tolerances.share_beyond(column.n)
    if share is None or (column.kind == "integer" and max(abs(least), abs(largest)) >= EXACT):
        return
    span = span_of(name, least, largest) if column.kind == "integer" else None
    low, high = span or _widened(least, largest, whole=column.kind == "integer")
    if not (math.isfinite(low) and math.isfinite(high)) or max(abs(low), abs(high)) >= EXACT > abs(largest):
        return
    upper = "null" if goes_onward(name) else real(high)
    yield "range", mostly(f"[{real(low)}, {upper}]", share)


def _core(numbers: Numbers) -> tuple[float, float, int]:
    """The smallest and the largest value without tails that are long, and the number of rows in these tails."""
    filled = [
        (low, high, count)
        for low, high, count in zip(numbers.low, numbers.high, numbers.counts, strict=True)
        if low is not None and high is not None
    ]
    if len(filled) < FEWEST_BUCKETS:
        return filled[0][0], filled[-1][1], 0
    (first, _, below), (low, *_), *_, (_, high, _), (_, last, above) = filled
    reach = LONG_TAIL * (high - low)
    is_low, is_high = low - first > reach, last - high > reach
    return low if is_low else first, high if is_high else last, below * is_low + above * is_high


def _widened(least: float, largest: float, *, whole: bool) -> tuple[float, float]:
    margin = MARGIN * (largest - least) or MARGIN * abs(largest) or 1.0
    if not math.isfinite(margin):
        return -math.inf, math.inf
    step = Decimal(10) ** (math.floor(math.log10(margin)) - DIGITS + 1)
    step = max(step, Decimal(1)) if whole else step
    low, high = at_most(least - margin, step), at_least(largest + margin, step)
    return max(low, 0.0) if least >= 0 else low, min(high, 0.0) if largest <= 0 else high
