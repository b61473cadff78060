"""Laws of drift: bounds hold whatever the values look like, and what must not matter does not."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import ks_2samp, wasserstein_distance
from tests.support.plain_sketches import counts, middle, sketch
from tests.support.thoroughness import examples

from assay.stats.bounded import Bounded
from assay.stats.comparing import Comparison, compare_numbers
from assay.stats.drifting import decide
from assay.stats.samples import Sample, bucket_limits, merged, sample_of_buckets, sample_of_sketch, sample_of_values

Numbers = NDArray[np.float64]
SHAPES: dict[str, Callable[[np.random.Generator, int], Numbers]] = {
    "normal": lambda random, n: random.normal(size=n),
    "offset": lambda random, n: random.normal(1e6, 1, n),
    "timestamps": lambda random, n: 1.7e9 + 86_400 * 30 * random.random(n),
    "heavy tails": lambda random, n: random.standard_cauchy(n),
    "log-normal": lambda random, n: np.exp(3 * random.normal(size=n)),
    "modes": lambda random, n: random.choice([-4e4, 0.0, 1.0, 50.0, 9e7], n) + random.normal(scale=0.01, size=n),
    "few integers": lambda random, n: random.integers(0, 7, n).astype(float),
    "ties": lambda random, n: np.where(random.random(n) < 0.6, 0.0, random.exponential(size=n).round(2)),
    "constant": lambda _, n: np.full(n, 5.0),
    "tiny": lambda random, n: random.normal(size=n) * 1e-300,
}
PAIRS = st.tuples(
    st.sampled_from(sorted(SHAPES)),
    st.integers(0, 2**32 - 1),
    st.integers(1, 400),
    st.integers(1, 400),
    st.sampled_from([0.0, 0.0, 0.1, 1.0]),
)
Pair = tuple[str, int, int, int, float]
patient = settings(deadline=None)


def drawn(pair: Pair) -> tuple[Numbers, Numbers]:
    """Sorted values of a reference and of a current sample, which may be shifted."""
    shape, seed, n, m, shift = pair
    random = np.random.default_rng(seed)
    first, second = SHAPES[shape](random, n), SHAPES[shape](random, m)
    return np.sort(first), np.sort(second + shift * (second.std() or 1.0))


def exactly(first: Numbers, second: Numbers, unit: float | None = None) -> Comparison:
    found = compare_numbers(sample_of_values(first), sample_of_values(second), unit=unit)
    assert isinstance(found, Comparison)
    return found


def sketched(first: Numbers, second: Numbers) -> Comparison:
    centre, scale = middle(first)
    samples = [sample_of_sketch(sketch(each, centre, scale)) for each in (first, second)]
    found = compare_numbers(*samples)
    assert isinstance(found, Comparison)
    return found


def number(comparison: Comparison, statistic: str) -> Bounded:
    found = comparison.statistics[statistic]
    assert found is not None
    return found


def holds(bounded: Bounded, exact: float, rounding: float = 1e-9) -> bool:
    slack = rounding * max(1.0, abs(exact))
    return bounded.low - slack <= exact <= bounded.high + slack


@patient
@given(PAIRS)
def test_exact_distances_are_scipys(pair: Pair) -> None:
    first, second = drawn(pair)
    found = exactly(first, second)
    assert number(found, "kolmogorov_smirnov").is_exact
    with np.errstate(divide="ignore"):
        expected = float(ks_2samp(first, second, method="asymp").statistic)
    assert number(found, "kolmogorov_smirnov").value == pytest.approx(expected, abs=1e-12)
    moved = float(wasserstein_distance(first, second))
    assert number(found, "wasserstein").value == pytest.approx(moved, rel=1e-9, abs=1e-9 * abs(moved))
    assert number(found, "wasserstein").is_exact


@settings(max_examples=examples(200), deadline=None)
@given(PAIRS)
def test_what_is_exact_lies_within_what_a_sketch_says(pair: Pair) -> None:
    first, second = drawn(pair)
    exact, vague = exactly(first, second), sketched(first, second)
    for statistic in ("kolmogorov_smirnov", "wasserstein"):
        assert holds(number(vague, statistic), number(exact, statistic).value)
    assert holds(vague.p, exact.p.value)


@patient
@given(PAIRS)
def test_a_sketch_of_many_rows_is_close(pair: Pair) -> None:
    """An uncentred sketch was blind on offsets and timestamps; this one is told by its bound where it is coarse."""
    shape, seed, _, _, shift = pair
    first, second = drawn((shape, seed, 2_000, 2_000, shift))
    vague = number(sketched(first, second), "kolmogorov_smirnov")
    assert vague.high - vague.low <= (0.7 if shape == "modes" else 0.05)


@patient
@given(PAIRS)
def test_a_second_look_with_the_edges_of_the_first_finds_the_same_effect(pair: Pair) -> None:
    first, second = drawn(pair)
    vague = sketched(first, second)
    assert vague.reference.count.tolist() == counts(first, vague.edges)
    assert vague.current.count.tolist() == counts(second, vague.edges)
    again = compare_numbers(sample_of_values(first), sample_of_values(second), edges=vague.edges)
    assert isinstance(again, Comparison)
    assert again.effect.is_exact
    assert again.effect == vague.effect or not vague.effect.is_exact
    if not vague.effect.is_exact:
        assert holds(vague.effect, exactly(first, second).effect.value)


@patient
@given(PAIRS)
def test_the_effect_of_many_rows_is_exact_at_once(pair: Pair) -> None:
    shape, seed, _, _, shift = pair
    first, second = drawn((shape, seed, 2_000, 2_000, shift))
    vague, exact = sketched(first, second), exactly(first, second)
    if vague.effect.is_exact:
        assert vague.effect.value == pytest.approx(exact.effect.value, rel=0.1, abs=0.02)
    # Integers that were moved by nearly a whole one share cells with their neighbours, which leaves the effect open.
    crowded = shape in {"few integers", "ties"} and shift > 0
    assert vague.effect.is_exact or crowded or shape in {"modes", "log-normal", "heavy tails"}


@patient
@given(PAIRS, st.integers(2, 128))
def test_what_is_exact_lies_within_what_a_profile_says(pair: Pair, parts: int) -> None:
    """Buckets on the reference's quantiles with open tails, with and without the values' own limits and sums."""
    first, second = drawn(pair)
    edges = tuple(np.unique(np.quantile(first, np.arange(1, parts) / parts, method="inverted_cdf")).tolist())
    told = [_bucketed(each, edges) for each in (first, second)]
    limits = bucket_limits(edges, min(first[0], second[0]), max(first[-1], second[-1]))
    untold = [sample_of_buckets(counts(each, edges), *limits) for each in (first, second)]
    exact = exactly(first, second)
    for samples in (told, untold):
        found = compare_numbers(*samples, edges=edges)
        assert isinstance(found, Comparison)
        assert found.effect.is_exact
        for statistic in ("kolmogorov_smirnov", "wasserstein"):
            assert holds(number(found, statistic), number(exact, statistic).value)


def _bucketed(values: Numbers, edges: tuple[float, ...]) -> Sample:
    place = np.searchsorted(np.asarray(edges), values, side="left")
    parts = [values[place == each] for each in range(len(edges) + 1)]
    return sample_of_buckets(
        [len(part) for part in parts],
        [part[0] if len(part) else 0.0 for part in parts],
        [part[-1] if len(part) else 0.0 for part in parts],
        [float(part.sum()) for part in parts],
    )


@patient
@given(PAIRS, PAIRS)
def test_two_halves_make_the_whole(one: Pair, other: Pair) -> None:
    first, second = drawn(one)
    third, _ = drawn(other)
    centre, scale = middle(first)
    whole = sample_of_sketch(sketch(np.concatenate([second, third]), centre, scale))
    halves = merged(*(sample_of_sketch(sketch(each, centre, scale)) for each in (second, third)))
    for name in ("place", "count", "low", "high"):
        assert np.array_equal(getattr(whole, name), getattr(halves, name))
    farthest = np.abs(whole.low - centre) + np.abs(whole.high - centre) + abs(centre) + 8 * scale
    told = np.isfinite(whole.total)
    assert (np.abs(halves.total - whole.total) <= whole.count * farthest * 2.0**-44)[told].all()


@patient
@given(PAIRS)
def test_the_same_values_are_no_drift(pair: Pair) -> None:
    first, _ = drawn(pair)
    found = exactly(first, np.repeat(first, 2))
    for statistic, value in found.statistics.items():
        assert value is None or value.value == pytest.approx(0, abs=1e-7), statistic
    assert found.p.value == 1


@patient
@given(PAIRS)
def test_which_sample_comes_first_matters_to_neither_distance(pair: Pair) -> None:
    first, second = drawn(pair)
    one, other = exactly(first, second), exactly(second, first)
    for statistic in ("kolmogorov_smirnov", "wasserstein"):
        expected = number(one, statistic).value
        assert number(other, statistic).value == pytest.approx(expected, rel=1e-9, abs=1e-300)
    assert one.p.value == other.p.value


@patient
@given(PAIRS, st.integers(-20, 20))
def test_units_do_not_matter(pair: Pair, power: int) -> None:
    first, second = drawn(pair)
    factor = 2.0**power
    plain, scaled = sketched(first, second), sketched(first * factor, second * factor)
    for statistic, value in plain.statistics.items():
        if value is not None and statistic != "wasserstein":
            assert scaled.statistics[statistic] == value
    assert number(scaled, "wasserstein").value == pytest.approx(number(plain, "wasserstein").value * factor, rel=1e-6)
    assert scaled.p == plain.p


@patient
@given(PAIRS, st.sampled_from([1e9, 1e300, np.inf]), st.booleans())
def test_one_outlier_changes_no_verdict(pair: Pair, outlier: float, now: bool) -> None:
    """Where Evidently's pooled bins hide a shift of half a deviation behind one value of 1000."""
    shape, seed, n, m, shift = pair
    first, second = drawn(("normal" if shape == "modes" else shape, seed, n + 20, m + 20, shift))
    largest = max(first[-1], second[-1])
    spoilt = [np.append(each, largest + abs(largest) * 0.1 + 1) for each in (first, second)]
    plain = [each.copy() for each in spoilt]
    spoilt[now][-1] = max(outlier, plain[now][-1])
    for compare in (exactly, sketched):
        before, after = compare(plain[0], plain[1]), compare(spoilt[0], spoilt[1])
        (one,), (other,) = decide([before.evidence("x")]), decide([after.evidence("x")])
        if one.is_settled and other.is_settled:
            assert one.value == other.value
        if compare is exactly:
            assert before.effect == after.effect
            assert number(before, "kolmogorov_smirnov").value <= number(after, "kolmogorov_smirnov").value + 1 / m
