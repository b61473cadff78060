"""The laws of every shipped policy: nothing proves nothing, less evidence never proves more, garbage never proves.

The policies are found in their folder; each is asked in this process, so that thousands of questions are quick.
"""

import copy
import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import regorus
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.dossier.plan_parts import PlannedPolicy
from assay.edges.rego.bundle import Bundle, read_bundle
from assay.edges.rego.engine import Query, choose_engine
from assay.rulings.decision_input import DecisionInput
from assay.rulings.outcome_table import rule

Place = tuple[str | int, ...]
BUNDLE = read_bundle([Path(__file__).parents[2] / "policies"])
POLICIES = [policy.id for policy in BUNDLE.policies]
CHECKS = (
    *("governance", "data_contract", "quality", "bias", "behaviour", "artifact", "approvals", "changes"),
    "label_leakage",
)
GIVEAWAYS = ("named_alike", "copied", "answered", "same_data", "shared_rows")
APPROVED: dict[str, Any] = {
    "satisfied": True,
    "blocked": False,
    "doubtful": False,
    "filled": [{"role": "a", "person": "#2", "id": 2}, {"role": "b", "person": "#3", "id": 3}],
}
PICKLE: dict[str, Any] = {"read": True, "names": 3, "outside": [], "added": [], "pinned": True, "why": ""}
EXECUTES = ("nothing", "listed_names", "known_types", "unknown_types", "repository_code", "arbitrary_code")
patient = settings(deadline=None)
every_policy = pytest.mark.parametrize("policy", POLICIES)


def engine_of(bundle: Bundle) -> Any:
    engine = regorus.Engine()
    for file in bundle.modules:
        engine.add_policy(file.path, file.content.decode())
    engine.add_data_json(json.dumps(bundle.data))
    return engine


ENGINE = engine_of(BUNDLE)


def ask(policy: str, asked: Any) -> dict[str, Any]:
    ENGINE.set_input_json(json.dumps(asked))
    found = json.loads(ENGINE.eval_query_as_json(f"data.{policy.replace('/', '.')}"))
    document = found["result"][0]["expressions"][0]["value"]
    assert isinstance(document, dict)
    return document


def is_proven(policy: str, asked: Any) -> bool:
    """Whether a policy is proven; anything but true and undefined would be a fault of its own."""
    document = ask(policy, asked)
    assert document.get("proven", True) is True
    assert document.get("refuted", True) is True
    return "proven" in document


def whole_evidence() -> dict[str, Any]:
    """Evidence that proves every shipped policy; a new policy that needs other facts adds them here."""
    bar = {"status": "measured", "value": 0.8, "n": 500, "title": "t", "check": "quality", "subject": {}}
    bars = [
        {"id": "quality/1", **bar, "direction": "at_least", "limit": 0.7, "low": 0.75, "high": 0.85},
        {"id": "bias/1", **bar, "direction": "at_most", "limit": 0.1, "low": 0.01, "high": 0.05},
        {"id": "data_contract/1", **bar, "direction": "at_most", "limit": 0, "low": 0, "high": 0},
    ]
    governance = {"owner_named": True, "intended_use_stated": True, "risk_named": True, "owner": "us"}
    facts: dict[str, Any] = {check: {} for check in CHECKS}
    facts |= {"governance": governance, "artifact": {"executes": "listed_names", "pickle": copy.deepcopy(PICKLE)}}
    facts["approvals"] = copy.deepcopy(APPROVED)
    facts["changes"] = {"base": True, "loosens": False, "loosened": [], "reviewed": False}
    facts["base_data"] = {"base": True, "differ": [], "lacking": {}, "unanswered": [], "trained_on": [], "judging": []}
    facts["label_leakage"] = {"found": 0, **{kind: [] for kind in (*GIVEAWAYS, "uncompared")}}
    facts["model_isolation"] = {"answered": True, "shut_in": True}
    checks = {check: {"outcome": "measured"} for check in CHECKS}
    return {"assay": 1, "stage": "validation", "checks": checks, "facts": facts, "bars": bars, "manifest": {"assay": 1}}


def agreed_loosening() -> dict[str, Any]:
    """Evidence of a loosened bar that two people approved: it proves by what is consulted."""
    asked = whole_evidence()
    asked["facts"]["changes"] = {"base": True, "loosens": True, "loosened": ["model.risk"], "reviewed": True}
    return asked


def places(document: Any, place: Place = ()) -> Iterator[Place]:
    """Every place in a document but the whole of it."""
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, item in items:
        yield (*place, key)
        yield from places(item, (*place, key))


def put(document: Any, place: Place, value: Any) -> Any:
    """A copy with another value at a place."""
    changed = copy.deepcopy(document)
    parent = changed
    for part in place[:-1]:
        parent = parent[part]
    parent[place[-1]] = value
    return changed


def without(document: Any, place: Place) -> Any:
    """A copy without a place."""
    changed = copy.deepcopy(document)
    parent = changed
    for part in place[:-1]:
        parent = parent[part]
    del parent[place[-1]]
    return changed


def kind_of(value: Any) -> str:
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.sampled_from([0.5, 1e-7, -3.25, "", "0.8", "true", "measured", "at_least", "nothing"]),
    st.text(max_size=5),
)
garbage = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
numbers = st.integers(-20, 20).map(lambda part: part / 10)


@st.composite
def bars(draw: st.DrawFn) -> dict[str, Any]:
    low, high = sorted((draw(numbers), draw(numbers)))
    bar = {
        "id": draw(st.sampled_from(["a", "b", "c"])),
        "status": draw(st.sampled_from(["measured", "measured", "undefined", "missing"])),
        "direction": draw(st.sampled_from(["at_least", "at_most"])),
        "limit": draw(numbers),
    }
    return {**bar, "low": low, "high": high} if bar["status"] == "measured" else bar


@st.composite
def evidence(draw: st.DrawFn) -> dict[str, Any]:
    """Evidence of every quality, typed as the pages hold it."""
    named = {name: draw(st.booleans()) for name in ("owner_named", "intended_use_stated", "risk_named")}
    approvals = APPROVED | {name: draw(st.booleans()) for name in ("satisfied", "blocked", "doubtful")}
    facts: dict[str, Any] = {"governance": named, "artifact": {"executes": draw(st.sampled_from(EXECUTES))}}
    facts["approvals"] = copy.deepcopy(approvals) | {"filled": APPROVED["filled"][: draw(st.integers(0, 2))]}
    loosened = ["model.risk", "roles.a.users"][: draw(st.integers(0, 2))]
    facts["changes"] = {"base": draw(st.booleans()), "loosens": bool(loosened), "loosened": loosened}
    facts["changes"]["reviewed"] = draw(st.booleans())
    given = {kind: ["holdout"][: draw(st.integers(0, 1))] for kind in GIVEAWAYS}
    uncompared = ["train and holdout"][: draw(st.integers(0, 1))]
    facts["label_leakage"] = {"found": sum(map(len, given.values())), "uncompared": uncompared, **given}
    asked = whole_evidence() | {"facts": facts, "bars": draw(st.lists(bars(), max_size=3))}
    for check in draw(st.sets(st.sampled_from(CHECKS))):
        asked["checks"].pop(check)
        asked["facts"].pop(check, None)
    return asked


def removable(asked: dict[str, Any]) -> list[Place]:
    """What may be missing of evidence; bars stay in the list, because the plan puts them there."""
    return [place for place in places(asked) if not (place[0] == "bars" and len(place) == 2)]


@every_policy
def test_the_laws_below_are_not_empty_for_a_policy(policy: str) -> None:
    assert is_proven(policy, whole_evidence()), f"{policy} needs facts that `whole_evidence` lacks"
    assert needed_places(policy), f"{policy} is proven whatever is removed"


@every_policy
def test_nothing_proves_nothing(policy: str) -> None:
    empty = DecisionInput(
        policy=policy, stage="validation", as_of="2026-11-20", checks={}, facts={}, bars=(), manifest={}
    )
    for nothing in ({}, None, [], "", False, 0, empty.model_dump(mode="json"), {"facts": {}, "bars": []}):
        assert not is_proven(policy, nothing)


@every_policy
@patient
@given(
    facts=st.dictionaries(st.sampled_from(CHECKS), st.just({})),
    checks=st.dictionaries(st.sampled_from(CHECKS), garbage),
)
def test_hollow_evidence_proves_nothing(policy: str, facts: dict[str, Any], checks: dict[str, Any]) -> None:
    assert not is_proven(policy, {"facts": facts, "bars": [], "checks": checks})


@every_policy
@patient
@given(data=st.data())
def test_less_evidence_never_proves_more(policy: str, data: st.DataObject) -> None:
    before = data.draw(evidence())
    after = before
    for _ in range(data.draw(st.integers(1, 3))):
        after = without(after, data.draw(st.sampled_from(removable(after))))
        assert is_proven(policy, before) or not is_proven(policy, after)


@every_policy
@patient
@given(asked=evidence(), status=st.sampled_from(["undefined", "missing"]), data=st.data())
def test_a_bar_that_loses_its_number_never_proves(
    policy: str, asked: dict[str, Any], status: str, data: st.DataObject
) -> None:
    for index, bar in enumerate(asked["bars"]):
        bare = {key: value for key, value in bar.items() if key not in ("low", "high") or data.draw(st.booleans())}
        after = put(asked, ("bars", index), {**bare, "status": status})
        assert is_proven(policy, asked) or not is_proven(policy, after)


@cache
def needed_places(policy: str, given: Callable[[], dict[str, Any]] = whole_evidence) -> list[Place]:
    """The places of the whole evidence, or of other that proves, without which a policy is no longer proven."""
    whole = given()
    return [place for place in removable(whole) if not is_proven(policy, without(whole, place))]


@every_policy
@patient
@given(wrong=garbage)
def test_garbage_never_proves_e1(policy: str, wrong: Any) -> None:
    whole = whole_evidence()
    for place in needed_places(policy):
        right: Any = whole
        for part in place:
            right = right[part]
        if kind_of(wrong) != kind_of(right):
            assert not is_proven(policy, put(whole, place, wrong)), place


LOOSENING = "governance/bars_not_loosened"


def test_an_agreed_loosening_rests_on_every_part_of_the_agreement() -> None:
    """What is consulted proves by being there, so no part of it may be missing."""
    asked = agreed_loosening()
    assert is_proven(LOOSENING, asked)
    parts = [place for place in places(asked["facts"]["approvals"]) if place[-1] != "filled"]
    needed = [("facts", "approvals", *place) for place in parts]
    needed += [("facts", "changes", name) for name in ("base", "loosens", "loosened", "reviewed")]
    for place in (*needed, ("facts", "changes", "loosened", 0), ("facts", "approvals", "filled"), ("facts",)):
        assert not is_proven(LOOSENING, without(asked, place)), place


@patient
@given(wrong=garbage, data=st.data())
def test_garbage_never_agrees_to_a_loosening_e1(wrong: Any, data: st.DataObject) -> None:
    asked = agreed_loosening()
    place = data.draw(st.sampled_from(needed_places(LOOSENING, agreed_loosening)))
    right: Any = asked
    for part in place:
        right = right[part]
    if kind_of(wrong) != kind_of(right):
        assert not is_proven(LOOSENING, put(asked, place, wrong)), place


@every_policy
@pytest.mark.parametrize("wrong", [None, True, False, "0.8", "", [0.8], {"value": 0.8}, [], {}], ids=repr)
def test_nine_wrong_types_never_prove_e1(policy: str, wrong: Any) -> None:
    for bar, limit in (("at_least", -1e14), ("at_most", 1e14)):
        for name in ("low", "high", "limit"):
            asked = whole_evidence()
            asked["bars"] = [{"id": "a", "status": "measured", "direction": bar, "limit": limit, "low": 0, "high": 0}]
            assert "bars" not in {place[0] for place in needed_places(policy)} or is_proven(policy, asked)
            asked["bars"][0][name] = wrong
            proven = is_proven(policy, asked)
            assert not proven or not any(place[0] == "bars" for place in needed_places(policy))


@every_policy
@patient
@given(asked=garbage)
def test_an_input_that_is_garbage_altogether_never_proves(policy: str, asked: Any) -> None:
    assert not is_proven(policy, asked)
    assert not is_proven(policy, {"bars": asked, "facts": asked, "checks": asked})


@every_policy
@patient
@given(asked=evidence())
def test_never_both_proven_and_refuted(policy: str, asked: dict[str, Any]) -> None:
    document = ask(policy, asked)
    assert not ("proven" in document and "refuted" in document)


@patient
@given(limit=st.integers(0, 10**9), apart=st.integers(-1000, 1000), width=st.integers(0, 1000), least=st.booleans())
def test_a_bar_is_compared_exactly_e4(limit: int, apart: int, width: int, least: bool) -> None:
    """Numbers within a millionth of the bar, held against exact fractions."""
    low, high, bound = (f"{number / 10**9:.9f}" for number in (limit + apart, limit + apart + width, limit))
    direction = "at_least" if least else "at_most"
    bar = {"id": "a", "status": "measured", "direction": direction, "limit": float(bound)}
    document = ask("quality/clears_bars", {"bars": [{**bar, "low": float(low), "high": float(high)}]})
    near, far, edge = Fraction(low), Fraction(high), Fraction(bound)
    assert ("proven" in document) == (near >= edge if least else far <= edge)
    assert ("refuted" in document) == (far < edge if least else near > edge)


def test_a_policy_that_is_proven_by_empty_evidence_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "quality/fooled/fooled.rego"
    path.parent.mkdir(parents=True)
    shipped = next(file for file in BUNDLE.files if file.path == "quality/clears_bars/clears_bars.rego")
    header = shipped.content.decode().partition("package")[0]
    path.write_text(f"{header}package quality.fooled\n\nproven if not input.facts.quality.unsafe\n")
    policy = PlannedPolicy(id="quality/fooled", title="t", effect="block", checks=("quality",))
    asked = DecisionInput(
        policy=policy.id, stage="s", as_of="2026-11-20", checks={}, facts={"quality": {}}, bars=(), manifest={}
    )
    both = [Query(policy=policy.id, input=each.model_dump(mode="json")) for each in (asked, asked.emptied())]
    answer, emptied = choose_engine("regorus", opa=None, opa_url=None).evaluate(read_bundle([tmp_path]), both)
    assert answer.document == {"proven": True}
    ruling = rule(policy, asked, answer=answer.document, emptied=emptied.document, error=answer.error)
    assert ruling.outcome == "not_evaluated"
    assert not ruling.opens
    assert "empty evidence" in " ".join(ruling.reasons)
