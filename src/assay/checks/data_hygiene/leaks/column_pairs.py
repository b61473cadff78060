"""Pairs of columns that give the label together: sums, differences, products, comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from assay.checks.data_hygiene.leaks.column_views import SeenColumn, few_valued
from assay.checks.data_hygiene.leaks.recoding import ClassedRows, agreement
from assay.stats.ranking import roc_auc

Numbers = NDArray[np.float64]
MOST_COLUMNS, MOST_COMPARED, MOST_ROWS = 256, 48, 10_000
LIKELIEST = 3
RANKED, SURELY, RANKED_BEYOND = 0.995, 0.95, 0.05
PRODUCT, PRODUCT_BEYOND = 0.5, 0.4
FITTED, FITTED_BEYOND = 0.9999, 0.01
COMPARED, COMPARED_BEYOND, FEW_VALUES = 0.9, 0.3, 12
DIGITS = 9
"""Correlations are ranked to so many digits, so that no thread changes which pair comes first."""


@dataclass(frozen=True)
class _Moments:
    """Standardized columns with their correlations: with each other, and with the standardized outcome."""

    columns: Numbers
    outcome: Numbers
    among: Numbers
    own: Numbers


def pairs_that_rank(columns: Sequence[SeenColumn], positive: NDArray[np.bool_]) -> Iterator[tuple[str, str]]:
    """Pairs whose weighted sum ranks the rows almost as the label does, or whose product goes with it."""
    used = _with_numbers(columns)
    found = _moments([each.numbers for each in used if each.numbers is not None], positive.astype(np.float64))
    if found is None:
        return
    for one, other in _best_sums(found):
        both = _fit(found, one, other)
        alone = max(_area(positive, found.columns[:, each]) for each in (one, other))
        area = roc_auc(positive, both)
        if area.kind == "estimate" and area.low > SURELY and area.value >= max(RANKED, alone + RANKED_BEYOND):
            yield used[one].name, used[other].name
    for one, other in _products(found):
        yield used[one].name, used[other].name


def pairs_that_fit(columns: Sequence[SeenColumn], outcome: Numbers) -> Iterator[tuple[str, str]]:
    """Pairs of which a numeric label is a weighted sum, a product or a quotient."""
    used = _with_numbers(columns)
    numbers = [each.numbers for each in used if each.numbers is not None]
    yield from _exact_sums([each.name for each in used], numbers, outcome)
    if (outcome > 0).all():
        above = [
            (each.name, np.log(values))
            for each, values in zip(used, numbers, strict=True)
            if (values > 0).all() and each.distinct > 2  # noqa: PLR2004  # a flag's logarithm is a flag
        ]
        yield from _exact_sums([name for name, _ in above], [values for _, values in above], np.log(outcome))


def pairs_that_compare(columns: Sequence[SeenColumn], rows: ClassedRows) -> Iterator[tuple[str, str]]:
    """Pairs whose order, equality or combination of values says the class."""
    kept = slice(0, MOST_ROWS)
    few = ClassedRows(rows.codes[kept], rows.count, rows.half[kept])
    used = columns[:MOST_COMPARED]
    numbers = [None if each.numbers is None else each.numbers[kept] for each in used]
    alone = [_alone(each, few, kept) for each in used]
    texts = _shared_codes(used, kept)
    for one, other in combinations(range(len(used)), 2):
        usual = max(alone[one], alone[other]) + COMPARED_BEYOND
        if usual < 1 and any(
            (found := agreement(codes, count, few)).low > COMPARED and found.value >= usual
            for codes, count in _looks(used[one], used[other], numbers[one], numbers[other], texts, kept)
        ):
            yield used[one].name, used[other].name


def _looks(
    one: SeenColumn,
    other: SeenColumn,
    numbers: Numbers | None,
    others: Numbers | None,
    texts: dict[str, NDArray[np.int64]],
    kept: slice,
) -> Iterator[tuple[NDArray[np.int64], int]]:
    """How a pair is looked at: which is larger, whether they are equal, both values."""
    if numbers is not None and others is not None and "text" not in (one.kind, other.kind):
        if max(one.distinct, other.distinct) > 2:  # noqa: PLR2004  # for two flags, both values say more
            yield (numbers > others).astype(np.int64) + (numbers >= others), 3
    elif one.name in texts and other.name in texts:
        yield (texts[one.name] == texts[other.name]).astype(np.int64), 2
    first, second = few_valued(one, FEW_VALUES), few_valued(other, FEW_VALUES)
    if first is not None and second is not None:
        yield first.codes[kept] * second.count + second.codes[kept], first.count * second.count


def _alone(column: SeenColumn, rows: ClassedRows, kept: slice) -> float:
    view = few_valued(column, FEW_VALUES)
    return 0.0 if view is None else agreement(view.codes[kept], view.count, rows).value


def _shared_codes(columns: Sequence[SeenColumn], kept: slice) -> dict[str, NDArray[np.int64]]:
    """The texts of all columns with one numbering."""
    places: dict[object, int] = {}
    return {
        each.name: np.fromiter(
            (places.setdefault(value, len(places)) for value in each.values[kept].tolist()), np.int64
        )
        for each in columns
        if each.kind == "text"
    }


def _with_numbers(columns: Sequence[SeenColumn]) -> list[SeenColumn]:
    return [each for each in columns if each.numbers is not None and each.distinct > 1][:MOST_COLUMNS]


def _moments(columns: Sequence[Numbers], outcome: Numbers) -> _Moments | None:
    if len(columns) < 2 or len(outcome) < 2 or outcome.std() == 0:  # noqa: PLR2004  # one pair of columns and of rows
        return None
    whole = np.column_stack([_standard(each) for each in columns])
    target = _standard(outcome)
    rows = len(outcome)
    return _Moments(whole, target, np.round(whole.T @ whole / rows, DIGITS), np.round(whole.T @ target / rows, DIGITS))


def _standard(values: Numbers) -> Numbers:
    """A column with mean 0 and variance 1; what is missing or infinite has the mean."""
    there = np.isfinite(values)
    known = values[there]
    largest = float(np.abs(known).max()) if len(known) else 0.0
    scaled = known / largest if largest else known
    spread = float(scaled.std()) if len(scaled) else 0.0
    found = np.zeros(len(values))
    if spread > 1e-14:  # noqa: PLR2004  # what rounding leaves of a constant
        found[there] = (scaled - scaled.mean()) / spread
    return found


def _squares(found: _Moments) -> Numbers:
    """R² of the outcome on each pair of columns; 0 where one column is nearly the other."""
    one, other = found.own[:, None], found.own[None, :]
    left = 1 - found.among**2
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = (one**2 + other**2 - 2 * one * other * found.among) / left
    return np.asarray(np.where(left > 1e-9, squares, 0.0))  # noqa: PLR2004  # what rounding leaves


def _best_sums(found: _Moments) -> list[tuple[int, int]]:
    squares = np.triu(np.round(_squares(found), DIGITS), 1)
    places = np.argsort(-squares, axis=None, kind="stable")[:LIKELIEST]
    return [
        (int(one), int(other))
        for one, other in zip(*np.unravel_index(places, squares.shape), strict=True)
        if one < other
    ]


def _fit(found: _Moments, one: int, other: int) -> Numbers:
    both = found.columns[:, [one, other]]
    return np.asarray(both @ np.linalg.lstsq(both, found.outcome, rcond=None)[0])


def _area(positive: NDArray[np.bool_], scores: Numbers) -> float:
    area = roc_auc(positive, scores)
    return max(area.value, 1 - area.value) if area.kind == "estimate" else 1.0


def _products(found: _Moments) -> list[tuple[int, int]]:
    """The pairs whose product correlates with the outcome far more than either column does."""
    whole, rows = found.columns, len(found.outcome)
    together = (whole * found.outcome[:, None]).T @ whole / rows
    spread = (whole**2).T @ (whole**2) / rows - found.among**2
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = np.where(spread > 1e-9, together**2 / spread, 0.0)  # noqa: PLR2004  # a constant product
    alone = np.maximum(found.own[:, None] ** 2, found.own[None, :] ** 2)
    squares = np.triu(np.round(squares, DIGITS), 1)
    hits = np.argwhere((squares > PRODUCT) & (squares >= alone + PRODUCT_BEYOND))
    return [(int(one), int(other)) for one, other in hits]


def _exact_sums(names: Sequence[str], columns: Sequence[Numbers], outcome: Numbers) -> Iterator[tuple[str, str]]:
    found = _moments(columns, outcome)
    if found is None:
        return
    for one, other in _best_sums(found):
        left = found.outcome - _fit(found, one, other)
        square = 1 - float((left**2).mean())
        alone = max(float(found.own[each] ** 2) for each in (one, other))
        if square >= FITTED and square >= alone + FITTED_BEYOND:
            yield names[one], names[other]
