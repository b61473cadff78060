"""How many rows of another sample of the same size may be of a kind that this sample has few of, or none."""

from __future__ import annotations

from functools import cache


@cache
def most_elsewhere(seen: int, level: float) -> int:
    """The most rows of a kind that another sample of the same size has, given `seen` rows of it in this one.

    Of T such rows in both samples together, each lies in either with the same chance, so those seen are binomial with
    T trials and a half. The bound is the largest T that a test at this level does not refuse, without those seen: it is
    exceeded with at most this probability, whatever the distribution is (the prediction interval for exceedances;
    Hahn and Meeker, Statistical Intervals, 1991, chapter 5).
    """
    from scipy.special import bdtr

    total = seen
    while float(bdtr(seen, total + 1, 0.5)) > level:
        total += 1
    return total - seen
