"""On inputs that real measurements and hostile ones may take, every engine gives the same documents (E2, E3, E4, E11).

What engines read differently is refused before any of them sees it, and counted here as refused.
"""

import dataclasses
import itertools
import json
import math
import pickle
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from tests.support.shared_folders import make_once

from assay.canonical import canonical
from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.engine import Answer, Engine, Query, choose_engine
from assay.edges.rego.engines.opa import Opa
from assay.edges.rego.engines.opa_server import OpaServer
from assay.edges.rego.engines.regorus import Regorus

FOLDER = Path(__file__).parents[2] / "policies"
BUNDLE = read_bundle([FOLDER])
PART = 7
WRONG_TYPES: list[Any] = [None, True, False, "", "0.8", "NaN", [], [0.8], {}, {"value": 0.8}, "é", "a\0b"]
EXTREMES: list[Any] = [
    math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, 2.2250738585072014e-308, 1e-300, 1e-7, 1e-9, 0.1, 0.7, 100.0,
    1e14, 999_999_999_999_999, 1e15, 1e16, 1e308, -1e308, 1.7976931348623157e308, 2**31, 2**53 - 1, 2**53, 2**53 + 1,
    2**63, 2**70, -(2**53), 10**400, 0.1 + 0.2, 0.95 - 0.9, 0.93 - 0.92, 1 / 3, 0.123456789012345, 0.1234567890123456,
    0.7999996, 1, 0, -1, 1.0, 1.5,
]  # fmt: skip
LIMITS = (0.05, 0.1, 0.7, 0.8, 1, 0, 100, 0.999999999)
STEPS = (-1e-9, -1e-8, -1e-7, -1e-6, 0.0, 1e-6, 1e-7, 1e-8, 1e-9)


def bar(direction: str, limit: Any, low: Any, high: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": f"quality/{direction}", "status": "measured", "direction": direction, "limit": limit, "low": low,
        "high": high, **more,
    }  # fmt: skip


def near(limit: float, step: float) -> float:
    """A number a step away from a limit, written with at most 9 decimals as facts are."""
    return float(round(Decimal(repr(limit)) + Decimal(repr(step)), 9))


@cache
def corpus() -> tuple[Any, ...]:
    return tuple(
        {"bars": found} if isinstance(found, list) else found
        for part in (thresholds, extremes, wrong_types, shapes, pairs, facts)
        for found in part()
    )


def thresholds() -> Iterator[Any]:
    """Intervals that end within a billionth to a millionth of the bar, on either side."""
    for limit in LIMITS:
        for step in STEPS:
            low, high = near(limit, step), near(limit, step + 1e-9)
            yield [bar("at_least", limit, low, high), bar("at_most", limit, low, high)]
    for limit in ("0.05", "0.01", "0.3"):
        for value in (0.95 - 0.9, 0.93 - 0.92, 0.1 + 0.2, 0.05, 0.01, 0.3):
            yield [bar("at_least", float(limit), value, value)]


def extremes() -> Iterator[Any]:
    for number in EXTREMES:
        for direction in ("at_least", "at_most"):
            yield [bar(direction, 0.7, number, number)]
            yield [bar(direction, number, 0.7, 0.7)]
            yield [bar(direction, number, number, number)]


def wrong_types() -> Iterator[Any]:
    for wrong in WRONG_TYPES:
        for direction in ("at_least", "at_most"):
            for name in ("low", "high", "limit", "status", "direction", "id"):
                yield [bar(direction, 0.7, 0.7, 0.7) | {name: wrong}]
        yield [wrong]
        yield {"bars": wrong}
        yield {"bars": [bar("at_least", 0.7, 0.8, 0.9), wrong]}


def shapes() -> Iterator[Any]:
    cleared, missed, astride = (bar("at_least", 0.7, low, high) for low, high in ((0.8, 0.9), (0.1, 0.2), (0.6, 0.8)))
    yield from ({}, [], [cleared], [missed], [astride], [cleared, missed], [cleared, astride], [cleared] * 300)
    yield from ({"bars": {"0": cleared}}, {"bars": {"low": missed}}, {"bars": [[cleared]]}, {"bars": "measured"})
    for name in cleared:
        for whole in (cleared, missed, astride):
            bare = {key: value for key, value in whole.items() if key != name}
            yield from ([bare], [bare, whole], [whole, bare])
    yield from ([{**cleared, "status": status}] for status in ("undefined", "missing", "Measured", "measured "))
    yield [{**missed, "id": name} for name in ("z", "a", "ä", "Z", "10", "9", "", "😀", "\uffff", "a\u0301", "á")]
    yield [{**missed, "id": name} for name in (3, "3", None, True, [1], {"a": 1}, -1, 2.5)]
    yield [{**cleared, "low": 0.9, "high": 0.8}]
    deep: Any = cleared
    for _ in range(70):
        deep = [deep]
    yield from ({"bars": deep}, {"bars": [cleared], "manifest": {"text": "a" * 2_000_000}})
    yield [{**cleared, "title": "\ud800"}]


def pairs() -> Iterator[Any]:
    """Every ordered pair of sound, partial and senseless bars: one may change how an engine reads the next."""
    missed = bar("at_most", 0.1, 0.2, 0.3)
    partial = [{key: value for key, value in missed.items() if key != name} for name in ("id", "low", "status")]
    strange = [missed | {"id": None}, missed | {"id": [1]}, missed | {"high": None}, missed | {"status": 1}]
    senseless: list[Any] = [None, "bar", 3, [], {}, [missed]]
    every = [bar("at_least", 0.7, 0.8, 0.9), missed, bar("at_least", 0.7, 0.6, 0.8), *partial, *strange, *senseless]
    yield from ([one, other] for one in every for other in every)


def facts() -> Iterator[Any]:
    values = [*WRONG_TYPES, 1, 0, "true", "True", "yes"]
    for name in ("owner_named", "intended_use_stated", "risk_named"):
        for value in values:
            yield {"facts": {"governance": {name: value}}}
    for value in (*values, "nothing", "known_types", "unknown_types", "repository_code", "arbitrary_code", "Nothing"):
        yield {"facts": {"artifact": {"executes": value}}}
    for value in WRONG_TYPES:
        yield from ({"facts": value}, {"facts": {"governance": value, "artifact": value, "approvals": value}})
    yield from approvals(values)
    yield from changes(values)
    yield from isolation(values)
    yield from label_leakage(values)
    yield from base_data(values)
    yield from pickles(values)


def isolation(values: list[Any]) -> Iterator[Any]:
    whole = {"answered": True, "shut_in": True}
    for value in (*values, False):
        yield from ({"facts": {"model_isolation": {**whole, name: value}}} for name in whole)
    yield from ({"facts": {"model_isolation": {name: whole[name]}}} for name in whole)


def pickles(values: list[Any]) -> Iterator[Any]:
    given = {"satisfied": True, "blocked": False, "doubtful": False, "unfilled": []}
    given["filled"] = [{"role": "a", "person": "#2", "id": 2}, {"role": "b", "person": "#3", "id": 3}]
    whole: dict[str, Any] = {"read": True, "names": 3, "outside": [], "added": [], "pinned": True, "why": ""}
    for approved in (given, {**given, "satisfied": False, "unfilled": ["b"]}):
        for executes in ("listed_names", "arbitrary_code"):
            found = {"executes": executes, "pickle": whole}
            yield {"facts": {"approvals": approved, "artifact": found}}
            for name in whole:
                for value in (*values, False, ["a.b"], ["b", "a", "a"], ["a", 1]):
                    changed = {**found, "pickle": {**whole, name: value}}
                    yield {"facts": {"approvals": approved, "artifact": changed}}
    yield {"facts": {"artifact": {"executes": "listed_names", "pickle": whole}}}


def base_data(values: list[Any]) -> Iterator[Any]:
    whole: dict[str, Any] = {"base": True, "differ": [], "lacking": {}, "unanswered": [], "trained_on": []}
    yield {"facts": {"base_data": whole}}
    for name in whole:
        for value in (*values, ["holdout"], ["b", "a", "a"], {"holdout": "It is not here."}):
            yield {"facts": {"base_data": {**whole, name: value}}}


def label_leakage(values: list[Any]) -> Iterator[Any]:
    kinds = ("named_alike", "copied", "answered", "same_data", "shared_rows", "uncompared", "alike")
    whole: dict[str, Any] = {"found": 0, **{kind: [] for kind in kinds}}
    yield {"facts": {"label_leakage": whole}}
    for kind in kinds:
        for value in (*values, ["train"], ["b", "a", "a"], ["a", 1], {"a": "b"}):
            yield from ({"facts": {"label_leakage": {**whole, "found": found, kind: value}}} for found in (0, 1))
    yield from ({"facts": {"label_leakage": {**whole, "found": value}}} for value in values)


def changes(values: list[Any]) -> Iterator[Any]:
    whole: dict[str, Any] = {"base": True, "loosens": False, "loosened": []}
    for value in (*values, ["model.risk"], ["b", "a", "a"], ["a", 1], {"a": "b"}):
        yield from ({"facts": {"changes": {**whole, name: value}}} for name in whole)
        yield {"facts": {"changes": {**whole, "loosens": True, "loosened": value}}}


def approvals(values: list[Any]) -> Iterator[Any]:
    filled = [{"role": "a", "person": "#2", "id": 2}, {"role": "b", "person": "#3", "id": 3}]
    whole = {"satisfied": True, "blocked": False, "doubtful": False, "filled": filled, "unfilled": []}
    for satisfied, blocked, doubtful in itertools.product((True, False), repeat=3):
        marks = {"satisfied": satisfied, "blocked": blocked, "doubtful": doubtful}
        yield from ({"facts": {"approvals": {**whole, **marks, "filled": filled[:n]}}} for n in range(3))
    for name in whole:
        yield {"facts": {"approvals": {key: value for key, value in whole.items() if key != name}}}
        yield from ({"facts": {"approvals": {**whole, name: value}}} for value in values)
    for value in values:
        yield {"facts": {"approvals": {**whole, "filled": [*filled, value], "unfilled": ["a", value]}}}
    for name in ("role", "person", "id"):
        for value in (*values, 2, 2.0, "#2", 1e20):
            yield {"facts": {"approvals": {**whole, "filled": [filled[0], {**filled[1], name: value}]}}}


@cache
def asked_of_all() -> tuple[tuple[str, Any], ...]:
    """Each policy with its inputs. On a change, inputs of bars alone are asked in part of a policy that reads none, and
    of one whose rules another policy has too; the nightly run asks all of all."""
    seen: set[str] = set()
    found: list[tuple[str, Any]] = []
    for policy in sorted(BUNDLE.policies, key=lambda each: each.id != "quality/clears_bars"):
        name = policy.id.split("/")[1]
        rules = (FOLDER / policy.id / f"{name}.rego").read_text().partition(f".{name}\n")[2]
        part = PART if settings().derandomize else 1
        for index, asked in enumerate(corpus()):
            seldom = set(asked) == {"bars"} and (rules in seen or "data.lib.bars" not in rules)
            if not seldom or index % part == 0:
                found.append((policy.id, asked))
        seen.add(rules)
    return tuple(found)


def unhurried(engine: Engine) -> Engine:
    """The engine with room for a whole corpus in one process."""
    assert isinstance(engine, Opa | OpaServer | Regorus)
    wide = dataclasses.replace(engine.limits, wall_seconds=120.0, cpu_seconds=60, output_bytes=64 * 1024 * 1024)
    return dataclasses.replace(engine, limits=wide)


@pytest.fixture(scope="module")
def answers(opa: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Answer, ...]]:
    """What each engine says about the corpus, asked by whichever worker needs it first."""

    def make(folder: Path) -> None:
        (folder / "answers").write_bytes(pickle.dumps(ask_all(opa)))

    found: dict[str, tuple[Answer, ...]] = pickle.loads(
        (make_once(tmp_path_factory, "answers", make) / "answers").read_bytes()
    )
    return found


def ask_all(opa: str) -> dict[str, tuple[Answer, ...]]:
    queries = [Query(policy=policy, input=asked) for policy, asked in asked_of_all()]
    engines = [choose_engine(name, opa=opa, opa_url=None) for name in ("opa", "opa-server")]
    engines.append(choose_engine("regorus", opa=None, opa_url=None))
    return {engine.name: unhurried(engine).evaluate(BUNDLE, queries) for engine in engines}


def is_refused(answer: Answer) -> bool:
    return answer.document is None and str(answer.error).startswith("Assay refused the input before any engine saw it")


def test_the_corpus_is_large_enough() -> None:
    assert len(corpus()) >= 300


def test_engines_agree_or_the_input_is_refused_e11(answers: dict[str, tuple[Answer, ...]]) -> None:
    shown = asked_of_all()
    for (_, asked), one, other, third in zip(
        shown, answers["opa"], answers["opa-server"], answers["regorus"], strict=True
    ):
        if is_refused(one):
            assert is_refused(other)
            assert is_refused(third)
            continue
        about = f"{one.policy} about {json.dumps(asked)[:400]}"
        assert one.error is None, about
        assert canonical(one.document) == canonical(other.document), about
        assert canonical(one.document) == canonical(third.document), about


def test_most_of_the_corpus_is_judged_and_some_of_it_refused(answers: dict[str, tuple[Answer, ...]]) -> None:
    refused = sum(is_refused(answer) for answer in answers["opa"])
    judged = len(answers["opa"]) - refused
    assert judged > 300 * len(BUNDLE.policies)
    assert refused > 20 * len(BUNDLE.policies)
    assert {policy for policy, _ in asked_of_all()} == {policy.id for policy in BUNDLE.policies}


def test_every_outcome_is_among_the_answers(answers: dict[str, tuple[Answer, ...]]) -> None:
    for policy in BUNDLE.policies:
        documents = [answer.document for answer in answers["opa"] if answer.policy == policy.id and answer.document]
        assert any("proven" in document for document in documents)
        assert any("refuted" in document for document in documents)
        assert any("proven" not in document and "refuted" not in document for document in documents)


@pytest.mark.parametrize("name", ["opa", "opa-server", "regorus"])
def test_thresholds_are_judged_as_exact_fractions_are_e4(name: str, answers: dict[str, tuple[Answer, ...]]) -> None:
    own = (answer for answer in answers[name] if answer.policy == "quality/clears_bars")
    judged = zip(corpus(), own, strict=True)
    compared = 0
    for asked, answer in judged:
        found = asked.get("bars")
        if answer.document is None or not isinstance(found, list) or len(found) != 1 or not is_whole(found[0]):
            continue
        low, high, limit = (Fraction(repr(found[0][key])) for key in ("low", "high", "limit"))
        least = found[0]["direction"] == "at_least"
        assert ("proven" in answer.document) == (low >= limit if least else high <= limit), asked
        compared += 1
    assert compared > 50


def is_whole(found: Any) -> bool:
    """Whether a bar is one that a real measurement may give."""
    if (
        not isinstance(found, dict)
        or found.get("status") != "measured"
        or found.get("direction") not in ("at_least", "at_most")
    ):
        return False
    numbers = [found.get(key) for key in ("low", "high", "limit")]
    real = all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in numbers)
    return real and numbers[0] <= numbers[1]  # type: ignore[operator] # they are numbers
