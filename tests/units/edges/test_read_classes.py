"""The positive class is among the model's classes by value, or as it is written; nothing else passes for it."""

from __future__ import annotations

from typing import Any

import pytest

from assay.edges.model_answers import read_classes
from assay.errors import ModelError

TASK = "binary-classification"


@pytest.mark.parametrize(
    ("classes", "positive"), [([0, 1], 1), ([0, 1], True), ([False, True], 1), (["0", "1"], 1), (["no", "yes"], "yes")]
)
def test_the_positive_class_is_found(classes: list[Any], positive: Any) -> None:
    assert read_classes({"classes": classes}, TASK, positive) == tuple(classes)


@pytest.mark.parametrize(
    ("classes", "positive"), [([0, 1], "yes"), ([1, 2], 0), ([1, 2], False), (["no", "yes"], True), ([], 1)]
)
def test_another_class_is_refused(classes: list[Any], positive: Any) -> None:
    with pytest.raises(ModelError, match="is not among the model's classes"):
        read_classes({"classes": classes}, TASK, positive)
