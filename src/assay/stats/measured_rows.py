"""Rows of truth and scores, and how to measure them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.stats.clusters import Clusters
from assay.stats.ranking import RankedRows


@dataclass(frozen=True, kw_only=True)
class ScoredRows:
    """Truth and scores of rows.

    Binary: truth is bool, scores the probability of true. Multiclass: truth is a class code from 0, scores are
    [rows × classes]. Regression: both are numbers. Rows are independent, unless `clusters`
    says which of them belong together.
    """

    truth: NDArray[Any]
    scores: NDArray[np.float64]
    clusters: Clusters | None = None

    @cached_property
    def ranked(self) -> RankedRows:
        """The rows of two classes by their scores, sorted once."""
        return RankedRows.of(self.truth, self.scores)

    def among(self, inside: NDArray[np.bool_]) -> ScoredRows:
        """The rows for which `inside` is true."""
        clusters = None if self.clusters is None else self.clusters.among(inside)
        return ScoredRows(truth=self.truth[inside], scores=self.scores[inside], clusters=clusters)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How to measure: the task, the lowest positive score, the level, the seed of draws, the fewest rows of a rate."""

    task: str
    threshold: float = 0.5
    level: float = 0.95
    seed: int = 0
    smallest: int = 1
