"""Every planned input that is here is digested again, code as a whole; what is not here is said."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support import review_snapshots
from tests.support.git import commit, git
from tests.support.repositories import Repository, write_repository

from assay.canonical import canonical, digest
from assay.cli import main
from assay.dossier.pages import ManifestPage, Plan
from assay.dossier.plan_parts import PlannedInput
from assay.edges.store import DossierFolder, read_page
from assay.errors import DataError
from assay.steps.verifying.input_digests import verify_inputs


@pytest.fixture
def planned(tmp_path: Path) -> Repository:
    """A repository whose model is its own code, and the plan of a stage."""
    made = write_repository(tmp_path / "repository", model=True)
    git(made.root, "init", "--quiet", "--initial-branch=main")
    made.write(".gitignore", ".assay/\n")
    commit(made.root)
    assert main(["plan", "--manifest", str(made.root / "assay.yaml"), "--as-of", "2026-11-20"]) == 0
    return made


def pages(made: Repository) -> tuple[DossierFolder, Plan, ManifestPage]:
    def read(kind: Any) -> Any:
        return read_page(kind, (made.dossier / f"{kind.name}.json").read_bytes(), f"{kind.name}.json")

    return DossierFolder(made.dossier, made.root), read(Plan), read(ManifestPage)


def test_the_code_is_digested_as_a_whole(planned: Repository) -> None:
    """D1, T-code-tree: a file beside the function is as much the model as the function."""
    dossier, plan, manifest = pages(planned)
    assert any(each.role == "code" for each in plan.inputs)
    count = len(plan.inputs)
    assert verify_inputs(dossier, plan, manifest).checked == (f"{count} of {count} inputs are here and match the plan",)
    planned.write("model.py", "def score(features):\n    return [0.5] * len(features['amount'])\n")
    with pytest.raises(DataError):
        verify_inputs(dossier, plan, manifest)


def test_away_from_the_repository_other_code_is_not_the_models(planned: Repository) -> None:
    """The twin: a folder with files of its own, where the dossier was taken to be looked at."""
    dossier, plan, manifest = pages(planned)
    (planned.root / "assay.yaml").unlink()
    (code,) = [each for each in plan.inputs if each.role == "code"]
    found = verify_inputs(dossier, plan, manifest)
    assert found.checked == (f"{len(plan.inputs) - 1} of {len(plan.inputs)} inputs are here and match the plan",)
    assert found.unknown == (f"inputs that are not here: {code.path}",)


def test_a_snapshot_of_reviews_is_older_than_today(tmp_path: Path) -> None:
    """B9: what was read then is verified; what is true today nobody asked."""
    content = canonical(review_snapshots.approved())
    (tmp_path / "reviews.json").write_bytes(content)
    reviews = {
        "path": "reviews.json",
        "digest": digest(content),
        "bytes": len(content),
        "role": "reviews",
        "name": "reviews",
    }
    plan: Any = SimpleNamespace(inputs=(PlannedInput.model_validate(reviews),))
    page = ManifestPage(file="assay.yaml", source=digest(b""), manifest={"assay": 1, "model": {"name": "m"}})
    found = verify_inputs(DossierFolder(tmp_path / "dossier", tmp_path), plan, page)
    assert found.checked == ("1 of 1 inputs are here and match the plan",)
    assert found.unknown == ("the reviews as they are on GitHub today: the snapshot is older",)
    (tmp_path / "reviews.json").write_bytes(content + b" ")
    with pytest.raises(DataError):
        verify_inputs(DossierFolder(tmp_path / "dossier", tmp_path), plan, page)
