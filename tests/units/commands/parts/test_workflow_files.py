"""The workflows for models in folders of a repository: one list of models, extended and never overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.git import git

from assay.commands.parts.scaffolding import template
from assay.commands.parts.workflow_files import (
    LIST,
    NAMES,
    RIGHTS,
    WorkflowModel,
    called_text,
    find_top,
    with_line,
    write_workflows,
)

FOLDER = "${{ inputs.folder }}"


@pytest.fixture
def top(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--initial-branch=main")
    for name in ("churn", "ham"):
        (tmp_path / "models" / name).mkdir(parents=True)
    return tmp_path


def workflow(top: Path, name: str) -> dict[str, Any]:
    found = yaml.safe_load((top / ".github/workflows" / name).read_text())
    assert isinstance(found, dict)
    return found


def test_models_in_folders_share_workflows_at_the_top(top: Path) -> None:
    assert find_top(top / "models/churn") == top
    first = write_workflows(top / "models/churn", "churn", "main")
    assert first.new
    assert set(first.files.values()) == {"wrote"}
    assert "../../.github/workflows/assay.yml" in first.files
    before = {name: (top / ".github/workflows" / name).read_text() for name in NAMES}
    edited = before["assay.yml"].replace("  merge_group:\n", "  merge_group: # ours\n")
    (top / ".github/workflows/assay.yml").write_text(edited)
    second = write_workflows(top / "models/ham", "acme/ham", "main")
    line = "          - {model: acme/ham, folder: models/ham, slug: acme-ham}\n"
    listed = "          - {model: churn, folder: models/churn, slug: churn}\n"
    for name in NAMES:
        assert second.files[f"../../.github/workflows/{name}"] == "extended"
        was = edited if name == "assay.yml" else before[name]
        assert (top / ".github/workflows" / name).read_text() == was.replace(listed, listed + line)
        (job,) = workflow(top, name)["jobs"].values()
        assert [each["folder"] for each in job["strategy"]["matrix"]["include"]] == ["models/churn", "models/ham"]
    again = write_workflows(top / "models/ham", "acme/ham", "main")
    assert set(again.files.values()) == {"kept"}
    assert again.notes == []
    assert not again.new
    atop = write_workflows(top, "top", "main")
    assert atop.files[".github/workflows/assay.yml"] == "extended"
    assert 'folder: ".", ' in (top / ".github/workflows/assay.yml").read_text()


def test_a_workflow_without_the_list_stays_and_the_line_is_told(top: Path) -> None:
    write_workflows(top, "top", "main")
    before = [(top / ".github/workflows" / name).read_text() for name in NAMES]
    assert before[0] == template("workflow/assay.yml").replace("MODEL: the-model", "MODEL: top")
    written = write_workflows(top / "models/churn", "churn", "main")
    assert [(top / ".github/workflows" / name).read_text() for name in NAMES] == before
    assert len(written.notes) == len(NAMES)
    assert "add `- {model: churn, folder: models/churn, slug: churn}`" in written.notes[0]


def test_without_a_repository_the_folder_has_its_own(tmp_path: Path) -> None:
    written = write_workflows(tmp_path, "alone", "main")
    assert [*written.files] == [f".github/workflows/{name}" for name in NAMES]
    assert "MODEL: alone" in (tmp_path / ".github/workflows/assay.yml").read_text()


def test_a_line_goes_behind_the_others() -> None:
    line = WorkflowModel(name="b", folder="b").line
    assert with_line(f"x\n{LIST}\n          - {{a: 1}} # mine\n    uses: y\n", line) == (
        f"x\n{LIST}\n          - {{a: 1}} # mine\n{line}\n    uses: y\n"
    )
    assert with_line(f"x\n{LIST}", line) == f"x\n{LIST}\n{line}"
    assert with_line("jobs: {}\n", line) is None


@pytest.mark.parametrize("name", NAMES)
def test_each_model_is_judged_in_its_folder_by_the_usual_jobs(name: str) -> None:
    """Jobs of two models share no folder and no artifact, and each has the rights of the usual one."""
    text = called_text(name, template(f"workflow/{name}"))
    called, usual = yaml.safe_load(text), yaml.safe_load(template(f"workflow/{name}"))
    assert [*called["jobs"]] == [*usual["jobs"]]
    rights = {each.partition(" #")[0] for each in RIGHTS[name]}
    for job, other in zip(called["jobs"].values(), usual["jobs"].values(), strict=True):
        assert job["permissions"] == other["permissions"]
        assert len(job["steps"]) == len(other["steps"])
        for right, level in job["permissions"].items():
            assert {f"{right}: {level}", f"{right}: write"} & rights
        for step in job["steps"]:
            given = step.get("with", {})
            if str(step.get("uses", "")).startswith("assay-ml/"):
                assert given["manifest"] == f"{FOLDER}/assay.yaml"
            if "artifact@" in str(step.get("uses", "")):
                assert given["name"].endswith("-${{ inputs.slug }}")
    # A snapshot of reviews is read by its path in the manifest's folder, everything else from the top.
    outside = [line for line in text.splitlines() if ".assay" in line and FOLDER not in line and "$FOLDER" not in line]
    assert [line.strip().partition(":")[0] for line in outside] in ([], ["reviews"])
    assert called[True]["workflow_call"]["inputs"].keys() >= {"model", "folder", "slug"}
    assert "concurrency" not in called
