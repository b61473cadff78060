"""Which label, task and positive class `init` proposes, and where it says that it cannot know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assay.commands.parts.counted_columns import is_named_id
from assay.commands.parts.proposed_label import (
    choose_positive,
    column_of_classes,
    find_label,
    last_column,
    left_column,
    propose_label,
)
from assay.edges.data_files import find_source
from assay.tables.reading import schema


@pytest.mark.parametrize(
    ("negative", "positive"),
    [
        ("No", "Yes"),
        ("ham", "spam"),
        ("stayed", "churned"),
        ("Existing Customer", "Churned"),
        ("False", "True"),
        ("n", "Y"),
        ("f", "t"),
        ("benign", "malignant"),
        ("No default", "Loan"),
        ("legit", "Chargeback"),
        ("paid", "default"),
        ("-", "+"),
        (0, 1),
        (-1, 1),
        (0.0, 1.0),
        ("0", "1"),
        (False, True),
        ("alive", "Deceased"),
        ("negative.", "positive."),
    ],
)
def test_the_positive_class_by_custom(negative: Any, positive: Any) -> None:
    for counts in ({negative: 10, positive: 90}, {positive: 90, negative: 10}):
        assert choose_positive(counts) == (positive, None)


@pytest.mark.parametrize(("rarer", "other"), [("f", "m"), ("good", "bad"), (2, 1), ("left", "right"), ("A", "B")])
def test_without_a_custom_the_rarer_one_and_a_word(rarer: Any, other: Any) -> None:
    chosen, doubt = choose_positive({other: 60, rarer: 40})
    assert chosen == rarer
    assert doubt is not None
    assert f"write `{other}`" in doubt


@pytest.mark.parametrize(
    ("told", "expected"),
    [("classification", ("vote", True)), ("regression", ("few", False)), (None, ("vote", True))],
)
def test_of_what_the_model_leaves_what_fits_its_task(
    tmp_path: Path, told: str | None, expected: tuple[str, bool]
) -> None:
    rows = "".join(f"{'AB'[n % 2]},{n / 7:.3f},{n},{n % 3}\n" for n in range(60))
    (tmp_path / "a.csv").write_text(f"vote,size,logged,few\n{rows}")
    source = find_source(tmp_path, "a.csv")
    kinds = schema(source)
    assert left_column("a", source, kinds, told) == expected
    only = {"few": kinds["few"]}
    assert left_column("a", source, only, told) == ("few", True)
    assert left_column("a", source, {"size": "number"}, "classification") == (None, False)


def test_a_column_of_the_model_s_classes_is_its_label(tmp_path: Path) -> None:
    rows = "".join(f"{'AB'[n % 2]},{n % 2},{n % 3},x\n" for n in range(60))
    (tmp_path / "a.csv").write_text(f"vote,code,few,same\n{rows}")
    source = find_source(tmp_path, "a.csv")
    names = ["vote", "code", "few", "same"]
    assert column_of_classes("a", source, names, ["A", "B", "C"]) == "vote"
    assert column_of_classes("a", source, names, [0, 1]) == "code"
    assert column_of_classes("a", source, names, [0.0, 1.0, 2]) is None  # two columns have such values
    assert column_of_classes("a", source, names, ["x"]) is None


@pytest.mark.parametrize("word", ["repaid", "paid", "Unpaid", "valid", "COVID", "is_fluid", "hybrid"])
def test_a_word_that_ends_in_id_names_no_id(word: str) -> None:
    assert not is_named_id(word)


@pytest.mark.parametrize("word", ["id", "ID", "loan_id", "customerID", "PassengerId", "userid", "CUSTOMERID", "row-no"])
def test_ids_by_name(word: str) -> None:
    assert is_named_id(word)


def test_labels_by_name() -> None:
    assert find_label({"a": "number", "Churn": "text", "target": "text"}) == "target"
    assert find_label({"a": "number", "Churn": "text"}, ["Churn"]) is None
    assert last_column({"a": "number", "price": "number"}) == "price"
    assert last_column({"a": "number", "made": "date"}) is None
    assert last_column({}) is None


@pytest.mark.parametrize(
    ("values", "told", "task", "positive"),
    [
        (["Yes", "No"], None, "binary-classification", "Yes"),
        (["true", "false"], None, "binary-classification", True),
        ([0, 1], None, "binary-classification", None),
        (["0.0", "1.0"], None, "binary-classification", None),
        ([0, 1, 2], None, "multiclass-classification", None),
        ([0, 1, 2], "regression", "regression", None),
        (["1.5", "2.5", "3.5"], None, "regression", None),
        (["1.0", "2.0", "3.0"], "classification", "multiclass-classification", None),
        (range(60), "classification", "regression", None),
        ([f"letter {n}" for n in range(26)], None, "multiclass-classification", None),
        (["a"], None, "regression", None),
    ],
)
def test_the_task_follows_from_the_values_and_the_model(
    tmp_path: Path, values: Any, told: str | None, task: str, positive: Any
) -> None:
    listed = list(values)
    (tmp_path / "a.csv").write_text("no,y\n" + "".join(f"{n},{listed[n % len(listed)]}\n" for n in range(120)))
    source = find_source(tmp_path, "a.csv")
    found = propose_label("a", source, "y", schema(source)["y"], told)
    assert (found.task, found.positive) == (task, positive)
