"""What a reader is told to do about each ruling: the line, the command or the rows that let the policy rule."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from tests.support.given_rulings import BOTH, POLICY, UNCHECKED, bar, ruled

from assay.dossier.pages import Measurement, Ruling
from assay.dossier.plan_parts import JoinedBar
from assay.facts.values import FEW, Reason
from assay.rulings.next_steps import AGAIN, OF_A_REASON

AUC = {"title": "ROC AUC", "subject": {"set": "test"}, "direction": "at_least", "limit": 0.7}


def undefined(reason: str, **more: Any) -> JoinedBar:
    return bar("undefined", reason=reason, **AUC, **more)


def remedy(answer: Any, *bars: JoinedBar, **more: Any) -> str:
    ruling: Ruling = ruled(answer, *bars, **more)
    return ruling.remedy


def test_each_reason_has_its_own_advice() -> None:
    assert OF_A_REASON.keys() == {*get_args(Reason)}
    assert len({*OF_A_REASON.values()}) == len(OF_A_REASON)


@pytest.mark.parametrize("reason", sorted({*get_args(Reason)} - FEW))
def test_a_number_that_does_not_exist_says_what_makes_it_exist(reason: Any) -> None:
    assert remedy({}, undefined(reason)) == f"{OF_A_REASON[reason]} (ROC AUC (set test)). {AGAIN}"
    facts = {"counts": {"x": {"kind": "undefined", "reason": reason, "n": 3}}}
    assert remedy({"deny": []}, facts=facts) == f"{OF_A_REASON[reason]}. {AGAIN}"


def test_each_reason_is_told_once_with_its_bars() -> None:
    every = [undefined("one_class", name=f"counts/{each}") for each in range(5)]
    told = remedy({}, *every, undefined("empty", name="counts/e"))
    assert told.count(OF_A_REASON["one_class"]) == told.count(OF_A_REASON["empty"]) == 1
    assert "; and 2 more)" in told


@pytest.mark.parametrize(
    ("answer", "more"), [(None, {}), ({}, {"error": "It broke."}), (BOTH, {}), ({"proven": "yes"}, {"facts": {}})]
)
def test_a_policy_that_cannot_rule_is_to_be_repaired(answer: Any, more: dict[str, Any]) -> None:
    told = remedy(answer, **more)
    assert told.startswith("Repair the policy `house/own`")
    assert "`assay explain house/own`" in told
    assert "custom.checks" in remedy({"proven": True}, policy=UNCHECKED)


def test_a_check_that_was_not_measured_says_what_it_needs() -> None:
    found = Measurement(check="counts", outcome="unavailable", reason="No block.", supply="Write `counts: {}`.")
    assert remedy({}, facts={}, measurements=[found]) == f"Write `counts: {{}}`. {AGAIN}"
    assert remedy({}, facts={}) == f"`assay explain counts` says what the check needs. {AGAIN}"
    assert "return one at `/x`" in remedy({}, bar("missing"))


def test_rows_that_would_settle_a_bar() -> None:
    near = bar("measured", **AUC, value=0.72, low=0.6, high=0.8, n=90)
    assert remedy({}, near.model_copy(update={"needed": 400})) == (
        f"Evaluate on more rows. About 400 rows would settle ROC AUC (set test) four times in five. {AGAIN}"
    )
    assert "so near its bar" in remedy({}, near)
    few = undefined("too_few", n=12, needed=30)
    assert "It takes 30 rows to measure ROC AUC (set test); there are 12." in remedy({}, few)
    assert "It takes 20 groups of rows to measure ROC AUC (set test); there are 3." in remedy(
        {}, undefined("too_few_clusters", n=3, needed=20)
    )
    many = [few.model_copy(update={"id": f"counts/{each}"}) for each in range(5)]
    assert "The same is true of 2 more." in remedy({}, *many)


def test_what_rows_cannot_settle_keeps_the_remedy_of_the_policy() -> None:
    counted = bar("measured", value=1.0, low=1.0, high=1.0, n=9)
    for answer in ({}, {"refuted": True}, {"proven": True}):
        assert remedy(answer, counted) == POLICY.remedy
