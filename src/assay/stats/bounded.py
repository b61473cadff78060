"""A number that is known within bounds, because its values were counted in buckets."""

from __future__ import annotations

from dataclasses import dataclass

from assay.facts.values import Estimate

EXACT, BOUNDED = "exact", "bounded"


@dataclass(frozen=True)
class Bounded:
    """A number and the limits between which the exact one certainly lies; they do not depend on chance."""

    value: float
    low: float
    high: float

    @property
    def is_exact(self) -> bool:
        """Whether the limits are equal."""
        return self.low == self.high

    def estimate(self, n: int, *, method: str = "") -> Estimate:
        """The number as a fact; its method ends in `exact` or `bounded`."""
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
    """A number within limits; rounding errors never put it outside of them."""
    low, high = min(low, high), max(low, high)
    return Bounded(min(max(value, low), high), low, high)
