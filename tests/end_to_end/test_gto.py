"""GTO reads what we write: `gto show` names the same versions and stages as `assay status`, on a real repository."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from assay.cli import main
from assay.edges.git_push import Update, update_refs
from assay.edges.git_tags import make_line, make_tag, read_chain
from assay.ledger.entry import Entry
from assay.ledger.promotion_page import promotion_page
from tests.support.git import git
from tests.support.ledgers import wish


@pytest.fixture(scope="session")
def gto() -> str:
    found = shutil.which("gto")
    if found is None:
        message = "gto is not on PATH, so it was not asked whether it reads our tags."
        if os.environ.get("ASSAY_TEST_REQUIRE_GTO"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def write(root: Path, wished: Entry) -> None:
    """The next entry of a model's chain, written as a promotion is."""
    chain = read_chain(root, wished.model)
    previous = chain.links[-1].tag_object if chain.links else None
    seq = len(chain.links) + 1
    entry = Entry(**{**vars(wished), "seq": seq, "previous": previous, "time": 1_700_000_000 + 60 * seq})
    made = make_tag(root, entry)
    line = make_line(root, entry, promotion_page(entry, made), chain.head)
    tag = Update(ref=f"refs/tags/{entry.tag}", new=made)
    ledger = Update(ref=f"refs/assay/{entry.model.replace('/', '=')}", new=line, old=chain.head)
    assert update_refs(root, [tag, ledger]) is None


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    for model, versions in (("credit-risk", ("1.0.0", "1.1.0", "2.0.0-rc.1")), ("team/churn", ("0.1.0",))):
        for version in versions:
            git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", f"{model} {version}")
            commit = git(tmp_path, "rev-parse", "HEAD")
            write(tmp_path, wish("register", version, model=model, commit=commit))
            for stage in () if "rc" in version else ("staging", "production"):
                write(tmp_path, wish("promote", version, stage, model=model, commit=commit))
    first = git(tmp_path, "rev-parse", "credit-risk@v1.0.0^{commit}")
    back = wish("rollback", "1.0.0", "production", model="credit-risk", commit=first, reason="complaints")
    write(tmp_path, back)
    return tmp_path


def asked(gto: str, root: Path, *arguments: str) -> Any:
    ended = subprocess.run([gto, *arguments, "--json"], cwd=root, check=True, capture_output=True, text=True)
    return json.loads(ended.stdout)


def test_gto_shows_the_same_versions_and_stages(gto: str, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--folder", str(repository), "--format", "json"]) == 0
    ours = {each["model"]: each for each in json.loads(capsys.readouterr().out)["models"]}
    theirs = asked(gto, repository, "show")
    assert sorted(theirs) == sorted(ours) == ["credit-risk", "team/churn"]
    for model, shown in theirs.items():
        assert shown["version"] == "v" + ours[model]["versions"][-1]
        stages = {stage: "v" + entry["version"] for stage, entry in ours[model]["stages"].items()}
        assert shown["stage"] == stages
        assert shown["registered"] is shown["active"] is True
    assert theirs["credit-risk"]["stage"] == {"staging": "v1.1.0", "production": "v1.0.0"}


def test_gto_lists_every_version_of_a_model(gto: str, repository: Path) -> None:
    said = asked(gto, repository, "show", "credit-risk")
    assert sorted(each["version"] for each in said) == ["v1.0.0", "v1.1.0", "v2.0.0-rc.1"]


def test_gto_tells_the_same_history(gto: str, repository: Path) -> None:
    """Its events are our tags: a registration for each version, an assignment for each promotion and rollback."""
    said = asked(gto, repository, "history", "credit-risk")
    told = {each["ref"]: (each["event"], each["version"]) for each in said if each["ref"].startswith("credit-risk")}
    expected = {
        entry.tag: ("registration" if entry.event == "register" else "assignment", f"v{entry.version}")
        for entry in read_chain(repository, "credit-risk").sound()
    }
    assert told == expected
    assert len(told) == 8
