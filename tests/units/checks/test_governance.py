"""What counts as declared."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.driving import measured

from assay.checks import governance
from assay.dossier.check_context import MaterialContext
from assay.dossier.check_materials import Declaration
from assay.manifest.document import Role
from assay.manifest.model_blocks import Model

MODEL: dict[str, Any] = {
    "owner": "credit-risk",
    "intended_use": "Rank applications; todo lists are not affected.",
    "risk": "high",
    "out_of_scope": ["automatic refusal", " ", "TODO"],
    "ethical_considerations": [
        {"name": "Past discrimination.", "mitigation": "Gaps are gated."},
        {"name": "TBD"},
        {"name": "Age", "mitigation": None},
    ],
}
ROLES = {"domain_expert": {"users": ["octocat"], "teams": []}, "ml_engineer": {"users": [" "], "teams": ["TODO"]}}


def facts_of(model: dict[str, Any], roles: dict[str, Any]) -> governance.Facts:
    declared = Declaration(
        model=Model.model_validate({"name": "small", **model}),
        roles={name: Role.model_validate(role) for name, role in roles.items()},
    )
    context = MaterialContext(task="regression", sets=(), material=declared)
    found = measured(governance, governance.Spec(), context, {})
    assert isinstance(found, governance.Facts)
    return found


def test_declared() -> None:
    assert facts_of(MODEL, ROLES).model_dump() == {
        "owner_named": True,
        "intended_use_stated": True,
        "risk_named": True,
        "out_of_scope": 1,
        "ethical_considerations": 2,
        "mitigations": 1,
        "roles_filled": ("domain_expert",),
        "roles_empty": ("ml_engineer",),
    }
    assert governance.OPTIONAL_BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "…",
        "...",
        "TODO",
        "todo: write this",
        "TBD.",
        "Fill me in",
        "[fill  me in]",
        "<owner>",
        "N/A",
        "???",
        "\u200b",
    ],
)
def test_what_only_fills_the_place_is_not_declared(text: str) -> None:
    found = facts_of(
        {
            "owner": text,
            "intended_use": text,
            "out_of_scope": [text],
            "ethical_considerations": [
                {"name": text, "mitigation": "None is needed."},
                {"name": "Age", "mitigation": text},
            ],
        },
        {"x": {"users": [text], "teams": [text]}},
    )
    assert (found.owner_named, found.intended_use_stated, found.out_of_scope, found.roles_filled) == (
        False,
        False,
        0,
        (),
    )
    assert (found.ethical_considerations, found.mitigations) == (1, 0)


@pytest.mark.parametrize("text", ["", None])
def test_an_empty_owner_or_use_is_not_declared(text: str | None) -> None:
    found = facts_of({"owner": text, "intended_use": text, "risk": None}, {})
    assert (found.owner_named, found.intended_use_stated, found.risk_named) == (False, False, False)


def test_nothing_declared() -> None:
    found = facts_of({}, {})
    assert not any((found.owner_named, found.out_of_scope, found.roles_filled, found.roles_empty))
