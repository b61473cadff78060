"""Every kind of model through the command line, and models that misbehave."""

import json
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assay.canonical import parse
from assay.dossier.pages import Predictions
from assay.edges.data_files import find_source
from assay.edges.isolation_levels import choose_level
from assay.tables.scores import read_scores, scores_digest, write_scores
from tests.support.canaries import Canaries
from tests.support.command_line import Assay
from tests.support.repositories import BEHAVIOUR, MODEL, Repository
from tests.support.shutting_in import shut_in_level_of

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


LOUD = """
import os, sys
def look():
    found = [repr(dict(os.environ))]
    for place in PLACES + ['/proc/self/environ', f'/proc/{os.getppid()}/environ', '/proc/1/environ']:
        try:
            found.append(open(place, errors='replace').read())
        except OSError:
            pass
    return ' '.join(found)
def score(features):
    print(look()), print(look(), file=sys.stderr)
    raise RuntimeError(look())
"""


@pytest.mark.parametrize("level", ["process", "auto"])
def test_a_loud_thief_is_not_heard(modelled: Repository, assay: Assay, canaries: Canaries, level: str) -> None:
    """T-loud-thief: a model prints and raises whatever it finds; shut in it finds nothing, and no secret is repeated."""
    modelled.write("model.py", LOUD.replace("PLACES", repr([str(path) for path in canaries.places])))
    ended = assay("check", *REGORUS, "--isolation", level)
    assert ended.code == 3
    assert "RuntimeError" in ended.err
    assert canaries.secret not in ended.out + ended.err
    assert len(ended.err) < 4_000
    if choose_level(level) != "process":
        assert "***" not in ended.err


def test_a_model_that_counts_the_rows(modelled: Repository, assay: Assay) -> None:
    """D5: a model that knows the order of the file answers in another one; each answer lies at its row again."""
    modelled.write(
        "model.py",
        "def score(features):\n    n = len(features['amount'])\n    return [place / n for place in range(n)]\n",
    )
    assay("plan", "--as-of", "2026-11-20")
    assert assay("predict").code == 0
    counted = read_scores(find_source(modelled.dossier / "predictions", "holdout.parquet")).scores[:, 0]
    assert sorted(counted) != list(counted)
    modelled.write("model.py", MODEL)
    assay("plan", "--as-of", "2026-11-20")
    assert assay("predict").code == 0
    found = read_scores(find_source(modelled.dossier / "predictions", "holdout.parquet"))
    lines = [line.split(",") for line in (modelled.root / "holdout.csv").read_text().splitlines()]
    place, key = lines[0].index("amount"), lines[0].index("key")
    expected = {line[key]: min(1.0, float(line[place]) / 1000) for line in lines[1:]}
    assert dict(zip(found.ids, found.scores[:, 0], strict=True)) == pytest.approx(expected)


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
    ended = assay("check", *REGORUS, "--answers", str(answered), "--own-job")
    assert ended.code == (0 if before["verdict"] == "open" else 1), ended.out + ended.err
    assert json.loads((repository.dossier / "decision.json").read_text()) == before
    assert json.loads((repository.dossier / "run.json").read_text())["predict"]["isolation"] == "taken"


def ruling(repository: Repository, policy: str) -> Any:
    decision = json.loads((repository.dossier / "decision.json").read_text())
    return next((each for each in decision["rulings"] if each["policy"] == policy), None)


def test_answers_of_unknown_origin_open_nothing(repository: Repository, answered: Path, assay: Assay) -> None:
    """T-unknown-origin: another dossier says that its model was shut in; that counts only for a job of its own."""
    assert assay("check", *REGORUS, "--answers", str(answered)).code == 1
    found = ruling(repository, "governance/isolation")
    assert found["outcome"] == "not_evaluated"
    assert "nobody says how the model was isolated" in str(found)
    assert "--own-job" in assay("explain", "governance/isolation").out
    if choose_level("auto") != "process":
        assert assay("check", *REGORUS, "--answers", str(answered), "--own-job").code == 0
        assert ruling(repository, "governance/isolation")["outcome"] == "pass"


@shut_in_level_of
def test_a_mere_process_opens_no_gate_of_high_risk(modelled: Repository, assay: Assay, level: str) -> None:
    """T-weak-level: at `process` the model could read the labels, so high risk closes; shut in, the same model passes."""
    assert assay("check", *REGORUS, "--isolation", "process").code == 1
    found = ruling(modelled, "governance/isolation")
    assert found["outcome"] == "fail"
    assert "could read every file" in str(found)
    assert assay("check", *REGORUS, "--isolation", level).code == 0
    decision = (modelled.dossier / "decision.json").read_bytes()
    assert ruling(modelled, "governance/isolation")["outcome"] == "pass"
    assert assay("check", *REGORUS, "--isolation", "auto").code == 0
    assert (modelled.dossier / "decision.json").read_bytes() == decision
    assert assay("verify", str(modelled.dossier), "--recollect", "--engine", "regorus").code == 0


def test_low_risk_is_judged_for_deployment_only(modelled: Repository, assay: Assay) -> None:
    """T-weak-level: at low risk a mere process is enough to look at a model, and not to deploy it."""
    modelled.replace("risk: high", "risk: limited")
    assert assay("check", *REGORUS, "--isolation", "process").code == 0
    assert ruling(modelled, "governance/isolation") is None
    text = (modelled.root / "assay.yaml").read_text()
    modelled.write("assay.yaml", text.replace("stages:\n  validation:", "stages:\n  deployment:"))
    assert assay("check", *REGORUS, "--isolation", "process", "--stage", "deployment").code == 1
    assert assay("check", *REGORUS, "--isolation", "auto", "--stage", "deployment").code == (
        0 if choose_level("auto") != "process" else 1
    )


def test_isolation_cannot_be_waived(modelled: Repository, assay: Assay) -> None:
    """T-weak-level: the manifest's reader refuses to waive it."""
    waiver = "waivers:\n  - {policy: governance/isolation, owner: us, reason: It is fine., expires: 2026-11-30}\n"
    modelled.write("assay.yaml", (modelled.root / "assay.yaml").read_text() + waiver)
    ended = assay("check", *REGORUS)
    assert ended.code == 2
    assert "`governance/isolation` cannot be waived" in ended.err


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
