"""The outcome table of the design, and its laws: only a sound proof on whole evidence passes."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assay.dossier.pages import Measurement, Ruling
from assay.dossier.plan_parts import JoinedBar, PlannedPolicy
from assay.manifest.document import Waiver
from assay.rulings.decision_input import DecisionInput, MeasuredCheck
from assay.rulings.joined_bars import resolve
from assay.rulings.outcome_table import rule, verdict

POLICY = PlannedPolicy(id="bias/within_bounds", title="t", effect="block", checks=("bias",))


def bar(status: str = "measured", **more: Any) -> JoinedBar:
    values = {"value": 0.1, "low": 0.05, "high": 0.2, "n": 10} if status == "measured" else {}
    return JoinedBar(
        **{
            "id": "bias/1", "check": "bias", "fact": "/x", "title": "gap", "direction": "at_most", "limit": 0.1,
            "file": "assay.yaml", "line": 3, "status": status, **values, **more,
        }
    )  # fmt: skip


def asked(*bars: JoinedBar, outcome: str = "measured") -> DecisionInput:
    facts: dict[str, dict[str, Any]] = {"bias": {}} if outcome == "measured" else {}
    checks = {"bias": MeasuredCheck.model_validate({"outcome": outcome})}
    return DecisionInput(
        policy=POLICY.id, stage="validation", as_of="2026-11-20", checks=checks, facts=facts, bars=bars, manifest={}
    )


def ruled(
    answer: Any,
    *bars: JoinedBar,
    emptied: Any = None,
    outcome: str = "measured",
    error: str | None = None,
    waivers: Any = (),
    policy: PlannedPolicy = POLICY,
) -> Ruling:
    measurement = Measurement(check="bias", outcome="measured" if outcome == "measured" else "error", reason="it broke")
    return rule(
        policy, asked(*bars, outcome=outcome), answer=answer, emptied=emptied if emptied is not None else {"offenders": []},
        error=error, measurements=[measurement], waivers=waivers,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "bars", "outcome"),
    [
        ({"proven": True}, [bar()], "pass"),
        ({"refuted": True}, [bar()], "fail"),
        ({}, [bar()], "inconclusive"),
        ({}, [bar("undefined", reason="too_few", n=3, needed=30)], "inconclusive"),
        ({"refuted": True}, [bar(), bar("undefined", reason="too_few")], "fail"),
        ({"proven": True}, [bar("undefined", reason="too_few")], "not_evaluated"),
        ({"proven": True}, [bar("undefined", reason="one_class")], "not_evaluated"),
        ({"proven": True}, [bar("missing")], "not_evaluated"),
        ({"proven": True, "refuted": True}, [bar()], "not_evaluated"),
        ({"proven": "yes"}, [bar()], "not_evaluated"),
        ({"proven": 1}, [bar()], "not_evaluated"),
        ({"proven": False}, [bar()], "inconclusive"),
        ({"deny": []}, [bar()], "pass"),
        ({"deny": ["no"]}, [bar()], "fail"),
        ({"violation": [{"msg": "no"}]}, [bar()], "fail"),
        ({"warn": ["hm"]}, [bar()], "not_evaluated"),
        ({"deny": [], "warn": ["hm"]}, [bar()], "pass"),
        ({"deny": True}, [bar()], "not_evaluated"),
        ({"deny": "no"}, [bar()], "not_evaluated"),
        ({"deny": {"a": 1}}, [bar()], "not_evaluated"),
        ({"deny": [], "proven": True}, [bar()], "not_evaluated"),
        ({"deny": []}, [bar("undefined", reason="too_few")], "inconclusive"),
        ({"deny": []}, [bar("missing")], "not_evaluated"),
        (None, [bar()], "not_evaluated"),
    ],
)
def test_the_outcome_table(answer: Any, bars: list[JoinedBar], outcome: str) -> None:
    ruling = ruled(answer, *bars)
    assert ruling.outcome == outcome
    assert ruling.opens == (outcome == "pass")
    assert outcome in ("pass", "fail") or all(each.strip() for each in ruling.reasons)
    assert outcome in ("pass", "fail") or ruling.reasons


@pytest.mark.parametrize(
    ("answer", "bars", "reasons"),
    [
        ({}, [bar()], ("1 bar lies within its interval, so it is neither cleared nor missed.",)),
        ({}, [], ("The facts neither prove nor refute the policy.",)),
        ({"reasons": [" "]}, [], ("The facts neither prove nor refute the policy.",)),
        ({"reasons": ["because"]}, [bar()], ("because",)),
        (
            {"deny": []},
            [bar("undefined", reason="too_few"), bar().model_copy(update={"low": 0.0, "high": 1.0, "limit": 0.5})],
            (
                "1 bar has too few rows for a number.",
                "1 bar lies within its interval, so it is neither cleared nor missed.",
            ),
        ),
    ],
)
def test_what_is_inconclusive_has_a_reason(answer: Any, bars: list[JoinedBar], reasons: tuple[str, ...]) -> None:
    """T-unsaid: a ruling that says neither yes nor no, and not why."""
    ruling = ruled(answer, *bars)
    assert ruling.outcome == "inconclusive"
    assert ruling.reasons == reasons


def test_a_policy_proven_by_nothing_is_broken() -> None:
    ruling = ruled({"proven": True}, bar(), emptied={"proven": True})
    assert ruling.outcome == "not_evaluated"
    assert "empty evidence" in ruling.reasons[0]


def test_silence_about_empty_evidence_is_broken() -> None:
    asked_again = rule(POLICY, asked(bar()), answer={"proven": True}, emptied=None, measurements=[])
    assert asked_again.outcome == "not_evaluated"


def test_an_error_and_an_unmeasured_check_close() -> None:
    assert ruled({"proven": True}, bar(), error="timed out").reasons == ("timed out",)
    unmeasured = ruled({"proven": True}, bar(), outcome="error")
    assert unmeasured.outcome == "not_evaluated"
    assert "it broke" in unmeasured.reasons


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
)


@example(answer={"deny": None, "offenders": [2**53, float("nan")]}, emptied={}, statuses=[], outcome="measured")
@given(
    answer=st.dictionaries(st.sampled_from(["proven", "refuted", "deny", "warn", "offenders", "x"]), SCALARS),
    emptied=st.dictionaries(st.sampled_from(["proven", "refuted", "offenders"]), SCALARS),
    statuses=st.lists(st.sampled_from(["measured", "undefined", "missing"]), max_size=3),
    outcome=st.sampled_from(["measured", "error", "unavailable"]),
)
def test_garbage_never_opens(answer: Any, emptied: Any, statuses: list[str], outcome: str) -> None:
    """E1, E6: whatever an engine says, only `proven` or an empty deny on whole evidence passes."""
    bars = [bar(each, **({"reason": "too_few"} if each == "undefined" else {})) for each in statuses]
    ruling = ruled(answer, *bars, emptied=emptied, outcome=outcome)
    if ruling.opens:
        assert outcome == "measured"
        assert all(status == "measured" for status in statuses)
        assert answer.get("refuted") in (None, False)
        assert answer.get("proven") is True or answer.get("deny") == []
        assert emptied.get("proven", False) is False or "proven" not in answer


def test_waivers_need_a_day_a_name_and_a_scope() -> None:
    """E12: expired, far-dated, misnamed and too narrow waivers open nothing."""

    def waiver(**more: Any) -> Waiver:
        return Waiver.model_validate(
            {"policy": POLICY.id, "owner": "o", "reason": "r", "expires": "2027-01-01", **more}
        )

    black, hispan = bar(id="bias/1", subject={"by": "black"}), bar(id="bias/2", subject={"by": "hispan"})
    answer = {"refuted": True, "offenders": ["bias/2"]}
    for bad in (
        waiver(expires="2026-11-19"),
        waiver(expires="2027-06-01"),
        waiver(policy="bias/other"),
        waiver(scope={"by": "black"}),
    ):
        assert not ruled(answer, black, hispan, waivers=[bad]).opens
    assert ruled(answer, black, hispan, waivers=[waiver(scope={"by": "hispan"})]).opens
    assert not ruled(
        {**answer, "offenders": ["bias/1", "bias/2"]}, black, hispan, waivers=[waiver(scope={"by": "hispan"})]
    ).opens
    assert not ruled({"refuted": True}, black, hispan, waivers=[waiver(scope={"by": "hispan"})]).opens
    assert not ruled(None, black, waivers=[waiver()]).opens


def test_an_empty_or_warning_only_decision_is_closed() -> None:
    """E5: nothing ruled is nothing proven."""
    passing = ruled({"proven": True}, bar())
    assert verdict([]) == "closed"
    assert verdict([passing.model_copy(update={"effect": "warn"})]) == "closed"
    assert verdict([passing]) == "open"
    assert verdict([passing, ruled({}, bar())]) == "closed"
    assert verdict([passing, ruled({}, bar()).model_copy(update={"effect": "warn"})]) == "open"


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/a/b", 1),
        ("/a/c~1d", 2),
        ("/a/e~0f", 3),
        ("/l/1", 5),
        ("/l/2", None),
        ("/a/zz", None),
        ("", {}),
        ("/l/x", None),
    ],
)
def test_pointers(pointer: str, value: object) -> None:
    facts = {"a": {"b": 1, "c/d": 2, "e~f": 3}, "l": [4, 5]}
    assert resolve(facts, pointer) == (facts if pointer == "" else value)


def test_a_scoped_waiver_covers_every_offender_or_none() -> None:
    """E12: more offenders than are shown still have to be covered."""
    legacy = [bar(id=f"bias/{n:03}", subject={"set": "legacy"}) for n in range(150)]
    other = bar(id="bias/999", subject={"set": "holdout"})
    answer = {"refuted": True, "offenders": [each.id for each in (*legacy, other)]}
    waiver = Waiver.model_validate(
        {"policy": POLICY.id, "scope": {"set": "legacy"}, "owner": "o", "reason": "r", "expires": "2027-01-01"}
    )
    ruling = ruled(answer, *legacy, other, waivers=[waiver])
    assert not ruling.opens
    assert len(ruling.offenders) == 100
    assert ruled({**answer, "offenders": [each.id for each in legacy]}, *legacy, other, waivers=[waiver]).opens


def test_a_waiver_holds_through_its_last_day_and_not_a_day_longer_e12() -> None:
    waiver = {"policy": POLICY.id, "owner": "o", "reason": "r"}
    for expires, opens in (
        ("2026-11-19", False),
        ("2026-11-20", True),
        ("2026-11-21", True),
        ("2027-02-18", True),
        ("2027-02-19", False),
    ):
        ruling = ruled({"refuted": True}, bar(), waivers=[Waiver.model_validate({**waiver, "expires": expires})])
        assert ruling.opens is opens, expires


@pytest.mark.parametrize("answer", [{"refuted": True}, {}])
def test_a_policy_that_cannot_be_waived_is_opened_by_no_waiver(answer: Any) -> None:
    """T-waive: the manifest reader refuses such a waiver, and one that comes this far opens nothing either."""
    waiver = Waiver.model_validate({"policy": POLICY.id, "owner": "o", "reason": "r", "expires": "2027-01-01"})
    assert ruled(answer, bar(), waivers=[waiver]).opens
    ruling = ruled(answer, bar(), waivers=[waiver], policy=POLICY.model_copy(update={"waivable": False}))
    assert (ruling.opens, ruling.waiver) == (False, None)
