"""A number that is known within a bound, because the values behind it were put into buckets."""

from __future__ import annotations

from dataclasses import dataclass

from assay.facts.values import Estimate

EXACT, BOUNDED = "exact", "bounded"


@dataclass(frozen=True)
class Bounded:
    """A number and the limits between which the exact one surely lies; no limit is a matter of chance."""

    value: float
    low: float
    high: float

    @property
    def is_exact(self) -> bool:
        """Whether nothing is left open."""
        return self.low == self.high

    def estimate(self, n: int, *, method: str = "") -> Estimate:
        """The number as a fact; its method is `exact` or `bounded`, after the name of the method where one is given."""
        certainty = EXACT if self.is_exact else BOUNDED
        return Estimate(
            value=self.value,
            low=self.low,
            high=self.high,
            n=n,
            method=f"{method}-{certainty}" if method else certainty,
            level=1.0,
        )


def known(value: float) -> Bounded:
    """A number that is known exactly."""
    return Bounded(value, value, value)


def between(low: float, value: float, high: float) -> Bounded:
    """A number within limits, which rounding errors never put outside of them."""
    low, high = min(low, high), max(low, high)
    return Bounded(min(max(value, low), high), low, high)
