"""Features arrive as the estimator was fitted with them: the answers are those that it gives to its own rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, VotingClassifier
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from assay.edges.estimator_input import wrap
from assay.edges.model_child import Columns

ROWS = 60
BINARY = {"task": "binary-classification"}
CHOICE = np.random.default_rng(5)
WORDS = ["cheap", "prize", "lunch", "meeting", "win", "tomorrow"]
TEXTS = [" ".join(CHOICE.choice(WORDS, 4)) for _ in range(ROWS)]
SPAM = np.array(["prize" in each for each in TEXTS])
TABLE = pd.DataFrame(
    {
        "town": CHOICE.choice(["Aix", "Brno", "Oslo"], ROWS),
        "grade": CHOICE.choice([1, 2, 5], ROWS),
        "amount": CHOICE.normal(size=ROWS),
        "is_new": CHOICE.random(ROWS) < 0.5,
    }
)
GONE = TABLE.assign(town=TABLE.town.where(CHOICE.random(ROWS) < 0.8))
NONE = TABLE.assign(
    town=pd.Series(
        [None if lost else one for one, lost in zip(TABLE.town, GONE.town.isna(), strict=True)], dtype=object
    )
)
HIT = (TABLE.amount + (TABLE.town == "Oslo") + TABLE.grade / 5 + CHOICE.normal(size=ROWS) > 1).astype(int)


def columns(rows: pd.DataFrame) -> Columns:
    """What the model's process reads for these rows: arrays of numbers and booleans, lists of text."""
    found = Columns(
        (name, rows[name].to_numpy() if rows[name].dtype.kind in "iufb" else
         [None if pd.isna(each) else each for each in rows[name].astype(object)])
        for name in rows
    )  # fmt: skip
    found.rows = len(rows)
    return found


def same(model: Any, fitted_on: Any, given: pd.DataFrame) -> None:
    scores = wrap(model, BINARY)[0](columns(given))
    assert np.allclose(scores, model.predict_proba(fitted_on), atol=1e-12)


def lowered(texts: pd.Series) -> pd.Series:
    return texts.str.lower()


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(TfidfVectorizer(), LogisticRegression()),
        make_pipeline(make_pipeline(CountVectorizer()), LogisticRegression()),
        make_pipeline(HashingVectorizer(n_features=64), LogisticRegression()),
        make_pipeline(make_union(TfidfVectorizer(), TfidfVectorizer(analyzer="char")), LogisticRegression()),
        make_pipeline(FunctionTransformer(lowered), TfidfVectorizer(), LogisticRegression()),
        GridSearchCV(make_pipeline(TfidfVectorizer(), LogisticRegression()), {"logisticregression__C": [1.0]}, cv=2),
        CalibratedClassifierCV(make_pipeline(TfidfVectorizer(), LogisticRegression()), cv=2),
        VotingClassifier([("one", make_pipeline(TfidfVectorizer(), LogisticRegression()))], voting="soft"),
    ],
    ids=lambda model: type(model).__name__,
)
def test_a_column_of_text_has_one_dimension(model: Any) -> None:
    texts = pd.Series(TEXTS, dtype=object)
    same(model.fit(texts, SPAM), texts, pd.DataFrame({"message": TEXTS}))


def test_text_beside_other_features_or_missing_is_told() -> None:
    predict, _ = wrap(make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, SPAM), BINARY)
    with pytest.raises(ValueError, match="takes one column of text, but there are 2 features: a, b; name the one"):
        predict(columns(pd.DataFrame({"a": TEXTS, "b": TEXTS})))
    with pytest.raises(ValueError, match="`a` is missing in 1 rows"):
        predict(columns(pd.DataFrame({"a": [None, *TEXTS[1:]]})))


def parts() -> Any:
    encode = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    return make_column_transformer((encode, ["town"]), (StandardScaler(), ["amount"]), remainder="passthrough")


@pytest.mark.parametrize("rows", [TABLE, GONE], ids=["whole", "missing"])
def test_text_beside_numbers(rows: pd.DataFrame) -> None:
    same(make_pipeline(parts(), LogisticRegression()).fit(rows, HIT), rows, rows[["amount", "town", "is_new", "grade"]])


@pytest.mark.parametrize("rows", [GONE, NONE], ids=["as NaN", "as None"])
def test_missing_text_is_the_category_that_was_learned(rows: pd.DataFrame) -> None:
    """An encoder that learned None as a category does not know NaN, and the other way round."""
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(), ["town"]), remainder="passthrough"), LogisticRegression()
    ).fit(rows, HIT)
    same(model, rows, rows)


def test_rows_without_names() -> None:
    numbers = TABLE[["amount", "grade", "is_new"]]
    same(LogisticRegression().fit(numbers.to_numpy(dtype=float), HIT), numbers.to_numpy(dtype=float), numbers)
    assert wrap(LogisticRegression().fit(numbers.to_numpy(dtype=float), HIT), BINARY)[1] == [0, 1]


class Chosen:
    """A first step of a user's own, which takes columns by name and remembers no names."""

    def fit(self, _rows: Any, _labels: Any = None) -> Chosen:
        return self

    def transform(self, rows: Any) -> Any:
        return rows[["amount", "grade"]].to_numpy()


def test_a_first_step_of_a_users_own_gets_columns_by_name() -> None:
    same(make_pipeline(Chosen(), LogisticRegression()).fit(TABLE, HIT), TABLE, TABLE)


def test_categories_of_scikit_learn() -> None:
    rows = TABLE.astype({"town": "category"})
    model = HistGradientBoostingClassifier(max_iter=3, categorical_features="from_dtype").fit(rows, HIT)
    same(model, rows, TABLE)


@pytest.mark.parametrize("library", ["lightgbm", "xgboost"])
@pytest.mark.parametrize("rows", [TABLE, GONE], ids=["whole", "missing"])
def test_categories_of_boosters(library: str, rows: pd.DataFrame) -> None:
    """Categories of text and of whole numbers, in whatever share of them the rows at hand have."""
    loaded = pytest.importorskip(library)
    trained = rows.astype({"town": "category", "grade": "category"})
    if library == "lightgbm":
        model = loaded.LGBMClassifier(
            n_estimators=5, min_child_samples=2, cat_smooth=1, min_data_per_group=2, verbose=-1, n_jobs=1
        )
    else:
        model = loaded.XGBClassifier(n_estimators=5, enable_categorical=True, n_jobs=1)
    model.fit(trained, HIT)
    same(model, trained, rows)
    few = rows[rows.town == "Oslo"].reset_index(drop=True)
    expected = model.predict_proba(trained)[(rows.town == "Oslo").to_numpy()]
    assert np.allclose(wrap(model, BINARY)[0](columns(few)), expected, atol=1e-12)
    with pytest.raises(ValueError, match="trained on numbers in `amount`, which holds text"):
        wrap(model, BINARY)[0](columns(rows.assign(amount="much")))
