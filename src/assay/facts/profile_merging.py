"""Merging: the profiles of parts of the data become the profile of all of it; all are made like one reference."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce

from assay.errors import DataError
from assay.facts.profiles import Categories, ColumnProfile, Numbers, Profile


def merge_profiles(profiles: Sequence[Profile]) -> Profile:
    """The merged profile of some parts; raises DataError unless all were made like one reference."""
    first, *others = profiles
    for each in others:
        if each.like is None or each.like != first.like:
            raise DataError("Only profiles made with the same reference can be merged; use `--like`.", hint="")
        if each.kinds() != first.kinds():
            raise DataError("Profiles of different columns cannot be merged.", hint="")
    return reduce(_merge, others, first)


def _merge(one: Profile, other: Profile) -> Profile:
    return Profile(
        rows=one.rows + other.rows,
        sources=tuple(sorted((*one.sources, *other.sources))),
        like=one.like,
        columns={name: _merge_columns(name, column, other.columns[name]) for name, column in one.columns.items()},
    )


def _merge_columns(name: str, one: ColumnProfile, other: ColumnProfile) -> ColumnProfile:
    numbers = categories = None
    if one.numbers is not None and other.numbers is not None and one.numbers.edges == other.numbers.edges:
        numbers = _merge_numbers(one.numbers, other.numbers, one.n, other.n)
    elif one.categories is not None and other.categories is not None and _names(one) == _names(other):
        pairs = zip(one.categories.values, other.categories.values, strict=True)
        values = tuple((value, count + more) for (value, count), (_, more) in pairs)
        categories = Categories(values=values, rest=one.categories.rest + other.categories.rest)
    elif not _is_bare(one) or not _is_bare(other):
        raise DataError(
            f"The profiles have different edges or categories for `{name}`, so they cannot be merged.", hint=""
        )
    return ColumnProfile(
        kind=one.kind,
        n=one.n + other.n,
        missing=one.missing + other.missing,
        negative=one.negative + other.negative,
        positive=one.positive + other.positive,
        hidden=one.hidden or other.hidden,
        numbers=numbers,
        categories=categories,
    )


def _names(column: ColumnProfile) -> tuple[str | bool, ...]:
    return tuple(value for value, _ in column.categories.values) if column.categories is not None else ()


def _is_bare(column: ColumnProfile) -> bool:
    return column.numbers is None and column.categories is None


def _merge_numbers(one: Numbers, other: Numbers, n: int, m: int) -> Numbers:
    mean, deviations = _moments(one, other, n, m)
    return Numbers(
        mean=mean,
        deviations=deviations,
        edges=one.edges,
        counts=tuple(a + b for a, b in zip(one.counts, other.counts, strict=True)),
        low=_joined(min, one.low, other.low),
        high=_joined(max, one.high, other.high),
        total=tuple(
            None if (a is None and c) or (b is None and d) else _finite((a or 0.0) + (b or 0.0)) if c + d else None
            for a, b, c, d in zip(one.total, other.total, one.counts, other.counts, strict=True)
        ),
    )


def _moments(one: Numbers, other: Numbers, n: int, m: int) -> tuple[float | None, float | None]:
    if n == 0 or m == 0:
        filled = one if m == 0 else other
        return filled.mean, filled.deviations
    if one.mean is None or other.mean is None:
        return None, None
    distance = other.mean - one.mean
    mean = _finite(one.mean + distance * (m / (n + m)))
    if one.deviations is None or other.deviations is None:
        return mean, None
    return mean, _finite(one.deviations + other.deviations + distance * distance * (n * m / (n + m)))


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _joined(
    join: Callable[[float, float], float], one: Sequence[float | None], other: Sequence[float | None]
) -> tuple[float | None, ...]:
    return tuple(b if a is None else a if b is None else join(a, b) for a, b in zip(one, other, strict=True))
