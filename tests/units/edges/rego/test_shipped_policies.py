"""The shipped policies pass OPA's own checks, with every line covered by their tests."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.tokens import read_tokens
from assay.manifest.document import DEFAULT_STAGES

ARITHMETIC = {"+", "-", "*", "/", "%"}
FORBIDDEN_NAMES = {"sum", "product", "round", "abs", "floor", "ceil", "max", "min", "to_number", "metadata", "default"}

WARNING = {"data/no_repetition", "data/sound_columns", "data/labels_in_view"}
"""Policies about what may be a property of the data as well as a fault of it."""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("check", [("fmt", "--list", "--fail"), ("check", "--strict"), ("test",)])
def test_opa_finds_no_fault(check: tuple[str, ...], opa: str, project: Path) -> None:
    found = run(opa, *check, str(project / "policies"))
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_line_is_covered(opa: str, project: Path) -> None:
    report = json.loads(run(opa, "test", "--coverage", "--format=json", str(project / "policies")).stdout)
    uncovered = {file: lines["not_covered"] for file, lines in report["files"].items() if "not_covered" in lines}
    assert uncovered == {}
    assert report["coverage"] == 100


def test_regal_finds_no_fault(project: Path) -> None:
    regal = shutil.which("regal")
    if regal is None:
        pytest.skip("regal is not on PATH")
    command = (regal, "lint", "--config-file", str(project / ".regal/config.yaml"), str(project / "policies"))
    found = run(*command)
    assert found.returncode == 0, found.stdout + found.stderr


def test_each_policy_has_a_test_beside_it(project: Path) -> None:
    for file in read_bundle([project / "policies"]).modules:
        assert (project / "policies" / file.path.replace(".rego", "_test.rego")).is_file()


def test_policies_only_compare(project: Path) -> None:
    """Arithmetic differs between engines, and a default would prove by saying nothing (F5, engines.md §4)."""
    for file in read_bundle([project / "policies"]).modules:
        for token in read_tokens(file.content.decode()):
            assert token.text not in ARITHMETIC | FORBIDDEN_NAMES, f"{file.path}:{token.line}"


def test_metadata_fits_the_plan(project: Path) -> None:
    for policy in read_bundle([project / "policies"]).policies:
        assert set(policy.stages) <= set(DEFAULT_STAGES)
        assert policy.effect == ("warn" if policy.id in WARNING else "block")
        assert "\n" not in policy.title + policy.description + policy.remedy
        assert policy.description
