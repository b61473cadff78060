"""The private folder in which a model runs: its content, and how its answers are read.

`job`, which the model reads:

- `job.json`, `model_child.py`, `bounded_loading.py`, `estimator_input.py`, `model_format.py`: the job, and the four
  scripts that do it;
- `model`, `model.onnx` …: a copy of the model, digested as it is copied;
- `code`: a copy of the repository's code for `format: python`, digested as it is copied;
- `tables/0/columns.json`, `tables/0/0` …: features, as raw little-endian numbers or a JSON list of text.

`work`, the only folder that it may change:

- `answers/0.f64` …, `answers/answers.json`: scores row by row, and finally their number with the classes;
- `answers/loading`: lies there as long as the model is being loaded, and if it could not be;
- `answers/failure.json`: the reason, if there are no answers.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay.canonical import PREFIX
from assay.edges.line_ends import line_end_advice
from assay.edges.model_folders import digest_listed, list_model_files
from assay.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

JOB, WORK, ANSWERS = "job", "work", "work/answers"
SCRIPTS = tuple(map(Path(__file__).with_name, ("model_child.py", "bounded_loading.py", "estimator_input.py")))
CHUNK = 1 << 20
MOST_ANSWER_BYTES = 4 << 20
STORED = {"f": ("float64", "<f8"), "i": ("int64", "<i8"), "u": ("int64", "<i8"), "b": ("bool", "u1")}


@dataclass(frozen=True, kw_only=True)
class FeatureTable:
    """Rows to score, without labels: columns of equal length by name; text columns are objects, None is missing."""

    name: str
    columns: dict[str, np.ndarray[Any, Any]]

    @property
    def rows(self) -> int:
        """The number of rows; raises ModelError if columns differ in length."""
        lengths = {len(values) for values in self.columns.values()}
        if len(lengths) != 1:
            raise ModelError(f"The feature columns of `{self.name}` have {len(lengths)} lengths; expected one.")
        return lengths.pop()


def write_job(folder: Path, model_format: Path, job: dict[str, Any], tables: Sequence[FeatureTable]) -> None:
    """Writes everything except the model's copy; raises ModelError if the disk refuses."""
    try:
        given = folder / JOB
        given.mkdir()
        (folder / ANSWERS).mkdir(parents=True)
        for script in SCRIPTS:
            shutil.copyfile(script, given / script.name)
        shutil.copyfile(model_format, given / "model_format.py")
        content = {**job, "tables": len(tables), "answers": str(folder / ANSWERS)}
        (given / "job.json").write_text(json.dumps(content), encoding="utf-8")
        for number, table in enumerate(tables):
            _write_table(given / "tables" / str(number), table)
    except OSError as problem:
        raise ModelError(
            f"The features could not be written for the model: {problem.strerror}.",
            hint="Free some space in the folder for temporary files.",
        ) from problem


def copy_model(source: Path, target: Path, digest: str | None) -> None:
    """Copies a model's file or folder, read-only; raises ModelError unless the copy has the digest."""
    try:
        found = _copy_folder(source, target) if source.is_dir() else _copy_file(source, target)[0]
    except OSError as problem:
        raise ModelError(f"The model `{source.name}` could not be read: {problem.strerror}.") from problem
    if digest is not None and found != digest:
        raise ModelError(
            f"The model `{source.name}` is not the planned one: its digest is {found}, expected {digest}."
            + (line_end_advice(source.parent, source.name, digest) if source.is_file() else ""),
            hint="Restore the model, or run `assay plan` again.",
        )


def digest_model(source: Path) -> str:
    """A model's digest: of a file's bytes, or of the list of a folder's files."""
    return _copy_folder(source, None) if source.is_dir() else _copy_file(source, None)[0]


@contextlib.contextmanager
def open_folder(folder: Path) -> Iterator[int]:
    """A folder's descriptor; files opened through it cannot be replaced by moves or links."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read_answer(answers: int, name: str, limit: int) -> bytes:
    """A file of the answers folder, opened through its descriptor without following links; raises ModelError."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(name, flags, dir_fd=answers)
    except OSError as problem:
        raise ModelError(f"The model's `{name}` could not be read: {problem.strerror}.") from problem
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            raise ModelError(f"The model's `{name}` is not a regular file of its own.")
        if status.st_size > limit:
            raise ModelError(f"The model's `{name}` has {status.st_size:,} bytes; expected at most {limit:,}.")
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return file.read(limit + 1)
    finally:
        os.close(descriptor)


def read_document(answers: int, name: str) -> dict[str, Any]:
    """A JSON object of the answers folder, empty if the file is missing; raises ModelError for anything else."""
    with contextlib.suppress(FileNotFoundError):
        os.stat(name, dir_fd=answers, follow_symlinks=False)
        try:
            document = json.loads(read_answer(answers, name, MOST_ANSWER_BYTES))
        except (ValueError, RecursionError) as problem:
            raise ModelError(f"The model's `{name}` is not JSON.") from problem
        if not isinstance(document, dict):
            raise ModelError(f"The model's `{name}` contains a {type(document).__name__}; expected an object.")
        return document
    return {}


def _write_table(folder: Path, table: FeatureTable) -> None:
    folder.mkdir(parents=True)
    listed = []
    for number, (name, values) in enumerate(table.columns.items()):
        kind, stored = STORED.get(values.dtype.kind, ("text", ""))
        if kind == "text":
            (folder / str(number)).write_text(json.dumps(_texts(values), allow_nan=False), encoding="utf-8")
        else:
            (folder / str(number)).write_bytes(values.astype(stored).tobytes())
        listed.append({"name": name, "type": kind})
    (folder / "columns.json").write_text(json.dumps({"rows": table.rows, "columns": listed}), encoding="utf-8")


def _texts(values: np.ndarray[Any, Any]) -> list[str | bool | int | float | None]:
    """Values as JSON: text, booleans and finite numbers as they are, missing values as None, others as text."""
    plain: list[str | bool | int | float | None] = []
    for value in (values.astype(str) if values.dtype.kind == "M" else values).tolist():
        if value is None or isinstance(value, (str, bool, int)):
            plain.append(value)
        elif isinstance(value, float):
            plain.append(value if abs(value) < float("inf") else None)
        else:
            plain.append(str(value))
    return plain


def _copy_file(source: Path, target: Path | None) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    descriptor = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file, contextlib.ExitStack() as stack:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ModelError(f"The model `{source.name}` is not a regular file.")
        copy = stack.enter_context(target.open("xb")) if target else None
        while chunk := file.read(CHUNK):
            found.update(chunk)
            size += len(chunk)
            if copy:
                copy.write(chunk)
    if target:
        target.chmod(0o400)
    return PREFIX + found.hexdigest(), size


def _copy_folder(source: Path, target: Path | None) -> str:
    listed = []
    for path in list_model_files(source, error=ModelError):
        copy = target / path if target else None
        if copy:
            copy.parent.mkdir(parents=True, exist_ok=True)
        listed.append((path, *_copy_file(source / path, copy)))
    return digest_listed(listed)
