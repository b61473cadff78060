"""The laws of locked bars for data contracts: what judges is never kept by data that the base's contract refuses (A1)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.thoroughness import examples

from assay.canonical import digest
from assay.checks.data_contract import check as data_contract
from assay.dossier.check_context import CheckContext, make_check_context
from assay.dossier.plan_parts import ManifestChange
from assay.manifest.parsing import read_manifest
from assay.rulings.joined_bars import resolve
from assay.steps.planning.check_contexts import planned_contexts
from assay.steps.planning.locking import ReadManifest, lock, read_checked
from assay.tables.answering import Tables
from assay.tables.source import Source

COLUMNS = {"id": "integer", "a": "integer", "b": "text", "c": "date"}
SETS = dict.fromkeys(("train", "holdout"), COLUMNS)
DATA = {
    "good": "id,a,b,c\n1,1,x,2026-01-01\n2,2,y,2026-01-02\n3,3,z,2026-01-03\n",
    "wild": "id,a,b,c\n1,5,xyz,2026-01-03\n1,-5,Q,2025-01-02\n3,,y,2026-02-01\n",
    "more": "id,a,b,c,d\n1,1,x,2026-01-01,1\n2,1,x,2026-01-01,1\n3,9,x,2026-01-04,1\n4,1,,2026-01-04,1\n",
    "less": "id,b,c\n1,x,2026-01-01\n",
    "none": "id,a,b,c\n",
}

numbers = st.sampled_from([-6, -1, 0, 1, 2, 3, 6])
shares = st.sampled_from([0.5, 0.6, 0.7, 1])
bounds = st.one_of(
    st.fixed_dictionaries({"at_least": numbers}),
    st.fixed_dictionaries({"at_most": numbers}),
    st.tuples(numbers, numbers).map(lambda pair: {"at_least": min(pair), "at_most": max(pair)}),
)
positive = st.sampled_from([{"at_least": 1}, {"at_least": 2}, {"at_most": 3}, {"at_least": 1, "at_most": 2}])


def tolerant(rule: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A rule as it is, or one that a share of the rows may break."""
    mostly = shares.map(lambda share: f">= {share}")
    return st.one_of(rule, st.fixed_dictionaries({"is": rule, "mostly": mostly}))


def column(**rules: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    every = {"nulls": st.sampled_from([True, False, "<= 0.3", "<= 0.5"]), "unique": tolerant(st.just(value=True))}
    return st.fixed_dictionaries({}, optional=every | rules)


ranges = st.sampled_from([[0, 3], [0, 5], [-5, 5], [None, 3]])
contracts = st.fixed_dictionaries(
    {
        "rules": st.fixed_dictionaries(
            {"id": column(order=st.sampled_from(["increasing", "strictly increasing"]))},
            optional={
                "rows": st.fixed_dictionaries(
                    {"at_least": st.integers(1, 4)},
                    optional={"share_of": positive.map(lambda each: {"holdout": each})},
                ),
                "a": column(
                    range=tolerant(ranges), above=tolerant(numbers), below=tolerant(numbers), mean=bounds,
                    std=positive, sum=bounds, min=bounds, max=bounds, distinct=positive,
                    deviations=tolerant(st.sampled_from([0.5, 1, 2])), not_in=tolerant(st.just([9])),
                    quantiles=st.dictionaries(st.sampled_from(["p10", "p50"]), bounds, min_size=1),
                    includes=st.sampled_from([[1], [1, 2]]), most_common=st.sampled_from([[1], [2]]),
                ),
                "b": column(
                    matches=tolerant(st.sampled_from(["[a-z]", "[a-z]+"])), length=tolerant(st.sampled_from([[1, 1], [1, 3]])),
                    not_matches=tolerant(st.just("Q")), **{"in": tolerant(st.sampled_from([["x"], ["x", "y", "z"]]))},
                ),
                "c": column(age=st.sampled_from([{"at_most": 9}, {"at_most": 99}, {"at_most": 99, "at_least": -50}])),
                "d": st.fixed_dictionaries({"required": st.just(value=False)}),
            },
        )
    },
    optional={
        "columns": st.sampled_from(
            [{"closed": True}, {"exactly": list(COLUMNS)}, {"exactly": ["id", "b"]}, {"count": {"at_most": 4}},
             {"exactly": list(COLUMNS), "ordered": True}]
        ),
        "unique": st.sampled_from([[["id", "a"]], [["id", "b"]], [["id", "a"], ["id", "b"]]]),
        "as_of": st.sampled_from(["2026-01-05", "2026-02-05"]),
        "conditions": st.dictionaries(
            st.sampled_from(["one", "two"]),
            st.sampled_from(["a < 4", "a < 9", {"when": "a > 1", "then": "b != 'Q'"}, {"then": "a < 4", "mostly": ">= 0.5"},
                             {"then": "a < 4", "mostly": ">= 0.6"}]),
        ),
    },
)  # fmt: skip


def read(contract: dict[str, Any], *, indent: int | None = None) -> ReadManifest:
    manifest = {
        "assay": 1,
        "model": {"name": "small"},
        "data": {"id": "id", "sets": {name: {"path": f"{name}.csv"} for name in SETS}},
        "checks": {"data_contract": {"on": "train"} | contract},
    }
    document, typed, problems = read_manifest(json.dumps(manifest, indent=indent).encode(), "assay.yaml")
    found = read_checked(document, typed, problems)
    assert not problems
    return found


def locked(base: dict[str, Any], head: dict[str, Any]) -> tuple[ReadManifest, tuple[ManifestChange, ...]]:
    before = read(base)
    return lock(before, read(head, indent=1), planned_contexts(before.manifest, columns=SETS, as_of="2026-11-20"))


def contract_of(found: ReadManifest) -> Any:
    return found.blocks["data_contract"].spec


def judged(spec: Any, context: CheckContext, folder: Path) -> dict[str, tuple[bool, bool]]:
    """For each data, whether every bar of a contract is cleared, and whether one is missed."""
    found = {}
    for name, content in DATA.items():
        sources = {}
        for role, text in (("train", content), ("holdout", DATA["good"])):
            path = folder / f"{name}-{role}.csv"
            path.write_text(text)
            sources[role] = Source(
                path=path, name=path.name, format="csv", digest=digest(text.encode()), bytes=len(text)
            )
        steps = data_contract.measure(spec, context)
        with Tables(sources, {}, "id") as tables:
            answers: list[Any] | None = None
            while True:
                try:
                    answers = tables.answer(steps.send(answers))  # type: ignore[arg-type]
                except StopIteration as stop:
                    facts = stop.value.model_dump(mode="json")
                    break
        held = [(bar, resolve(facts, bar.fact)) for bar in data_contract.bars(spec, context)]
        assert held
        cleared = [
            fact["kind"] == "estimate"
            and (fact["value"] >= bar.limit if bar.direction == "at_least" else fact["value"] <= bar.limit)
            for bar, fact in held
        ]
        missed = [fact["kind"] == "estimate" and not kept for kept, (_, fact) in zip(cleared, held, strict=True)]
        found[name] = (all(cleared), any(missed))
    return found


@settings(deadline=None, max_examples=examples(25))
@given(base=contracts, head=contracts)
def test_data_that_the_base_refuses_are_refused_a1(
    tmp_path_factory: pytest.TempPathFactory, base: dict[str, Any], head: dict[str, Any]
) -> None:
    """A1: no change of a contract, whatever it is, lets data through that the base's contract keeps out."""
    before = read(base)
    judging, changes = locked(base, head)
    context = make_check_context(before.manifest, columns=SETS, as_of="2026-01-05")
    folder = tmp_path_factory.mktemp("data")
    old, new = (judged(contract_of(each), context, folder) for each in (before, judging))
    for name in DATA:
        assert old[name][0] or not new[name][0], (name, changes)
        assert new[name][1] or not old[name][1], (name, changes)


@settings(deadline=None, max_examples=examples(60))
@given(base=contracts, head=contracts)
def test_what_is_held_back_is_told(base: dict[str, Any], head: dict[str, Any]) -> None:
    judging, changes = locked(base, head)
    if not [change for change in changes if not change.tightens]:
        assert contract_of(judging) == contract_of(read(head))
    again, left = lock(judging, read(head), planned_contexts(judging.manifest, columns=SETS, as_of="2026-11-20"))
    assert not [change for change in left if change.tightens]
    assert contract_of(again) == contract_of(judging)


def rules(**of_a: Any) -> dict[str, Any]:
    return {"rules": {"id": {}, "a": of_a}}


LOOSENED: Iterable[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("a.range", rules(range=[0, 5]), rules(range=[0, 6])),
    ("a.range", rules(range=[0, 5]), rules(range={"is": [0, 5], "mostly": ">= 99%"})),
    ("a.range.mostly", rules(range={"is": [0, 5], "mostly": ">= 99%"}), rules(range={"is": [0, 5], "mostly": ">= 98%"})),
    ("a.range.is", rules(range={"is": [0, 5], "mostly": ">= 99%"}), rules(range={"is": [0, 6], "mostly": ">= 99%"})),
    ("a.above", rules(above=1), rules(above=0)),
    ("a.below", rules(below=1), rules()),
    ("a.in", rules(**{"in": [1]}), rules(**{"in": [1, 2]})),
    ("a.not_in", rules(not_in=[1, 2]), rules(not_in=[1])),
    ("a.includes", rules(includes=[1, 2]), rules(includes=[1])),
    ("a.most_common", rules(most_common=[1]), rules(most_common=[1, 2])),
    ("a.length", rules(length=[1, 2]), rules(length=[1, 3])),
    ("a.date_form", rules(date_form="%Y-%m-%d"), rules(date_form="%d.%m.%Y")),
    ("a.deviations", rules(deviations=3), rules(deviations=4)),
    ("a.order", rules(order="strictly increasing"), rules(order="increasing")),
    ("a.unique", rules(unique=True), rules(unique={"is": True, "mostly": ">= 99%"})),
    ("a.references", rules(references={"set": "holdout", "column": "a"}), rules()),
    ("a.references.column", rules(references={"set": "holdout", "column": "a"}), rules(references={"set": "holdout", "column": "id"})),
    ("a.mean.at_least", rules(mean={"at_least": 1, "at_most": 2}), rules(mean={"at_least": 0, "at_most": 2})),
    ("a.mean.at_most", rules(mean={"at_least": 1, "at_most": 2}), rules(mean={"at_least": 1})),
    ("a.quantiles.p50.at_most", rules(quantiles={"p50": {"at_most": 1}}), rules(quantiles={"p50": {"at_most": 2}})),
    ("a.quantiles.p90", rules(quantiles={"p90": {"at_most": 1}, "p50": {"at_most": 2}}), rules(quantiles={"p50": {"at_most": 2}})),
    ("a.distinct.at_least", rules(distinct={"at_least": 3}), rules(distinct={"at_least": 2})),
    ("a.age.at_most", rules(age={"at_most": 3}), rules(age={"at_most": 4})),
    ("a.age.at_least", rules(age={"at_most": 3}), rules(age={"at_most": 3, "at_least": -9})),
    ("rows.share_of.holdout.at_least", {"rules": {"rows": {"share_of": {"holdout": {"at_least": 2}}}}},
     {"rules": {"rows": {"share_of": {"holdout": {"at_least": 1}}}}}),
]  # fmt: skip


@pytest.mark.parametrize(("place", "base", "head"), LOOSENED, ids=[place for place, _, _ in LOOSENED])
def test_loosening_a_rule_is_one_change_that_closes_a1(place: str, base: dict[str, Any], head: dict[str, Any]) -> None:
    judging, changes = locked(base, head)
    assert [(change.path, change.tightens) for change in changes] == [(f"checks.data_contract.rules.{place}", False)]
    assert contract_of(judging) == contract_of(read(base))


def test_more_columns_under_a_closed_contract_loosen_it() -> None:
    """A1: a rule for one more column lets that column in, though it adds bars of its own."""
    base = {"columns": {"closed": True}, "rules": {"id": {}}}
    judging, changes = locked(base, base | {"rules": {"id": {}, "a": {"range": [0, 1]}}})
    assert [(change.path, change.tightens) for change in changes] == [("checks.data_contract.rules.a", False)]
    assert contract_of(judging) == contract_of(read(base))


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [
        ("as_of", {"as_of": "2026-01-01"}, {"as_of": "2025-01-01"}),
        ("unique", {"unique": [["id", "a"]]}, {"unique": [["id", "a", "b"]]}),
        ("columns.exactly", {"columns": {"exactly": ["a"]}}, {"columns": {"exactly": ["a", "b"]}}),
        ("columns.closed", {"columns": {"exactly": ["a"], "closed": True}}, {"columns": {"exactly": ["a"]}}),
        ("columns.count.at_most", {"columns": {"count": {"at_most": 3}}}, {"columns": {"count": {"at_most": 4}}}),
        ("show_values", {}, {"show_values": ["a"]}),
        ("conditions.c.then", {"conditions": {"c": {"then": "a > 1"}}}, {"conditions": {"c": {"then": "a > 0"}}}),
        (
            "conditions.c.when",
            {"conditions": {"c": {"then": "a > 1"}}},
            {"conditions": {"c": {"then": "a > 1", "when": "b == 'x'"}}},
        ),
    ],
)
def test_parameters_stay_as_the_base_has_them_a1(place: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    base, head = rules(age={"at_most": 3}) | before, rules(age={"at_most": 3}) | after
    judging, changes = locked(base, head)
    assert [(change.path, change.tightens) for change in changes] == [(f"checks.data_contract.{place}", False)]
    assert contract_of(judging) == contract_of(read(base))


@pytest.mark.parametrize(
    ("place", "base", "head"),
    [
        ("a.mean.at_least", rules(mean={"at_least": 1}), rules(mean={"at_least": 2})),
        ("a.mean.at_most", rules(mean={"at_least": 1}), rules(mean={"at_least": 1, "at_most": 9})),
        ("a.mean", rules(), rules(mean={"at_least": 1})),
        ("a.range", rules(), rules(range={"is": [0, 5], "mostly": ">= 99%"})),
        ("a.range.mostly", rules(range={"is": [0, 5], "mostly": ">= 9%"}), rules(range={"is": [0, 5], "mostly": ">= 10%"})),
        ("a.order", rules(), rules(order="increasing")),
        ("a.references", rules(), rules(references={"set": "holdout", "column": "a"})),
        ("a.quantiles", rules(), rules(quantiles={"p50": {"at_most": 2}})),
        ("a.quantiles.p50.at_most", rules(quantiles={"p50": {"at_most": 3}}), rules(quantiles={"p50": {"at_most": 2}})),
        ("a.age.at_most", rules(age={"at_most": 3}), rules(age={"at_most": 2})),
    ],
)  # fmt: skip
def test_tightening_a_rule_holds_at_once(place: str, base: dict[str, Any], head: dict[str, Any]) -> None:
    judging, changes = locked(base, head)
    assert [(change.path, change.tightens) for change in changes] == [(f"checks.data_contract.rules.{place}", True)]
    assert contract_of(judging) == contract_of(read(head))
