"""A label that is no class is shown with its type, and what is alike is told."""

import numpy as np
import pytest

from assay.errors import DataError
from assay.stats.scored_rows import binary_rows, multiclass_rows
from assay.stats.strange_labels import strange_labels


@pytest.mark.parametrize(
    ("found", "classes", "sentence"),
    [
        (["0", "1"], (1,), ("which are the number 1 and one other: it has the text “0”, the text “1”. "
         'The text “1” is not the number 1; name the class as the label has it, such as `positive: "1"`.')),
        (["1 ", "0"], ("0", "1"), "it has the text “1 ”. Remove the spaces around “1 ”."),
        ([True, False], ("yes", "no"), "it has the boolean false, the boolean true."),
        ([1.0, 2.5], (0, 1), "which are the number 0, the number 1: it has the number 2.5."),
        (["Yes"], ("yes", "no"), "The text “Yes” is not the text “yes”"),
        ([3, 4, 5, 6, 7], (0, 1), "it has the number 3, the number 4, the number 5 and 2 more."),
    ],
)  # fmt: skip
def test_the_sentence(found: list[object], classes: tuple[object, ...], sentence: str) -> None:
    assert sentence in strange_labels(found, classes)  # type: ignore[arg-type]


def test_rows_of_strange_labels_are_refused() -> None:
    texts, scores = np.array(["0", "1"], dtype=object), np.array([0.1, 0.9])
    with pytest.raises(DataError, match="it has the text “0”, the text “1”"):
        binary_rows(texts, scores, classes=(), positive=1)
    with pytest.raises(DataError, match="it has the text “1”"):
        multiclass_rows(texts, [scores, scores], classes=("0", "2"))
