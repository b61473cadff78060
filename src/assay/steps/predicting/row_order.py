"""The order in which rows reach the model, so that their places tell it nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.dossier.check_context import seed_for
from assay.dossier.pages import Plan

if TYPE_CHECKING:
    import numpy as np


def draw_order(plan: Plan, name: str, rows: int) -> np.ndarray[Any, Any]:
    """The places of a data set's rows in the order for the model, drawn from the content of the planned data.

    All recipes on a data set have one order, so that a row and its changed copies lie in the same place.
    """
    import numpy as np

    digests = [each.digest for each in plan.inputs if each.role == "data" and each.name == name]
    return np.random.default_rng(seed_for("row_order", digests)).permutation(rows)


def put_back(scores: np.ndarray[Any, Any], order: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Scores [rows × scores per row] in the order of the data set again."""
    import numpy as np

    restored = np.empty_like(scores)
    restored[order] = scores
    return restored
