"""The rows of each group of an attribute, where the manifest says which rows belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.checks.bias.spec import CROSS, By, columns_of
from assay.dossier.check_context import CheckContext
from assay.errors import DataError
from assay.facts.values import Measure
from assay.stats.clustered_gaps import GroupRows, clustered_gap, clustered_rates
from assay.stats.clusters import Clusters, clusters_of
from assay.stats.fairness import GAPS
from assay.stats.grouping import codes, name, numbers
from assay.tables.addressing import SCORE


@dataclass(frozen=True, eq=False)
class GroupedRows:
    """Every row: whether it is positive and selected, its cluster, and the columns to group by."""

    positive: NDArray[np.bool_]
    selected: NDArray[np.bool_]
    clusters: Clusters
    columns: Mapping[str, NDArray[Any]]

    @classmethod
    def of(cls, columns: Mapping[str, NDArray[Any]], context: CheckContext) -> GroupedRows:
        """The rows in some columns; a missing label counts as not positive, so count those first."""
        scores = numbers(columns[SCORE])
        if scores is None or context.positive is None or context.group is None:
            raise DataError("The rows have no scores, no positive class or no groups.")
        return cls(
            positive=codes(columns[str(context.label)], (context.positive,)) == 0,
            selected=np.asarray(scores >= context.threshold),
            clusters=clusters_of(columns[context.group], context.group),
            columns=columns,
        )

    def measure(
        self, by: By, keys: Sequence[tuple[Any, ...]], rates: Sequence[str], smallest: int, level: float
    ) -> tuple[dict[str, dict[str, Measure]], dict[str, Measure]]:
        """The rates of each group by its name, and the gaps between them."""
        values = [self.columns[column].tolist() for column in columns_of(by)]
        places: dict[str, list[int]] = {CROSS.join(map(name, key)): [] for key in keys}
        for place, key in enumerate(zip(*values, strict=True)):
            found = places.get(CROSS.join(map(name, key)))
            # Rows without a value may be left out.
            if found is not None:
                found.append(place)
        groups = {group: self._among(np.array(found, dtype=np.int64)) for group, found in places.items()}
        ordered = list(groups.values())
        return (
            {each: clustered_rates(rows, rates, level=level, smallest=smallest) for each, rows in groups.items()},
            {each: clustered_gap(each, ordered, level=level, smallest=smallest) for each in GAPS},
        )

    def _among(self, places: NDArray[np.int64]) -> GroupRows:
        return GroupRows(self.positive[places], self.selected[places], Clusters(self.clusters.codes[places]))
