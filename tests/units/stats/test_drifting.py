"""Which columns drifted: test and effect together, within bounds."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.stats.bounded import Bounded, known
from assay.stats.drifting import ColumnEvidence, decide, unsettled


def column(name: str, p: Bounded | float, effect: Bounded | float, bar: float = 0.1) -> ColumnEvidence:
    def bounded(number: Bounded | float) -> Bounded:
        return number if isinstance(number, Bounded) else known(number)

    return ColumnEvidence(name=name, p=bounded(p), effect=bounded(effect), bar=bar)


@pytest.mark.parametrize(("p", "effect", "drifted"), [(0.01, 0.2, 1), (0.01, 0.05, 0), (0.2, 0.2, 0), (0.2, 0.05, 0)])
def test_a_column_drifts_only_if_test_and_effect_say_so(p: float, effect: float, drifted: int) -> None:
    (found,) = decide([column("age", p, effect)])
    assert (found.value, found.low, found.high) == (drifted,) * 3
    assert found.is_settled
    assert not found.unsettled_by


def test_many_columns_make_one_small_p_value_less_surprising() -> None:
    one = column("shifted", 0.01, 0.5)
    others = [column(f"other {number}", 0.5, 0.0) for number in range(49)]
    assert [each.value for each in decide([one])] == [1]
    assert sum(each.value for each in decide([one, *others])) == 0


@pytest.mark.parametrize(
    ("p", "effect", "open_"),
    [
        (Bounded(0.04, 0.03, 0.06), 0.2, True),
        (Bounded(0.04, 0.03, 0.06), 0.05, False),
        (Bounded(0.01, 0.001, 0.02), 0.2, False),
        (0.01, Bounded(0.1, 0.09, 0.11), True),
        (0.3, Bounded(0.1, 0.09, 0.11), False),
    ],
)
def test_a_bound_leaves_only_open_what_it_can_change(p: Bounded | float, effect: Bounded | float, open_: bool) -> None:
    (found,) = decide([column("age", p, effect)])
    assert (found.low, found.high) == ((0, 1) if open_ else (found.value, found.value))
    assert found.unsettled_by == (("age",) if open_ else ())
    fact = found.drifted(100)
    assert (fact.low, fact.high) == (found.low, found.high)


def test_exact_numbers_of_another_column_may_be_what_is_wanted() -> None:
    """The adjusted p-value of `exact` depends on whether `open` is small too."""
    found = decide([column("exact", 0.04, 0.2), column("open", Bounded(0.045, 0.03, 0.06), 0.0)])
    assert [each.is_settled for each in found] == [False, True]
    assert unsettled(found) == {"open"}


CHANCE = st.tuples(st.floats(0, 0.2), st.floats(0, 0.2), st.floats(0, 0.2)).map(sorted)
SIZE = st.tuples(st.floats(0, 0.3), st.floats(0, 0.3), st.floats(0, 0.3)).map(sorted)


@given(st.lists(st.tuples(CHANCE, SIZE), min_size=1, max_size=8))
def test_what_the_exact_numbers_say_lies_within_what_the_bounds_say(
    given_: list[tuple[list[float], list[float]]],
) -> None:
    names = [f"column {number}" for number in range(len(given_))]
    bounded = [
        column(name, Bounded(p[1], p[0], p[2]), Bounded(size[1], size[0], size[2]))
        for name, (p, size) in zip(names, given_, strict=True)
    ]
    for corner in (0, 1, 2):
        exact = [column(name, p[corner], size[2 - corner]) for name, (p, size) in zip(names, given_, strict=True)]
        for loose, tight in zip(decide(bounded), decide(exact), strict=True):
            assert loose.low <= tight.value <= loose.high
            assert loose.adjusted_p.low <= tight.adjusted_p.value <= loose.adjusted_p.high
            assert tight.is_settled


@given(st.lists(st.tuples(CHANCE, SIZE), min_size=1, max_size=8))
def test_asking_for_the_exact_numbers_settles_everything(given_: list[tuple[list[float], list[float]]]) -> None:
    columns = [
        column(f"column {number}", Bounded(p[1], p[0], p[2]), Bounded(size[1], size[0], size[2]))
        for number, (p, size) in enumerate(given_)
    ]
    for _ in columns:
        wanted = unsettled(decide(columns))
        if not wanted:
            break
        columns = [
            column(each.name, each.p.value, each.effect.value) if each.name in wanted else each for each in columns
        ]
    assert all(each.is_settled for each in decide(columns))


@given(st.lists(st.tuples(CHANCE, SIZE), min_size=1, max_size=8), st.randoms())
def test_the_order_of_columns_does_not_matter(given_: list[tuple[list[float], list[float]]], random: Random) -> None:
    columns = [
        column(f"column {number}", Bounded(p[1], p[0], p[2]), Bounded(size[1], size[0], size[2]))
        for number, (p, size) in enumerate(given_)
    ]
    shuffled = random.sample(columns, len(columns))
    found = {each.name: each for each in decide(shuffled)}
    for each in decide(columns):
        assert (found[each.name].low, found[each.name].value, found[each.name].high) == (
            each.low,
            each.value,
            each.high,
        )
        assert set(found[each.name].unsettled_by) == set(each.unsettled_by)


def test_no_column_is_no_decision() -> None:
    assert decide([]) == ()
