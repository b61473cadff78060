"""Runs a model: reads features from a job folder and writes scores into the folder that the job names.

This script uses only the standard library and the model's own libraries, and runs as `python -s -B model_child.py
FOLDER`. The manifest names the interpreter, so the script keeps to Python 3.8. `model_job.py` describes the folder.
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and sys.path[0] == __file__.rpartition("/")[0]:
    del sys.path[0]

import contextlib
import importlib
import importlib.util
import json
import traceback
from array import array
from pathlib import Path
from types import TracebackType
from typing import Any, Callable  # noqa: UP035 - Python 3.8

STAGE: dict[str, Any] = {"at": "starting", "lists": False}
MOST_SOURCES = 5_000
INPUT = "assay_estimator_input"
Predict = Callable[[Any], Any]


class Columns(dict):  # type: ignore[type-arg] # Python 3.8 has no dict[str, Any] at run time
    """Columns by name: arrays of numbers or booleans, lists of text. `rows` is their length."""

    rows = 0

    def first(self) -> Columns:
        """The first row."""
        row = Columns((name, values[:1]) for name, values in self.items())
        row.rows = min(self.rows, 1)
        return row

    def frame(self) -> Any:
        """A pandas DataFrame, or these columns as lists without pandas."""
        pandas = find_library("pandas")
        STAGE["lists"] = not pandas
        return pandas.DataFrame(dict(self)) if pandas else {name: list(values) for name, values in self.items()}


def find_library(name: str) -> Any:
    """A library, or None if the environment lacks it."""
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def read_columns(folder: Path) -> Columns:
    """The features of one table."""
    listed = json.loads((folder / "columns.json").read_text(encoding="utf-8"))
    columns, numpy = Columns(), find_library("numpy")
    columns.rows = listed["rows"]
    for number, column in enumerate(listed["columns"]):
        path, kind = folder / str(number), column["type"]
        if kind == "text":
            columns[column["name"]] = json.loads(path.read_text(encoding="utf-8"))
        elif numpy:
            stored = {"float64": "<f8", "int64": "<i8", "bool": "u1"}[kind]
            columns[column["name"]] = numpy.fromfile(path, dtype=stored).astype(kind)
        else:
            values = array({"float64": "d", "int64": "q", "bool": "B"}[kind], path.read_bytes())
            if sys.byteorder == "big":
                values.byteswap()
            columns[column["name"]] = [bool(value) for value in values] if kind == "bool" else values
    return columns


def choose(scores: Any, classes: list[Any], job: dict[str, Any]) -> Any:
    """The scores to keep, by row: for two classes only the probability of the positive one."""
    numpy = find_library("numpy")
    if numpy:
        try:
            scores = numpy.asarray(scores, dtype="float64")
        except (ValueError, TypeError) as problem:
            raise ValueError(f"The model did not answer with rows of numbers: {problem}.") from None
        if scores.ndim not in (1, 2):
            raise ValueError(f"The model answered with {scores.ndim} dimensions; expected one row per row of features.")
        scores = scores.reshape(len(scores), -1)
    else:
        scores = [[float(one) for one in (row if isinstance(row, (list, tuple)) else [row])] for row in scores]
    width = len(scores[0]) if len(scores) > 0 else 0
    if job["task"] != "binary-classification" or width == 0:
        return scores
    if width == 1:
        classes[:] = classes or [job["positive"]]
        return scores
    matching = match(classes, job["positive"])
    if len(classes) != width or width != 2 or len(matching) != 1:  # noqa: PLR2004 - two classes are what binary means
        raise ValueError(
            f"The model gives {width} scores per row for the classes {classes}; expected two classes, one of them the "
            f"positive one, {job['positive']!r}, or its probability alone."
        )
    return scores[:, matching] if numpy else [[row[matching[0]]] for row in scores]


def match(classes: list[Any], positive: Any) -> list[int]:
    """The position of a class among the classes: by value, else by text."""
    same = [index for index, one in enumerate(classes) if type(one) is type(positive) and one == positive]
    equal = [index for index, one in enumerate(classes) if one == positive]
    return same or equal or [index for index, one in enumerate(classes) if str(one) == str(positive)]


def simplify(one: Any) -> Any:
    """A class as JSON: a text, a whole number or a boolean."""
    one = one.item() if hasattr(one, "item") else one
    if isinstance(one, float) and one.is_integer():
        return int(one)
    return one if isinstance(one, (str, int, bool)) else str(one)


def write_scores(path: Path, scores: Any) -> list[int]:
    """Writes rows of scores as little-endian numbers; returns the numbers of rows and columns."""
    width = len(scores[0]) if len(scores) > 0 else 0
    if hasattr(scores, "astype"):
        path.write_bytes(scores.astype("<f8").tobytes())
    else:
        values = array("d", [one for row in scores for one in row])
        if sys.byteorder == "big":
            values.byteswap()
        path.write_bytes(values.tobytes())
    return [len(scores), width]


def use_copy(root: str, code: str) -> None:
    """Turns what an editable installation imports from the model's repository to the copy that was digested.

    What the copy does not have is not imported. An environment within the repository stays.
    """
    kept = [str(Path(place).resolve()) for place in (sys.prefix, sys.base_prefix)]

    def moved(path: Any) -> str | None:
        real = str(Path(str(path)).resolve())
        if not is_beneath(real, root) or any(is_beneath(real, place) for place in kept if place != root):
            return str(path)
        copy = Path(code + real[len(root.rstrip("/")) :]) if code else None
        return str(copy) if copy is not None and copy.exists() else None

    sys.path[:] = [path for path in map(moved, sys.path) if path is not None]
    for finder in sys.meta_path:
        mapping = getattr(sys.modules.get(str(getattr(finder, "__module__", ""))), "MAPPING", None)
        if isinstance(mapping, dict):
            places = {name: moved(path) for name, path in mapping.items()}
            mapping.clear()
            mapping.update({name: path for name, path in places.items() if path is not None})


def is_beneath(path: str, folder: str) -> bool:
    """Whether a path is a folder or in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def read_script(folder: Path, name: str) -> Any:
    """A script of the job's folder as a module."""
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ValueError("The model's format cannot be loaded.")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def load(model_format: Any, job: dict[str, Any]) -> tuple[Predict, list[Any]]:
    """The model as a function of columns, and its classes."""
    if hasattr(model_format, "load"):
        return model_format.load(job)  # type: ignore[no-any-return]
    wrap = sys.modules[INPUT].wrap
    return wrap(model_format.load_estimator(job), job)  # type: ignore[no-any-return]


def run(folder: Path, job: dict[str, Any]) -> None:
    """Loads the model, answers every table, and then reports success."""
    STAGE["at"], answers = "loading", Path(job["answers"])
    if job["root"]:
        use_copy(job["root"], job["code"])
    if job["code"]:
        sys.path.append(job["code"])
    model_format, loading = read_script(folder, "model_format"), read_script(folder, "bounded_loading")
    sys.modules[INPUT] = read_script(folder, "estimator_input")
    if hasattr(model_format, "prepare"):
        model_format.prepare(job)
    if hasattr(model_format, "load_estimator"):
        find_library("pandas")
    with loading.bounded(job["loading"], answers / "loading"), loading.only_asked(job["asked"]):
        predict, classes = load(model_format, job)
        if job["tried"] and job["tables"]:
            first = read_columns(folder / "tables" / "0").first()
            loading.prove(predict, first)
    classes[:] = [simplify(one) for one in classes]
    tables = []
    for number in range(job["tables"]):
        STAGE["at"] = str(number)
        columns = read_columns(folder / "tables" / str(number))
        scores = predict(columns) if columns.rows else []
        classes[:] = [simplify(one) for one in classes]
        rows, width = write_scores(answers / f"{number}.f64", choose(scores, classes, job))
        tables.append({"rows": rows, "columns": width})
    STAGE["at"] = "finishing"
    document = {"tables": tables, "classes": classes, "uncompiled": find_uncompiled()}
    part = answers / "answers.part"
    part.write_text(json.dumps(document), encoding="utf-8")
    part.replace(answers / "answers.json")


def find_uncompiled() -> list[str]:
    """The sources of imported modules that have no bytecode."""
    found = []
    for module in list(sys.modules.values()):
        with contextlib.suppress(Exception):  # what is imported may be anything
            spec = vars(module)["__spec__"]
            if spec.has_location and not Path(spec.cached).exists():
                found.append(str(spec.origin))
    return found[:MOST_SOURCES]


def write_failure(
    answers: Path, folder: Path, kind: type[BaseException], problem: BaseException, trace: TracebackType | None
) -> None:
    """Writes why there are no answers: our own sentence as it is, any other error with its type and place."""
    frames = traceback.extract_tb(trace)
    last = frames[-1] if frames else None
    ours = last is not None and Path(last.filename).parent == folder and (last.line or "").startswith("raise ")
    story = {
        "at": STAGE["at"],
        "ours": ours and kind is ValueError,
        "type": kind.__name__,
        "memory": issubclass(kind, MemoryError),
        "number": getattr(problem, "errno", None) if issubclass(kind, OSError) else None,
        "missing": issubclass(kind, ImportError),
        "library": getattr(problem, "name", None) if issubclass(kind, ModuleNotFoundError) else None,
        "lists": STAGE["lists"],
        "message": str(problem)[:2_000],
        "place": f"{Path(last.filename).name}, line {last.lineno}" if last else "",
    }
    (answers / "failure.json").write_text(json.dumps(story), encoding="utf-8")


def main(folder: Path) -> None:
    """Runs the job in a folder."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    answers = Path(job["answers"])
    sys.excepthook = lambda kind, problem, trace: write_failure(answers, folder, kind, problem, trace)
    run(folder, job)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
