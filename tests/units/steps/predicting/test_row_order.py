"""The order of the rows for the model: drawn from the data, and undone in the answers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assay.dossier.plan_parts import PlannedInput
from assay.steps.predicting.row_order import draw_order, put_back


class Planned:
    """As much of a plan as an order is drawn from."""

    def __init__(self, digest: str) -> None:
        self.inputs = (PlannedInput(role="data", name="holdout", path="holdout.csv", digest=digest, bytes=1),)


def test_an_order_is_drawn_from_the_data() -> None:
    """D5: the same data give the same order on every machine, other data another; it is not that of the file."""
    first = draw_order(Planned("sha256:" + "a" * 64), "holdout", 100)  # type: ignore[arg-type]
    again = draw_order(Planned("sha256:" + "a" * 64), "holdout", 100)  # type: ignore[arg-type]
    other = draw_order(Planned("sha256:" + "b" * 64), "holdout", 100)  # type: ignore[arg-type]
    assert first.tolist() == again.tolist() != other.tolist()
    assert sorted(first.tolist()) == list(range(100)) != first.tolist()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.integers(1, 3), st.randoms())
def test_answers_are_put_back(values: list[float], width: int, random: object) -> None:
    """D5: whatever the order, each answer returns to its row."""
    rows = np.array([values] * width).T
    order = np.array(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert np.array_equal(put_back(rows[order], order), rows)
