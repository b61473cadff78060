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
