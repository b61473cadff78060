"""A checkout that converts line ends is told apart from a change, with what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.cli import main
from assay.dossier.pages import Plan
from assay.edges.store import DossierFolder
from assay.ledger.promotion_page import PromotionError
from assay.steps.promoting.commit_content import require_content
from tests.support.git import commit, git
from tests.support.repositories import MODEL, Repository, write_repository

ADVICE = "Only its line ends differ, as after a checkout that converts them"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = write_repository(tmp_path / "repository")
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(repository.root))
    git(repository.root, "config", "core.autocrlf", "false")
    repository.write(".gitignore", ".assay/\n")
    commit(repository.root, "Start")
    return repository


def converted(repository: Repository, name: str) -> None:
    """The file as a checkout with `core.autocrlf=true` writes it."""
    git(repository.root, "config", "core.autocrlf", "true")
    (repository.root / name).unlink()
    git(repository.root, "checkout", "--", name)
    assert b"\r\n" in (repository.root / name).read_bytes()


def run(repository: Repository, *typed: str) -> int:
    return main([typed[0], "--manifest", str(repository.root / "assay.yaml"), *typed[1:]])


@pytest.mark.parametrize("name", ["holdout.csv", "scores.csv", "assay.yaml"])
def test_after_the_plan(repository: Repository, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """T-line-ends: planned with one kind of line ends, read with the other."""
    assert run(repository, "plan") == 0
    step = "predict" if name == "scores.csv" else "collect"
    if step == "collect":
        assert run(repository, "predict") == 0
    converted(repository, name)
    assert run(repository, step) == 3
    assert ADVICE in capsys.readouterr().err
    repository.write(
        name, "key,score\nK1,0.5\n" if name != "assay.yaml" else (repository.root / name).read_bytes() + b"# more\n"
    )
    assert run(repository, step) == 3
    assert ADVICE not in capsys.readouterr().err


def test_under_a_base(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """T-line-ends: the base is no change, so nobody is blamed for one; twin: a commit that does convert them is a change."""
    base = git(repository.root, "rev-parse", "HEAD").strip()
    assert run(repository, "plan", "--base", base) == 0
    capsys.readouterr()
    converted(repository, "holdout.csv")
    assert run(repository, "plan", "--base", base) == 3
    shown = capsys.readouterr().err
    assert "`holdout.csv` is not what its commit holds" in shown
    assert ADVICE in shown
    git(repository.root, "config", "core.autocrlf", "false")
    commit(repository.root, "Convert")
    assert run(repository, "plan", "--base", base) == 0
    assert "is not what its commit holds" not in capsys.readouterr().err


POLICY = """# METADATA
# title: Rows
# custom:
#   checks: [quality]
#   effect: warn
#   risks: [high]
#   stages: [validation]
#   remedy: Add rows.
package house.rows

proven if true
"""


@pytest.mark.parametrize("name", ["policies/house/rows/rows.rego", "trust.yaml"])
def test_what_judges_under_a_base(repository: Repository, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """T-line-ends: a policy or a trust file that a checkout converted is no change of it; twin: a commit that does."""
    repository.replace("assay: 1\n", "assay: 1\npolicies: policies\ntrust: trust.yaml\n")
    repository.write("policies/house/rows/rows.rego", POLICY)
    repository.write("trust.yaml", "trust: 1\nkeys:\n  - key: missing.pem\n")
    commit(repository.root, "A policy")
    base = git(repository.root, "rev-parse", "HEAD").strip()
    converted(repository, name)
    assert run(repository, "plan", "--base", base) == 3
    shown = capsys.readouterr().err
    assert f"`{name}` is not what its commit holds.{' '}{ADVICE}" in shown
    assert "`.gitattributes`" in shown
    git(repository.root, "config", "core.autocrlf", "false")
    commit(repository.root, "Convert")
    assert run(repository, "plan", "--base", base) == 0
    assert "is not what its commit holds" not in capsys.readouterr().err


def test_the_manifest_when_a_dossier_is_verified(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """T-line-ends: the manifest of another checkout; twin: one that was changed."""
    assert run(repository, "check", "--engine", "regorus") == 0
    converted(repository, "assay.yaml")
    assert run(repository, "verify", "--engine", "regorus") != 0
    assert ADVICE in capsys.readouterr().err
    repository.replace(">= 0.70", ">= 0.10")
    assert run(repository, "verify", "--engine", "regorus") != 0
    assert ADVICE not in capsys.readouterr().err


CODE = "artifact: {format: python, callable: 'scoring.model:score'}"
ATTRIBUTES = "*.sh text eol=lf\nraw.txt -text\nassay.yaml -text\nholdout.csv -text\n"


def code_repository(repository: Repository) -> None:
    """A model that is code, with files that a checkout converts and others that it leaves alone."""
    repository.replace("artifact: {format: predictions, predictions: {holdout: scores.csv}}", CODE)
    repository.write("scoring/__init__.py", "")
    repository.write("scoring/model.py", MODEL)
    repository.write("scoring/run.sh", "#!/bin/sh\nexit 0\n")
    repository.write("raw.txt", "one\ntwo\r\n")
    repository.write("picture.bin", b"\0\n\r\n")
    repository.write(".gitattributes", ATTRIBUTES)
    (repository.root / "scores.csv").unlink()
    (repository.root / "alias").symlink_to("raw.txt")
    commit(repository.root, "A model that is code")


def checkout(repository: Repository, ends: str) -> None:
    """Every file as a checkout writes it: `crlf` as on Windows, or `lf`."""
    git(repository.root, "config", "core.autocrlf", "true" if ends == "crlf" else "false")
    for name in git(repository.root, "ls-files").splitlines():
        (repository.root / name).unlink()
    git(repository.root, "checkout", "--", ".")


@pytest.mark.parametrize("planned", ["lf", "crlf"])
def test_the_code_of_a_model(repository: Repository, planned: str, capsys: pytest.CaptureFixture[str]) -> None:
    """T-line-ends: code in a checkout of the other kind is told apart from other code, whichever kind was planned."""
    code_repository(repository)
    checkout(repository, planned)
    assert run(repository, "plan") == 0
    assert run(repository, "predict", "--isolation", "process") == 0
    checkout(repository, "crlf" if planned == "lf" else "lf")
    capsys.readouterr()
    assert run(repository, "predict", "--isolation", "process") == 3
    shown = capsys.readouterr().err
    assert "The model's code is not what was planned" in shown
    assert ADVICE in shown
    pages, plan = DossierFolder(repository.dossier, repository.root).need(Plan)
    assert pages.manifest is not None
    if planned == "crlf":
        with pytest.raises(PromotionError, match="the model's code at") as refused:
            require_content(repository.root, git(repository.root, "rev-parse", "HEAD"), pages.manifest, plan)
        assert refused.value.hint.startswith(ADVICE)
    repository.write("scoring/model.py", MODEL + "\n# changed\n")
    assert run(repository, "predict", "--isolation", "process") == 3
    assert ADVICE not in capsys.readouterr().err
