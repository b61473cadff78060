"""Tells by a sentence whether a function is pandas' or scikit-learn's, and writes data and model."""

import importlib
import inspect
import pkgutil
import warnings
from pathlib import Path

import pandas
import skops.io
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

SKIPPED = ("tests", "_libs", "externals", "conftest", "__main__", "_test", "experimental", "_arrow", "_build")


def sentences(package: str) -> set[str]:
    """The first sentences of a package's functions and methods."""
    found = set()
    top = importlib.import_module(package)
    for module in pkgutil.walk_packages(top.__path__, f"{package}."):
        if any(part in module.name for part in SKIPPED):
            continue
        try:
            loaded = importlib.import_module(module.name)
        except ImportError:
            continue
        for _, each in inspect.getmembers(loaded, lambda value: inspect.isclass(value) or inspect.isfunction(value)):
            if not str(getattr(each, "__module__", "")).startswith(package):
                continue
            parts = (
                [each, *(part for _, part in inspect.getmembers(each, inspect.isfunction))]
                if inspect.isclass(each)
                else [each]
            )
            for part in parts:
                text = " ".join((inspect.getdoc(part) or "").split("\n\n")[0].split())
                if str(getattr(part, "__module__", "")).startswith(package) and 20 < len(text) < 300:
                    found.add(text)
    return found


warnings.simplefilter("ignore")
rows = sorted((text, package) for package in ("pandas", "sklearn") for text in sentences(package))
table = pandas.DataFrame(rows, columns=["sentence", "library"]).drop_duplicates("sentence", keep=False)
table.insert(0, "number", range(len(table)))
train, holdout = train_test_split(table, test_size=0.5, random_state=0, stratify=table["library"])
model = make_pipeline(TfidfVectorizer(min_df=2), LogisticRegression(C=10, class_weight="balanced"))
model.fit(train["sentence"], train["library"])
for name, part in {"train": train, "holdout": holdout}.items():
    Path("data").mkdir(exist_ok=True)
    part.to_csv(f"data/{name}.csv", index=False)
skops.io.dump(model, "model.skops")
