"""What `assay verify` says: what it held against what is at hand, and what it cannot know."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from assay.edges.git import find_commit
from assay.edges.rego.bundle import read_bundle
from assay.steps.planning.policy_selection import planned_files
from tests.support.command_line import Assay
from tests.support.forged_pages import forge
from tests.support.git import commit, git
from tests.support.keys import write_keys
from tests.support.repositories import HOUSE, HOUSE_FILE, Repository

REGORUS = ("--engine", "regorus")
AS_OF = ("--as-of", "2026-11-20")
JUDGED = "assay.yaml of this checkout is the manifest that judged, and matches its page"


@pytest.fixture
def checked(repository: Repository, assay: Assay) -> Repository:
    assert assay("check", *REGORUS, *AS_OF).code == 0
    return repository


@pytest.fixture
def changed(repository: Repository, assay: Assay) -> Repository:
    """A branch with a tightened bar, judged by the manifest of main."""
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    repository.write(".gitignore", ".assay/\n")
    commit(repository.root)
    git(repository.root, "switch", "--quiet", "--create", "change")
    repository.replace(">= 0.70", ">= 0.71")
    ended = assay("check", *REGORUS, *AS_OF, "--base", "main")
    assert ended.code == 0, ended.err
    return repository


def record(repository: Repository, commit: str) -> None:
    path = repository.dossier / "run.json"
    said = json.loads(path.read_text())
    said["plan"]["judged_by"] = commit
    path.write_text(json.dumps(said))


def test_the_manifest_of_the_checkout_is_the_one_that_judged(checked: Repository, assay: Assay, tmp_path: Path) -> None:
    ended = assay("verify", *REGORUS)
    assert ended.code == 0
    assert JUDGED in ended.out
    checked.write("assay.yaml", (checked.root / "assay.yaml").read_text() + "# changed later\n")
    keys = write_keys(tmp_path / "keys", "ed25519")
    for verb in (("verify",), ("sign", "--key", keys.private)):
        ended = assay(*verb, *REGORUS)
        assert ended.code == 3
        assert "assay.yaml of this checkout is not the manifest that judged: its digest is sha256:" in ended.err
        assert "hint: Check out what was judged" in ended.err


def test_away_from_the_repository_it_says_that_it_did_not_look(
    checked: Repository, assay: Assay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "away"
    shutil.copytree(checked.dossier, away / "dossier")
    monkeypatch.chdir(away)
    ended = assay("verify", *REGORUS, "dossier")
    assert ended.code == 0, ended.err
    assert JUDGED not in ended.out
    assert "  whether the manifest page matches assay.yaml: the file is not here\n" in ended.out
    # In a checkout a foreign folder is held against it: that is where the artifacts of a run are looked at.
    monkeypatch.chdir(checked.root)
    assert JUDGED in assay("verify", *REGORUS, str(away / "dossier")).out
    (checked.root / "assay.yaml").unlink()
    (checked.root / "assay.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    ended = assay("verify", *REGORUS, str(away / "dossier"))
    assert ended.code == 3
    assert "symbolic link" in ended.err


def test_a_page_that_says_something_else_than_its_file_is_refused(checked: Repository, assay: Assay) -> None:
    """D17: the page names the right file and holds a looser bar; every page after it was made to fit."""
    source = json.loads((checked.dossier / "manifest.json").read_text())["source"]
    text = (checked.root / "assay.yaml").read_text()
    checked.replace(">= 0.70", ">= 0.10")
    assert assay("check", *REGORUS, *AS_OF).code == 0
    checked.write("assay.yaml", text)
    assert "is not the manifest that judged" in assay("verify", *REGORUS).err
    forge(checked.dossier, "manifest", lambda page: page.update(source=source))
    ended = assay("verify", *REGORUS)
    assert ended.code == 3
    assert "manifest.json does not match assay.yaml" in ended.err


def test_a_page_in_other_words_is_not_the_page(checked: Repository, assay: Assay) -> None:
    """Types take `"600"` for 600, so its digest would be that of the page, and the file another one."""
    path = checked.dossier / "decision.json"
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"n":600', b'"n":"600"', 1))
    assert path.read_bytes() != content
    ended = assay("verify", *REGORUS)
    assert ended.code == 3
    assert "decision.json is not in the form that Assay writes" in ended.err


def test_a_change_was_judged_by_the_manifest_of_its_base(changed: Repository, assay: Assay) -> None:
    ended = assay("verify", *REGORUS)
    assert ended.code == 0, ended.err
    said = (
        r"assay\.yaml at the base [0-9a-f]{12} judged, with the bars that this checkout tightens; each change is listed"
    )
    assert re.search(said, ended.out)
    assert re.search(r"  whether [0-9a-f]{12} is the right base for this change\n", ended.out)


def test_a_change_that_was_not_judged_is_refused(changed: Repository, assay: Assay) -> None:
    """A1: bars loosened after the check are neither in the manifest page nor among the changes."""
    changed.replace("<= 0.20", "<= 0.90")
    ended = assay("verify", *REGORUS)
    assert ended.code == 3
    assert "The plan does not list all changes of this checkout; see checks.bias.bars" in ended.err
    changed.replace("<= 0.90", "<= 0.10")
    ended = assay("verify", *REGORUS)
    assert ended.code == 3
    assert "manifest.json does not match assay.yaml" in ended.err
    changed.write("assay.yaml", "assay: [")
    ended = assay("verify", *REGORUS, str(changed.dossier))
    assert ended.code == 3
    assert "assay.yaml cannot be read" in ended.err


def test_another_base_than_the_one_that_judged_is_refused(changed: Repository, assay: Assay) -> None:
    """A1: a base of one's own making is not the one that is named."""
    base = find_commit(changed.root, "main")
    commit(changed.root, "a base of one's own")
    assert assay("check", *REGORUS, *AS_OF, "--base", "HEAD").code == 0
    record(changed, base)
    ended = assay("verify", *REGORUS)
    assert ended.code == 3
    assert f"assay.yaml at the base {base[:12]} is not the manifest that judged" in ended.err


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("this checkout", "run.json does not name the commit"),
        ("--help", "run.json does not name the commit"),
        ("ab" * 20, "is not in this repository"),
    ],
)
def test_a_base_that_is_not_at_hand_is_not_known(named: str, said: str, changed: Repository, assay: Assay) -> None:
    record(changed, named)
    ended = assay("verify", *REGORUS)
    assert ended.code == 0
    assert "  whether the base's assay.yaml judged this change: " in ended.out
    assert said in ended.out


def test_policies_are_those_that_ship_or_lie_in_the_checkout(checked: Repository, assay: Assay) -> None:
    ended = assay("verify", *REGORUS)
    found = re.search(r"(\d+) of (\d+) policy files are those of Assay [0-9.]+\n", ended.out)
    assert found
    assert int(found[1]) == int(found[2]) > 10
    assert "the origin of the other policies" not in ended.out
    checked.write("assay.yaml", (checked.root / "assay.yaml").read_text() + "policies: policies\n")
    checked.write(HOUSE_FILE, HOUSE)
    assert assay("check", *REGORUS, *AS_OF).code == 0
    ended = assay("verify", *REGORUS)
    assert f"{int(found[1]) + 1} of {int(found[1]) + 1} policy files" in ended.out
    assert "or this checkout's policies\n" in ended.out
    checked.write(HOUSE_FILE, HOUSE + "# changed\n")
    ended = assay("verify", *REGORUS)
    assert ended.code == 0
    assert "the origin of the other policies: house/owner_known/owner_known.rego differs\n" in ended.out
    (checked.root / HOUSE_FILE).unlink()
    assert "owner_known.rego is unknown\n" in assay("verify", *REGORUS).out


def test_a_policy_that_does_not_ship_is_told(checked: Repository, assay: Assay) -> None:
    """A2: a shipped policy made milder, another left out, and every page made to fit; only a signature can refuse it."""
    policies = checked.dossier / "policies"
    milder = policies / "quality" / "clears_bars" / "clears_bars.rego"
    milder.write_text(milder.read_text() + "# and nothing else\n")
    shutil.rmtree(policies / "governance" / "first_manifest")
    bundle = read_bundle([policies])

    def fit(plan: Any) -> None:
        plan["bundle"] = [each.model_dump(mode="json") for each in planned_files(bundle)]
        plan["bundle_digest"] = bundle.digest

    forge(checked.dossier, "plan", fit)
    ended = assay("verify", *REGORUS)
    assert ended.code == 0, ended.err
    said = "quality/clears_bars/clears_bars.rego differs, governance/first_manifest/first_manifest.rego is missing"
    assert f"  the origin of the other policies: {said}\n" in ended.out


def test_what_cannot_be_known_is_said(modelled: Repository, assay: Assay) -> None:
    assert assay("check", *REGORUS).code == 0
    report = json.loads(assay("verify", *REGORUS, "--format", "json").out)
    assert report["holds"] is True
    assert report["verdict"] == "open"
    unknown = "\n".join(report["unknown"])
    isolation = json.loads((modelled.dossier / "run.json").read_text())["predict"]["isolation"]
    assert f"the model's own: it did not run again; its isolation was `{isolation}` according to run.json" in unknown
    assert "whether the evidence follows from data and predictions: use --recollect to measure again" in unknown
    assert "the author of the dossier: it is not signed" in unknown
    assert "only a signature vouches for it" in unknown
    assert len(report["unknown"]) == 4
    again = json.loads(assay("verify", *REGORUS, "--recollect", "--format", "json").out)
    assert "measured again from data and predictions: the same evidence" in again["checked"]
    assert len(again["unknown"]) == 3


def test_a_waiver_in_force_is_said(repository: Repository, assay: Assay) -> None:
    repository.replace(">= 0.70", ">= 0.999")
    waiver = "waivers:\n  - {policy: quality/clears_bars, owner: octocat, reason: known, expires: '2099-12-31'}\n"
    text = (repository.root / "assay.yaml").read_text() + waiver
    repository.write("assay.yaml", text)
    assert assay("check", *REGORUS, "--as-of", "2099-12-01").code == 0
    ended = assay("verify", *REGORUS)
    assert ended.code == 0
    assert "the waiver of quality/clears_bars is valid until 2099-12-31\n" in ended.out
