"""Distributions as the finite sums that they are for whole degrees of freedom, to 28 digits or nearly."""

import math
from decimal import Decimal


def chi_squared_tail(statistic: float, freedom: int) -> float:
    """The chance of at least so large a χ² (Abramowitz and Stegun 26.4.4 and 26.4.5)."""
    half = Decimal(statistic) / 2
    if freedom % 2:
        beyond = Decimal(math.erfc(math.sqrt(statistic / 2)))
        start, shift = 2 * (half / Decimal(math.pi)).sqrt(), Decimal("0.5")
    else:
        beyond, start, shift = Decimal(0), Decimal(1), Decimal(0)
    term, total = start, Decimal(0)
    for step in range(1, freedom // 2 + 1):
        total += term
        term *= half / (step + shift)
    return float(beyond + total * (-half).exp())


def student_within(reach: float, freedom: int) -> float:
    """The chance of a t between -reach and reach (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    angle = math.atan2(reach, math.sqrt(freedom))
    square = math.cos(angle) ** 2
    term, terms = math.cos(angle) if freedom % 2 else 1.0, []
    for step in range(1 + freedom % 2, freedom, 2):
        terms.append(term)
        term *= square * step / (step + 1)
    total = math.sin(angle) * math.fsum(terms)
    return 2 / math.pi * (angle + total) if freedom % 2 else total
