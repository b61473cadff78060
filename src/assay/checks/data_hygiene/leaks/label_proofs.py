"""All proofs that features give the label away, and what is worth telling though it proves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assay.checks.data_hygiene.leaks.column_pairs import pairs_that_compare, pairs_that_fit, pairs_that_rank
from assay.checks.data_hygiene.leaks.column_views import (
    COMMONEST,
    MISSING,
    VALUES,
    ColumnView,
    SeenColumn,
    asides,
    binned,
    cells_of,
    few_valued,
)
from assay.checks.data_hygiene.leaks.pure_values import find_pure, gives_away, is_worth_telling
from assay.checks.data_hygiene.leaks.recoding import Agreement, ClassedRows, agreement, say_the_same
from assay.checks.data_hygiene.leaks.value_functions import is_function_of_value, is_mean_of_label
from assay.stats.ranking import midranks, roc_auc

Rule = Literal["recoding", "pure_value", "near_copy", "target_mean", "value_function", "pair"]
TWO, HALVES = 2, 20
RECODES, RECODES_SEVERAL, REPEATS = 0.7, 0.9, 0.98
COPIES, FITS = 0.99, 0.9
SLACK = 0.001
SAME_ORDER, FINE_BINS = 0.9995, 64
FEW_LOOKS, PURE_NUMBERS = 10, 20


@dataclass(frozen=True)
class Leak:
    """Columns that give the label away by a rule, and what is looked at; without `proven`, a person should look."""

    columns: tuple[str, ...]
    rule: Rule
    view: str | None = None
    proven: bool = True


def leaks_to_classes(columns: Sequence[SeenColumn], classes: NDArray[np.int64], count: int, seed: int) -> list[Leak]:
    """The leaks to a class, a whole number from 0 to below `count` for each row."""
    # Other draws than those of anyone who made the data with the same seed.
    half = np.random.Generator(np.random.PCG64([seed, HALVES])).random(len(classes)) < 1 / TWO
    rows = ClassedRows(classes, count, half)
    most = max(FEW_LOOKS, TWO * count)
    tested = sum(_pure_values(each, most) for each in columns)
    found = [leak for each in columns for leak in _of_column(each, rows, list(_looks(each, most)), tested)]
    guilty = {name for leak in found if leak.proven for name in leak.columns}
    innocent = [each for each in columns if each.name not in guilty]
    pairs = list(pairs_that_rank(innocent, classes == 1)) if count == TWO else []
    pairs += pairs_that_compare(innocent, rows)
    return [*found, *(Leak(pair, "pair") for pair in dict.fromkeys(pairs))]


def leaks_to_numbers(columns: Sequence[SeenColumn], outcome: NDArray[np.float64]) -> list[Leak]:
    """The leaks to a number: its order, its mean by value, a sum or a product of two columns."""
    found = []
    for each in columns:
        if each.numbers is None:
            continue
        if _rank_correlation(each.numbers, outcome) >= SAME_ORDER:
            found.append(Leak((each.name,), "near_copy"))
        elif is_mean_of_label(each.numbers, each.codes, outcome):
            found.append(Leak((each.name,), "target_mean"))
    guilty = {name for leak in found for name in leak.columns}
    pairs = pairs_that_fit([each for each in columns if each.name not in guilty], outcome)
    return [*found, *(Leak(pair, "pair") for pair in dict.fromkeys(pairs))]


def _of_column(column: SeenColumn, rows: ClassedRows, looks: Sequence[ColumnView], tested: int) -> Iterator[Leak]:
    """The first rule that a column breaks, else what is worth telling."""
    name = (column.name,)
    view = _recoding(column, looks, rows)
    if view is not None:
        yield Leak(name, "recoding", view.name)
        return
    if _is_near_copy(column, rows):
        yield Leak(name, "near_copy")
        return
    outcome = (rows.codes == 1).astype(np.float64)
    if rows.count == TWO and column.numbers is not None and is_mean_of_label(column.numbers, column.codes, outcome):
        yield Leak(name, "target_mean")
        return
    if column.kind != "text" and is_function_of_value(column.codes, column.distinct, rows.codes):
        yield Leak(name, "value_function")
        return
    pure = _with_pure_values(column, looks)
    found = [(each, value) for each in pure if (value := find_pure(each, rows, tested)) is not None]
    proofs = [each for each, value in found if gives_away(value, each, column, rows)]
    told = proofs or [each for each, value in found if is_worth_telling(value)]
    if told:
        yield Leak(name, "pure_value", told[0].name, bool(proofs))


def _looks(column: SeenColumn, most: int) -> Iterator[ColumnView]:
    """What may say the class: few values, and what is seen besides."""
    whole = few_valued(column, most)
    if whole is not None:
        yield whole
    yield from (view for view in asides(column) if view.count <= most + 1)


def _with_pure_values(column: SeenColumn, looks: Sequence[ColumnView]) -> Iterator[ColumnView]:
    """What may have values of one class only: every text, few numbers, and what is seen besides."""
    whole = few_valued(column, len(column.codes) if column.kind == "text" else PURE_NUMBERS)
    if whole is not None and all(whole.name != each.name for each in looks):
        yield whole
    yield from (view for view in looks if view.name in (VALUES, MISSING, COMMONEST))


def _pure_values(column: SeenColumn, most: int) -> int:
    """The number of values in these, without looking at them."""
    few = max(most, len(column.codes) if column.kind == "text" else PURE_NUMBERS)
    absent = column.codes < 0
    values = column.distinct + 1 if 0 < column.distinct <= few else 0
    missing = TWO if absent.any() and not absent.all() else 0
    return values + missing + (TWO if column.distinct > TWO else 0)


def _recoding(column: SeenColumn, looks: Sequence[ColumnView], rows: ClassedRows) -> ColumnView | None:
    """The look by which the column is the label in other words, if there is one."""
    least = RECODES if rows.count == TWO else RECODES_SEVERAL
    found = [(view, *_agreement(view, rows)) for view in looks]
    for view, kept, said in sorted(found, key=lambda each: -each[2].low):
        if said.low <= least:
            return None
        cells = None if view.name == MISSING else cells_of(column)
        if said.low > REPEATS or cells is None or say_the_same(said.said, cells[kept], rows.only(kept)):
            return view
    return None


def _agreement(view: ColumnView, rows: ClassedRows) -> tuple[NDArray[np.bool_], Agreement]:
    """How well a look says the class, among the rows that have a value if most do."""
    there = view.codes > 0 if view.name == VALUES else np.ones(len(view.codes), dtype=np.bool_)
    kept = there if 2 * int(there.sum()) > len(there) else np.ones(len(there), dtype=np.bool_)
    return kept, agreement(view.codes[kept], view.count, rows.only(kept))


def _is_near_copy(column: SeenColumn, rows: ClassedRows) -> bool:
    """Whether its order is that of two classes, or its bins say the class."""
    if column.numbers is None:
        return False
    if rows.count == TWO and column.distinct > TWO:
        there = np.isfinite(column.numbers)
        if 2 * int(there.sum()) >= len(there):
            scores, positive = column.codes[there].astype(np.float64), rows.codes[there] == 1
            # The limit is never beyond the area, and the area of falling scores is what that of rising ones leaves.
            likely = positive.any() and not positive.all() and _may_copy(positive, scores)
            ends = (roc_auc(positive, each) for each in ((scores, -scores) if likely else ()))
            if any(area.kind == "estimate" and area.low > COPIES for area in ends):
                return True
    bins = binned(column, FINE_BINS)
    return bins is not None and agreement(bins.codes, bins.count, rows).low > FITS


def _may_copy(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> bool:
    """Whether the area could be as large as a copy's, in either direction; only surely not where it is far from it."""
    ranks, count = midranks(scores)[positive], int(positive.sum())
    area = (float(ranks.sum()) - count * (count + 1) / 2) / (count * (len(positive) - count))
    return max(area, 1 - area) > COPIES - SLACK


def _rank_correlation(numbers: NDArray[np.float64], outcome: NDArray[np.float64]) -> float:
    there = np.isfinite(numbers)
    if 2 * int(there.sum()) < len(there) or there.sum() < 3:  # noqa: PLR2004  # two points lie on a line
        return 0.0
    one, other = (_midranks(each[there]) for each in (numbers, outcome))
    spread = float(one.std() * other.std())
    return abs(float(((one - one.mean()) * (other - other.mean())).mean())) / spread if spread else 0.0


def _midranks(values: NDArray[Any]) -> NDArray[np.float64]:
    _, places, times = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(times) - (times - 1) / 2)[places], dtype=np.float64)
