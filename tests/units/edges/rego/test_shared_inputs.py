"""What many policies see is written once, and each policy answers as if it were asked alone."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.edges.rego.bundle import Bundle
from assay.edges.rego.engine import Engine, Query
from assay.edges.rego.portable_inputs import InputGuard, refuse_unsafe_input
from assay.edges.rego.shared_inputs import share
from assay.errors import EngineError

BundleOf = Callable[[dict[str, str]], Bundle]
FACTS = {"quality": {"auc": 1}, "bias": {"gap": 0}}
PLAIN = "proven if input.facts.quality.auc == 1\n"


def asked(*policies: str, **more: Any) -> list[Query]:
    return [Query(policy=policy, input={"policy": policy, "facts": FACTS, **more}) for policy in policies]


def test_policies_that_see_the_same_are_one_group_and_values_are_written_once(bundle_of: BundleOf) -> None:
    bundle = bundle_of({f"quality/p{number}": PLAIN for number in range(20)})
    policies = [policy.id for policy in bundle.policies]
    queries = [*asked(*policies), *asked(*policies, stage="x")]
    shared = share(bundle, queries)
    assert [len(group.queries) for group in shared.groups] == [20, 20]
    assert sorted(shared.values) == [b'"x"', b'{"auc":1}', b'{"gap":0}']


@pytest.mark.parametrize(
    "rule",
    [
        "seen := input.policy\n",
        'seen := input["policy"]\n',
        "seen := input\n",
        "seen := [key | some key, _ in input]\n",
        "seen := named(input)\nnamed(x) := x.policy\n",
        "import input.policy as named\nseen := named\n",
        'seen := object.get(input, "policy", "")\n',
    ],
)
def test_a_policy_that_looks_at_its_name_is_told_it(engine: Engine, bundle_of: BundleOf, rule: str) -> None:
    bundle = bundle_of({"quality/first": rule, "quality/second": rule, "quality/plain": PLAIN})
    policies = ("quality/first", "quality/second", "quality/plain")
    first, second, plain = engine.evaluate(bundle, asked(*policies))
    assert plain.document == {"proven": True}
    assert first.document is not None
    assert second.document is not None
    assert "quality/first" in str(first.document) or "'policy'" in str(first.document)
    assert str(second.document) == str(first.document).replace("quality/first", "quality/second")
    assert len(share(bundle, asked(*policies)).groups) == 3


def test_the_same_policy_on_two_inputs_and_two_on_one(engine: Engine, bundle_of: BundleOf) -> None:
    bundle = bundle_of({"quality/seen": "seen := input.facts\n", "bias/seen": "other := input.facts.bias.gap\n"})
    others = {"quality": {"auc": 2}}
    again = Query(policy="quality/seen", input={"facts": others})
    queries = [*asked("quality/seen", "bias/seen", "quality/seen"), again]
    documents = [answer.document for answer in engine.evaluate(bundle, queries)]
    assert documents == [{"seen": FACTS}, {"other": 0}, {"seen": FACTS}, {"seen": others}]


def test_values_keep_their_types(engine: Engine, bundle_of: BundleOf) -> None:
    values = [True, 1, "1", None, 0, False, "", [], {}, [1], {"a": None}, 0.5]
    bundle = bundle_of({"quality/seen": "seen := input.value\n"})
    queries = [Query(policy="quality/seen", input={"value": value}) for value in values]
    documents = [answer.document for answer in engine.evaluate(bundle, queries)]
    assert [str(document) for document in documents] == [str({"seen": value}) for value in values]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats()
    | st.text(max_size=3)
    | st.just("\ud800")
    | st.just(0.1234567890123456),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2) | st.integers(), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(st.text(max_size=2), JSON, max_size=4), min_size=1, max_size=4))
def test_the_guard_refuses_what_a_look_at_each_input_refuses(documents: list[dict[str, Any]]) -> None:
    guard, told = InputGuard(), list[str | None]()
    for document in [*documents, *documents]:
        try:
            guard.refuse(document)
            told.append(None)
        except EngineError as error:
            told.append(str(error))
    expected = list[str | None]()
    for document in documents:
        try:
            refuse_unsafe_input(document)
            expected.append(None)
        except EngineError as error:
            expected.append(str(error))
    assert told == [*expected, *expected]
