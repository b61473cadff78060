"""Drift through the command line: from data and from profiles, measured, judged, locked and verified."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.command_line import Assay, Ended
from tests.support.drifting_tables import BLOCK, text
from tests.support.git import git
from tests.support.repositories import Repository

CHECK = ("check", "--engine", "regorus", "--as-of", "2026-11-20")
STAGES = "'artifact/*', 'drift/*']}\n"


@pytest.fixture
def drifting(repository: Repository, assay: Assay) -> Repository:
    """A repository that compares `now` with `before`, and passes."""
    repository.write("before.csv", text(1))
    repository.write("now.csv", text(2))
    repository.replace(
        "    holdout: {path: holdout.csv}\n",
        "    holdout: {path: holdout.csv}\n    before: {path: before.csv}\n    now: {path: now.csv}\n",
    )
    repository.replace("  quality:\n", BLOCK + "  quality:\n")
    repository.replace("'artifact/*'], vouched_by: credit-risk}\n", STAGES)
    return repository


@pytest.fixture
def profiled(drifting: Repository, assay: Assay) -> Repository:
    """The same with a profile in place of the reference's rows."""
    assert assay("profile", "before.csv", "--out", "before.profile.json").code == 0
    drifting.replace("before: {path: before.csv}", "before: {profile: before.profile.json}")
    (drifting.root / "before.csv").unlink()
    return drifting


def ruling(repository: Repository) -> Any:
    decision = json.loads((repository.dossier / "decision.json").read_text())
    return next(each for each in decision["rulings"] if each["policy"] == "drift/stable")


def facts(repository: Repository) -> Any:
    evidence = json.loads((repository.dossier / "evidence.json").read_text())
    return next(each for each in evidence["measurements"] if each["check"] == "drift")["facts"]


def test_steady_data_open_the_gate(drifting: Repository, assay: Assay) -> None:
    ended = assay(*CHECK)
    assert ended.code == 0, ended.out + ended.err
    assert ruling(drifting)["outcome"] == "pass"
    titles = {bar["title"] for bar in ruling(drifting)["bars"]}
    assert {"drift of amount", "drift of region", "PSI of amount"} <= titles
    assert all(bar["line"] for bar in ruling(drifting)["bars"])
    assert assay("verify").code == 0


@pytest.mark.parametrize("repository_of", ["drifting", "profiled"])
def test_drifted_data_close_it(repository_of: str, request: pytest.FixtureRequest, assay: Assay) -> None:
    repository: Repository = request.getfixturevalue(repository_of)
    repository.write("now.csv", text(2, moved=15))
    ended = assay(*CHECK)
    assert ended.code == 1, ended.out + ended.err
    found = ruling(repository)
    assert found["outcome"] == "fail"
    assert {each.split("drift/", 1)[1] for each in found["offenders"]} == {
        "columns/amount/drifted:at_most",
        "columns/amount/statistics/psi:at_most",
    }
    assert "drift of amount" in ended.out


def test_a_profile_stands_for_the_reference(profiled: Repository, assay: Assay) -> None:
    ended = assay(*CHECK)
    assert ended.code == 0, ended.out + ended.err
    assert ruling(profiled)["outcome"] == "pass"
    plan = json.loads((profiled.dossier / "plan.json").read_text())
    planned = {each["name"]: each for each in plan["inputs"]}
    assert planned["before"]["role"] == "profile"
    assert planned["before"]["columns"] == {"amount": "number", "region": "text"}
    assert assay("verify").code == 0


def test_profiles_on_both_sides_need_no_rows(profiled: Repository, assay: Assay) -> None:
    assert assay("profile", "now.csv", "--like", "before.profile.json", "--out", "now.profile.json").code == 0
    profiled.replace("now: {path: now.csv}", "now: {profile: now.profile.json}")
    (profiled.root / "now.csv").unlink()
    ended = assay(*CHECK)
    assert ended.code == 0, ended.out + ended.err
    assert facts(profiled)["columns"]["amount"]["drifted"]["value"] == 0


def test_a_profile_that_changed_after_the_plan_is_refused(profiled: Repository, assay: Assay) -> None:
    assert assay("plan", "--as-of", "2026-11-20").code == 0
    assert assay("predict").code == 0
    path = profiled.root / "before.profile.json"
    path.write_bytes(path.read_bytes().replace(b'"rows":2000', b'"rows":2000 '))
    ended = assay("collect")
    assert ended.code == 3
    assert "not the profile that was planned" in ended.err


def test_a_column_that_is_gone_closes_the_gate(drifting: Repository, assay: Assay) -> None:
    drifting.write("now.csv", "region\n" + "north\n" * 500)
    ended = assay(*CHECK)
    assert ended.code == 1
    assert ruling(drifting)["outcome"] == "fail"
    assert facts(drifting)["columns"]["amount"]["because"] == ["it is not a column of the current data"]


def test_a_share_of_columns_may_drift(drifting: Repository, assay: Assay) -> None:
    for name, content in (("before.csv", text(1)), ("now.csv", text(2, moved=15))):
        head, *lines = content.splitlines()
        drifting.write(
            name, "\n".join([f"{head},day", *(f"{line},{place % 7}" for place, line in enumerate(lines))]) + "\n"
        )
    drifting.replace("[amount, region]", "[amount, region, day]")
    drifting.replace('{psi: "<= 0.2"}', '{drifted_share: "<= 40%"}')
    ended = assay(*CHECK)
    assert ended.code == 0, ended.out + ended.err
    (bar,) = ruling(drifting)["bars"]
    assert bar["value"] == pytest.approx(1 / 3)
    drifting.replace("<= 40%", "<= 30%")
    assert assay(*CHECK).code == 1
    assert ruling(drifting)["outcome"] == "fail"


def test_too_few_rows_prove_nothing(drifting: Repository, assay: Assay) -> None:
    drifting.write("now.csv", text(2, count=20))
    assert assay(*CHECK).code == 1
    assert ruling(drifting)["outcome"] == "inconclusive"
    drifting.write("now.csv", "amount,region\n")
    assert assay(*CHECK).code != 0
    assert facts(drifting)["columns"]["amount"]["drifted"]["kind"] in ("undefined", "estimate")


def test_who_does_not_ask_is_not_judged(repository: Repository, assay: Assay) -> None:
    repository.replace("'artifact/*'], vouched_by: credit-risk}\n", STAGES.replace("'drift/*'", "'*/*'"))
    ended = assay("plan", "--as-of", "2026-11-20")
    assert ended.code == 0, ended.err
    plan = json.loads((repository.dossier / "plan.json").read_text())
    assert "drift/stable" not in {each["id"] for each in plan["policies"]}
    repository.replace("'*/*'", "'drift/stable'")
    ended = assay(*CHECK)
    assert ended.code != 0
    assert ruling(repository)["outcome"] == "not_evaluated"


def line_of(repository: Repository, words: str) -> int:
    lines = (repository.root / "assay.yaml").read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("current: now", "current: now-2", "current: now-2", "Did you mean `now`?"),
        ("current: now", "current: before", "current: before", "expected a data set other than `reference`"),
        ("columns: [amount, region]", "columns: [amounts]", "columns: [amounts]", "neither `before` nor `now` has the column `amounts`"),
        ("psi:", "pis:", "bars: {pis", "Did you mean `psi`?"),
        ("<= 0.2", ">= 0.2", 'bars: {psi: ">= 0.2"', "because less drift is better"),
        ("    bars: {psi", "    parts: [labls]\n    bars: {psi", "parts: [labls]", "Did you mean `labels`?"),
        ('    bars: {psi: "<= 0.2"}', '    bars: {joint: "<= 0.6"}', "bars: {joint", "this bar needs `joint` in `parts`"),
        ("before: {path: before.csv}", "before: {path: before.csv, profile: x.json}", "before: {path", "expected either `path` or `profile`"),
        ("before: {path: before.csv}", "before: {}", "before: {}", "expected either `path` or `profile`"),
        ("before: {path: before.csv}", "before: {profile: holdout.csv}", "before: {profile", "`holdout.csv` is not a profile"),
        ("before: {path: before.csv}", "before: {profile: gone.json}", "before: {profile", "`gone.json` does not exist"),
        ("    on: holdout\n    by:", "    on: profiled\n    by:", "on: profiled", "is a profile"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_line(
    old: str, new: str, place: str, said: str, drifting: Repository, assay: Assay
) -> None:
    assert assay("profile", "before.csv", "--out", "before.profile.json").code == 0
    drifting.replace("    before: {path", "    profiled: {profile: before.profile.json}\n    before: {path")
    drifting.replace(old, new)
    ended = assay(*CHECK)
    assert ended.code == 2, ended.out + ended.err
    assert said in ended.err
    assert f"assay.yaml:{line_of(drifting, place)}:" in ended.err


def judged(repository: Repository, assay: Assay) -> tuple[Ended, list[str]]:
    ended = assay(*CHECK, "--base", "main")
    plan = json.loads((repository.dossier / "plan.json").read_text())
    return ended, [each["path"] for each in plan["changes"] if not each["tightens"]]


@pytest.mark.parametrize("repository_of", ["drifting", "profiled"])
def test_another_reference_is_a_change_that_closes_the_gate(
    repository_of: str, request: pytest.FixtureRequest, assay: Assay
) -> None:
    """E14: a reference that looks like today's data would make any drift disappear."""
    repository: Repository = request.getfixturevalue(repository_of)
    repository.write(".gitignore", ".assay/\n")
    repository.write("now.csv", text(3))
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    git(repository.root, "add", "--all", ".")
    git(repository.root, "commit", "--quiet", "--message", "base")
    repository.replace('psi: "<= 0.2"', 'psi: "<= 0.15"')
    ended, changes = judged(repository, assay)
    assert ended.code == 0, ended.out + ended.err
    assert changes == []
    repository.write("other.csv", text(4, moved=15))
    if repository_of == "profiled":
        assert assay("profile", "other.csv", "--out", "before.profile.json").code == 0
    else:
        repository.write("before.csv", text(4, moved=15))
    repository.write("now.csv", text(5, moved=15))
    ended, changes = judged(repository, assay)
    assert ended.code == 1
    assert changes == ["data.sets.before.content"]


def test_a_wider_share_loosens(drifting: Repository, assay: Assay) -> None:
    """A3: allowing a share of columns to drift takes the bar of each column away."""
    drifting.write(".gitignore", ".assay/\n")
    git(drifting.root, "init", "--quiet", "--initial-branch=main")
    git(drifting.root, "add", "--all", ".")
    git(drifting.root, "commit", "--quiet", "--message", "base")
    drifting.replace('{psi: "<= 0.2"}', '{psi: "<= 0.2", drifted_share: "<= 50%"}')
    ended, changes = judged(drifting, assay)
    assert ended.code == 1
    assert changes == ["checks.drift.bars.drifted_share"]


def test_predictions_labels_and_concept(repository: Repository, assay: Assay) -> None:
    """Scores and labels compared between two scored sets, and how well they fit one another."""
    made = (
        (repository.root / "holdout.csv").read_text().splitlines(),
        (repository.root / "scores.csv").read_text().splitlines(),
    )
    for name, lines in (("holdout.csv", made[0]), ("scores.csv", made[1])):
        repository.write(f"early-{name}", "\n".join([lines[0], *lines[1:301]]) + "\n")
        repository.write(f"late-{name}", "\n".join([lines[0], *lines[301:]]) + "\n")
    sides = ("--data", "reference=early-holdout.csv", "--data", "current=late-holdout.csv")
    scores = ("--predictions", "reference=early-scores.csv", "--predictions", "current=late-scores.csv")
    ended = assay(
        "measure", "drift", *sides, *scores, "--label", "approve", "--id", "key", "--format", "json",
        "--set", "parts=[features, labels, predictions, concept]",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert {name: each["role"] for name, each in told["columns"].items()} == {
        "amount": "feature",
        "group": "feature",
        "approve": "label",
        "@score": "prediction",
    }
    assert told["drifted_columns"]["value"] == 0
    assert told["concept"]["drifted"]["value"] == 0
    assert told["concept"]["metrics"]["roc_auc"]["reference"]["value"] > 0.7
    swapped = [line.rpartition(",")[0] + f",{1 - float(line.rpartition(',')[2])}" for line in made[1][301:]]
    repository.write("late-scores.csv", "\n".join([made[1][0], *swapped]) + "\n")
    ended = assay(
        "measure",
        "drift",
        *sides,
        *scores,
        "--label",
        "approve",
        "--id",
        "key",
        "--format",
        "json",
        "--set",
        "parts=[concept]",
    )
    assert json.loads(ended.out)["concept"]["drifted"]["value"] == 1


def test_measured_without_a_manifest(drifting: Repository, assay: Assay) -> None:
    ended = assay("measure", "drift", "--data", "reference=before.csv", "--data", "current=now.csv")
    assert ended.code == 0, ended.err
    assert "drifted_columns: 0, n = 2" in ended.out
    assert assay("profile", "before.csv", "--out", "before.profile.json").code == 0
    ended = assay("measure", "drift", "--data", "reference=before.profile.json", "--data", "current=now.csv")
    assert ended.code == 0, ended.err
    assert "drifted_columns: 0, n = 2" in ended.out
    ended = assay("measure", "drift", "--data", "reference=before.csv")
    assert ended.code == 2
    assert "there is no data set `current`" in ended.err
