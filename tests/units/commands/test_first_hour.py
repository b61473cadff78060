"""What `assay init` writes runs to a verdict at once, in many kinds of repository, and every policy is evaluated."""

from __future__ import annotations

import contextlib
import json
import math
import random
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.command_line import Assay

from assay.manifest.document import Manifest
from assay.manifest.parsing import read_manifest

ROWS = 120
Columns = Mapping[str, list[Any]]
PEOPLE, CHANGED = "bias/within_bounds", "behaviour/expectations_hold"
TEXTS, APART = "drift/stable", "data/sets_apart"
"""What nobody can answer: gaps without columns about people, changed rows with a file of answers, drift of free text,
and what two sets share where there is one."""


def columns(seed: int, rows: int = ROWS) -> dict[str, list[Any]]:
    """Two numbers, a category, and a score that they give."""
    draw = random.Random(seed)
    amount = [round(draw.lognormvariate(3, 1), 2) for _ in range(rows)]
    years = [draw.randint(18, 80) for _ in range(rows)]
    town = [draw.choice(("Aix", "Brno", "Oslo")) for _ in range(rows)]
    score = [
        1 / (1 + math.exp(6 - 0.1 * each - 0.3 * math.log(much))) for each, much in zip(years, amount, strict=True)
    ]
    return {
        "key": [f"K{seed}{row:04}" for row in range(rows)],
        "amount": amount,
        "years": years,
        "town": town,
        "score": [round(each, 4) for each in score],
        "hit": [draw.random() < each for each in score],
    }


def table(seed: int, label: Callable[[dict[str, list[Any]]], list[Any]], name: str = "target", **more: Any) -> Columns:
    made = columns(seed)
    added = {each: make(made) for each, make in more.items()}
    kept = {each: made[each] for each in ("key", "amount", "years", "town")}
    return {**kept, **added, name: label(made)}


def classes(negative: Any, positive: Any) -> Callable[[dict[str, list[Any]]], list[Any]]:
    return lambda made: [positive if each else negative for each in made["hit"]]


def csv(path: Path, made: Columns, delimiter: str = ",", decimal: str = ".") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [delimiter.join(made)]
    for row in zip(*made.values(), strict=True):
        cells = [str(each) if not isinstance(each, float) else str(each).replace(".", decimal) for each in row]
        lines.append(delimiter.join(f'"{each}"' if delimiter in each else each for each in cells))
    path.write_text("\n".join(lines) + "\n")


def answers(folder: Path, seed: int, made: Columns, name: str = "predictions.csv") -> None:
    csv(folder / name, {"key": made["key"], "score": columns(seed)["score"]})


def split(folder: Path, make: Callable[[int], Columns]) -> Columns:
    csv(folder / "data/train.csv", make(1))
    csv(folder / "data/test.csv", made := make(2))
    return made


def text_answers(folder: Path, no: Any, yes: Any, name: str = "target", **more: Any) -> None:
    answers(folder, 2, split(folder, lambda seed: table(seed, classes(no, yes), name, **more)))


def people(made: dict[str, list[Any]]) -> list[Any]:
    return ["fm"[row % 2] for row, _ in enumerate(made["key"])]


def several(folder: Path) -> None:
    made = split(
        folder,
        lambda seed: table(
            seed,
            lambda made: ["low" if each < 15 else "mid" if each < 30 else "top" for each in made["amount"]],
            "class",
        ),
    )
    scores = {"low": [], "mid": [], "top": []}
    for each in made["class"]:
        for name, listed in scores.items():
            listed.append(0.8 if name == each else 0.1)
    csv(
        folder / "predictions.csv", {"key": made["key"], **{f"score:{name}": listed for name, listed in scores.items()}}
    )


def number(folder: Path) -> None:
    made = split(
        folder, lambda seed: table(seed, lambda made: [round(3 * each, 2) for each in made["amount"]], "price")
    )
    csv(folder / "scores.csv", {"key": made["key"], "score": made["price"]})


def messages(folder: Path) -> None:
    draw = random.Random(1)
    words = ("meet", "lunch", "report", "call", "today", "see", "win", "free", "cash", "prize")
    for name in ("train", "test"):
        made = [
            " ".join(draw.choices(words[:6] if row % 3 else words[4:], k=7)) + f" {name} {row}" for row in range(ROWS)
        ]
        csv(folder / f"{name}.csv", {"label": ["ham" if row % 3 else "spam" for row in range(ROWS)], "message": made})
    (folder / "predict.py").write_text(
        "def predict(features):\n    return [0.9 if 'win' in each or 'free' in each else 0.1 for each in features['message']]\n"
    )


def over_time(folder: Path) -> None:
    first = date(2025, 1, 1)
    for seed, name in ((1, "train"), (2, "test")):
        days = [str(first + timedelta(days=ROWS * seed + row)) for row in range(ROWS)]
        made = table(
            seed,
            classes(0, 1),
            "churn",
            opened=lambda _, days=days: days,
            month=lambda _, days=days: [int(each[5:7]) for each in days],
        )
        csv(folder / f"{name}.csv", made)
        if seed == 2:
            answers(folder, 2, made)


def groups(folder: Path) -> None:
    def home(seed: int) -> dict[str, list[Any]]:
        customers = [seed * 1_000 + row % 40 for row in range(ROWS)]
        return {"customer_id": customers, "region": [f"r{each % 40 % 7}" for each in customers]}

    made = split(folder, lambda seed: {**table(seed, classes(0, 1)), **home(seed)})
    answers(folder, 2, made)


def semicolons(folder: Path) -> None:
    csv(folder / "train.csv", table(1, classes("nein", "ja")), ";", ",")
    csv(folder / "test.csv", made := table(2, classes("nein", "ja")), ";", ",")
    answers(folder, 2, made)


def written_by_pandas(folder: Path, ending: str) -> None:
    import pandas as pd

    for seed, name in ((1, "train"), (2, "holdout")):
        frame = pd.DataFrame(table(seed, classes(False, True), "default"))
        path = folder / f"{name}.{ending}"
        if ending == "parquet":
            frame.to_parquet(path)
        elif ending == "arrow":
            frame.to_feather(path, compression="uncompressed")
        else:
            frame.to_json(path, orient="records", lines=True)
        if seed == 2:
            answers(folder, 2, frame.to_dict("list"))


def raw_beside(folder: Path) -> None:
    text_answers(folder, "No", "Yes", "Churn")
    both = {
        name: [*table(1, classes("No", "Yes"), "Churn")[name], *table(2, classes("No", "Yes"), "Churn")[name]]
        for name in table(1, classes(0, 1), "Churn")
    }
    csv(folder / "data/raw/telco_dump.csv", both)
    csv(folder / "data/towns.csv", {"town": ["Aix", "Brno", "Oslo"], "people": [147_000, 400_000, 700_000]})
    csv(folder / "data/raw/train.csv", {"Key ID": both["key"], "AMOUNT": both["amount"]})


def untrained(folder: Path) -> None:
    csv(folder / "applications.csv", made := table(2, classes("rejected", "approved"), "outcome"))
    answers(folder, 2, made)


def tiny(folder: Path) -> None:
    for seed, name in ((1, "train"), (2, "test")):
        made = {column: values[:8] for column, values in table(seed, classes(0, 1)).items()}
        csv(folder / f"{name}.csv", made)
        if seed == 2:
            csv(folder / "predictions.csv", {"key": made["key"], "score": columns(2)["score"][:8]})


def function(folder: Path) -> None:
    split(folder, lambda seed: table(seed, classes(0, 1), gender=people))
    (folder / "model").mkdir()
    (folder / "model/serve.py").write_text(
        "import math\n\n\ndef score(features):\n"
        "    return [1 / (1 + math.exp(6 - 0.1 * y - 0.3 * math.log(a))) for y, a in zip(features['years'], features['amount'])]\n"
    )


def apart(folder: Path) -> None:
    """Features and answers in separate files, as `train_test_split` leaves them."""
    for seed, name in ((1, "train"), (2, "test")):
        made = dict(table(seed, classes(0, 1)))
        csv(folder / f"y_{name}.csv", {"": [*range(ROWS)], "target": made.pop("target")})
        csv(folder / f"X_{name}.csv", {"": [*range(ROWS)], **made})
        if seed == 2:
            answers(folder, 2, made)


def of_an_array(folder: Path) -> None:
    """A model that was fitted on an array with a sensitive column, so that it has no names."""
    import pandas as pd
    import skops.io
    from sklearn.linear_model import LogisticRegression

    split(folder, lambda seed: {**table(seed, classes(0, 1), age=lambda made: made["years"]), "town": [1.5] * ROWS})
    frame = pd.read_csv(folder / "data/train.csv")
    rows = frame[["amount", "years", "town", "age"]].to_numpy()
    skops.io.dump(LogisticRegression(max_iter=500).fit(rows, frame.target), folder / "model.skops")


def graph_of_booleans(folder: Path) -> None:
    """A graph has 0 and 1 where its labels are false and true."""
    import pandas as pd
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression

    split(
        folder,
        lambda seed: {each: values for each, values in table(seed, classes(False, True)).items() if each != "town"},
    )
    frame = pd.read_csv(folder / "data/train.csv")
    rows = frame[["amount", "years"]].to_numpy("float32")
    graph = to_onnx(LogisticRegression(max_iter=500).fit(rows, frame.target), rows[:1], options={"zipmap": False})
    (folder / "model.onnx").write_bytes(graph.SerializeToString())


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One repository's data, and a model of it in every format; it was fitted on a sensitive column."""
    import joblib
    import pandas as pd
    import skops.io
    from skl2onnx import to_onnx
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    folder = tmp_path_factory.mktemp("fitted")
    split(folder, lambda seed: table(seed, classes("No", "Yes"), "Churn", gender=people))
    frame = pd.read_csv(folder / "data/train.csv")
    used, codes = frame[["years", "amount", "gender"]], (frame.Churn == "Yes").astype(int)
    encode = make_column_transformer((OneHotEncoder(), ["gender"]), remainder="passthrough")
    model = make_pipeline(encode, RandomForestClassifier(5, max_depth=3, random_state=0)).fit(used, frame.Churn)
    skops.io.dump(model, folder / "model.skops")
    joblib.dump(model, folder / "model.joblib")
    graph = to_onnx(model, used[:1].astype({"years": "float32", "amount": "float32"}), options={"zipmap": False})
    (folder / "model.onnx").write_bytes(graph.SerializeToString())
    numbers = used[["years", "amount"]]
    with contextlib.suppress(ImportError):
        import lightgbm

        lightgbm.LGBMClassifier(n_estimators=5, verbose=-1, n_jobs=1).fit(numbers, codes).booster_.save_model(
            folder / "model.txt"
        )
    return folder


@pytest.mark.parametrize(
    ("file", "form", "used"),
    [
        ("model.skops", "skops", ["years", "amount", "gender"]),
        ("model.joblib", "joblib", ["years", "amount", "gender"]),
        ("model.onnx", "onnx", ["years", "amount", "gender"]),
        ("model.txt", "lightgbm", ["years", "amount"]),
        ("MLmodel", "onnx", ["years", "amount", "gender"]),
    ],
)
def test_the_model_gets_the_columns_that_it_was_fitted_on(
    tmp_path: Path, fitted: Path, assay: Assay, file: str, form: str, used: list[str]
) -> None:
    folder = tmp_path / "repository"
    shutil.copytree(fitted / "data", folder / "data")
    saved = "model.onnx" if file == "MLmodel" else file
    if not (fitted / saved).exists():
        pytest.skip(f"{form} is not installed")
    (folder / "model").mkdir()
    shutil.copy(fitted / saved, folder / "model")
    if file == "MLmodel":
        inputs = json.dumps([{"name": name, "type": "double", "required": True} for name in used])
        (folder / "model/MLmodel").write_text(f"flavors: {{}}\nsignature:\n  inputs: '{inputs}'\n")
    text = written_by_init(folder, assay)
    manifest = read(text)
    assert manifest.data is not None
    assert manifest.model.artifact is not None
    assert manifest.model.artifact.format == form
    assert [*(manifest.data.features or ())] == used
    assert (manifest.data.sensitive, manifest.model.positive) == (("gender",), "Yes")
    assert manifest.model.artifact.trusted_types == (("sklearn.tree._tree.Tree",) if form == "skops" else ())
    if form == "joblib":
        # What the terminal says: only a person can trust a file that runs code.
        refused = assay("plan", "--manifest", str(folder / "assay.yaml"))
        assert refused.code == 2
        assert "trust: pickle" in refused.err
        assert f"    digest: {assay('digest', str(folder / 'model/model.joblib')).out.split()[0]}\n" in text
        (folder / "assay.yaml").write_text(text.replace("format: joblib\n", "format: joblib\n    trust: pickle\n"))
    if file == "model.skops":
        found = judge(folder, assay)
        assert found["behaviour/expectations_hold"] in ("pass", "inconclusive")
        assert found["quality/clears_bars"] in ("pass", "inconclusive")
    else:
        # The formats answer in their own tests; another process each would cost seconds.
        planned = assay("plan", "--manifest", str(folder / "assay.yaml"))
        assert (planned.code, planned.err) == (0, "")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of repository: what makes its files, and what the manifest must say of it."""

    make: Callable[[Path], None]
    task: str = "binary-classification"
    positive: Any = 1
    says: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    sets: tuple[str, ...] = ("test", "train")
    format: str = "predictions"


KINDS = {
    "yes and no": Kind(make=lambda folder: text_answers(folder, "No", "Yes", "Churn"), positive="Yes"),
    "ham and spam": Kind(make=lambda folder: text_answers(folder, "ham", "spam"), positive="spam"),
    "true and false": Kind(make=lambda folder: text_answers(folder, "False", "True"), positive=True),
    "words without a custom": Kind(
        make=lambda folder: text_answers(folder, "A", "B"), positive="A", says=("# ← the rarer answer; write `B`",)
    ),
    "0 and 1": Kind(
        make=lambda folder: text_answers(folder, 0, 1),
        says=("# behaviour: …        # ← needs the model itself",),
        lacks=("  behaviour:",),
    ),
    "0.0 and 1.0": Kind(make=lambda folder: text_answers(folder, 0.0, 1.0)),
    "1 and 2": Kind(
        make=lambda folder: text_answers(folder, 1, 2), says=("positive: 1    # ← the rarer answer; write `2`",)
    ),
    "people": Kind(
        make=lambda folder: text_answers(folder, "no", "yes", gender=people), positive="yes", says=("  bias:",)
    ),
    "several classes": Kind(make=several, task="multiclass-classification", lacks=("behaviour:",)),
    "a number": Kind(make=number, task="regression", says=("label: price",)),
    "messages": Kind(make=messages, positive="spam", format="python", says=('message: {append: " "}', "label: label")),
    "rows over time": Kind(make=over_time, says=("time: opened", "# parts of the calendar")),
    "groups": Kind(make=groups, says=("group: customer_id",)),
    "semicolons": Kind(make=semicolons, positive="ja", says=('delimiter: ";", decimal: ","',)),
    "parquet": Kind(make=lambda folder: written_by_pandas(folder, "parquet"), positive=True, sets=("holdout", "train")),
    "arrow": Kind(make=lambda folder: written_by_pandas(folder, "arrow"), positive=True, sets=("holdout", "train")),
    "json lines": Kind(
        make=lambda folder: written_by_pandas(folder, "jsonl"), positive=True, sets=("holdout", "train")
    ),
    "raw files": Kind(make=raw_beside, positive="Yes"),
    "no training set": Kind(make=untrained, positive="approved", sets=("applications",)),
    "tiny": Kind(make=tiny),
    "features and answers apart": Kind(make=apart, says=("test: {path: test.csv}", "label: target")),
    "a model without names": Kind(
        make=of_an_array, format="skops", says=("features: [amount, years, town, age]    # ← the model takes so many",)
    ),
    "a graph of booleans": Kind(make=graph_of_booleans, format="onnx", positive=True),
    "a function": Kind(make=function, format="python", says=("callable: 'model.serve:score'",)),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_what_init_writes_runs_to_a_verdict(tmp_path: Path, assay: Assay, kind: Kind) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    kind.make(folder)
    text = written_by_init(folder, assay)
    manifest = read(text)
    assert manifest.model.task == kind.task
    assert manifest.model.positive == kind.positive
    assert manifest.model.artifact is not None
    assert manifest.model.artifact.format == kind.format
    assert manifest.data is not None
    assert tuple(sorted(manifest.data.sets)) == kind.sets
    assert [each for each in kind.says if each not in text] == []
    assert [each for each in kind.lacks if each in text] == []
    judge(folder, assay)


def written_by_init(folder: Path, assay: Assay) -> str:
    ended = assay("init", str(folder))
    assert ended.code == 0, ended.err
    return (folder / "assay.yaml").read_text()


def read(text: str) -> Manifest:
    _, manifest, problems = read_manifest(text.encode(), "assay.yaml")
    assert not problems
    assert manifest is not None
    return manifest


def judge(folder: Path, assay: Assay) -> dict[str, str]:
    """The outcomes, by policy; only what needs people is not evaluated, and only where there are none to name."""
    ended = assay("check", "--engine", "regorus", "--isolation", "process", "--manifest", str(folder / "assay.yaml"))
    assert (ended.code, ended.err) in {(0, ""), (1, "")}, ended.err
    (path,) = folder.glob(".assay/**/decision.json")
    found = {each["policy"]: each["outcome"] for each in json.loads(path.read_text())["rulings"]}
    unanswered = {policy for policy, outcome in found.items() if outcome == "not_evaluated"}
    text = (folder / "assay.yaml").read_text()
    known = {
        PEOPLE: "  bias:" not in text,
        CHANGED: "format: predictions" in text,
        TEXTS: "append" in text,
        APART: "# train: …" in text,
    }
    assert unanswered <= {policy for policy, possible in known.items() if possible}
    return found
