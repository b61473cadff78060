"""Drift: test and effect together, from tables and from profiles, with every statistic as scipy has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats as scipy_stats
from scipy.spatial.distance import jensenshannon
from tests.support.driving import at, measured, source_of

from assay.canonical import digest
from assay.checks.drift import check as drift
from assay.checks.drift import comparison_rounds
from assay.dossier.check_context import CheckContext
from assay.errors import DataError
from assay.facts.profiles import Profile
from assay.facts.values import Estimate, Undefined
from assay.tables.addressing import Table
from assay.tables.answering import Tables
from assay.tables.profiling import profile_table
from assay.tables.source import Source

Columns = Mapping[str, Any]
SIZE = 4_000
CONTEXT = CheckContext(task="binary-classification", sets=("reference", "current"))


@pytest.fixture(params=["by value", "by bucket"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Small tables as they are looked at, and as large ones are."""
    if request.param == "by bucket":
        monkeypatch.setattr(comparison_rounds, "FEW_ROWS", -1)
    return str(request.param)


def draw(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def table(folder: Path, name: str, columns: Columns, types: Mapping[str, str] | None = None) -> Source:
    """A Parquet file of the columns, some of them of given types."""
    path = folder / f"{name}.parquet"
    connection = duckdb.connect()
    given = {key: np.asarray(values) for key, values in columns.items()}
    kinds = {"datetime64[D]": "DATE", "datetime64[s]": "TIMESTAMP", "object": "VARCHAR"}
    made = {
        key: each.astype("datetime64[us]") if each.dtype.kind == "M" else each.copy() for key, each in given.items()
    }
    connection.register("made", made)
    stored = {key: kinds[str(each.dtype)] for key, each in given.items() if str(each.dtype) in kinds} | dict(
        types or {}
    )
    cast = ", ".join(f'CAST("{key}" AS {stored[key]}) AS "{key}"' if key in stored else f'"{key}"' for key in given)
    connection.execute(f"COPY (SELECT {cast} FROM made) TO '{path}' (FORMAT parquet)")
    source: Source = source_of(path)
    return source


def found(
    folder: Path, reference: Columns, current: Columns, context: CheckContext = CONTEXT, **spec: Any
) -> drift.Facts:
    sources = {"reference": table(folder, "reference", reference), "current": table(folder, "current", current)}
    facts: drift.Facts = measured(drift, drift.Spec.model_validate(spec), context, sources)
    return facts


def profile(folder: Path, columns: Columns, like: Profile | None = None, **named: Any) -> Profile:
    source = table(folder, "profiled", columns)
    with Tables({"data": source}, {}, None) as tables:
        return profile_table(tables.answer, Table("data"), source=source.digest, like=like, **named)


def by_profile(folder: Path, reference: Columns, current: Columns, *, both: bool, **spec: Any) -> drift.Facts:
    """The same with the reference, or both sides, as profiles."""
    before = profile(folder, reference)
    profiles = {"reference": before} | ({"current": profile(folder, current, like=before)} if both else {})
    context = CheckContext(task="binary-classification", sets=("current",), profiled=tuple(profiles), profiles=profiles)
    sources = {} if both else {"current": table(folder, "current", current)}
    facts: drift.Facts = measured(drift, drift.Spec.model_validate(spec), context, sources)
    return facts


def drifted(facts: drift.Facts) -> dict[str, float | str]:
    return {
        name: each.drifted.reason if isinstance(each.drifted, Undefined) else each.drifted.value
        for name, each in facts.columns.items()
    }


SHAPES: dict[str, Any] = {
    "normal": lambda r, n: r.normal(0, 1, n),
    "offset": lambda r, n: r.normal(1e6, 1, n),
    "epoch": lambda r, n: np.floor(1.7e9 + r.normal(0, 3600, n)),
    "heavy tail": lambda r, n: r.standard_cauchy(n),
    "tiny": lambda r, n: r.normal(0, 1e-12, n),
    "modes": lambda r, n: r.choice([0.0, 1e3, -1e6, 1e9], n) + r.normal(0, 1, n),
    "few": lambda r, n: r.integers(0, 5, n),
    "zeros": lambda r, n: np.where(r.random(n) < 0.8, 0.0, r.normal(50, 5, n)),
    "days": lambda r, n: np.datetime64("2024-01-01") + r.integers(0, 90, n).astype("timedelta64[D]"),
    "times": lambda r, n: np.datetime64("2024-01-01T00:00:00") + r.integers(0, 10**6, n).astype("timedelta64[s]"),
    "text": lambda r, n: np.array(["a", "b", "c", "d"], dtype=object)[r.integers(0, 4, n)],
    "truth": lambda r, n: r.random(n) < 0.3,
}
MOVED: dict[str, Any] = {
    "normal": lambda r, n: r.normal(0.6, 1, n),
    "offset": lambda r, n: r.normal(1e6 + 0.6, 1, n),
    "epoch": lambda r, n: np.floor(1.7e9 + 2400 + r.normal(0, 3600, n)),
    "heavy tail": lambda r, n: r.standard_cauchy(n) + 2,
    "tiny": lambda r, n: r.normal(6e-13, 1e-12, n),
    "modes": lambda r, n: r.choice([0.0, 0.0, 1e3, -1e6, 1e9], n) + r.normal(0.6, 1, n),
    "few": lambda r, n: r.integers(1, 6, n),
    "zeros": lambda r, n: np.where(r.random(n) < 0.5, 0.0, r.normal(50, 5, n)),
    "days": lambda r, n: np.datetime64("2024-01-31") + r.integers(0, 90, n).astype("timedelta64[D]"),
    "times": lambda r, n: np.datetime64("2024-01-05T00:00:00") + r.integers(0, 10**6, n).astype("timedelta64[s]"),
    "text": lambda r, n: np.array(["a", "a", "b", "c", "d", "d"], dtype=object)[r.integers(0, 6, n)],
    "truth": lambda r, n: r.random(n) < 0.6,
}


def columns_of(shapes: Mapping[str, Any], seed: int, size: int = SIZE) -> dict[str, Any]:
    return {name: make(draw(seed + index), size) for index, (name, make) in enumerate(shapes.items())}


def test_no_column_drifts_without_a_shift(tmp_path: Path, way: str) -> None:
    facts = found(tmp_path, columns_of(SHAPES, 100), columns_of(SHAPES, 200))
    assert drifted(facts) == dict.fromkeys(SHAPES, 0)
    assert at(facts, "/drifted_share")["value"] == 0


def test_every_shift_is_found(tmp_path: Path, way: str) -> None:
    moved = {name: make for name, make in MOVED.items() if name != "text"}
    facts = found(tmp_path, columns_of({name: SHAPES[name] for name in moved}, 100), columns_of(moved, 200))
    assert drifted(facts) == dict.fromkeys(moved, 1)
    assert at(facts, "/drifted_columns")["value"] == len(moved)
    assert set(facts.keys) == set(moved)


@pytest.mark.parametrize("both", [False, True])
def test_profiles_say_what_the_data_say(tmp_path: Path, both: bool, way: str) -> None:
    reference, same, moved = columns_of(SHAPES, 100), columns_of(SHAPES, 200), columns_of(MOVED, 300)
    assert set(drifted(by_profile(tmp_path, reference, same, both=both)).values()) == {0}
    facts = by_profile(tmp_path, reference, moved, both=both)
    raw = found(tmp_path, reference, moved)
    assert drifted(facts) == drifted(raw)
    for name, column in raw.columns.items():
        for statistic in ("kolmogorov_smirnov", "wasserstein", "psi"):
            if statistic in column.statistics and not (name == "modes" and statistic == "psi"):
                exact, bounded = column.statistics[statistic], facts.columns[name].statistics[statistic]
                assert isinstance(exact, Estimate)
                assert isinstance(bounded, Estimate)
                if statistic == "psi":
                    assert bounded.value == pytest.approx(exact.value, rel=0.15)
                else:
                    slack = 1e-9 * max(1.0, abs(exact.value))
                    assert bounded.low <= exact.high + slack
                    assert bounded.high >= exact.low - slack


def test_statistics_are_scipys(tmp_path: Path, way: str) -> None:
    names = ("normal", "offset", "heavy tail", "few", "modes")
    reference = {name: SHAPES[name](draw(1), 1_500).astype(float) for name in names}
    current = {name: MOVED[name](draw(2), 1_000).astype(float) for name in names}
    facts = found(tmp_path, reference, current)
    for name in names:
        one, other, told = reference[name], current[name], facts.columns[name].statistics
        expected = {
            "kolmogorov_smirnov": scipy_stats.ks_2samp(one, other).statistic,
            "wasserstein": scipy_stats.wasserstein_distance(one, other),
            "wasserstein_normed": scipy_stats.wasserstein_distance(one, other) / one.std(),
        }
        for statistic, value in expected.items():
            number = told[statistic]
            assert isinstance(number, Estimate)
            # Facts have nine digits.
            slack = 2e-9 * max(1.0, abs(value))
            assert number.low - slack <= value <= number.high + slack
            assert number.high - number.low <= 0.02 * max(1.0, abs(value))
        edges = [-np.inf, *facts.columns[name].edges, np.inf]
        p, q = (np.histogram(np.nextafter(each, -np.inf), edges)[0] / len(each) for each in (one, other))
        distance = told["jensen_shannon"]
        assert isinstance(distance, Estimate)
        assert distance.value == pytest.approx(jensenshannon(p, q, base=2), rel=1e-8)
        p, q = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
        assert told["psi"].value == pytest.approx(float(((p - q) * np.log(p / q)).sum()), rel=1e-8)  # type: ignore[union-attr]


def test_categories_are_scipys(tmp_path: Path) -> None:
    reference, current = {"text": SHAPES["text"](draw(1), 900)}, {"text": MOVED["text"](draw(2), 1_100)}
    told = found(tmp_path, reference, current).columns["text"]
    counts = [[int((side["text"] == name).sum()) for name in "abcd"] for side in (reference, current)]
    expected = scipy_stats.chi2_contingency(np.array(counts), correction=False)
    assert told.test == "chi_squared"
    assert told.statistics["chi_squared"].value == pytest.approx(expected.statistic, rel=1e-8)  # type: ignore[union-attr]
    assert told.p.value == pytest.approx(expected.pvalue, rel=1e-8)  # type: ignore[union-attr]
    v = scipy_stats.contingency.association(np.array(counts), method="cramer")
    assert told.statistics["cramers_v"].value == pytest.approx(v, rel=1e-8)  # type: ignore[union-attr]


@pytest.mark.parametrize("side", ["reference", "current"])
def test_one_far_value_changes_no_verdict(tmp_path: Path, side: str, way: str) -> None:
    for moved in (0.0, 0.6):
        sides = {"reference": draw(1).normal(0, 1, SIZE), "current": draw(2).normal(moved, 1, SIZE)}
        plain = drifted(found(tmp_path, {"x": sides["reference"]}, {"x": sides["current"]}))
        sides[side][7] = 1e9
        assert drifted(found(tmp_path, {"x": sides["reference"]}, {"x": sides["current"]})) == plain == {"x": moved > 0}


def test_a_value_beside_a_constant_is_seen(tmp_path: Path, way: str) -> None:
    """What lies in the same fine bucket as a constant is asked for exactly."""
    for constant in (0.0, 5.0, -1e9):
        near = np.nextafter(constant, np.inf)
        facts = found(tmp_path, {"x": np.full(500, constant)}, {"x": np.full(500, near)})
        assert drifted(facts) == {"x": 1}
        assert drifted(found(tmp_path, {"x": np.full(500, constant)}, {"x": np.full(500, constant)})) == {"x": 0}
        assert drifted(by_profile(tmp_path, {"x": np.full(500, constant)}, {"x": np.full(500, near)}, both=True)) == {
            "x": 1
        }
    mostly = np.where(draw(1).random(2_000) < 0.8, 0.0, draw(2).normal(50, 5, 2_000))
    smeared = np.where(mostly == 0, draw(3).random(2_000) * 1e-4, mostly)
    assert drifted(found(tmp_path, {"x": mostly}, {"x": smeared})) == {"x": 1}


def test_days_and_moments_are_compared(tmp_path: Path, way: str) -> None:
    day = np.datetime64("2024-01-01")
    days = {"t": day + draw(1).integers(0, 90, SIZE).astype("timedelta64[D]")}
    same = {"t": (day + draw(2).integers(0, 90, SIZE).astype("timedelta64[D]")).astype("datetime64[s]")}
    later = {"t": same["t"] + np.timedelta64(40, "D")}
    for one, other, expected in ((days, same, 0), (same, days, 0), (days, later, 1), (later, days, 1)):
        assert drifted(found(tmp_path, one, other)) == {"t": expected}
        assert drifted(by_profile(tmp_path, one, other, both=False)) == {"t": expected}


def test_infinite_times_are_values(tmp_path: Path, way: str) -> None:
    moments = columns_of({"times": SHAPES["times"]}, 1)["times"].astype("datetime64[us]").astype(object)
    plain = {"t": np.array([str(each) for each in moments], dtype=object)}
    endless = {"t": np.where(draw(2).random(SIZE) < 0.3, "infinity", plain["t"])}
    for kind in ("TIMESTAMP", "DATE"):
        sources = {
            name: table(tmp_path, name, each, {"t": kind})
            for name, each in (("reference", plain), ("current", endless))
        }
        facts = measured(drift, drift.Spec(), CONTEXT, sources)
        assert drifted(facts) == {"t": 1}
        assert at(facts, "/columns/t/statistics/wasserstein")["reason"] == "not_finite"


def test_large_columns_of_moments_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison_rounds, "FEW_ROWS", -1)
    monkeypatch.setattr(comparison_rounds, "values_of", lambda *_: pytest.fail("values were asked for"))
    shapes, moved = {"times": SHAPES["times"]}, {"times": MOVED["times"]}
    reference = columns_of(shapes, 100)
    assert drifted(found(tmp_path, reference, columns_of(moved, 200))) == {"times": 1}
    # Between a profile's edges nothing is left open, whatever the column.
    everything, same = columns_of(SHAPES, 100), columns_of(SHAPES, 200)
    assert set(drifted(by_profile(tmp_path, everything, same, both=False)).values()) == {0}


@pytest.mark.parametrize(("rows", "reason"), [(0, "empty"), (1, "too_few"), (49, "too_few")])
def test_few_rows_prove_nothing(tmp_path: Path, rows: int, reason: str, way: str) -> None:
    many = {"x": draw(1).normal(0, 1, 500), "t": SHAPES["text"](draw(2), 500)}
    few = {name: values[:rows] for name, values in many.items()}
    for pair in ((many, few), (few, many), (few, few)):
        facts = found(tmp_path, *pair)
        assert drifted(facts) == {"x": reason, "t": reason}
        assert isinstance(facts.drifted_share, Undefined)


def test_missing_values_drift_too(tmp_path: Path, way: str) -> None:
    values = draw(1).normal(0, 1, SIZE)
    holes = np.where(draw(2).random(SIZE) < 0.15, np.nan, values)
    facts = found(tmp_path, {"x": values}, {"x": holes})
    assert drifted(facts) == {"x": 1}
    assert facts.columns["x"].because == ("missing values",)
    assert at(facts, "/columns/x/missing/difference")["value"] == pytest.approx(np.isnan(holes).mean())
    assert drifted(found(tmp_path, {"x": values}, {"x": holes}, parts=["features"])) == {"x": 0}
    nothing = np.full(SIZE, np.nan)
    assert drifted(found(tmp_path, {"x": nothing}, {"x": nothing})) == {"x": 0}
    assert drifted(found(tmp_path, {"x": values}, {"x": nothing})) == {"x": 1}
    assert drifted(found(tmp_path, {"x": nothing}, {"x": nothing}, parts=["features"])) == {"x": "too_few"}


def test_a_column_that_is_gone_or_changed_is_a_finding(tmp_path: Path) -> None:
    reference = {"x": draw(1).normal(0, 1, 300), "y": SHAPES["text"](draw(2), 300), "z": draw(3).normal(0, 1, 300)}
    current = {"x": draw(7).normal(0, 1, 300), "y": draw(5).normal(0, 1, 300), "new": draw(6).normal(0, 1, 300)}
    facts = found(tmp_path, reference, current)
    assert drifted(facts) == {"x": 0, "y": 1, "z": 1, "new": 1}
    assert facts.columns["z"].because == ("it is not a column of the current data",)
    assert facts.columns["y"].because == ("its type changed from text to number",)
    assert facts.columns["new"].because == ("it is not a column of the reference",)
    assert drifted(found(tmp_path, reference, current, columns=["x"])) == {"x": 0}


def test_new_categories_are_counted_and_only_told_where_they_are_few(tmp_path: Path) -> None:
    reference = {"t": SHAPES["text"](draw(1), 1_000)}
    current = {"t": np.concatenate([SHAPES["text"](draw(2), 900), np.full(100, "new", dtype=object)])}
    told = found(tmp_path, reference, current).columns["t"]
    assert at(told, "/new_categories")["value"] == 100
    assert told.new_examples == ("new",)
    context = CheckContext(task="binary-classification", sets=CONTEXT.sets, sensitive=("t",))
    hidden = found(tmp_path, reference, current, context, columns=["t"])
    assert hidden.columns["t"].new_examples == ()
    assert hidden.pictures == ()
    assert "new" not in hidden.model_dump_json().replace("new_", "").replace("newcomers", "")
    people = {"t": np.array([f"p{n}@example.org" for n in range(1_000)], dtype=object)}
    assert "example.org" not in found(tmp_path, people, people).model_dump_json()


def test_rare_categories_that_are_all_replaced_are_drift(tmp_path: Path) -> None:
    before, now = (np.array([f"{side}{n % 200}" for n in range(1_000)], dtype=object) for side in ("old", "new"))
    facts = found(tmp_path, {"t": before}, {"t": now}).columns["t"]
    assert at(facts, "/statistics/psi")["value"] == 0
    assert (facts.drifted.model_dump()["value"], facts.because) == (1, ("new categories",))
    assert facts.newcomers is not None
    rows, expected, psi, p = (
        at(facts, f"/newcomers/{part}")["value"] for part in ("rows", "expected", "psi", "adjusted_p")
    )
    assert (rows, round(expected, 1)) == (1_000, 62.2)
    assert psi > 1
    assert p < 1e-9


def test_names_of_one_row_each_say_nothing(tmp_path: Path) -> None:
    before, now = (np.array([f"{side}{n}" for n in range(1_000)], dtype=object) for side in ("old", "new"))
    facts = found(tmp_path, {"t": before}, {"t": now}).columns["t"]
    assert (facts.drifted.model_dump()["reason"], facts.because) == ("nothing_compared", ())
    assert facts.newcomers is None


def test_things_that_come_together_say_nothing(tmp_path: Path) -> None:
    """Orders of customers, who are other ones now: their rows were never drawn one by one."""
    before, now = (np.array([f"{side}{n // 3}" for n in range(3_000)], dtype=object) for side in ("old", "new"))
    assert drifted(found(tmp_path, {"t": before}, {"t": now})) == {"t": "nothing_compared"}


def test_hidden_columns_of_a_profile_cannot_be_compared(tmp_path: Path) -> None:
    reference = profile(tmp_path, {"x": draw(1).normal(0, 1, 300)}, hidden={"x"})
    context = CheckContext(
        task="binary-classification", sets=("current",), profiled=("reference",), profiles={"reference": reference}
    )
    facts = measured(drift, drift.Spec(), context, {"current": table(tmp_path, "c", {"x": draw(2).normal(0, 1, 300)})})
    assert drifted(facts) == {"x": "not_applicable"}


def test_profiles_of_other_edges_are_refused(tmp_path: Path) -> None:
    profiles = {name: profile(tmp_path, {"x": draw(seed).normal(0, 1, 300)}) for seed, name in enumerate(CONTEXT.sets)}
    context = CheckContext(task="binary-classification", sets=(), profiled=CONTEXT.sets, profiles=profiles)
    with pytest.raises(DataError, match="different edges"):
        measured(drift, drift.Spec(), context, {})


def test_parts_are_judged_apart(tmp_path: Path) -> None:
    """What is asked of labels says nothing of features, and of what is missing nothing of values."""
    reference = {"x": draw(1).normal(0, 1, 500), "y": draw(2).integers(0, 2, 500)}
    current = {"x": draw(3).normal(2, 1, 500), "y": draw(4).integers(0, 2, 500)}
    context = CheckContext(task="binary-classification", sets=CONTEXT.sets, label="y")
    assert drifted(found(tmp_path, reference, current, context)) == {"x": 1}
    assert drifted(found(tmp_path, reference, current, context, parts=["labels"])) == {"y": 0}
    assert drifted(found(tmp_path, reference, current, context, parts=["labels", "missingness"])) == {"x": 0, "y": 0}
    flipped = {**current, "y": np.ones(500, dtype=np.int64)}
    assert drifted(found(tmp_path, reference, flipped, context, parts=["labels"])) == {"y": 1}


def test_infinities_are_values(tmp_path: Path, way: str) -> None:
    values = draw(1).normal(0, 1, 1_000)
    broken = np.where(draw(2).random(1_000) < 0.3, np.inf, values)
    for facts in (
        found(tmp_path, {"x": values}, {"x": broken}),
        by_profile(tmp_path, {"x": values}, {"x": broken}, both=True),
        by_profile(tmp_path, {"x": values}, {"x": broken}, both=False),
        by_profile(tmp_path, {"x": broken}, {"x": values}, both=True),
    ):
        assert drifted(facts) == {"x": 1}
        assert at(facts, "/columns/x/statistics/wasserstein")["reason"] == "not_finite"


def test_the_joint_distribution(tmp_path: Path) -> None:
    """Two columns that each look as before, but no longer go together."""
    one, noise = draw(1).normal(0, 1, 3_000), draw(2).normal(0, 0.3, 3_000)
    other = draw(3).normal(0, 1, 3_000)
    together = {"x": one, "y": one + noise, "t": np.where(one > 0, "a", "b").astype(object)}
    apart = {
        "x": other,
        "y": draw(4).permutation(other + noise),
        "t": np.where(draw(5).random(3_000) > 0.5, "a", "b").astype(object),
    }
    facts = found(tmp_path, together, apart, parts=["features", "joint"])
    assert drifted(facts) == {"x": 0, "y": 0, "t": 0}
    assert at(facts, "/joint/drifted")["value"] == 1
    steady = found(tmp_path, together, {name: values[::-1] for name, values in together.items()}, parts=["joint"])
    assert at(steady, "/joint/drifted")["value"] == 0


def test_permuted_rows_and_columns_change_nothing(tmp_path: Path, way: str) -> None:
    reference, current = columns_of(SHAPES, 1, 500), columns_of(MOVED, 2, 400)
    order = draw(3).permutation(400)
    shuffled = {name: current[name][order] for name in reversed(current)}
    one, other = found(tmp_path, reference, current), found(tmp_path, reference, shuffled)
    assert one.columns == other.columns


def test_the_method_does_not_flip_with_the_rows(tmp_path: Path) -> None:
    for size in (60, 600, 6_000):
        facts = found(tmp_path, columns_of(SHAPES, 1, size), columns_of(SHAPES, 2, size))
        assert {each.test for name, each in facts.columns.items() if name in ("text", "truth")} == {"chi_squared"}
        assert {each.test for name, each in facts.columns.items() if name not in ("text", "truth")} == {
            "kolmogorov_smirnov"
        }


@pytest.mark.parametrize(
    "block",
    [
        {"reference": "same", "current": "same"},
        {"parts": []},
        {"parts": ["weather"]},
        {"columns": []},
        {"columns": ["a", "a"]},
        {"bars": {"psi": ">= 0.2"}},
        {"bars": {"psi": "<= -1"}},
        {"bars": {"drifted_share": "<= 100%"}},
        {"bars": {"pis": "<= 0.2"}},
        {"effect": 0},
        {"smallest": 2},
        {"level": 1},
    ],
)
def test_a_block_that_bounds_nothing_is_refused(block: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        drift.Spec.model_validate(block)


def test_bars_and_problems() -> None:
    kinds = {"x": "number", "t": "text"}
    context = CheckContext(
        task="binary-classification",
        sets=CONTEXT.sets,
        columns={"reference": kinds, "current": {**kinds, "t": "number"}},
        features=("x", "t"),
    )
    facts = {bar.fact for bar in drift.bars(drift.Spec(), context)}
    assert facts == {"/columns/x/drifted", "/columns/t/drifted"}
    spec = drift.Spec.model_validate({"bars": {"drifted_share": "<= 10%", "psi": "<= 0.2", "missing": "<= 5%"}})
    facts = {bar.fact for bar in drift.bars(spec, context)}
    # The column whose type changed closes the gate by itself.
    assert facts == {
        "/drifted_share",
        "/columns/x/statistics/psi",
        "/columns/x/missing/difference",
        "/columns/t/drifted",
    }
    told = [
        message
        for block in (
            {"columns": ["nowhere"]},
            {"parts": ["labels"]},
            {"bars": {"joint": "<= 0.6"}},
            {"bars": {"cramers_v": "<= 0.1"}},
            {"parts": ["features"], "bars": {"missing": "<= 5%"}},
        )
        for _, message in drift.problems(drift.Spec.model_validate(block), context)
    ]
    assert len(told) >= 5


def test_many_categories_are_compared_by_those_that_both_sides_tell(tmp_path: Path, way: str) -> None:
    """A profile lists a hundred of them; the rest is counted, and settles nothing by itself."""
    names = np.array([f"n{number}" for number in range(500)], dtype=object)
    chance = np.arange(500, 0, -1) / np.arange(500, 0, -1).sum()
    reference, same = ({"t": draw(seed).choice(names, SIZE, p=chance)} for seed in (1, 2))
    moved = {"t": np.where(draw(3).random(SIZE) < 0.4, "unheard of", same["t"]).astype(object)}
    for both in (False, True):
        assert drifted(by_profile(tmp_path, reference, same, both=both)) == {"t": 0}
        assert drifted(by_profile(tmp_path, reference, moved, both=both)) == {"t": 1}
    assert drifted(found(tmp_path, reference, same)) == {"t": 0}
    told = by_profile(tmp_path, reference, moved, both=False).columns["t"]
    assert isinstance(told.new_categories, Undefined)


def test_small_tables_and_large_ones_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The method does not depend on the rows: buckets only widen what every value tells."""
    reference, current = columns_of(SHAPES, 1, 1_000), columns_of(MOVED, 2, 800)
    exact = found(tmp_path, reference, current)
    monkeypatch.setattr(comparison_rounds, "FEW_ROWS", -1)
    bucketed = found(tmp_path, reference, current)
    assert drifted(exact) == drifted(bucketed)
    for name, column in exact.columns.items():
        for statistic in ("kolmogorov_smirnov", "wasserstein", "wasserstein_normed", "chi_squared"):
            if statistic in column.statistics:
                one, other = column.statistics[statistic], bucketed.columns[name].statistics[statistic]
                assert isinstance(one, Estimate)
                assert isinstance(other, Estimate)
                slack = 1e-8 * max(1.0, abs(one.value))
                assert other.low - slack <= one.value <= other.high + slack


def test_columns_that_nothing_compares_prove_nothing(tmp_path: Path, way: str) -> None:
    path = tmp_path / "nested.parquet"
    duckdb.sql(f"COPY (SELECT [i] AS \"a/b~c\", i AS x FROM range(100) r(i)) TO '{path}' (FORMAT parquet)")
    sources = dict.fromkeys(CONTEXT.sets, source_of(path))
    facts = measured(drift, drift.Spec(), CONTEXT, sources)
    assert drifted(facts) == {"a/b~c": "not_applicable", "x": 0}


def test_values_that_are_asked_in_parts_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sides = [{f"x{n}": draw(seed + n).normal(0, 1, 200) for n in range(7)} for seed in (10, 20)]
    whole = found(tmp_path, *sides)
    monkeypatch.setattr(comparison_rounds, "AT_ONCE", 3)
    assert found(tmp_path, *sides) == whole
    assert len(whole.columns) == 7


def test_five_thousand_columns_are_compared(tmp_path: Path) -> None:
    listed = ", ".join(f"i * {n} AS c{n}" for n in range(5_000))
    sources = {}
    for side in ("reference", "current"):
        path = tmp_path / f"{side}.parquet"
        duckdb.sql(f"COPY (SELECT {listed} FROM range(200) r(i)) TO '{path}' (FORMAT parquet)")
        sources[side] = source_of(path)
    facts = measured(drift, drift.Spec(columns=tuple(f"c{n}" for n in range(1, 5_000, 500))), CONTEXT, sources)
    assert set(drifted(facts).values()) == {0}


MANY = 1_200


def near_numbers(seed: int, middle: float) -> list[float]:
    return [round(each, 2) for each in np.random.default_rng(seed).normal(middle, 300, MANY).tolist()]


def moments(seed: int, first: str) -> list[str]:
    seconds = np.random.default_rng(seed).integers(0, 10**6, MANY).astype("timedelta64[s]")
    return [str(each) for each in np.datetime64(first) + seconds]


def texts(values: Sequence[Any]) -> Any:
    return np.array(values, dtype=object)


NUMBER_WAYS: dict[str, tuple[Callable[[float], str], str]] = {
    "plain": (str, "numbers"),
    "thousands": ("{:,.2f}".format, "numbers with thousands separators"),
    "decimal comma": (lambda x: f"{x:,.2f}".translate(str.maketrans(",.", ".,")), "numbers with a decimal comma"),
    "percent": ("{:.2f} %".format, "percentages"),
    "dollars": ("${:,.2f}".format, "amounts in $"),
    "clock": (lambda x: f"{int(x) // 3600:02}:{int(x) // 60 % 60:02}:{int(x) % 60:02}", "times of day"),
    "euros": (lambda x: f"{x:,.2f} €".translate(str.maketrans(",.", ".,")), "amounts in € with a decimal comma"),
}
TIME_WAYS: dict[str, tuple[Callable[[str], str], str]] = {
    "zone": ("{}+00:00".format, "times with a zone"),
    "german": (lambda t: f"{t[8:10]}.{t[5:7]}.{t[:4]}", "dates such as 31.12.2026"),
    "none": (lambda t: t.replace("T", " "), "times without a zone"),
}


def written(write: Callable[[Any], str], before: Sequence[Any], now: Sequence[Any], stray: str) -> Any:
    return ({"x": texts([*map(write, each), stray])} for each in (before, now))


@pytest.mark.parametrize(("write", "title"), NUMBER_WAYS.values(), ids=NUMBER_WAYS)
def test_a_shift_of_numbers_is_found_beside_a_stray(tmp_path: Path, write: Any, title: str, way: str) -> None:
    reference, current = written(write, near_numbers(1, 5_000), near_numbers(2, 6_000), "n/a")
    facts = found(tmp_path, reference, current)
    assert drifted(facts) == {"x": 1}
    column = facts.columns["x"]
    assert (column.kind, column.test, column.because[0]) == ("number", "kolmogorov_smirnov", "values")
    assert column.strays is not None
    assert (column.strays.read_as, column.strays.keys) == (title, (str(MANY),))
    assert column.strays.current.value == pytest.approx(1 / (MANY + 1))  # type: ignore[union-attr]
    calm = found(tmp_path, *written(write, near_numbers(1, 5_000), near_numbers(2, 5_000), "n/a"))
    assert drifted(calm) == {"x": 0}


@pytest.mark.parametrize(("write", "title"), TIME_WAYS.values(), ids=TIME_WAYS)
def test_a_shift_of_times_is_found_beside_a_stray(tmp_path: Path, write: Any, title: str, way: str) -> None:
    reference, current = written(write, moments(1, "2026-01-01T00:00:00"), moments(2, "2026-03-01T00:00:00"), "soon")
    facts = found(tmp_path, reference, current)
    assert drifted(facts) == {"x": 1}
    assert facts.columns["x"].kind == "timestamp"
    assert facts.columns["x"].strays is not None
    assert facts.columns["x"].strays.read_as == title
    calm = written(write, moments(1, "2026-01-01T00:00:00"), moments(2, "2026-01-01T00:00:00"), "soon")
    assert drifted(found(tmp_path, *calm)) == {"x": 0}


def test_numbers_that_became_text_are_compared_with_near_numbers(tmp_path: Path, way: str) -> None:
    before, now = np.array(near_numbers(1, 5_000)), [*map(str, near_numbers(2, 5_000)[:-1]), "NA"]
    calm = found(tmp_path, {"x": before}, {"x": texts(now)})
    assert drifted(calm) == {"x": 0}
    assert drifted(found(tmp_path, {"x": before}, {"x": texts([*map(str, near_numbers(2, 6_000)), "NA"])})) == {"x": 1}
    assert drifted(found(tmp_path, {"x": before}, {"x": texts([f"item {each}" for each in now])})) == {"x": 1}


def test_more_strays_are_drift_and_no_missing_values(tmp_path: Path, way: str) -> None:
    before, now = map(texts, ([*map(str, near_numbers(1, 5_000))], [*map(str, near_numbers(2, 5_000))]))
    now[::4] = "NA"
    column = found(tmp_path, {"x": before}, {"x": now}).columns["x"]
    assert column.because == ("texts among numbers or times",)
    assert column.told is not None
    assert "0.0% of the values before were texts among numbers or times, 25.0% now" in column.told
    assert column.missing is not None
    assert column.missing.current.value == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ([f"{each:05d}" for each in range(MANY)], [f"{each:05d}" for each in range(50_000, 50_000 + MANY)]),
        ([f"{each} kg" for each in near_numbers(1, 50)], [f"{each} kg" for each in near_numbers(2, 5_000)]),
        ([f"{each}%" for each in near_numbers(1, 50)], [f"${each}" for each in near_numbers(2, 5_000)]),
        (
            [f"{each}+02:00" for each in moments(1, "2026-01-01T00:00:00")],
            moments(2, "2027-01-01T00:00:00"),
        ),
    ],
    ids=["codes", "units", "another unit", "with and without a zone"],
)
def test_a_comparison_that_rests_on_nothing_is_undefined(tmp_path: Path, before: Any, now: Any, way: str) -> None:
    facts = found(tmp_path, {"x": texts(before)}, {"x": texts(now)}, bars={"psi": "<= 0.1"})
    assert drifted(facts) == {"x": "nothing_compared"}
    assert {each.reason for each in facts.columns["x"].statistics.values()} == {"nothing_compared"}  # type: ignore[union-attr]
    assert facts.drifted_share.kind == "undefined"
    assert facts.columns["x"].p is None


def test_a_frequent_category_does_not_stand_for_the_rest(tmp_path: Path, way: str) -> None:
    def column(word: str) -> Any:
        return texts(["none"] * (MANY // 4) + [f"{word} {each}" for each in range(MANY)])

    facts = found(tmp_path, {"x": column("one")}, {"x": column("another")})
    assert drifted(facts) == {"x": "nothing_compared"}
    assert "most rows have a category that is too rare to compare" in str(facts.columns["x"].told)
    # What is seen can prove drift all the same.
    more = texts(["none"] * MANY + [f"another {each}" for each in range(MANY)])
    assert drifted(found(tmp_path, {"x": column("one")}, {"x": more})) == {"x": 1}


@pytest.mark.parametrize("both", [False, True])
def test_a_profile_of_texts_that_are_all_different_proves_nothing(tmp_path: Path, both: bool) -> None:
    before, now = ({"x": texts([*map(str, near_numbers(seed, middle)), "NA"])} for seed, middle in ((1, 0), (2, 9_000)))
    assert drifted(by_profile(tmp_path, before, now, both=both)) == {"x": "nothing_compared"}


def test_texts_of_csv_and_json_lines_are_read_alike(tmp_path: Path) -> None:
    before, now = near_numbers(1, 5_000), near_numbers(2, 6_000)

    def source(name: str, values: list[Any]) -> Source:
        path = tmp_path / name
        if name.endswith("csv"):
            content = "\n".join(["x", *map(str, values)]) + "\n"
        else:
            content = "".join(json.dumps({"x": str(value)}) + "\n" for value in values)
        path.write_text(content, encoding="utf-8")
        form = "csv" if name.endswith("csv") else "json_lines"
        return Source(path=path, name=name, format=form, digest=digest(content.encode()), bytes=len(content))

    for ending in ("csv", "jsonl"):
        sources = {
            "reference": source(f"reference.{ending}", [*before, "NaN"]),
            "current": source(f"current.{ending}", [*now, "NaN"]),
        }
        assert drifted(measured(drift, drift.Spec(), CONTEXT, sources)) == {"x": 1}


def test_excluded_columns_are_not_compared(tmp_path: Path) -> None:
    """A base must allow what is left out, so a name that is no column, or is asked for too, is refused."""
    before = {"a": draw(1).normal(size=500), "town": draw(2).normal(size=500)}
    facts = found(tmp_path, before, {**before, "town": before["town"] + 9}, exclude=["town"])
    assert list(facts.columns) == ["a"]
    assert facts.drifted_columns.value == 0  # type: ignore[union-attr]  # an estimate
    kinds = {"reference": {"a": "number", "town": "number"}, "current": {"a": "number", "town": "number"}}
    context = CheckContext(task="regression", sets=("reference", "current"), columns=kinds, features=("a", "town"))
    assert [bar.subject["column"] for bar in drift.bars(drift.Spec(exclude=["town"]), context)] == ["a"]
    ((place, message),) = drift.problems(drift.Spec(exclude=["towns"]), context)
    assert place == ("exclude", 0)
    assert message.endswith("has the column `towns`. Did you mean `town`?")
    with pytest.raises(ValidationError, match="`columns` names `a` too"):
        drift.Spec.model_validate({"columns": ["a"], "exclude": ["a"]})
