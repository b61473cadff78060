"""Models that CatBoost trains and saves, the rows they know, and what they answer: run by CatBoost's own interpreter."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from catboost import CatBoostClassifier, CatBoostRegressor

ROWS = 300


def main(folder: Path) -> None:
    random = np.random.default_rng(3)
    rows = pd.DataFrame(
        {
            "years": random.integers(18, 80, ROWS),
            "town": random.choice(["Aix", "Brno", "Çeşme"], ROWS),
            "net income": random.normal(size=ROWS),
        }
    )
    usual = {"iterations": 4, "verbose": False, "thread_count": 1, "allow_writing_files": False, "random_seed": 1}
    hit = np.where(rows["net income"] + (rows.town == "Brno") > 0.2, "yes", "no")
    numbers = rows[["years", "net income"]]
    rows["note"] = [" ".join(random.choice(["late", "paid", "again", "never"], 4)) for _ in range(ROWS)]
    known, notes = rows[["years", "town", "net income"]], rows[["note", "years"]]
    models = {
        "binary": CatBoostClassifier(cat_features=["town"], **usual).fit(known, hit),
        "several": CatBoostClassifier(**usual).fit(numbers, rows.years % 3),
        "number": CatBoostRegressor(**usual).fit(numbers, rows.years * 2.0 + rows["net income"]),
        "counts": CatBoostRegressor(loss_function="Poisson", **usual).fit(numbers, rows.years),
        "bare": CatBoostClassifier(**usual).fit(numbers.to_numpy(), hit == "yes"),
        "texts": CatBoostClassifier(text_features=["note"], **usual).fit(notes, hit),
    }
    answers = {}
    for name, model in models.items():
        given = {"binary": known, "texts": notes, "bare": numbers.to_numpy()}.get(name, numbers)
        model.save_model(str(folder / f"{name}.cbm"))
        if name != "texts":
            model.save_model(str(folder / f"{name}.json"), format="json")
        regression = name in ("number", "counts")
        answers[name] = (model.predict(given) if regression else model.predict_proba(given)).tolist()
    document = {"rows": rows.to_dict("list"), "answers": answers}
    (folder / "answers.txt").write_text(json.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
