"""Laws of data contracts: plain loops find the same, and neither the order of rows nor of columns matters."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.support.plain_engine import PlainColumn, PlainEngine, PlainTable
from tests.support.table_cases import write_parquet
from tests.support.thoroughness import examples

from assay.checks.data_contract import check as data_contract
from assay.checks.data_contract.facts import ContractSetFacts
from assay.dossier.check_context import CheckContext
from assay.facts.values import exact
from assay.tables.answering import Tables

CONTEXT = CheckContext(task="t", sets=("train", "other"), id="id", as_of="2026-01-10")
KINDS = {"id": "integer", "i": "integer", "x": "number", "s": "text", "d": "date", "b": "boolean"}
QUICK = settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])

values = {
    "id": st.integers(0, 9),
    "i": st.none() | st.integers(-2, 3),
    "x": st.none() | st.sampled_from([0.0, 0.5, 1.5, -2.0, 1e6, float("inf"), float("-inf"), float("nan")]),
    "s": st.none() | st.sampled_from(["a", "b", "ab", "é", "", "2026-02-29", "2024-02-29"]),
    "d": st.none() | st.sampled_from(["2026-01-01", "2025-06-01", "2026-02-01"]),
    "b": st.none() | st.booleans(),
}
tables = st.lists(st.tuples(*(values[name] for name in KINDS)), min_size=1, max_size=12)
mostly = st.sampled_from([">= 50%", ">= 90%"])


def one_of(*rules: Any) -> st.SearchStrategy[Any]:
    """One of some rules, perhaps as one that a share of the rows may break."""
    plain = st.sampled_from(rules)
    return st.one_of(plain, st.fixed_dictionaries({"is": plain, "mostly": mostly}))


def column(**rules: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    every = {
        "nulls": st.sampled_from([True, "<= 40%"]),
        "unique": one_of(True),
        "distinct": st.just({"at_least": 2}),
        "distinct_share": st.just({"at_least": 0.5}),
    }
    return st.fixed_dictionaries({}, optional=every | rules)


order = st.sampled_from(["increasing", "strictly increasing", "decreasing", "strictly decreasing"])
numeric = {
    "range": one_of([0, 1], [None, 1], [-1, None]),
    "above": one_of(0, -1.5),
    "below": one_of(1, 2),
    "deviations": one_of(0.5, 1.5),
    "order": order,
    "mean": st.just({"at_least": 0}),
    "std": st.just({"at_most": 1}),
    "sum": st.just({"at_most": 3}),
    "min": st.just({"at_least": 0}),
    "max": st.just({"at_most": 3}),
    "quantiles": st.just({"p25": {"at_least": 0}, "p50": {"at_most": 1}}),
}
words = {
    "in": one_of(["a", "b"], ["ab"]),
    "not_in": one_of(["a"]),
    "includes": st.just(["a", "ab"]),
    "most_common": st.just(["a", "é"]),
    "matches": one_of("[a-z]", "a.*"),
    "not_matches": one_of("b"),
    "length": one_of([1, 2], [None, 1]),
    "date_form": one_of("%Y-%m-%d"),
    "references": st.sampled_from(
        [{"set": "other", "column": "s"}, {"set": "other", "column": "s", "with": {"i": "i"}}]
    ),
}
rules = st.fixed_dictionaries(
    {"id": column(order=order), "nowhere": st.just({"required": False, "range": [0, 1]})},
    optional={
        "i": column(**numeric, **{"in": one_of([0, 1.5, "a"])}),
        "x": column(**numeric),
        "s": column(**words),
        "d": column(above=one_of("2025-07-01"), order=order, age=st.just({"at_most": 30})),
        "b": column(**{"in": one_of([True])}),
        "s ": st.just({"required": True}),
    },
)
conditions = st.dictionaries(
    st.sampled_from(["c", "e"]),
    st.sampled_from(
        [
            "i + 1 > x",
            "not (i > 0) or s is not None",
            "length(s) < 2 or matches(s, 'a.*')",
            {"when": "i > 0", "then": "x >= 0"},
            {"when": "s in ['a', 'b']", "then": "b", "mostly": ">= 50%"},
        ]
    ),
)
contracts = st.fixed_dictionaries(
    {"rules": rules},
    optional={
        "conditions": conditions,
        "unique": st.sampled_from([[["i", "s"]], [["id", "x"], ["d", "b", "i"]]]),
        "columns": st.sampled_from([{"closed": True}, {"exactly": ["i", "id", "nowhere"], "ordered": True}]),
    },
)


def table_of(rows: list[tuple[Any, ...]]) -> dict[str, PlainColumn]:
    return {name: PlainColumn(kind, [row[index] for row in rows]) for index, (name, kind) in enumerate(KINDS.items())}


def carried_on(spec: Any, answer: Any) -> data_contract.Facts:
    steps = data_contract.measure(spec, CONTEXT)
    answers: Any = None
    while True:
        try:
            questions = steps.send(answers)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        answers = answer(questions)


def by_tables(spec: Any, sets: Mapping[str, PlainTable]) -> data_contract.Facts:
    with TemporaryDirectory() as folder:
        sources = {name: write_parquet(Path(folder) / f"{name}.parquet", table) for name, table in sets.items()}
        with Tables(sources, {}, CONTEXT.id) as opened:
            return carried_on(spec, opened.answer)


def by_loops(spec: Any, sets: Mapping[str, PlainTable]) -> data_contract.Facts:
    engine = PlainEngine(sets, CONTEXT.id)
    return carried_on(spec, lambda questions: [engine.answer(question) for question in questions])


def in_proportion(held: ContractSetFacts) -> None:
    """Out of those asked, as many keep a rule as do not break it; nobody is named where nobody breaks it."""
    for facts in (*held.rules.values(), *held.unique.values(), *held.conditions.values()):
        if facts.violations.kind == "estimate" and facts.kept.kind == "estimate":
            assert 0 <= facts.violations.value <= facts.violations.n
            assert abs(facts.kept.value * facts.violations.n + facts.violations.value - facts.violations.n) < 1e-6
            assert len(facts.keys) <= min(10, facts.violations.value)
        else:
            assert facts.keys == ()


@QUICK
@given(contract=contracts, rows=tables, others=tables)
def test_plain_loops_find_the_same(contract: dict[str, Any], rows: list[Any], others: list[Any]) -> None:
    spec = data_contract.Spec.model_validate({"on": "train"} | contract)
    sets = {"train": table_of(rows), "other": table_of(others)}
    found = by_tables(spec, sets)
    assert found.model_dump() == by_loops(spec, sets).model_dump()
    in_proportion(found.sets["train"])
    event(f"{len(list(data_contract.bars(spec, CONTEXT))) // 10}0 bars")


def without_order(facts: data_contract.Facts) -> dict[str, Any]:
    """The facts that do not tell which rows come first."""
    dumped = facts.model_dump()["sets"]["train"]
    for section in ("rules", "unique", "conditions"):
        for rule, found in dumped[section].items():
            found.pop("keys")
            if rule.endswith((".order", "columns.ordered")):
                found.clear()
    dumped["rules"].pop("columns.exactly", None)
    dumped["rules"].pop("columns.closed", None)
    return dumped  # type: ignore[no-any-return]


@QUICK
@given(contract=contracts, rows=tables, seed=st.integers(0, 99))
def test_the_order_of_rows_and_columns_does_not_matter(contract: dict[str, Any], rows: list[Any], seed: int) -> None:
    spec = data_contract.Spec.model_validate({"on": "train"} | contract)
    table, draw = table_of(rows), random.Random(seed)
    shuffled = table_of(draw.sample(rows, len(rows)))
    turned = {name: shuffled[name] for name in draw.sample(list(shuffled), len(shuffled))}
    first, second = (by_tables(spec, {"train": each, "other": table}) for each in (table, turned))
    assert without_order(first) == without_order(second)


ENDS = [float("inf"), float("-inf"), float("nan"), 1.7976931348623157e308, -1.7976931348623157e308, 5e-324, -0.0]
SIDES: dict[str, Any] = {
    "range": lambda value, low, high: low <= value <= high,
    "above": lambda value, low, _: value > low,
    "below": lambda value, _, high: value < high,
}


@QUICK
@given(
    found=st.lists(st.none() | st.sampled_from(ENDS) | st.floats(), min_size=1, max_size=12),
    bounds=st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2).map(sorted),
    shape=st.sampled_from(["closed", "from", "to", "above", "below"]),
)
def test_infinity_lies_within_no_bounds(found: list[float | None], bounds: list[float], shape: str) -> None:
    low, high = bounds
    rule, value = {
        "closed": ("range", [low, high]),
        "from": ("range", [low, None]),
        "to": ("range", [None, high]),
        "above": ("above", low),
        "below": ("below", high),
    }[shape]
    least, most = (-math.inf if shape == "to" else low, math.inf if shape == "from" else high)
    spec = data_contract.Spec.model_validate({"on": "train", "rules": {"x": {"nulls": True, rule: value}}})
    ids = PlainColumn("integer", list(range(len(found))))
    facts = by_tables(spec, {"train": {"id": ids, "x": PlainColumn("number", found)}})
    there = [each for each in found if each is not None and not math.isnan(each)]
    kept = [each for each in there if math.isfinite(each) and SIDES[rule](each, least, most)]
    broken = len(there) - len(kept) if there else len(found)
    assert facts.sets["train"].rules[f"x.{rule}"].violations == exact(broken, len(there) or len(found))
