"""Where a change alters the data that judge it, the base's data judge too; approvals do not replace that."""

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.support.approved_commits import ROLES, reviewed
from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.repositories import Repository, data_text, rows, scores_text, write_repository

CHECK = ("check", "--engine", "regorus", "--as-of", "2026-11-20", "--base", "main", "--reviews", "reviews.json")
POLICY, LOOSENED = "governance/base_data", "governance/bars_not_loosened"
NARROW = """\
def score(features):
    return [0.9 if value > 900 else 0.1 for value in features["amount"]]
"""


def page(repository: Repository, name: str) -> Any:
    return json.loads((repository.dossier / f"{name}.json").read_text())


def rulings(repository: Repository) -> dict[str, Any]:
    return {each["policy"]: each for each in page(repository, "decision")["rulings"]}


def closing(repository: Repository) -> list[str]:
    return [name for name, each in rulings(repository).items() if not each["opens"]]


def told(repository: Repository) -> str:
    return " ".join(rulings(repository)[POLICY]["reasons"])


def easy(count: int = 600) -> str:
    """Data whose labels are plain to see."""
    draw = random.Random(3)
    amounts = [draw.randint(1, 999) for _ in range(count)]
    return data_text([(f"N{n:04d}", amount, "ab"[n % 2], int(amount > 900), 0.0) for n, amount in enumerate(amounts)])


def begin(root: Path, monkeypatch: pytest.MonkeyPatch, *, model: bool = True) -> Repository:
    """A repository on a branch of its own, whose base names both roles."""
    made = write_repository(root, model=model)
    made.write(".gitignore", ".assay/\nreviews.json\n__pycache__/\n")
    made.write("assay.yaml", (made.root / "assay.yaml").read_text() + ROLES)
    git(made.root, "init", "--quiet", "--initial-branch=main")
    commit(made.root, "Base")
    git(made.root, "switch", "--quiet", "--create", "change")
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository whose model can be asked."""
    return begin(tmp_path / "repository", monkeypatch)


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository that has files of answers only."""
    return begin(tmp_path / "repository", monkeypatch, model=False)


def propose(repository: Repository, message: str = "Change") -> None:
    reviewed(repository, commit(repository.root, message), "ada", "grace")


def test_easier_data_close_by_the_bases_data_whoever_approves(asked: Repository, assay: Assay) -> None:
    """T-easier-data: the new model knows the new data only; on the base's it misses the base's bar."""
    asked.write("model.py", NARROW)
    asked.write("holdout.csv", easy())
    propose(asked)
    ended = assay(*CHECK)
    assert ended.code == 1, ended.out + ended.err
    found = rulings(asked)
    assert [found[name]["outcome"] for name in ("quality/clears_bars", LOOSENED, POLICY)] == ["pass"] * 3
    at_base = found["quality/clears_bars@base"]
    assert (at_base["outcome"], at_base["offenders"]) == (
        "fail",
        ["quality@base/sets/holdout/metrics/roc_auc:at_least"],
    )
    (bar,) = at_base["bars"]
    assert (bar["n"], bar["title"], bar["high"] < bar["limit"]) == (600, "ROC AUC, on the base's data", True)
    assert "on the base's data" in ended.out
    assert "on the base's data" in (asked.dossier / "card.md").read_text()
    assert "The dossier is valid; the gate is closed" in assay("verify", "--recollect", "--engine", "regorus").out


def test_new_data_open_where_the_model_does_well_on_both(asked: Repository, assay: Assay, opa: str) -> None:
    """T-easier-data, the twin: two people approved, and both judgements open; either engine says so, and nobody else is needed."""
    asked.write("holdout.csv", data_text(rows(700, seed=8)))
    propose(asked)
    ended = assay(*CHECK)
    assert ended.code == 0, ended.out + ended.err
    decided = page(asked, "decision")
    measured = {each["check"]: each["facts"] for each in page(asked, "evidence")["measurements"]}
    assert measured["base_data"]["judging"] == ["holdout"]
    assert [measured[name]["sets"]["holdout"]["rows"] for name in ("quality", "quality@base")] == [700, 600]
    assert {"behaviour@base", "quality@base"} < measured.keys()
    assert "data_contract@base" not in measured
    assert {each["set"] for each in page(asked, "predictions")["sets"]} == {"holdout", "holdout@base"}
    assert assay("verify", "--recollect", "--engine", "regorus").code == 0
    assert assay("explain", "quality/clears_bars@base").code == 0
    engine = tuple("opa" if each == "regorus" else each for each in CHECK)
    assert assay(*engine, "--opa", opa).code == 0
    assert page(asked, "decision") == decided
    # Without them the change of data itself stays closed, as ever.
    assert assay(*CHECK[:-2]).code == 1
    assert closing(asked) == [LOOSENED]


def test_data_that_the_base_did_not_hold_stay_closed(asked: Repository, assay: Assay) -> None:
    """T-base-data: nobody can say what they were, so two approvals open nothing."""
    git(asked.root, "switch", "--quiet", "main")
    git(asked.root, "rm", "--quiet", "--cached", "holdout.csv")
    git(asked.root, "commit", "--quiet", "--message", "Beside Git")
    git(asked.root, "switch", "--quiet", "--force-create", "change")
    propose(asked)
    assert assay(*CHECK).code == 1
    assert closing(asked) == [POLICY]
    assert "`holdout.csv` as it is at the base cannot judge: it was neither in Git nor in Git LFS there" in told(asked)
    assert "holdout@base" not in {each["name"] for each in page(asked, "plan")["inputs"]}


def test_data_of_dvc_judge_from_its_cache_or_from_a_folder(asked: Repository, assay: Assay, tmp_path: Path) -> None:
    """T-base-data, and its twin: fetched, the base's data judge; a folder with other bytes does not stand for them."""
    old = (asked.root / "holdout.csv").read_bytes()
    md5 = hashlib.md5(old, usedforsecurity=False).hexdigest()
    git(asked.root, "switch", "--quiet", "main")
    git(asked.root, "rm", "--quiet", "--cached", "holdout.csv")
    asked.write(".gitignore", ".assay/\nreviews.json\n__pycache__/\nholdout.csv\n.dvc/\n")
    asked.write("holdout.csv.dvc", f"outs:\n- md5: {md5}\n  size: {len(old)}\n  path: holdout.csv\n")
    commit(asked.root, "By DVC")
    git(asked.root, "switch", "--quiet", "--force-create", "change")
    new = data_text(rows(700, seed=8)).encode()
    asked.write("holdout.csv", new)
    md5_now = hashlib.md5(new, usedforsecurity=False).hexdigest()
    asked.write("holdout.csv.dvc", f"outs:\n- md5: {md5_now}\n  size: {len(new)}\n  path: holdout.csv\n")
    propose(asked)
    assert assay(*CHECK).code == 1
    assert closing(asked) == [POLICY]
    assert "DVC has it, but not in this clone. Fetch it" in told(asked)
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "holdout.csv").write_bytes(new)
    assert assay(*CHECK, "--base-data", str(folder)).code == 1
    assert "holds another file or none" in told(asked)
    (folder / "holdout.csv").write_bytes(old)
    assert assay(*CHECK, "--base-data", str(folder)).code == 0
    decided = page(asked, "decision")
    asked.write(f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}", old)
    assert assay(*CHECK).code == 0
    assert page(asked, "decision") == decided


def test_files_of_answers_need_the_rows_of_both(given: Repository, assay: Assay) -> None:
    new = [(f"N{key}", *others) for key, *others in rows(700, seed=8)]
    given.write("holdout.csv", data_text(new))
    given.write("scores.csv", scores_text(new))
    propose(given)
    assert assay(*CHECK).code == 1
    assert POLICY in closing(given)
    assert "The answers have no rows of `holdout` as it is at the base." in told(given)
    given.write("scores.csv", scores_text([*new, *rows()]))
    propose(given)
    ended = assay(*CHECK)
    assert ended.code == 0, ended.out + ended.err
    given.write("scores.csv", scores_text([*new, *rows(), ("X1", 1, "a", 1, 0.5)]))
    assert "has 1 ids that holdout.csv lacks: `X1`" in assay(*CHECK).err


def test_a_model_that_was_trained_on_the_bases_data_is_not_judged_by_them(asked: Repository, assay: Assay) -> None:
    """T-base-data: the data that judged before are the training data now, so they prove nothing."""
    git(asked.root, "switch", "--quiet", "main")
    asked.write("train.csv", data_text(rows(300, seed=5)))
    asked.replace("holdout: {path: holdout.csv}", "holdout: {path: holdout.csv}\n    train: {path: train.csv}")
    commit(asked.root, "Training data")
    git(asked.root, "switch", "--quiet", "--force-create", "change")
    old = (asked.root / "holdout.csv").read_text()
    asked.write("train.csv", old + data_text(rows(300, seed=5)).partition("\n")[2].replace("K", "T"))
    asked.write("holdout.csv", data_text(rows(700, seed=8)))
    propose(asked)
    assert assay(*CHECK).code == 1
    assert closing(asked) == [POLICY]
    assert "The training data hold most rows of data as they are at the base: train and holdout." in told(asked)


def test_the_bases_data_left_among_the_code_are_not_for_the_model(asked: Repository, assay: Assay) -> None:
    """F-6: the labels of the base's data would tell the model what it is asked."""
    asked.write("old.csv", (asked.root / "holdout.csv").read_bytes())
    asked.write("holdout.csv", data_text(rows(700, seed=8)))
    propose(asked)
    ended = assay(*CHECK)
    assert ended.code == 3, ended.out
    assert "`old.csv` has the content of the data set `holdout@base`" in ended.err


def test_a_plan_that_leaves_the_bases_data_out_is_refused(asked: Repository, assay: Assay) -> None:
    """D3: without them the change still says that data differ."""
    asked.write("holdout.csv", data_text(rows(700, seed=8)))
    propose(asked)
    assert assay(*CHECK).code == 0
    from assay.canonical import canonical

    path = asked.dossier / "plan.json"
    plan = json.loads(path.read_text())
    for name in ("inputs", "checks", "policies", "bars", "recipes"):
        key = {"inputs": "name", "recipes": "set"}.get(name, "id")
        plan[name] = [each for each in plan[name] if "@base" not in each[key]]
    path.write_bytes(canonical(plan))
    for step in ("predict", "collect", "decide", "card"):
        assay(step, *(("--engine", "regorus") if step == "decide" else ()))
    assert POLICY in closing(asked)
    assert "The plan does not name the content that the base had." in told(asked)
