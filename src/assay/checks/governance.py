"""What the manifest declares about ownership, use and risk.

Method: Each entry of the manifest is looked at: blank text, punctuation alone and placeholders such as TODO or
`<owner>` say nothing.

Undefined: Everything is counted or true or false, so nothing is undefined.

Cost: No time: only the manifest is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from assay.dossier.check_context import MaterialContext
from assay.dossier.check_materials import Declaration
from assay.facts.check_parts import CheckFacts, CheckSpec
from assay.facts.values import Count
from assay.manifest.document import Role

if TYPE_CHECKING:
    from collections.abc import Generator

OPTIONAL_BLOCK = True
MATERIAL = Declaration
_PLACEHOLDERS = frozenset(
    {
        *("todo", "to do", "tbd", "tba", "fixme", "xxx", "fill me in", "fill in", "to be done", "to be defined"),
        *("placeholder", "change me", "changeme", "lorem ipsum", "your name", "your team"),
        *("n/a", "na", "none", "null", "nil", "unknown", "nobody"),
    }
)
_MARKS = frozenset({"todo", "tbd", "tba", "fixme"})


class Spec(CheckSpec):
    """No settings: the facts come from the manifest itself."""


class Facts(CheckFacts):
    """What the manifest declares; blank and placeholder text does not count."""

    owner_named: bool = Field(description="Whether `model.owner` names somebody.")
    intended_use_stated: bool = Field(description="Whether `model.intended_use` says something.")
    risk_named: bool = Field(description="Whether `model.risk` names a tier.")
    out_of_scope: Count = Field(description="Uses named under `model.out_of_scope`.")
    ethical_considerations: Count = Field(description="Considerations named under `model.ethical_considerations`.")
    mitigations: Count = Field(description="Considerations that have a mitigation.")
    roles_filled: tuple[str, ...] = Field(description="Roles with a user or a team.")
    roles_empty: tuple[str, ...] = Field(description="Roles without a user or a team.")


def measure(spec: Spec, context: MaterialContext[Declaration]) -> Generator[list[Any], list[Any], Facts]:
    """Asks the tables nothing."""
    yield []
    model = context.material.model
    named = [entry for entry in model.ethical_considerations if _stated(entry.name)]
    filled = {name: _filled(role) for name, role in context.material.roles.items()}
    return Facts(
        owner_named=_stated(model.owner),
        intended_use_stated=_stated(model.intended_use),
        risk_named=_stated(model.risk),
        out_of_scope=sum(map(_stated, model.out_of_scope)),
        ethical_considerations=len(named),
        mitigations=sum(_stated(entry.mitigation) for entry in named),
        roles_filled=tuple(sorted(name for name, full in filled.items() if full)),
        roles_empty=tuple(sorted(name for name, full in filled.items() if not full)),
    )


def _stated(value: str | None) -> bool:
    """Whether a text says something: it has a letter or digit and is not a placeholder such as TODO or `<owner>`."""
    if value is None or not any(character.isalnum() for character in value):
        return False
    if value.strip().startswith("<") and value.strip().endswith(">"):
        return False
    words = " ".join(value.split()).casefold().strip("<>[](){}`'\"*_.…!:;,- ")
    first = words.split(":")[0].split(" - ")[0].strip()
    return words not in _PLACEHOLDERS and first not in _MARKS


def _filled(role: Role) -> bool:
    return any(map(_stated, (*role.users, *role.teams)))
