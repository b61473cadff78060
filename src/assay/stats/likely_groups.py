"""The column by whose values rows belong together, such as a customer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_GROUP = re.compile(
    r"(^|[_.\s-])(id|nr|no|key)$|[a-z](Id|ID|_id)$|customer|patient|client|user|account|school|hospital|household|subject",
    re.IGNORECASE,
)
FEWEST_GROUPS, MOST_DISTINCT, REPEATING, CONSTANT, SHUFFLED = 20, 0.9, 0.3, 0.95, 0.6


def find_group(
    columns: Mapping[str, str], sample: Mapping[str, Any], times: Iterable[str], calendar: Iterable[str]
) -> str | None:
    """The column by whose values rows belong together: it repeats, and another column never differs within a value."""
    for name, kind in columns.items():
        if kind not in ("integer", "text") or name in times or name in calendar or not _GROUP.search(name):
            continue
        values = sample[name].tolist()
        rows = _places(values)
        repeated = [places for places in rows.values() if len(places) > 1]
        enough = FEWEST_GROUPS <= len(rows) <= MOST_DISTINCT * len(values)
        if not enough or sum(map(len, repeated)) < REPEATING * len(values):
            continue
        if any(other != name and _is_constant(sample[other].tolist(), repeated) for other in columns):
            return name
    return None


def _places(values: list[Any]) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = {}
    for place, value in enumerate(values):
        if value is not None and value == value:  # noqa: PLR0124  # NaN
            found.setdefault(value, []).append(place)
    return found


def _is_constant(values: list[Any], groups: list[list[int]]) -> bool:
    """Whether a column has one value within nearly all groups, which it would not have in groups of any rows."""

    def alike(parts: Iterable[list[Any]]) -> float:
        found = [len({str(each) for each in part}) == 1 for part in parts]
        return sum(found) / max(1, len(found))

    own = alike([values[place] for place in places] for places in groups)
    step = max(1, len(values) // 7)
    others = alike(
        [values[(place + step * turn) % len(values)] for turn, place in enumerate(places)] for places in groups
    )
    return own > CONSTANT and others < SHUFFLED
