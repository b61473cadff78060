"""A plan with data sets, slices, bars and roles, so that policies can be held against its names."""

from pathlib import Path

import pytest
from tests.support.repositories import MANIFEST, write_repository

from assay import cli
from assay.steps.planning import plan_making
from assay.steps.planning.planned_shape import PlannedNames

RICH = MANIFEST.replace(
    'bars: {roc_auc: ">= 0.70"}',
    'slices: [group]\n    bars: {roc_auc: ">= 0.70"}\n    bars_per_slice: {roc_auc: ">= 0.60"}',
)


# Bars on findings exist only with training data to look at.
CLEAN = RICH.replace(
    "holdout: {path: holdout.csv}", "holdout: {path: holdout.csv}\n    train: {path: train.csv}"
).replace("checks:\n", "checks:\n  data_hygiene: {bars: {leakage: '<= 0.9'}}\n")


@pytest.fixture(scope="session")
def names(tmp_path_factory: pytest.TempPathFactory) -> PlannedNames:
    """The names of a plan, as the plan's own reading gives them."""
    return names_of(tmp_path_factory.mktemp("planned"), RICH)


@pytest.fixture(scope="session")
def names_with_findings(tmp_path_factory: pytest.TempPathFactory) -> PlannedNames:
    """The names of a plan that looks at training data too."""
    return names_of(tmp_path_factory.mktemp("clean"), CLEAN)


def names_of(root: Path, manifest: str) -> PlannedNames:
    repository = write_repository(root)
    repository.write("assay.yaml", manifest)
    repository.write("train.csv", (root / "holdout.csv").read_text())
    found: list[PlannedNames] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setattr(plan_making, "require_known_references", lambda _, names: found.append(names))
        assert cli.main(["plan", "--as-of", "2026-11-20"]) == 0
    return found[0]


@pytest.fixture
def shipped(project: Path) -> Path:
    """The folder of the shipped policies."""
    return project / "policies"
