"""What a check puts beside a fact comes along with the bar, within bounds."""

from typing import Any

import pytest

from assay.dossier.plan_parts import PlannedBar
from assay.rulings.joined_bars import MAX_KEYS, MAX_TOLD, join_bar

BAR = PlannedBar(
    id="drift/columns/x/drifted:at_most",
    check="drift",
    fact="/columns/x/drifted",
    title="drift of x",
    direction="at_most",
    limit=0,
    file="assay.yaml",
    line=1,
)
FACT = {"kind": "estimate", "value": 1, "low": 1, "high": 1, "n": 9, "method": "exact", "level": 1}


def joined(**beside: Any) -> Any:
    return join_bar(BAR, {"columns": {"x": {"drifted": FACT, **beside}}})


def test_what_is_said_beside_a_fact_comes_along() -> None:
    found = joined(told="PSI 0.4", keys=["a", 2])
    assert (found.status, found.told, found.keys) == ("measured", "PSI 0.4", ("a", "2"))
    assert len(joined(told="x" * 9_999).told) == MAX_TOLD
    assert len(joined(keys=range(99)).keys) in (0, MAX_KEYS)


@pytest.mark.parametrize("told", [None, "", 7, ["a"], {"told": "a"}])
def test_what_is_no_sentence_is_not_told(told: Any) -> None:
    assert joined(told=told).told is None


def test_without_facts_nothing_is_told() -> None:
    found = join_bar(BAR, None)
    assert (found.status, found.told, found.keys) == ("missing", None, ())


@pytest.mark.parametrize("name", ["value", "low", "high", "n", "level"])
@pytest.mark.parametrize("wrong", [None, True, "1", "", [1], {"value": 1}])
def test_what_can_only_be_read_as_a_number_was_not_measured(name: str, wrong: Any) -> None:
    """E1: a text or a truth is no number, though a lenient reader makes one of it."""
    found = join_bar(BAR, {"columns": {"x": {"drifted": {**FACT, name: wrong}}}})
    assert (found.status, found.value) == ("missing", None)
    assert joined().value == 1


@pytest.mark.parametrize("n", ["3", True, -1, 3.5])
def test_what_is_undefined_counts_rows(n: Any) -> None:
    undefined = {"kind": "undefined", "reason": "too_few", "needed": 30}
    assert join_bar(BAR, {"columns": {"x": {"drifted": {**undefined, "n": n}}}}).status == "missing"
    assert join_bar(BAR, {"columns": {"x": {"drifted": {**undefined, "n": 3}}}}).needed == 30


@pytest.mark.parametrize(
    ("low", "value", "high", "limit", "needed"),
    [
        (0.6, 0.8, 0.9, 0.7, 3_500),
        (0.5, 0.6, 0.8, 0.7, 3_500),
        (0.6, 0.8, 0.9, 0.6, 370),
        (0.6, 0.7, 0.9, 0.9, 370),
        (0.6, 0.7, 0.9, 0.7, None),
        (0.7, 0.8, 0.9, 0.6, None),
        (0.6, 0.8, 0.9, 0.95, None),
        (0.7, 0.7, 0.7, 0.7, None),
        (0.0, 0.00011, 0.2, 0.0001, None),
        (0.0, 0.5, 0.9, 0.4999, None),
    ],
)
def test_a_joined_bar_tells_the_rows_that_would_settle_it(
    low: float, value: float, high: float, limit: float, needed: int | None
) -> None:
    fact = {"kind": "estimate", "value": value, "low": low, "high": high, "n": 100, "method": "m"}
    found = join_bar(BAR.model_copy(update={"limit": limit}), {"columns": {"x": {"drifted": fact}}})
    assert found.needed == needed


def test_an_index_as_large_as_the_list_names_nothing() -> None:
    """E1: the last fact of a list is not the one after it, and a negative index names none."""
    bars = {index: BAR.model_copy(update={"fact": f"/rows/{index}"}) for index in ("0", "1", "2", "-1", "01")}
    facts = {"rows": [FACT, {**FACT, "value": 0, "low": 0}]}
    found = {index: join_bar(each, facts) for index, each in bars.items()}
    assert [found[index].status for index in bars] == ["measured", "measured", "missing", "missing", "measured"]
    assert (found["0"].value, found["1"].value) == (1, 0)


def test_a_sentence_of_just_the_limit_is_kept_whole() -> None:
    assert joined(told="x" * MAX_TOLD).told == "x" * MAX_TOLD
    assert joined(told="x" * (MAX_TOLD + 1)).told == "x" * (MAX_TOLD - 1) + "…"
    assert joined(keys=[*"abcdefg"]).keys == tuple("abcde")
    assert len(joined(keys=["k" * 999]).keys[0]) == 100


@pytest.mark.parametrize(("rows", "named"), [(10**8, True), (10**9, False)])
def test_more_rows_than_anybody_has_are_not_named(rows: int, named: bool) -> None:
    fact = {"kind": "estimate", "value": 2, "low": 0, "high": 3, "n": rows, "method": "m"}
    found = join_bar(BAR.model_copy(update={"limit": 0}), {"columns": {"x": {"drifted": fact}}})
    assert (found.needed is not None) is named
