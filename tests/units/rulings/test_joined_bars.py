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
