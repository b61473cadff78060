"""A data contract proposed from a profile: what the data satisfy today, with a margin, for a person to edit."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from assay.facts.profiles import ColumnProfile, Numbers, Profile

FEW, FEW_WHOLE = 20, 10
MARGIN, NULLS_MARGIN, DIGITS = 0.1, 1.5, 2
ROWS_SHARE = 0.5


def propose_contract(profile: Profile, name: str) -> str:
    """A `data_contract` block as YAML, for the data set `name`."""
    lines = ["data_contract:", f"  on: {json.dumps(name)}", "  rules:"]
    fewest = math.floor(profile.rows * ROWS_SHARE)
    lines += [f"    rows: {{at_least: {fewest}}}"] if fewest else []
    for column, found in profile.columns.items():
        if column == "rows" or found.kind == "other":
            lines.append(f"    # {json.dumps(column)}: Assay can propose no rule for it")
        else:
            rules = ", ".join(f"{rule}: {text}" for rule, text in _rules(found))
            lines.append(f"    {json.dumps(column, ensure_ascii=False)}: {{{rules}}}")
    return "\n".join(lines) + "\n"


def _rules(column: ColumnProfile) -> Iterable[tuple[str, str]]:
    yield "type", column.kind
    total = column.n + column.missing + column.negative + column.positive
    if column.missing:
        share = min(100.0, math.ceil(100 * NULLS_MARGIN * column.missing / total))
        yield "nulls", "true" if share >= 100 else f'"<= {share:g}%"'  # noqa: PLR2004  (per cent)
    if column.kind in ("integer", "text") and 1 < total == column.distinct:
        yield "unique", "true"
    elif (values := _listed(column)) is not None:
        yield "in", json.dumps(values, ensure_ascii=False)
    elif column.numbers is not None and not (column.negative or column.positive):
        yield from _range(column.numbers, column.kind)


def _listed(column: ColumnProfile) -> list[str | bool | int] | None:
    """All values of a column that has few of them."""
    if column.categories is not None and column.categories.rest == 0 and len(column.categories.values) <= FEW:
        return sorted((value for value, _ in column.categories.values), key=str) or None
    if column.numbers is not None and column.kind == "integer" and (column.distinct or math.inf) <= FEW_WHOLE:
        return [int(low) for low, high in _limits(column.numbers) if low == high]
    return None


def _limits(numbers: Numbers) -> list[tuple[float, float]]:
    pairs = zip(numbers.low, numbers.high, strict=True)
    return [(low, high) for low, high in pairs if low is not None and high is not None]


def _range(numbers: Numbers, kind: str) -> Iterable[tuple[str, str]]:
    """The range of the data, wider by a tenth on either side and rounded outward; it does not cross 0."""
    limits = _limits(numbers)
    if not limits or kind not in ("number", "integer"):
        return
    least, largest = limits[0][0], limits[-1][1]
    margin = MARGIN * (largest - least)
    if not 0 < margin < math.inf:
        return
    step = 10.0 ** (math.floor(math.log10(margin)) - DIGITS + 1)
    step = max(step, 1.0) if kind == "integer" else step
    low, high = math.floor((least - margin) / step) * step, math.ceil((largest + margin) / step) * step
    low = max(low, 0.0) if least >= 0 else low
    high = min(high, 0.0) if largest <= 0 else high
    yield "range", f"[{_written(low)}, {_written(high)}]"


def _written(number: float) -> str:
    # A step such as 0.01 leaves 0.30000000000000004 behind.
    return json.dumps(int(number)) if number == int(number) else f"{number:.12g}"
