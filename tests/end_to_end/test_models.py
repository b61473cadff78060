"""Every kind of model through the command line, and models that misbehave."""

import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from assay.canonical import parse
from assay.dossier.pages import Predictions
from assay.edges.data_files import find_source
from assay.tables.scores import read_scores, scores_digest, write_scores
from tests.support.command_line import Assay
from tests.support.repositories import BEHAVIOUR, MODEL, Repository

REGORUS = ("--engine", "regorus", "--as-of", "2026-11-20")
SEVERAL = """\
assay: 1
model:
  name: small
  task: {task}
  owner: botany
  risk: limited
  intended_use: Tell flowers apart for a gardener.
  artifact: {artifact}
data: {{id: key, label: label, sets: {{holdout: {{path: holdout.csv}}}}}}
checks:
  quality: {{on: holdout, bars: {{{bars}}}}}
stages:
  validation: {{policies: ['governance/*', 'quality/*', 'artifact/*']}}
"""


def facts(repository: Repository, check: str) -> object:
    evidence = json.loads((repository.dossier / "evidence.json").read_text())
    return next(each["facts"] for each in evidence["measurements"] if each["check"] == check)


@pytest.fixture
def flowers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path / "flowers")
    draw = random.Random(3)
    lines = [(f"F{n}", draw.choice(["iris", "rose", "lily"])) for n in range(300)]
    sizes = {"iris": 1.0, "rose": 2.0, "lily": 3.0}
    made.write(
        "holdout.csv",
        "key,size,label\n"
        + "".join(f"{key},{sizes[kind] + draw.uniform(-0.6, 0.6):.3f},{kind}\n" for key, kind in lines),
    )
    made.write(
        "model.py",
        "def score(features):\n"
        "    near = [[1 / (0.05 + abs(value - size)) for size in (1, 2, 3)] for value in features['size']]\n"
        "    return [[part / sum(row) for part in row] for row in near]\n\n\n"
        "score.classes = ['iris', 'rose', 'lily']\n",
    )
    monkeypatch.chdir(made.root)
    return made


def test_several_classes(flowers: Repository, assay: Assay) -> None:
    artifact = "{format: python, callable: 'model:score'}"
    flowers.write(
        "assay.yaml",
        SEVERAL.format(
            task="multiclass-classification", artifact=artifact, bars='accuracy: ">= 0.7", macro_f1: ">= 0.7"'
        ),
    )
    ended = assay("check", *REGORUS)
    assert ended.code == 0, ended.out + ended.err
    assert json.loads((flowers.dossier / "predictions.json").read_text())["classes"] == ["iris", "rose", "lily"]


def test_several_classes_from_a_file(flowers: Repository, assay: Assay) -> None:
    rows = [line.split(",") for line in (flowers.root / "holdout.csv").read_text().splitlines()[1:]]
    order = ["iris", "rose", "lily"]
    scores = "".join(
        f"{key}," + ",".join("0.8" if kind == each else "0.1" for each in order) + "\n" for key, _, kind in rows
    )
    flowers.write("scores.csv", "key,score:iris,score:rose,score:lily\n" + scores)
    artifact = "{format: predictions, predictions: {holdout: scores.csv}}"
    flowers.write(
        "assay.yaml", SEVERAL.format(task="multiclass-classification", artifact=artifact, bars='accuracy: ">= 0.9"')
    )
    ended = assay("check", *REGORUS)
    assert ended.code == 0, ended.out + ended.err


def test_regression(flowers: Repository, assay: Assay) -> None:
    text = (flowers.root / "holdout.csv").read_text()
    for kind, value in (("iris", "1.0"), ("rose", "2.0"), ("lily", "3.0")):
        text = text.replace(kind, value)
    flowers.write("holdout.csv", text)
    flowers.write("model.py", "def score(features):\n    return list(features['size'])\n")
    artifact = "{format: python, callable: 'model:score'}"
    flowers.write(
        "assay.yaml",
        SEVERAL.format(task="regression", artifact=artifact, bars='r2: ">= 0.5", mean_absolute_error: "<= 0.5"'),
    )
    ended = assay("check", *REGORUS)
    assert ended.code == 0, ended.out + ended.err


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import os; os._exit(7)", "exit code 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("while True: pass", "2 s"),
        ("return [0.5]", "rows"),
        ("return [float('nan')] * len(features)", "not finite"),
        ("return [2.0] * len(features)", "outside"),
        ("return 'garbage'", "rows of numbers"),
        ("raise RuntimeError('no luck')", "no luck"),
        ("import nothing_of_this_name", "nothing_of_this_name"),
        ("return features['approve']", "approve"),
    ],
    ids=["exits", "crashes", "hangs", "too few rows", "not finite", "no probabilities", "garbage", "raises", "no library", "wants the label"],
)  # fmt: skip
def test_models_that_misbehave(modelled: Repository, assay: Assay, body: str, words: str) -> None:
    """D4, F-5: whatever the model does, the gate stays shut with a sentence, and the dossier holds no predictions."""
    modelled.write("model.py", f"def score(features):\n    {body}\n")
    limits = f"limits: {{seconds: {2 if words == '2 s' else 60}}}"
    modelled.replace("artifact:", f"{limits}\n  artifact:")
    ended = assay("check", *REGORUS)
    assert ended.code == 3, ended.out
    assert words in ended.err
    assert not (modelled.dossier / "predictions.json").exists()
    modelled.write("model.py", MODEL)
    modelled.replace(limits, "limits: {seconds: 60}")
    assert assay("check", *REGORUS).code == 0


def test_a_model_that_reads_the_labels(modelled: Repository, assay: Assay) -> None:
    """D4: where the model opens only what is listed, it has no answers; as a mere process, the isolation says so."""
    thief = f"""\
def score(features):
    with open({str(modelled.root / "holdout.csv")!r}) as file:
        lines = file.read().splitlines()[1:]
    return [float(line.split(",")[3]) for line in lines]
"""
    modelled.write("model.py", thief)
    ended = assay("check", *REGORUS)
    run = json.loads((modelled.dossier / "run.json").read_text())
    if "predict" in run:
        assert run["predict"]["isolation"] == "process"
        assert "Isolation process" in ended.out
    else:
        assert ended.code == 3


@pytest.fixture
def answered(repository: Repository, assay: Assay) -> Path:
    """A dossier of a model that answered, and then no model that could answer once more."""
    repository.write("model.py", MODEL)
    repository.replace(
        "{format: predictions, predictions: {holdout: scores.csv}}", "{format: python, callable: 'model:score'}"
    )
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text().partition("stages:")[0] + BEHAVIOUR)
    assert assay("check", *REGORUS).code in (0, 1)
    repository.dossier.rename(repository.root.parent / "answered")
    return repository.root.parent / "answered"


def test_the_decision_does_not_depend_on_where_the_repository_lies(
    repository: Repository, answered: Path, assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN §1: the same plan and predictions give the same decision digest, on a laptop and in CI."""
    elsewhere = repository.root.parent / "a runner's folder"
    shutil.copytree(repository.root, elsewhere, ignore=shutil.ignore_patterns(".assay"))
    monkeypatch.chdir(elsewhere)
    assay("check", *REGORUS)
    for page in ("plan", "evidence", "decision", "card"):
        assert (elsewhere / ".assay/small/validation" / f"{page}.json").read_bytes() == (
            answered / f"{page}.json"
        ).read_bytes()


def test_answers_of_another_run_give_the_same_decision(repository: Repository, answered: Path, assay: Assay) -> None:
    before = json.loads((answered / "decision.json").read_text())
    ended = assay("check", *REGORUS, "--answers", str(answered))
    assert ended.code == (0 if before["verdict"] == "open" else 1), ended.out + ended.err
    assert json.loads((repository.dossier / "decision.json").read_text()) == before
    assert json.loads((repository.dossier / "run.json").read_text())["predict"]["isolation"] == "taken"


def forge(dossier: Path, change: str) -> None:
    """Another run's dossier whose pages fit one another, and whose answers no model could have given."""
    page = Predictions.model_validate(parse((dossier / "predictions.json").read_bytes(), "predictions"))
    sets, classes = list(page.sets), page.classes
    if change == "unanswered":
        sets = [each for each in sets if each.recipe is None]
    elif change == "classes":
        classes = ("yes", "no")
    else:
        file = dossier / "predictions" / sets[0].file
        found = read_scores(find_source(file.parent, file.name))
        scores = found.scores + 2 if change == "outside" else np.column_stack([1 - found.scores, found.scores])
        columns = found.columns if change == "outside" else ("@score:0", "@score:1")
        write_scores(file, found.ids, scores, columns)
        digest = scores_digest(found.ids, scores, columns)
        sets[0] = sets[0].model_copy(update={"digest": digest, "columns": columns})
    forged = page.model_copy(update={"sets": tuple(sets), "classes": classes})
    (dossier / "predictions.json").write_bytes(forged.content())
    for name in ("evidence", "decision", "card"):
        (dossier / f"{name}.json").unlink()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("model", "come from another `code` than the plan"),
        ("data", "are for other data than `holdout.csv`"),
        ("recipe", "lack a recipe on `holdout`"),
        ("scores", "was changed after predictions.json was written"),
        ("gone", "does not exist"),
        ("unanswered", "does not answer every recipe of the plan"),
        ("outside", "are outside [0, 1] in 600 of 600 rows"),
        ("classes", "The positive class 1 is not among the model's classes"),
        ("columns", "has the columns @score:0, @score:1; expected @score"),
    ],
)
def test_answers_to_something_else_are_not_taken(
    repository: Repository, answered: Path, assay: Assay, change: str, words: str
) -> None:
    """D1, D3: another run's answers count only for the model, data and recipes that they were given for."""
    if change == "model":
        repository.write("model.py", MODEL.replace("1000", "999"))
    if change == "data":
        repository.write("holdout.csv", (repository.root / "holdout.csv").read_text() + "K999,1,a,1\n")
    if change == "recipe":
        repository.replace("+10%", "+20%")
    if change == "scores":
        changed = next((answered / "predictions").glob("holdout--*"))
        (answered / "predictions" / "holdout.parquet").write_bytes(changed.read_bytes())
    if change == "gone":
        (answered / "predictions.json").unlink()
    if change in ("unanswered", "outside", "classes", "columns"):
        forge(answered, change)
    ended = assay("check", *REGORUS, "--answers", str(answered))
    assert ended.code == 3, ended.out + ended.err
    assert words in ended.err
    assert not (repository.dossier / "predictions.json").exists()
