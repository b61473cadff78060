"""The model of a repository: its file, a function of the repository, or a file of its answers; nothing is loaded."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from assay.edges.files import digest_beneath, read_beneath
from assay.edges.mlflow_folder import NAME as MLMODEL
from assay.edges.mlflow_folder import REQUIREMENTS, read_mlflow
from assay.edges.models import MODEL_FORMATS, ModelFormat
from assay.edges.pickle_list import may_trust, outside_list
from assay.edges.requirements_grammar import read_requirements
from assay.errors import AssayError, UsageError
from assay.manifest.yaml_strict import MAX_BYTES

FORMATS = ("skops", "onnx", "lightgbm", "xgboost", "catboost", "joblib", "pickle", "mlflow")
"""The formats of model files, the safest first."""
TOLD_BY_CONTENT = ("lightgbm", "xgboost", "catboost")
"""Formats whose endings other files have too."""
ALWAYS_MODELS, MOST_READ = ("onnx", "lightgbm", "xgboost", "catboost", "mlflow"), 12
FUNCTIONS = ("score", "predict_proba", "predict")
KNOWN_PACKAGES = ("sklearn.", "numpy.", "scipy.")
_CLASSIFIES = re.compile(r"(Classifi|Logistic|Bayes|NB$|SVC$|Discriminant)|binary|[Mm]ulti|[Ll]ogloss|CrossEntropy")
_REGRESSES = re.compile(
    r"(Regress(or|ion)|Ridge|Lasso|ElasticNet|SVR)|(^|\W)(regression|reg:|count:|poisson|gamma|"
    r"RMSE|MAE|MAPE|Quantile|Huber|Poisson|Tweedie)"
)


@dataclass(frozen=True, kw_only=True)
class FoundModel:
    """A model, what its file says of it, and the other model files.

    `names` are the columns that it takes, `width` is how many it takes without names, and `classes` its classes, if
    known; `task` is None where the file does not tell. `digest` is that of a file whose loading can run anything.
    `requirements` are those that an MLflow model was saved with; `whole` are columns of whole numbers.
    `trusted` are types of scikit-learn, NumPy or SciPy that loading refuses unless the manifest names them; `doubted`
    are others, which a person must decide on.
    """

    format: str
    path: str | None = None
    function: str | None = None
    names: tuple[str, ...] = ()
    width: int | None = None
    classes: tuple[str | int | bool, ...] = ()
    trusted: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    task: str | None = None
    others: tuple[str, ...] = ()
    digest: str | None = None
    requirements: str | None = None
    whole: tuple[str, ...] = ()


def find_model(folder: Path, paths: Sequence[str]) -> FoundModel | None:
    """The model in the safest format, else a function that seems to score rows; None if there is neither."""
    saved, alone = _mlflow_models(folder, paths)
    files = [
        (name, path)
        for name in FORMATS
        for path in alone
        if path.lower().endswith(MODEL_FORMATS.load(name).SUFFIXES) and _is_of(name, folder / path)
    ]
    files = sorted([*saved, *files], key=lambda each: FORMATS.index(each[0]))
    if not files:
        return _find_function(folder, paths)
    read = [_read(folder, name, path) for name, path in files[:MOST_READ]]
    # A file that names no model may hold a scaler, an encoder or data; graphs and boosters are models.
    best = min(read, key=lambda each: each.task is None and each.format not in ALWAYS_MODELS)
    others = tuple(dict.fromkeys(path for _, path in files if path != best.path))
    return replace(best, others=others)


def _mlflow_models(folder: Path, paths: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """The models in MLflow's folders, each as the file inside it if that holds the whole model; and all other files."""
    found, within = [], set[str]()
    for path in paths:
        place = PurePosixPath(path).parent
        if PurePosixPath(path).name != MLMODEL:
            continue
        with contextlib.suppress(ValueError):
            read = read_mlflow(str(folder / place))
            if read.inner is not None:
                found.append((read.inner[0], (place / read.inner[1]).as_posix()))
            elif read.loader:
                found.append(("mlflow", place.as_posix()))
            else:
                continue
            within.add(place.as_posix())
    return found, [path for path in paths if not within & set(map(str, PurePosixPath(path).parents))]


def _is_of(name: str, path: Path) -> bool:
    if name not in TOLD_BY_CONTENT:
        return True
    try:
        MODEL_FORMATS.load(name).inspect(str(path))
    except (ValueError, OSError):
        return False
    return True


def _read(folder: Path, name: str, path: str) -> FoundModel:
    """What a file says of its model, as far as it can be read."""
    described, place = MODEL_FORMATS.load(name), str(folder / path)
    names: tuple[str, ...] = ()
    classes: tuple[str | int | bool, ...] = ()
    refused: tuple[str, ...] = ()
    task = width = None
    with contextlib.suppress(ValueError, OSError):
        names = described.names(place) if described.names is not None else ()
        classes = described.classes(place) if described.classes is not None else ()
        refused = described.refused(place) if described.refused is not None else ()
        width = described.width(place) if described.width is not None and not names else None
        found = described.inspect(place)
        task = _task([*found["types"], found["note"]] if name in TOLD_BY_CONTENT else found["types"])
    outside, digest = _asked(described, place, folder, path)
    return FoundModel(
        format=name,
        path=path,
        digest=digest,
        classes=classes,
        width=width,
        names=names or _signature(folder, PurePosixPath(path).parent),
        requirements=_requirements(folder, PurePosixPath(path)),
        whole=read_mlflow(place).whole if name == "mlflow" else (),
        trusted=tuple(each for each in refused if each.startswith(KNOWN_PACKAGES)),
        doubted=(*outside, *(each for each in refused if not each.startswith(KNOWN_PACKAGES))),
        task="classification" if classes else task,
    )


def _asked(described: ModelFormat, place: str, folder: Path, path: str) -> tuple[tuple[str, ...], str | None]:
    """The names beside the list that a pickled file asks for, and its digest; nothing for other formats."""
    if described.scan is None:
        return (), None
    uses, digest = described.scan(place).uses, digest_beneath(folder, path)[0]
    return tuple(each for each in outside_list(uses, ()) if may_trust(each, uses[each])), digest


def _task(texts: Iterable[str]) -> str | None:
    """Whether a model classifies or predicts a number, by the names of its parts.

    Trees that classify are fitted to numbers inside, so any part that classifies decides.
    """
    found = list(texts)
    if any(_CLASSIFIES.search(each) for each in found):
        return "classification"
    return "regression" if any(_REGRESSES.search(each) for each in found) else None


def _signature(folder: Path, within: PurePosixPath) -> tuple[str, ...]:
    """The inputs in the signature of the MLflow model that a file belongs to; empty if there is none."""
    for place in (within, within.parent):
        if (folder / place / MLMODEL).is_file():
            with contextlib.suppress(ValueError):
                return read_mlflow(str(folder / place)).columns
    return ()


def _requirements(folder: Path, path: PurePosixPath) -> str | None:
    """The requirements of the MLflow model that a path belongs to, if an environment can have them."""
    for place in (path, path.parent):
        named = place / REQUIREMENTS
        if (folder / place / MLMODEL).is_file() and (folder / named).is_file():
            with contextlib.suppress(AssayError):
                read_requirements(read_beneath(folder, named.as_posix(), limit=MAX_BYTES), named.as_posix())
                return named.as_posix()
    return None


def _find_function(folder: Path, paths: Sequence[str]) -> FoundModel | None:
    """A function of one argument that is named as if it scored rows, in the module nearest to the manifest."""
    modules = sorted((path for path in paths if path.endswith(".py")), key=lambda path: (path.count("/"), path))
    for wanted in FUNCTIONS:
        for path in modules:
            module = path.removesuffix(".py").replace("/", ".")
            if module.replace(".", "_").isidentifier() and not module.startswith("test") and _has(folder, path, wanted):
                return FoundModel(format="python", function=f"{module}:{wanted}")
    return None


def _has(folder: Path, path: str, function: str) -> bool:
    try:
        parsed = ast.parse(read_beneath(folder, path, limit=MAX_BYTES, error=UsageError))
    except (AssayError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    for each in parsed.body:
        if isinstance(each, ast.FunctionDef) and each.name == function:
            required = len(each.args.args) + len(each.args.posonlyargs) - len(each.args.defaults)
            return required == 1
    return False
