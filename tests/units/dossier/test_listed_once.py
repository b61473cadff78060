"""A page lists each thing once: of two that contradict each other, the last must not count."""

import pytest
from pydantic import ValidationError

from assay.canonical import canonical
from assay.dossier.pages import Evidence, Plan
from assay.edges.store import read_page

BROKEN = {"check": "quality", "outcome": "error", "reason": "it broke"}
SOUND = {"check": "quality", "outcome": "measured", "facts": {}}
OTHER = {"check": "bias", "outcome": "measured", "facts": {}}
POLICY = {"id": "bias/within_bounds", "title": "t", "effect": "block", "checks": ["bias"]}
PLAN = {
    "model": "m", "task": "t", "risk": "high", "stage": "validation", "as_of": "2026-11-20", "bundle": [],
    "bundle_digest": f"sha256:{'0' * 64}", "checks": [], "bars": [], "recipes": [], "inputs": [],
}  # fmt: skip


@pytest.mark.parametrize(("second", "sound"), [(SOUND, False), (BROKEN, False), (OTHER, True)])
def test_evidence_measures_a_check_once(second: dict[str, object], sound: bool) -> None:
    """E5: a second measurement of a check that broke does not take its place."""
    content = canonical({"measurements": [BROKEN, second], "page": "evidence", "parents": {}})
    if sound:
        assert len(read_page(Evidence, content, "evidence.json").measurements) == 2
    else:
        with pytest.raises(ValidationError, match="`quality` is listed twice"):
            read_page(Evidence, content, "evidence.json")


def test_a_plan_names_a_policy_once() -> None:
    """E5: a policy that blocks and is listed again as one that warns is refused."""
    assert Plan.model_validate({**PLAN, "policies": [POLICY]}).policies
    with pytest.raises(ValidationError, match="listed twice"):
        Plan.model_validate({**PLAN, "policies": [POLICY, {**POLICY, "effect": "warn"}]})
