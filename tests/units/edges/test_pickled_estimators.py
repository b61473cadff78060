"""Honest models as people save them ask for nothing but names on the list, in every protocol and packing."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, SplineTransformer, StandardScaler
from sklearn.svm import SVC

from assay.edges.pickle_list import outside_list
from assay.edges.pickle_scan import scan_pickle

RANDOM = np.random.default_rng(7)
FRAME = pd.DataFrame({name: np.abs(RANDOM.normal(size=60)) for name in ("income", "debt")})
FRAME = FRAME.assign(town=RANDOM.choice(["Aix", "Brno", "Çeşme"], 60), words=["a good day", "no such luck"] * 30)
NUMBERS, LABEL = FRAME[["income", "debt"]], (FRAME.income > 0.7).map({True: "yes", False: "no"})


def columns() -> Any:
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    words = (TfidfVectorizer(ngram_range=(1, 2)), "words")
    return make_column_transformer((numbers, ["income", "debt"]), (OneHotEncoder(), ["town"]), words)


def boosted(library: str, name: str) -> Any:
    module = pytest.importorskip(library)
    return getattr(module, name)(n_estimators=3).fit(NUMBERS, (LABEL == "yes").astype(int))


MODELS: dict[str, Callable[[], Any]] = {
    "linear": lambda: Ridge().fit(NUMBERS, FRAME.debt),
    "text": lambda: make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(FRAME.words, LABEL),
    "columns": lambda: make_pipeline(columns(), LogisticRegression()).fit(FRAME, LABEL),
    "selected": lambda: make_pipeline(
        make_column_transformer((StandardScaler(), make_column_selector(dtype_include=float)), remainder="drop"),
        SGDClassifier(loss="log_loss"),
    ).fit(FRAME, LABEL),
    "forest": lambda: RandomForestClassifier(5, random_state=np.random.RandomState(3)).fit(NUMBERS, LABEL),
    "gradients": lambda: GradientBoostingClassifier(n_estimators=5).fit(NUMBERS, FRAME.town),
    "histograms": lambda: HistGradientBoostingClassifier(max_iter=5).fit(NUMBERS, FRAME.town),
    "categories": lambda: HistGradientBoostingRegressor(loss="poisson", categorical_features=[0], max_iter=5).fit(
        NUMBERS.round(), FRAME.debt
    ),
    "functions": lambda: make_pipeline(FunctionTransformer(np.log1p), SplineTransformer(), Ridge()).fit(
        NUMBERS, FRAME.debt
    ),
    "neighbours": lambda: KNeighborsClassifier(algorithm="kd_tree").fit(NUMBERS.to_numpy(), LABEL),
    "machine": lambda: SVC().fit(NUMBERS, LABEL),
    "calibrated": lambda: CalibratedClassifierCV(RandomForestClassifier(3), method="isotonic").fit(NUMBERS, LABEL),
    "search": lambda: GridSearchCV(RandomForestClassifier(3), {"max_depth": [2, 3]}, scoring="roc_auc").fit(
        NUMBERS, LABEL == "yes"
    ),
    "stacked": lambda: StackingClassifier([("a", LogisticRegression()), ("b", SVC())]).fit(NUMBERS, LABEL),
    "lightgbm": lambda: boosted("lightgbm", "LGBMClassifier"),
    "xgboost": lambda: boosted("xgboost", "XGBClassifier"),
}


@pytest.mark.parametrize("name", MODELS)
def test_it_asks_for_names_on_the_list(tmp_path: Path, name: str) -> None:
    model, path = MODELS[name](), tmp_path / "model"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        path.write_bytes(pickle.dumps(model, protocol=protocol))
        found = scan_pickle(str(path), joblib=False)
        assert (protocol, found.why, outside_list(found.uses, ())) == (protocol, "", ())
        assert found.asked
    for compress in (0, ("zlib", 3), ("xz", 3)):
        joblib.dump(model, path, compress=compress)
        found = scan_pickle(str(path), joblib=True)
        assert (compress, found.why, outside_list(found.uses, ())) == (compress, "", ())
        assert found.asked
