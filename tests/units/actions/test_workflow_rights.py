"""What the jobs of every workflow may do: ours, and those that `assay init` writes."""

import itertools
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.workflow_jobs import runs_a_model

ROOT = Path(__file__).parents[3]
WRITTEN = ROOT / "src/assay/commands/templates/workflow"
WORKFLOWS = [*sorted(WRITTEN.glob("*.yml")), *sorted((ROOT / ".github/workflows").glob("*.yml"))]
ACTIONS = [ROOT / "action.yml", *sorted((ROOT / "actions").glob("*/action.yml"))]
ENDS = ("success", "failure", "cancelled", "skipped", "")


def jobs(paths: list[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in paths:
        for name, job in yaml.safe_load(path.read_text())["jobs"].items():
            yield f"{path.name}: {name}", job


def test_a_job_that_runs_the_model_can_neither_sign_nor_push() -> None:
    """D12: no contents to write, no identity to sign with, no secret, and no runner that others use."""
    running = [(name, job) for name, job in jobs([*WRITTEN.glob("*.yml")]) if runs_a_model(job)]
    assert running
    for name, job in running:
        rights = job["permissions"]
        assert {"contents", "id-token", "attestations", "packages"}.isdisjoint(
            right for right, level in rights.items() if level == "write"
        ), name
        assert "secrets." not in yaml.safe_dump(job), name
        assert "environment" not in job, name


NEEDED = re.compile(r"\$\{\{ needs\.([a-z]+)\.result \}\}")


def test_only_success_of_every_job_passes_the_last_one() -> None:
    """E16: skipped, cancelled and absent are no success; success of all is."""
    last = [
        (f"{path.name}: {name}", job, workflow["jobs"])
        for path in WORKFLOWS
        for workflow in [yaml.safe_load(path.read_text())]
        for name, job in workflow["jobs"].items()
        if any("RESULTS" in step.get("env", {}) for step in job["steps"])
    ]
    assert len(last) >= 2
    for name, job, every in last:
        assert str(job["if"]).startswith("always()"), name
        (step,) = job["steps"]
        asked = NEEDED.findall(step["env"]["RESULTS"])
        assert NEEDED.sub("", step["env"]["RESULTS"]).strip() == ""
        assert set(asked) <= set(job["needs"]), name
        # A job that is not asked about skips one that is, if it fails.
        skipped = {before for each in asked if "if" not in every[each] for before in listed(every[each].get("needs"))}
        assert set(job["needs"]) <= {*asked, *skipped}, name
        for ends in itertools.product(ENDS, repeat=len(asked)):
            ran = subprocess.run(["bash", "-e", "-c", step["run"]], env={"RESULTS": " ".join(ends)}, check=False)
            assert (ran.returncode == 0) is (set(ends) == {"success"}), (name, ends)


def test_a_gate_that_judges_runs_whatever_the_model_came_to() -> None:
    """E16: a required job that is skipped counts as passed, so the one that judges always runs, and fails by itself."""
    workflow = yaml.safe_load((WRITTEN / "assay.yml").read_text())
    judging = [job for job in workflow["jobs"].values() if "gate" in job["name"]]
    assert judging
    for job in judging:
        assert "needs" not in job or str(job["if"]).startswith("always()")
        assert not any(
            step.get("continue-on-error") for step in job["steps"] if "assay-ml/assay@" in str(step.get("uses"))
        )


def listed(found: Any) -> list[str]:
    return [found] if isinstance(found, str) else list(found or ())


def test_a_promotion_runs_from_the_default_branch_only() -> None:
    """C13: whoever may start a workflow may start it on a branch of their own, with that branch's file."""
    workflow = yaml.safe_load((WRITTEN / "assay-promotion.yml").read_text())
    first = [job for job in workflow["jobs"].values() if not job.get("needs")]
    assert first
    for job in first:
        assert "github.ref_name == github.event.repository.default_branch" in job["if"]


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_code_is_restored_from_a_cache(path: Path) -> None:
    """G8: a cache may be anybody's; the one that is read holds an earlier decision, which is shown and judges nothing."""
    document = yaml.safe_load(path.read_text())
    steps = [
        *document.get("runs", {}).get("steps", ()),
        *(step for job in document.get("jobs", {}).values() for step in job.get("steps", ())),
    ]
    assert steps
    for step in steps:
        uses, given = str(step.get("uses", "")), step.get("with", {})
        if uses.startswith("actions/cache"):
            assert given["path"] == "${{ steps.paths.outputs.temp }}/assay-base/decision.json"
        assert "cache" not in given
        if uses.startswith("astral-sh/setup-uv"):
            assert given["enable-cache"] is False


def test_the_lock_names_every_package_by_hash_from_one_index() -> None:
    """G9: a package of the same name elsewhere has other bytes."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    assert len(packages) > 50
    for package in packages:
        source = package["source"]
        if source != {"editable": "."}:
            assert source == {"registry": "https://pypi.org/simple"}, package["name"]
            files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
            assert files
            assert all(file["hash"].startswith("sha256:") for file in files), package["name"]
    for path in ACTIONS:
        for step in yaml.safe_load(path.read_text())["runs"]["steps"]:
            line = str(step.get("run", ""))
            assert "uv run" not in line or "--locked" in line or "--frozen" in line, path


def test_every_job_runs_on_a_runner_that_lives_for_one_job() -> None:
    """G16: what an earlier job left on a runner of one's own is there for the next."""
    for name, job in jobs(WORKFLOWS):
        assert job["runs-on"] == "ubuntu-latest", name


def test_a_dossier_that_was_handed_on_is_held_to_its_digest() -> None:
    """G17: an artifact's name is for the first who takes it; the digest comes from the job that judged."""
    taking = [
        (name, step)
        for name, job in jobs([*WRITTEN.glob("*.yml")])
        if any("download-artifact" in str(step.get("uses")) for step in job["steps"])
        and "judge" in str(job.get("needs"))
        for step in job["steps"]
        if str(step.get("uses", "")).startswith("assay-ml/assay/actions/") and "fetch" not in step.get("with", {})
    ]
    assert taking
    for name, step in taking:
        if "actions/sign@" not in step["uses"]:
            assert step["with"]["expect"] == "${{ needs.judge.outputs.decision }}", name
