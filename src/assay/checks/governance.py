"""What the manifest declares about ownership, use and risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.dossier.check_context import CheckContext
from assay.facts.check_parts import CheckFacts, CheckSpec
from assay.facts.values import Count

if TYPE_CHECKING:
    from collections.abc import Generator

OPTIONAL_BLOCK = True
_PLACEHOLDERS = frozenset(
    {
        *("todo", "to do", "tbd", "tba", "fixme", "xxx", "fill me in", "fill in", "to be done", "to be defined"),
        *("placeholder", "change me", "changeme", "lorem ipsum", "your name", "your team"),
        *("n/a", "na", "none", "null", "nil", "unknown", "nobody"),
    }
)
_MARKS = frozenset({"todo", "tbd", "tba", "fixme"})


class Spec(CheckSpec):
    """Nothing to set: the facts come from the manifest itself."""


class Facts(CheckFacts):
    """What was declared; blank and placeholder text counts as not declared."""

    owner_named: bool
    intended_use_stated: bool
    risk_named: bool
    out_of_scope: Count
    ethical_considerations: Count
    mitigations: Count
    roles_filled: tuple[str, ...]
    roles_empty: tuple[str, ...]


def measure(spec: Spec, context: CheckContext) -> Generator[list[Any], list[Any], Facts]:
    """Asks no question of the tables."""
    yield []
    considerations = [entry for entry in _entries(context.model, "ethical_considerations") if isinstance(entry, dict)]
    named = [entry for entry in considerations if _stated(entry.get("name"))]
    filled = {name: isinstance(role, dict) and _filled(role) for name, role in context.roles.items()}
    return Facts(
        owner_named=_stated(context.model.get("owner")),
        intended_use_stated=_stated(context.model.get("intended_use")),
        risk_named=_stated(context.model.get("risk")),
        out_of_scope=sum(_stated(entry) for entry in _entries(context.model, "out_of_scope")),
        ethical_considerations=len(named),
        mitigations=sum(_stated(entry.get("mitigation")) for entry in named),
        roles_filled=tuple(sorted(name for name, full in filled.items() if full)),
        roles_empty=tuple(sorted(name for name, full in filled.items() if not full)),
    )


def _stated(value: object) -> bool:
    """Whether a text says something: it holds a letter or digit and is no placeholder such as TODO or `<owner>`."""
    if not isinstance(value, str) or not any(character.isalnum() for character in value):
        return False
    if value.strip().startswith("<") and value.strip().endswith(">"):
        return False
    words = " ".join(value.split()).casefold().strip("<>[](){}`'\"*_.…!:;,- ")
    first = words.split(":")[0].split(" - ")[0].strip()
    return words not in _PLACEHOLDERS and first not in _MARKS


def _entries(model: dict[str, Any], name: str) -> tuple[Any, ...]:
    found = model.get(name)
    return tuple(found) if isinstance(found, list | tuple) else ()


def _filled(role: dict[str, Any]) -> bool:
    return any(_stated(member) for group in ("users", "teams") for member in _entries(role, group))
