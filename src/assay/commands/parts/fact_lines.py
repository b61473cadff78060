"""Facts as lines of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assay.render.wording.number_text import count, measured_text


def fact_lines(facts: Any, name: str) -> Iterable[str]:
    """One line for each fact; numbers with their intervals."""
    if isinstance(facts, dict):
        kind = facts.get("kind")
        if kind in ("estimate", "undefined"):
            yield f"{name}: {_number(facts)}"
        elif kind not in ("curve", "histogram", "overlay"):
            for key, value in facts.items():
                yield from fact_lines(value, f"{name}.{key}" if name else str(key))
    elif not isinstance(facts, list):
        yield f"{name}: {facts}"
    elif any(isinstance(each, (dict, list)) for each in facts):
        for index, value in enumerate(facts):
            yield from fact_lines(value, f"{name}.{index}")
    elif facts:
        yield f"{name}: {', '.join(map(str, facts))}"


def _number(fact: dict[str, Any]) -> str:
    if fact["kind"] == "undefined":
        return f"undefined ({fact['reason'].replace('_', ' ')})"
    shown = measured_text(fact["value"], fact["low"], fact["high"])
    return f"{shown}, n = {count(fact['n'])} ({fact['method']})"
