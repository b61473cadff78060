"""How often the defaults of `assay init` close the gate on clean public tables, and which planted faults they catch.

    uv run --group tables python -m tests.benchmarks.public_defaults [--tables 60] [--faulty 8] [--fresh]

Each table is split honestly, a model is fitted on the spot, `assay init` writes the manifest, and nothing in it is edited.
Only policies on data, drift and quality count: the others ask for words and tests of the model's owners.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tests.benchmarks.public_tables import BINARY, FRESH, NUMBER, SEVERAL, TABLES, PublicTable, frame_of

from assay.commands import init
from assay.commands.parts.people_columns import PEOPLE
from assay.dossier.check_context import CheckContexts, make_check_context
from assay.dossier.plan_parts import JoinedBar, PlannedBar
from assay.edges.data_files import find_source
from assay.manifest.parsing import read_manifest
from assay.rulings.joined_bars import join_bar
from assay.steps.collecting.rounds import measure_all, start
from assay.steps.planning.blocks import planned_check, read_blocks
from assay.tables.addressing import SCORE, Table
from assay.tables.answering import Tables
from assay.tables.reading import schema
from assay.tables.scores import write_scores
from assay.tables.source import Source

Frame = Any
Random = np.random.Generator
CHECKS_OF = {
    "data/contract_holds": "data_contract",
    "data/no_leakage": "data_hygiene",
    "data/sets_apart": "data_hygiene",
    "drift/stable": "drift",
    "quality/clears_bars": "quality",
}
FACTS_OF = {"data/no_leakage": "/leakage/", "data/sets_apart": "/apart/"}
SPLIT = 0.7
Fault = Callable[[Frame, Frame, Random], tuple[Frame, Frame]]


def added(make: Callable[[Any, Random], Any]) -> Fault:
    """A column in both sets that was made of the label."""

    def plant(train: Frame, holdout: Frame, random: Random) -> tuple[Frame, Frame]:
        return tuple(each.assign(planted=make(each["target"].to_numpy(), random)) for each in (train, holdout))  # type: ignore[return-value]

    return plant


def with_pair(train: Frame, holdout: Frame, random: Random) -> tuple[Frame, Frame]:
    """Two columns whose exclusive or is the label."""
    made = []
    for each in (train, holdout):
        one = random.integers(0, 2, len(each))
        made.append(each.assign(left=one, right=one ^ each["target"].to_numpy()))
    return made[0], made[1]


def copied(change: Callable[[Any, float, Random], Any]) -> Fault:
    """A twentieth of the holdout is training rows, changed a little."""

    def plant(train: Frame, holdout: Frame, random: Random) -> tuple[Frame, Frame]:
        rows = max(1, len(holdout) // 20)
        taken = train.sample(rows, random_state=int(random.integers(1 << 30))).reset_index(drop=True)
        for name in taken.columns.drop("target"):
            if taken[name].dtype.kind == "f":
                taken[name] = change(taken[name].to_numpy(), float(train[name].std()), random)
        return train, _joined(taken, holdout.iloc[rows:])

    return plant


def drifted(change: Callable[[Any, Random], Any], *, base: Callable[[int, Random], Any] | None = None) -> Fault:
    """A number of the holdout changed, the first one or one that is made."""

    def plant(train: Frame, holdout: Frame, random: Random) -> tuple[Frame, Frame]:
        if base is not None:
            train, holdout = (each.assign(made=base(len(each), random)) for each in (train, holdout))
            name = "made"
        else:
            numbers = [name for name in holdout if holdout[name].dtype.kind == "f" and holdout[name].nunique() > 20]
            if not numbers:
                raise LookupError("no number")
            name = numbers[0]
        return train, holdout.assign(**{name: change(holdout[name].to_numpy(), random)})

    return plant


def noisy(train: Frame, holdout: Frame, random: Random) -> tuple[Frame, Frame]:
    """Half of the training labels are drawn at random."""
    labels = train["target"].to_numpy().copy()
    chosen = random.random(len(labels)) < 0.9
    labels[chosen] = random.permutation(labels[chosen])
    return train.assign(target=labels), holdout


def shuffled(train: Frame, holdout: Frame, random: Random) -> tuple[Frame, Frame]:
    """The labels of the holdout belong to other rows, as if joined by the wrong id."""
    return train, holdout.assign(target=random.permutation(holdout["target"].to_numpy()))


def same(train: Frame, holdout: Frame, _: Random) -> tuple[Frame, Frame]:
    return train, holdout


FAULTS: dict[str, Fault] = {
    "label copied, 10 % flipped": added(lambda y, r: np.where(r.random(len(y)) < 0.1, 1 - y, y)),
    "code for a third of the positives": added(lambda y, r: np.where((y == 1) & (r.random(len(y)) < 0.35), "C7", "")),
    "missing for most negatives": added(lambda y, r: np.where((y == 0) & (r.random(len(y)) < 0.8), np.nan, r.normal(size=len(y)))),
    "parity is the label": added(lambda y, r: 2 * r.integers(0, 5_000, len(y)) + y),
    "two columns give the label": with_pair,
    "copied rows": copied(lambda x, _, __: x),
    "copied rows, jittered": copied(lambda x, spread, r: x + r.normal(0, 0.001 * spread, len(x))),
    "copied rows, rounded": copied(lambda x, _, __: np.array([float(f"{each:.3g}") for each in x])),
    "5 % of rows times 1,000": drifted(lambda x, r: np.where(r.random(len(x)) < 0.055, 1_000 * x, x)),
    "sentinel in 5 % of rows": drifted(lambda x, r: np.where(r.random(len(x)) < 0.055, -999_999.0, x)),
    "flag from 1 to 5 %": drifted(
        lambda x, r: (r.random(len(x)) < 0.055).astype(int),
        base=lambda n, r: (r.random(n) < 0.01).astype(int),
    ),
    "missing from 5 to 12 %": drifted(
        lambda x, r: np.where(r.random(len(x)) < 0.08, np.nan, x),
        base=lambda n, r: np.where(r.random(n) < 0.05, np.nan, r.normal(size=n)),
    ),
    "training labels nine tenths noise": noisy,
    "labels joined by a wrong id": shuffled,
    "intercept less 4": same,
    "coefficients times 6": same,
}  # fmt: skip


def split(frame: Frame, random: Random) -> tuple[Frame, Frame]:
    """A random split, each with ids of its own."""
    order = random.permutation(len(frame))
    cut = int(SPLIT * len(frame))
    return frame.iloc[order[:cut]].reset_index(drop=True), frame.iloc[order[cut:]].reset_index(drop=True)


def fitted(train: Frame, task: str, fault: str | None) -> Any:
    """A linear model on scaled numbers and one-hot texts, broken afterwards if the fault says so."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    # What `init` takes for a person's trait is no feature of its model.
    features = train.drop(columns=["target", *(name for name in train if name.lower() in PEOPLE)])
    numbers = [name for name in features if features[name].dtype.kind in "iufb"]
    texts = [name for name in features if name not in numbers]
    prepared = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()), numbers),
        ("texts", OneHotEncoder(handle_unknown="ignore", min_frequency=10), texts),
    ])  # fmt: skip
    last = Ridge() if task == NUMBER else LogisticRegression(max_iter=2_000)
    model = make_pipeline(prepared, last).fit(features, train["target"])
    if fault == "intercept less 4":
        last.intercept_ = last.intercept_ - 4
    if fault == "coefficients times 6":
        last.coef_, last.intercept_ = 6 * last.coef_, 6 * last.intercept_
    return model


def judged(folder: Path, train: Frame, holdout: Frame, model: Any, task: str) -> dict[str, str]:
    """The outcome of each blocking policy that counts: `pass`, `fail`, or open, by the bars of what `assay init` wrote."""
    for name, frame, first in (("train", train, 0), ("holdout", holdout, len(train))):
        frame.assign(row_id=[f"R{first + row:06}" for row in range(len(frame))]).to_parquet(folder / f"{name}.parquet")
    with contextlib.redirect_stdout(io.StringIO()):
        init.run(init.Options(folder=folder, format="json"))
    document, manifest, problems = read_manifest((folder / "assay.yaml").read_bytes(), "assay.yaml")
    blocks, found = read_blocks(document.value["checks"], document)
    if manifest is None or manifest.data is None or problems or found:
        return {"no valid manifest": "; ".join(map(str, (*problems, *found)))}
    sources = {name: find_source(folder, f"{name}.parquet") for name in ("train", "holdout")}
    answers = _answers(folder, holdout, len(train), model, task)
    context = make_check_context(
        manifest,
        columns={name: dict(schema(source)) for name, source in sources.items()},
        as_of="2026-01-01",
        predicted=("holdout",),
        classes=tuple(model.classes_.tolist()) if task == SEVERAL else (),
    )
    contexts = CheckContexts(context)
    names = [name for name in CHECKS_OF.values() if name in blocks]
    checks = [start(planned_check(name, blocks[name], 1), contexts) for name in dict.fromkeys(names)]
    with Tables(sources, {Table("holdout"): answers}, "row_id") as tables:
        measured = {each.check: each for each in measure_all(checks, tables.answer)}
    bars = [
        join_bar(PlannedBar(id=f"b{number}", check=name, file="", line=1, **bar.model_dump()), measured[name].facts)
        for name in measured
        for number, bar in enumerate(blocks[name].check.bars(blocks[name].spec, context))
    ]
    return {policy: outcome for policy in CHECKS_OF if (outcome := _outcome(policy, bars)) is not None}


def _answers(folder: Path, holdout: Frame, first: int, model: Any, task: str) -> Source:
    """The model's answers for the holdout, as a file."""
    features = holdout.drop(columns="target")
    scores = model.predict(features)[:, None] if task == NUMBER else model.predict_proba(features)
    columns = [f"{SCORE}:{each}" for each in model.classes_] if task == SEVERAL else [SCORE]
    ids = np.array([f"R{first + row:06}" for row in range(len(holdout))], dtype=object)
    write_scores(folder / "answers.parquet", ids, scores[:, -len(columns) :], columns)
    return find_source(folder, "answers.parquet")


def _outcome(policy: str, bars: list[JoinedBar]) -> str | None:
    """As `lib/bars` rules: every bar cleared, or one missed; a bar on an undefined fact is neither."""
    ruled = [
        each for each in bars if each.check == CHECKS_OF[policy] and each.fact.startswith(FACTS_OF.get(policy, "/"))
    ]
    if not ruled:
        return None
    measured = [each for each in ruled if each.status == "measured" and each.low is not None and each.high is not None]
    sides = [
        (each.low, each.high, each.limit) if each.direction == "at_least" else (-each.high, -each.low, -each.limit)
        for each in measured
    ]
    if any(high < limit for _, high, limit in sides):
        return "fail"
    return "pass" if len(measured) == len(ruled) and all(low >= limit for low, _, limit in sides) else "open"


def one(table: PublicTable, fault: str | None) -> dict[str, str]:
    """One table, clean or with a fault, judged."""
    random = np.random.default_rng([len(str(table)), 0 if fault is None else len(fault)])
    train, holdout = split(frame_of(table), random)
    if fault is not None:
        train, holdout = FAULTS[fault](train, holdout, random)
    with tempfile.TemporaryDirectory() as folder:
        model = fitted(train, table.task, fault)
        return judged(Path(folder), train, holdout, model, table.task)


def told(table: PublicTable, fault: str | None) -> tuple[list[str], list[str]]:
    """One run, printed: the policies that fail, and those that are left open."""
    found = one(table, fault)
    failed = sorted(name for name, outcome in found.items() if outcome not in ("pass", "open"))
    opened = sorted(name for name, outcome in found.items() if outcome == "open")
    print(f"{table} | {fault or 'clean'} | {failed} | {opened} | {found.get('no valid manifest', '')}", flush=True)
    return failed, opened


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tables", type=int, default=None)
    parser.add_argument("--faulty", type=int, default=8)
    parser.add_argument("--fresh", action="store_true", help="only tables on which nothing was ever tuned")
    given = parser.parse_args()
    tables = FRESH if given.fresh else TABLES
    places = sorted({round(each) for each in np.linspace(0, len(tables) - 1, given.tables or len(tables))})
    clean = {table: told(table, None) for table in (tables[place] for place in places)}
    alarms = Counter(name for failed, _ in clean.values() for name in failed)
    undecided = Counter(name for _, opened in clean.values() for name in opened)
    closed = sum(any(each.startswith(("data/", "drift/")) for each in (*one, *other)) for one, other in clean.values())
    print(
        f"{len(clean)} clean tables, {closed} closed by policies on data: failed {dict(alarms)}, open {dict(undecided)}"
    )
    # A fault is planted where the clean table passes, so that whatever does not pass then has found it.
    passing = [table for table, (failed, opened) in clean.items() if table.task == BINARY and not failed and not opened]
    for number, fault in enumerate(FAULTS):
        caught = planted = 0
        for place in range(given.faulty):
            try:
                failed, opened = told(passing[(number + 3 * place) % len(passing)], fault)
            except LookupError:
                continue
            planted += 1
            caught += bool(failed or opened)
        print(f"| {fault} | {caught} of {planted} |", flush=True)


def _joined(one_frame: Frame, other: Frame) -> Frame:
    import pandas as pd

    return pd.concat([one_frame, other]).reset_index(drop=True)


if __name__ == "__main__":
    main()
