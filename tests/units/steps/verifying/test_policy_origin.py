"""Which policies judged is told file by file: those that ship, those of the checkout, and those of nobody."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.repositories import HOUSE

from assay.documents.shipped import shipped_folder
from assay.edges.rego.bundle import Bundle, PolicyFile, read_bundle
from assay.edges.store import DossierFolder
from assay.steps.verifying.policy_origin import verify_policies
from assay.steps.verifying.verification_report import Verification

SHIPPED = read_bundle([shipped_folder("policies")])
COUNT = len(SHIPPED.files)
OWN = PolicyFile("house/owner_known/owner_known.rego", HOUSE.encode())


def bundle(*more: PolicyFile, without: int = 0) -> Bundle:
    files = sorted((*SHIPPED.files[without:], *more), key=lambda file: file.path)
    return dataclasses.replace(SHIPPED, files=tuple(files))


def verified(root: Path, judged: Bundle, named: Any = "policies", changes: Any = None) -> Verification:
    plan: Any = SimpleNamespace(changes=changes)
    page: Any = SimpleNamespace(manifest={"assay": 1} if named is None else {"assay": 1, "policies": named})
    return verify_policies(DossierFolder(root / "dossier", root), plan, page, judged)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    own = tmp_path / "policies" / OWN.path
    own.parent.mkdir(parents=True)
    own.write_bytes(OWN.content)
    return tmp_path


def test_policies_that_ship_are_known(tmp_path: Path) -> None:
    for named in (None, "policies", 7, "../policies"):
        found = verified(tmp_path, SHIPPED, named)
        assert found == Verification(checked=(f"{COUNT} of {COUNT} policy files are those of Assay 0.1.0",))


def test_policies_of_the_checkout_are_known(root: Path) -> None:
    found = verified(root, bundle(OWN))
    here = "Assay 0.1.0 or this checkout's policies"
    assert found == Verification(checked=(f"{COUNT + 1} of {COUNT + 1} policy files are those of {here}",))


@pytest.mark.parametrize(
    ("named", "changes"), [("policies", ()), (None, None), ("nowhere", None), ("x/../policies", None)]
)
def test_a_folder_that_did_not_judge_vouches_for_nothing(root: Path, named: Any, changes: Any) -> None:
    """A2: under a base the checkout's policies are not those that judged, and no path leads elsewhere."""
    (root / "x").mkdir()
    found = verified(root, bundle(OWN), named, changes)
    assert found.checked == (f"{COUNT} of {COUNT + 1} policy files are those of Assay 0.1.0",)
    assert found.unknown == (f"the origin of the other policies: {OWN.path} is unknown",)


def test_what_differs_is_unknown_or_missing_is_named(root: Path) -> None:
    """A2, A6: a policy that was made milder, one that nobody knows, and one that was left out."""
    first, second = SHIPPED.files[:2]
    milder = dataclasses.replace(second, content=second.content + b"\n# milder\n")
    judged = dataclasses.replace(SHIPPED, files=tuple(sorted((milder, *SHIPPED.files[2:], OWN), key=lambda f: f.path)))
    (root / "policies" / OWN.path).write_bytes(HOUSE.encode() + b"\n# another\n")
    found = verified(root, judged)
    assert found.checked[0].startswith(f"{COUNT - 2} of {COUNT} policy files are those of")
    told = f"{second.path} differs, {OWN.path} differs, {first.path} is missing"
    assert sorted(found.unknown[0].partition(": ")[2].split(", ")) == sorted(told.split(", "))


def test_a_policy_that_a_checkout_converted_is_told(root: Path) -> None:
    """T-line-ends: twin: one that was changed besides."""
    own = root / "policies" / OWN.path
    own.write_bytes(OWN.content.replace(b"\n", b"\r\n"))
    assert verified(root, bundle(OWN)).unknown == (
        f"the origin of the other policies: {OWN.path} differs in line ends only",
    )
    own.write_bytes(OWN.content.replace(b"\n", b"\r\n") + b"# milder\r\n")
    assert verified(root, bundle(OWN)).unknown == (f"the origin of the other policies: {OWN.path} differs",)


def test_ten_are_named_and_the_others_counted(tmp_path: Path) -> None:
    (unknown,) = verified(tmp_path, bundle(without=13)).unknown
    assert unknown.count(" is missing") == 10
    assert unknown.endswith(" and 3 more")
    (unknown,) = verified(tmp_path, bundle(without=10)).unknown
    assert unknown.count(" is missing") == 10
    assert "more" not in unknown
