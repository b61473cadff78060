"""What counts as declared."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.driving import measured

from assay.checks import governance
from assay.dossier.check_context import CheckContext

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
    found = measured(
        governance, governance.Spec(), CheckContext(task="regression", sets=(), model=model, roles=roles), {}
    )
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
        "",
        " ",
        "\n\t",
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
        None,
        3,
        ["x"],
    ],
)
def test_what_only_fills_the_place_is_not_declared(text: Any) -> None:
    found = facts_of(
        {"owner": text, "intended_use": text, "risk": text, "out_of_scope": text, "ethical_considerations": text},
        {"x": text},
    )
    assert (found.owner_named, found.intended_use_stated, found.risk_named, found.roles_filled) == (
        False,
        False,
        False,
        (),
    )
    assert found.ethical_considerations == 0


def test_nothing_declared() -> None:
    found = facts_of({}, {})
    assert not any((found.owner_named, found.out_of_scope, found.roles_filled, found.roles_empty))
