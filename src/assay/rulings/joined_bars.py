"""A bar beside the fact that it bounds, found by its pointer or missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from assay.dossier.plan_parts import JoinedBar, PlannedBar
from assay.facts.values import Estimate, Undefined
from assay.rulings.settling_rows import rows_to_settle

MAX_KEYS, MAX_KEY, MAX_TOLD = 5, 100, 300
_FIELDS = ("value", "low", "high", "n", "clusters")


def resolve(facts: Any, pointer: str) -> Any:
    """The value that a JSON pointer (RFC 6901) names; None if there is none."""
    current = facts
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(current, Mapping) and key in current:
            current = current[key]
        elif (
            isinstance(current, Sequence) and not isinstance(current, str) and key.isdigit() and int(key) < len(current)
        ):
            current = current[int(key)]
        else:
            return None
    return current


def join_bar(bar: PlannedBar, facts: Mapping[str, Any] | None) -> JoinedBar:
    """A bar beside the fact that it bounds; a bar without a fact stays, as missing."""
    fact = resolve(facts, bar.fact) if facts is not None else None
    planned = {**bar.model_dump(), "keys": _keys(bar, facts), "told": _message(bar, facts)}
    if not isinstance(fact, Mapping):
        return JoinedBar(**planned, status="missing")
    try:
        # Strictly: a text or a truth that could be read as a number was not measured.
        kind = Undefined if fact.get("kind") == "undefined" else Estimate
        measure = kind.model_validate(fact, strict=True)
    except ValidationError:
        return JoinedBar(**planned, status="missing")
    if isinstance(measure, Undefined):
        found = {"reason": measure.reason, "n": measure.n, "needed": measure.needed}
        return JoinedBar(**planned, status="undefined", **found)
    measured = {name: getattr(measure, name) for name in _FIELDS}
    return JoinedBar(**planned, status="measured", **measured, needed=rows_to_settle(measure, bar.limit))


def _keys(bar: PlannedBar, facts: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The ids of some offending rows, which a check puts beside the fact as `keys`."""
    found = _beside(bar, facts, "keys")
    return tuple(str(key)[:MAX_KEY] for key in found[:MAX_KEYS]) if isinstance(found, (list, tuple)) else ()


def _message(bar: PlannedBar, facts: Mapping[str, Any] | None) -> str | None:
    """A sentence for readers, which a check puts beside the fact as `told`."""
    found = _beside(bar, facts, "told")
    if not isinstance(found, str) or not found:
        return None
    return found if len(found) <= MAX_TOLD else f"{found[: MAX_TOLD - 1]}…"


def _beside(bar: PlannedBar, facts: Mapping[str, Any] | None, name: str) -> Any:
    return resolve(facts, f"{bar.fact.rpartition('/')[0]}/{name}") if facts is not None else None
