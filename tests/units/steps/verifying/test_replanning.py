"""The situations that a plan was made in, by its pages, and what two plans may differ in."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.repositories import Repository, write_repository
from tests.support.shared_folders import make_once

from assay.cli import main
from assay.dossier.pages import ManifestPage, Plan
from assay.edges.rego.bundle import Bundle
from assay.edges.store import DossierFolder, read_page
from assay.errors import PageError
from assay.steps.deciding.judgement import read_planned_bundle
from assay.steps.verifying.replanning import _situations, _without_lines, verify_plan


def make_planned(folder: Path) -> None:
    made = write_repository(folder / "repository")
    assert main(["plan", "--manifest", str(made.root / "assay.yaml"), "--as-of", "2026-11-20"]) == 0


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, ManifestPage, Bundle]:
    made = Repository(make_once(tmp_path_factory, "planned", make_planned) / "repository")

    def read(kind: Any) -> Any:
        return read_page(kind, (made.dossier / f"{kind.name}.json").read_bytes(), f"{kind.name}.json")

    plan = read(Plan)
    return plan, read(ManifestPage), read_planned_bundle(DossierFolder(made.dossier, made.root), plan)


APPROVING = {"validation": {"approvals": ("owner",)}, "odd": {}}
ONNX = {"artifact": {"format": "onnx", "path": "m.onnx"}}


@pytest.mark.parametrize(
    ("plan", "said", "expected"),
    [
        ({}, {}, {"labelled"}),
        ({"changes": ()}, {}, {"labelled", "change"}),
        ({"policies": ("governance/first_manifest",)}, {}, {"labelled", "first_manifest"}),
        ({"policies": ("governance/other",)}, {}, {"labelled"}),
        ({}, {"stages": APPROVING}, {"labelled", "approvals"}),
        ({"stage": "odd"}, {"stages": APPROVING}, {"labelled"}),
        ({"stage": "deployment"}, {"stages": APPROVING}, {"labelled"}),
        ({}, {"data": None}, set()),
        ({}, {"model": {**ONNX, "risk": "high"}}, {"labelled", "isolation"}),
        ({}, {"model": {**ONNX, "risk": "limited"}}, {"labelled"}),
        ({"stage": "deployment"}, {"model": {**ONNX, "risk": "limited"}}, {"labelled", "isolation"}),
    ],
)
def test_the_situations_of_a_plan(
    pages: tuple[Plan, ManifestPage, Bundle], plan: dict[str, Any], said: dict[str, Any], expected: set[str]
) -> None:
    """A1, A10: each situation brings policies, so none may be lost when a plan is made again."""
    page = pages[1]
    manifest = {**page.manifest, **said, "model": {**page.manifest["model"], **said.get("model", {})}}
    if "data" in said:
        del manifest["data"], manifest["checks"]
    if "stages" not in said:
        manifest.pop("stages", None)
    made: Any = SimpleNamespace(
        stage=plan.get("stage", "validation"),
        changes=plan.get("changes"),
        policies=[SimpleNamespace(id=each) for each in plan.get("policies", ())],
    )
    assert _situations(made, page.model_copy(update={"manifest": manifest})) == expected


def test_lines_and_the_order_of_the_text_are_no_difference(pages: tuple[Plan, ManifestPage, Bundle]) -> None:
    plan = pages[0]
    first = plan.recipes[0]
    recipes = [first, first.model_copy(update={"id": "zz"}), first.model_copy(update={"set": "aa"})]
    written = plan.model_copy(update={"recipes": tuple(recipes)})
    moved = [bar.model_copy(update={"line": bar.line + 7, "file": "other.yaml"}) for bar in plan.bars]
    again = written.model_copy(update={"bars": tuple(reversed(moved)), "recipes": tuple(reversed(recipes))})
    assert again != written
    assert _without_lines(again) == _without_lines(written)
    assert len(_without_lines(again).recipes) == len(recipes)
    assert _without_lines(written.model_copy(update={"recipes": tuple(recipes[:2])})) != _without_lines(written)


def test_a_policy_that_there_is_not_cannot_be_planned(pages: tuple[Plan, ManifestPage, Bundle]) -> None:
    """A3: a stage without any policy would open the gate."""
    plan, page, bundle = pages
    stages = {"validation": {"policies": ("nowhere/*",)}}
    with pytest.raises(PageError, match=r"^manifest\.json cannot be planned again: .*nowhere"):
        verify_plan(plan, page.model_copy(update={"manifest": {**page.manifest, "stages": stages}}), bundle)
