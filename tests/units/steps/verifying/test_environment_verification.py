"""The record of the model's environment is of the kind that the manifest declares, or is refused; its absence is said."""

from pathlib import Path
from typing import Any

import pytest

from assay.dossier.environment_identity import Distribution, EnvironmentIdentity
from assay.dossier.pages import ManifestPage, Plan, Predictions
from assay.edges.environment_record import write_environment_record
from assay.edges.store import DossierFolder
from assay.errors import PageError
from assay.steps.verifying.environment_verification import model_ran, verify_environment
from assay.steps.verifying.verification_report import Verification

DIGEST = f"sha256:{'0' * 64}"
OTHER = f"sha256:{'1' * 64}"
ARTIFACT = {"format": "python", "callable": "m:f"}
GIVEN = {"format": "predictions", "predictions": {"holdout": "s.csv"}}
SET = {"set": "holdout", "rows": 1, "columns": ["score"], "digest": DIGEST}


def verified(
    tmp_path: Path,
    environment: Any = None,
    found: EnvironmentIdentity | None = None,
    *,
    planned: str | None = None,
    **more: Any,
) -> Verification:
    model = {"name": "m", "artifact": more.get("artifact", ARTIFACT)}
    page = ManifestPage(
        file="assay.yaml", source=DIGEST,
        manifest={"assay": 1, "model": model | ({} if environment is None else {"environment": environment})},
    )  # fmt: skip
    inputs = [
        {"path": "holdout.csv", "digest": OTHER, "bytes": 1, "role": "data", "name": "holdout"},
        *(
            []
            if planned is None
            else [{"path": "r.txt", "digest": planned, "bytes": 1, "role": "environment", "name": "r"}]
        ),
    ]
    plan = Plan.model_validate(
        {
            "model": "m", "task": "t", "risk": "high", "stage": "s", "as_of": "2026-11-20", "bundle": (),
            "bundle_digest": DIGEST, "policies": (), "checks": (), "bars": (), "recipes": (), "inputs": inputs,
        }
    )  # fmt: skip
    dossier = DossierFolder(tmp_path / "dossier", tmp_path)
    dossier.folder.mkdir()
    (dossier.folder / "manifest.json").write_bytes(page.content())
    if found is not None:
        write_environment_record(dossier, found)
    predictions = Predictions.model_validate({"sets": more.get("sets", [SET])})
    return verify_environment(dossier, page, plan, predictions)


def identity(origin: Any = "assay", requirements: str | None = None) -> EnvironmentIdentity:
    numpy = Distribution(name="numpy", version="2.0")
    return EnvironmentIdentity(
        origin=origin, implementation="CPython", python="3.12", distributions=(numpy,), requirements=requirements
    )


@pytest.mark.parametrize(
    ("declared", "origin", "planned"),
    [
        (None, "assay", None),
        ({"python": "bin/python"}, "python", None),
        ({"requirements": "r.txt"}, "requirements", DIGEST),
    ],
)
def test_the_record_is_of_what_was_declared(tmp_path: Path, declared: Any, origin: str, planned: str | None) -> None:
    found = identity(origin, planned)
    assert verified(tmp_path, declared, found, planned=planned) == Verification(
        checked=(f"environment.json: {found.title}, as the manifest declares it",),
        unknown=("whether the model ran in the environment of environment.json: only a signature vouches for it",),
    )


@pytest.mark.parametrize(
    ("declared", "found", "planned", "told"),
    [
        (None, identity("python"), None, "by `python` with the requirements of none, but the plan asks for `assay` with none."),
        ({"python": "bin/python"}, identity("assay"), None, "by `assay` with the requirements of none, but the plan asks for `python` with none."),
        ({"requirements": "r.txt"}, identity("requirements"), DIGEST, f"but the plan asks for `requirements` with {DIGEST}."),
        ({"requirements": "r.txt"}, identity("requirements", OTHER), DIGEST, f"with the requirements {OTHER}, but the plan asks for `requirements` with {DIGEST}."),
        ({"requirements": "r.txt"}, identity("python", DIGEST), DIGEST, f"by `python` with the requirements {DIGEST}, but"),
    ],
)  # fmt: skip
def test_another_environment_than_the_declared_one_is_refused(
    tmp_path: Path, declared: Any, found: EnvironmentIdentity, planned: str | None, told: str
) -> None:
    """T-environment: another interpreter, or one built from other requirements, is not the model's."""
    with pytest.raises(PageError) as caught:
        verified(tmp_path, declared, found, planned=planned)
    assert str(caught.value).startswith("environment.json is of an environment by `")
    assert told in str(caught.value)
    assert caught.value.hint == "Run `assay predict` again, then the steps after it."


def test_a_record_that_is_missing_is_said(tmp_path: Path) -> None:
    unknown = "the environment that the model ran in: the dossier has no environment.json"
    assert verified(tmp_path) == Verification(unknown=(unknown,))


@pytest.mark.parametrize("more", [{"artifact": GIVEN}, {"sets": []}])
def test_where_no_model_ran_there_is_no_record(tmp_path: Path, more: dict[str, Any]) -> None:
    """T-environment: an environment beside answers that were given as files is somebody's own."""
    (tmp_path / "a").mkdir()
    assert verified(tmp_path / "a", **more) == Verification()
    (tmp_path / "b").mkdir()
    with pytest.raises(PageError) as caught:
        verified(tmp_path / "b", found=identity(), **more)
    assert str(caught.value) == "environment.json is in the dossier, but no model ran."
    assert caught.value.hint == "Delete environment.json."
    assert callable(model_ran)
