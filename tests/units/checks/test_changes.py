"""What of a change counts as loosened, tightened or only described."""

from __future__ import annotations

import pytest
from tests.support.driving import measured

from assay.checks import changes
from assay.dossier.check_context import MaterialContext
from assay.dossier.check_materials import ManifestChanges
from assay.dossier.plan_parts import ManifestChange
from assay.errors import DataError


def change(path: str, **more: bool) -> ManifestChange:
    return ManifestChange(path=path, kind="changed", file="assay.yaml", line=1, **more)


def facts_of(listed: tuple[ManifestChange, ...] | None) -> changes.Facts:
    material = None if listed is None else ManifestChanges(listed=listed)
    context = MaterialContext(task="regression", sets=(), material=material)
    found = measured(changes, changes.Spec(), context, {})
    assert isinstance(found, changes.Facts)
    return found


def test_sorted_by_what_they_do() -> None:
    found = facts_of(
        (
            change("checks.quality.bars.roc_auc", tightens=True),
            change("model.owner", descriptive=True),
            change("model.risk"),
            change("model.owner.extra"),
            change("model.owner", tightens=True),
        )
    )
    assert found.model_dump() == {
        "base": True,
        "loosens": True,
        "loosened": ("model.risk", "model.owner.extra"),
        "reviewed": False,
        "descriptive": ("model.owner",),
        "tightened": ("checks.quality.bars.roc_auc", "model.owner"),
        "count": 5,
    }
    assert changes.OPTIONAL_BLOCK


def test_nothing_differs() -> None:
    found = facts_of(())
    assert (found.base, found.loosens, found.loosened, found.count) == (True, False, (), 0)


@pytest.mark.parametrize(
    ("loosened", "reviewed"), [([True, True], True), ([True, False], False), ([False, False], False), ([], False)]
)
def test_reviewed_are_all_that_loosen_or_none(loosened: list[bool], reviewed: bool) -> None:
    others = (change("checks.bias", tightens=True), change("model.owner", descriptive=True, reviewed=True))
    found = facts_of((*others, *(change(f"roles.{index}", reviewed=each) for index, each in enumerate(loosened))))
    assert found.reviewed is reviewed


def test_without_a_base_there_are_no_facts() -> None:
    """Nothing compared is not the same as nothing different."""
    with pytest.raises(DataError, match="nothing was compared"):
        facts_of(None)


def test_lists_are_bounded_and_counted() -> None:
    found = facts_of(tuple(change(f"policies.{number}") for number in range(1000)))
    assert len(found.loosened) == changes._MAX_LISTED
    assert found.count == 1000
