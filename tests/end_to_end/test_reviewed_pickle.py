"""T-listed-pickle: a joblib file opens a gate if it was read whole, is pinned, and two people approved its bytes."""

import csv
import json
import pickle
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.support.approved_commits import ROLES, reviewed
from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.repositories import Repository

CHECK = ("check", "--engine", "regorus", "--as-of", "2026-11-20", "--reviews", "reviews.json")
POLICY, SAFE = "artifact/reviewed_pickle", "artifact/safe_format"


class Payload:
    """Runs something when it is loaded; its twin does not."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (f"open({str(self.marker)!r}, 'w')",)


def rulings(repository: Repository) -> dict[str, Any]:
    decision = json.loads((repository.dossier / "decision.json").read_text())
    return {each["policy"]: each for each in decision["rulings"]}


def told(repository: Repository) -> dict[str, Any]:
    evidence = json.loads((repository.dossier / "evidence.json").read_text())
    facts = next(each["facts"] for each in evidence["measurements"] if each["check"] == "artifact")
    return {**facts["pickle"], "executes": facts["executes"]}


def pin(repository: Repository, assay: Assay) -> None:
    """Writes the digest of the file as it is into the manifest."""
    found = assay("digest", str(repository.root / "model.joblib")).out.split()[0]
    text = (repository.root / "assay.yaml").read_text()
    lines = [f"    digest: {found}" if "    digest: " in line else line for line in text.splitlines()]
    repository.write("assay.yaml", "\n".join(lines) + "\n")


@pytest.fixture
def pickled(repository: Repository, assay: Assay) -> Repository:
    """A repository whose model is a joblib file, with its digest in the manifest."""
    with (repository.root / "holdout.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    frame = pd.DataFrame({"amount": [float(each["amount"]) for each in rows]})
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, [int(each["approve"]) for each in rows])
    joblib.dump(model, repository.root / "model.joblib")
    repository.replace(
        "  artifact: {format: predictions, predictions: {holdout: scores.csv}}\n",
        "  artifact:\n    path: model.joblib\n    format: joblib\n    trust: pickle\n    digest: TODO\n",
    )
    repository.replace("risk: high", "risk: limited")
    repository.replace("  sensitive:", "  features: [amount]\n  sensitive:")
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + ROLES)
    repository.write(".gitignore", ".assay/\nreviews.json\n")
    pin(repository, assay)
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    return repository


def approve(repository: Repository, *logins: str) -> None:
    reviewed(repository, commit(repository.root, "Model"), *logins)


def test_two_people_open_it(pickled: Repository, assay: Assay) -> None:
    approve(pickled, "ada", "grace")
    ended = assay(*CHECK)
    assert ended.code == 0, ended.out + ended.err
    found = rulings(pickled)
    assert (found[POLICY]["outcome"], found[SAFE]["outcome"]) == ("pass", "pass")
    assert found[POLICY]["reasons"] == ["All names that the file asks for are on the list."]
    assert told(pickled) | {"names": 0} == {
        "read": True,
        "why": "",
        "names": 0,
        "outside": [],
        "added": [],
        "pinned": True,
        "executes": "listed_names",
    }
    assert told(pickled)["names"] > 5
    assert assay("verify").code == 0
    assert "All names that the file asks for are on the list" in (pickled.dossier / "card.md").read_text()
    explained = assay("explain", POLICY)
    assert "the model is a joblib or pickle file" in explained.out


@pytest.mark.parametrize("logins", [(), ("ada",), ("ada", "eve"), ("ada", "mallory")])
def test_fewer_than_two_people_do_not(pickled: Repository, assay: Assay, logins: tuple[str, ...]) -> None:
    approve(pickled, *logins)
    assert assay(*CHECK).code == 1
    assert rulings(pickled)[POLICY]["outcome"] == "fail"
    assert "has no approval that counts" in " ".join(rulings(pickled)[POLICY]["reasons"])


def test_no_reviews_are_no_approval(pickled: Repository, assay: Assay) -> None:
    approve(pickled)
    assert assay(*CHECK[:-2]).code == 1
    assert "The reviews were not given" in " ".join(rulings(pickled)[POLICY]["reasons"])


def test_without_its_digest_it_stays_closed(pickled: Repository, assay: Assay) -> None:
    text = (pickled.root / "assay.yaml").read_text()
    kept = [line for line in text.splitlines() if "    digest: " not in line]
    pickled.write("assay.yaml", "\n".join(kept) + "\n")
    approve(pickled, "ada", "grace")
    assert assay(*CHECK).code == 1
    assert rulings(pickled)[POLICY]["reasons"] == ["The manifest does not have the digest of the file."]


def test_other_bytes_than_those_of_the_manifest_are_refused(pickled: Repository, assay: Assay) -> None:
    joblib.dump(make_pipeline(StandardScaler()), pickled.root / "model.joblib")
    approve(pickled, "ada", "grace")
    ended = assay(*CHECK)
    assert ended.code == 2
    assert "model.artifact.digest: `model.joblib` has the digest sha256:" in ended.err


def test_a_name_that_nothing_vouches_for_closes_it(pickled: Repository, assay: Assay, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    model = joblib.load(pickled.root / "model.joblib")
    model.more_ = Payload(marker)
    joblib.dump(model, pickled.root / "model.joblib")
    pin(pickled, assay)
    pickled.replace("    trust: pickle\n", "    trust: pickle\n    trusted_types: [builtins.exec]\n")
    approve(pickled, "ada", "grace")
    assert assay(*CHECK).code in (1, 3)
    if (pickled.dossier / "decision.json").exists():
        assert rulings(pickled)[POLICY]["offenders"] == ["builtins.exec"]
        assert rulings(pickled)[SAFE]["outcome"] == "fail"
        assert told(pickled)["executes"] == "arbitrary_code"
    assert not marker.exists()


def test_a_retrained_model_brings_its_digest(pickled: Repository, assay: Assay) -> None:
    """The base's manifest judges, and has the old file's digest: that of the change counts, and needs its people."""
    approve(pickled)
    git(pickled.root, "switch", "--quiet", "--create", "change")
    model = joblib.load(pickled.root / "model.joblib")
    model.more_ = "retrained"
    joblib.dump(model, pickled.root / "model.joblib")
    pin(pickled, assay)
    approve(pickled, "ada", "grace")
    ended = assay(*CHECK, "--base", "main")
    assert ended.code == 0, ended.out + ended.err
    assert rulings(pickled)["governance/bars_not_loosened"]["outcome"] == "pass"
    reviewed(pickled, git(pickled.root, "rev-parse", "HEAD").strip(), "ada")
    assert assay(*CHECK, "--base", "main").code == 1


def test_a_file_that_cannot_be_read_whole(pickled: Repository, assay: Assay) -> None:
    path = pickled.root / "model.joblib"
    path.write_bytes(path.read_bytes() + pickle.dumps("a second one"))
    pin(pickled, assay)
    approve(pickled, "ada", "grace")
    assert assay(*CHECK).code == 1
    found = rulings(pickled)
    assert found[POLICY]["reasons"] == ["The file could not be read to its end: It goes on after its end."]
    assert found[SAFE]["outcome"] == "fail"
