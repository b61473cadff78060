"""Workflows that sign with their own identity: written where the trust file lists identities, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.git import git
from tests.support.keys import make_key, public_text
from tests.support.own_sigstore import GITHUB, WORKFLOW
from tests.support.workflow_jobs import runs_a_model

from assay.commands.parts.keyless_workflows import asks_for_keyless, keyless_text, signs_keyless
from assay.commands.parts.scaffolding import template
from assay.commands.parts.workflow_files import NAMES, called_text, write_workflows

IDENTITIES = f"trust: 1\nidentities: [{{name: judge, identity: '{WORKFLOW}', issuer: '{GITHUB}'}}]\n"
SIGNING = ("assay-ml/assay/actions/sign@", "assay-ml/assay/actions/promote@")


@pytest.fixture
def manifest(project: Path) -> str:
    """A manifest that names a trust file."""
    text = (project / "src/assay/commands/templates/demo/assay.yaml").read_text()
    return text + "\ntrust: keys/trust.yaml\n"


def trusting(folder: Path, manifest: str, trust: str) -> Path:
    (folder / "keys").mkdir(parents=True)
    (folder / "assay.yaml").write_text(manifest)
    (folder / "keys/trust.yaml").write_text(trust)
    return folder


def jobs(text: str) -> dict[str, Any]:
    found = yaml.safe_load(text)["jobs"]
    assert isinstance(found, dict)
    return found


def uses(job: dict[str, Any], *names: str) -> bool:
    return any(str(step.get("uses", "")).startswith(names) for step in job.get("steps", ()))


@pytest.mark.parametrize("name", NAMES)
def test_only_a_job_that_signs_has_an_identity(name: str) -> None:
    """D12: no job that runs the model, judges a change or checks out one of its commits may identify itself."""
    usual, found = jobs(template(f"workflow/{name}")), jobs(keyless_text(name, template(f"workflow/{name}")))
    assert [*found] == [*usual]
    for key, job in found.items():
        signs = uses(job, *SIGNING)
        assert (job["permissions"].get("id-token") == "write") is signs, key
        assert not (signs and runs_a_model(job)), key
        assert "secrets.ASSAY_SIGNING" not in yaml.safe_dump(job)
        if not signs:
            assert job == usual[key]
        rights = {right: level for right, level in job["permissions"].items() if right != "id-token"}
        assert rights == usual[key]["permissions"]


@pytest.mark.parametrize("name", ["assay-reviews.yml", "assay-promotion.yml"])
def test_what_signed_with_a_key_signs_keyless(name: str) -> None:
    text = keyless_text(name, template(f"workflow/{name}"))
    assert "ASSAY_SIGNING" not in text
    assert "ASSAY_PUBLIC_KEY" not in text
    for before, after in zip(jobs(template(f"workflow/{name}")).values(), jobs(text).values(), strict=True):
        for old, new in zip(before["steps"], after["steps"], strict=True):
            for field in ("key", "signing-key"):
                if "secrets." in str(old.get("with", {}).get(field)):
                    assert new["with"][field] == "keyless"
    assert signs_keyless(text)
    assert not signs_keyless(template(f"workflow/{name}"))


def test_what_publishes_verifies_its_own_name() -> None:
    """The name of a workflow that another calls is its own, not the caller's."""
    for file in ("assay-reviews.yml", "assay-model-reviews.yml"):
        text = keyless_text(file, template("workflow/assay-reviews.yml"))
        (key,) = re.findall(r"^ +key: (\$\{\{ github.*)$", text, re.MULTILINE)
        said = {"server_url": "https://github.com", "repository": "acme/loans", "ref": "refs/heads/main"}
        for part, value in said.items():
            key = key.replace(f"${{{{ github.{part} }}}}", value)
        assert key == WORKFLOW.replace("assay-reviews.yml", file)


def test_they_are_written_where_the_trust_file_lists_identities(tmp_path: Path, manifest: str) -> None:
    asked = trusting(tmp_path / "asked", manifest, IDENTITIES)
    key = "".join(f"      {line}\n" for line in public_text(make_key("ed25519")).splitlines())
    keyed = trusting(tmp_path / "keyed", manifest, f"trust: 1\nkeys:\n  - name: ci\n    key: |\n{key}")
    broken = trusting(tmp_path / "broken", manifest, "trust: 1\n")
    plain = tmp_path / "plain"
    plain.mkdir()
    for folder, keyless, note in (
        (asked, True, False),
        (keyed, False, False),
        (broken, False, True),
        (plain, False, False),
    ):
        assert (asks_for_keyless(folder)[0], asks_for_keyless(folder)[1] is not None) == (keyless, note)
        written = write_workflows(folder, "small", "main")
        assert bool(written.notes) is note
        for name in NAMES[1:]:
            text = (folder / ".github/workflows" / name).read_text()
            assert signs_keyless(text) is keyless
            assert ("id-token: write" in text) is keyless


def test_existing_workflows_that_sign_with_a_key_are_told(tmp_path: Path, manifest: str) -> None:
    write_workflows(tmp_path, "small", "main")
    trusting(tmp_path, manifest, IDENTITIES)
    written = write_workflows(tmp_path, "small", "main")
    assert set(written.files.values()) == {"kept"}
    assert [note.split("`")[1] for note in written.notes] == [f".github/workflows/{name}" for name in NAMES[1:]]
    assert all("signs with a key" in note for note in written.notes)


def test_a_model_in_a_folder_is_signed_by_the_workflow_that_is_called(tmp_path: Path, manifest: str) -> None:
    """A called job has at most the rights of the one that calls it."""
    git(tmp_path, "init", "--initial-branch=main")
    folder = trusting(tmp_path / "models/small", manifest, IDENTITIES)
    assert write_workflows(folder, "small", "main").notes == []
    for name in NAMES:
        calling = (tmp_path / ".github/workflows" / name).read_text()
        called = (tmp_path / ".github/workflows" / name.replace("assay", "assay-model", 1)).read_text()
        assert called == called_text(
            name, keyless_text(name.replace("assay", "assay-model", 1), template(f"workflow/{name}"))
        )
        (job,) = jobs(calling).values()
        assert (job["permissions"].get("id-token") == "write") is ("id-token: write" in called)
        assert ("id-token: write" in called) is (name != "assay.yml")
        assert "ASSAY_SIGNING" not in calling
