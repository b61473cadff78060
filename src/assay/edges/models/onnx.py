"""ONNX: a graph of numeric operations, run by ONNX Runtime without custom operations.

The classes come from ZipMap's keys, a metadata entry `classes` (a JSON list) or the graph's classifier node.
"""

from __future__ import annotations

import importlib
import json
import mmap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SUFFIXES: tuple[str, ...] = (".onnx",)
EXECUTES = "nothing"
NAMES_ARE_SURE = True

_STANDARD = frozenset({"", "ai.onnx", "ai.onnx.ml"})
_GRAPH, _OPSET, _METADATA = 7, 8, 14
_WEIGHTS, _INPUT = 5, 11
_SHAPE = (2, 1, 2)
"""The fields that lead from an input to its shape: its type, a tensor, the dimensions."""
_NODE, _ATTRIBUTE = 1, 5
_EXTERNAL, _LOCATION = 13, 14
_PARTS: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
}
"""Where tensors are in a graph: the fields of each message that lead to them."""
_NUMBERS = {"float": "float32", "double": "float64", "int64": "int64", "int32": "int32", "bool": "bool"}


def inspect(path: str) -> dict[str, Any]:
    """The operator sets the graph asks for, read without loading it."""
    try:
        parts = [_read_message(one) for one in _read_message(_open_graph(path)).get(_OPSET, [])]
        sets = sorted({f"{_text(part.get(1, [b''])[0]) or 'ai.onnx'} {_version(part)}" for part in parts})
    except (ValueError, OSError, IndexError) as problem:
        return {"executes": EXECUTES, "types": [], "note": f"The graph could not be read: {problem}."}
    foreign = [one for one in sets if one.rpartition(" ")[0] not in _STANDARD]
    note = f"It needs custom operations: {', '.join(foreign)}." if foreign else "Standard operations only."
    return {"executes": EXECUTES, "types": sets[:200], "note": note}


def names(path: str) -> tuple[str, ...]:
    """The graph's inputs that are no weights; empty if one input takes all columns, which then have no names."""
    found = tuple(_inputs(path))
    return found if len(found) > 1 else ()


def width(path: str) -> int | None:
    """The columns of the graph's only input, a matrix; None if the graph does not say, or takes one by its name."""
    try:
        (only,) = _inputs(path).values()
        found = only
        for number in _SHAPE:
            found = _read_message(found)[number][0]
        _, dimension = _read_message(found)[1]
        (columns,) = _read_message(dimension)[1]
    except (ValueError, IndexError, KeyError):
        return None
    return columns if isinstance(columns, int) and columns > 1 else None


def classes(path: str) -> tuple[str | int | bool, ...]:
    """The classes in the graph's metadata or its classifier nodes; empty if neither has them."""
    try:
        entries = [_read_message(one) for one in _read_message(_open_graph(path)).get(_METADATA, [])]
        written = {_text(one.get(1, [b""])[0]): _text(one.get(2, [b""])[0]) for one in entries}
        found = json.loads(written["classes"]) if "classes" in written else _labels_of_nodes(path)
    except (ValueError, OSError, IndexError):
        return ()
    known = isinstance(found, list) and all(isinstance(each, (str, int)) for each in found)
    return tuple(found) if known else ()


def _inputs(path: str) -> dict[str, Any]:
    """The graph's inputs that are no weights, by name; empty for a file that cannot be read."""
    try:
        (graph,) = _read_message(_open_graph(path))[_GRAPH]
        fields = _read_message(graph)
        weights = [_text(_read_message(one).get(8, [b""])[0]) for one in fields.get(_WEIGHTS, [])]
        named = {_text(_read_message(one).get(1, [b""])[0]): one for one in fields.get(_INPUT, [])}
    except (ValueError, OSError, IndexError, KeyError):
        return {}
    return {name: one for name, one in named.items() if name not in weights}


def prepare(_job: dict[str, Any]) -> None:
    """Imports ONNX Runtime."""
    importlib.import_module("onnxruntime")


def load(job: dict[str, Any]) -> tuple[Callable[[Any], Any], list[Any]]:
    """The graph as a function of columns; its classes are known at the latest once it has answered."""
    runtime = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    path = _find_graph(Path(job["artifact"]))
    _refuse_files_beside(Path(job["artifact"]), path)
    session = runtime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])
    output = _choose_output(session.get_outputs(), job["task"])
    classes = [] if job["task"] == "regression" else _find_classes(path, session)

    def predict(columns: Any) -> Any:
        scores = session.run([output], _feed(session.get_inputs(), columns))[0]
        if isinstance(scores, list):
            classes[:] = list(scores[0])
            return [[row[one] for one in classes] for row in scores]
        return scores

    return predict, classes


def _find_graph(path: Path) -> Path:
    """The graph's file: the path itself, or the only `.onnx` file of a folder with its weights."""
    if not path.is_dir():
        return path
    graphs = sorted(path.glob("*.onnx"))
    if len(graphs) != 1:
        raise ValueError(f"The model's folder has {len(graphs)} .onnx files; expected one.")
    return graphs[0]


def _refuse_files_beside(artifact: Path, graph: Path) -> None:
    """Raises ValueError for weights in files outside the model's folder, which its digest does not cover."""
    folder = artifact.resolve()
    for name in sorted(set(_find_external(_open_graph(str(graph)), "model"))):
        place = folder / name
        if not artifact.is_dir() or not place.is_file() or place.resolve() != place or folder not in place.parents:
            raise ValueError(
                f"The graph reads weights from `{name}`, which is not part of the model's file; save the graph with "
                "its weights in one file."
            )


def _find_external(view: Any, kind: str) -> Iterator[str]:
    """The files, as the graph names them, in which tensors anywhere in it keep their values."""
    fields = _read_message(view)
    if kind == "tensor" and 1 in fields.get(_LOCATION, []):
        entries = [_read_message(one) for one in fields.get(_EXTERNAL, [])]
        named = [_text(one.get(2, [b""])[0]) for one in entries if _text(one.get(1, [b""])[0]) == "location"]
        yield from named or [""]
    for number, inner in _PARTS.get(kind, {}).items():
        for part in fields.get(number, []):
            yield from _find_external(part, inner)


def _choose_output(outputs: list[Any], task: str) -> str:
    """The output with the scores: maps or floats named like probabilities, else the only output."""
    maps = [one.name for one in outputs if one.type.startswith("seq(map(")]
    floats = [one.name for one in outputs if one.type in ("tensor(float)", "tensor(double)")]
    named = [name for name in maps + floats if "prob" in name.lower()] if task != "regression" else []
    for candidates in (named, maps if task != "regression" else [], floats):
        if len(candidates) == 1:
            return str(candidates[0])
    known = ", ".join(f"{one.name} {one.type}" for one in outputs)
    raise ValueError(f"The graph has no single output of scores for {task}; its outputs are: {known}.")


def _feed(inputs: list[Any], columns: Any) -> dict[str, Any]:
    """The columns in the graph's form: all in one matrix, or one input per column."""
    names = list(columns)
    if len(inputs) == 1 and inputs[0].name not in columns:
        width = inputs[0].shape[1] if len(inputs[0].shape) > 1 else None
        if isinstance(width, int) and width != len(names):
            raise ValueError(f"The graph takes {width} features, but there are {len(names)}: {', '.join(names[:50])}.")
        return {inputs[0].name: _tensor(inputs[0], [columns[name] for name in names], names)}
    missing = [one.name for one in inputs if one.name not in columns]
    if missing:
        raise ValueError(f"The graph needs inputs that are not features: {', '.join(missing[:20])}.")
    return {one.name: _tensor(one, [columns[one.name]], [one.name]) for one in inputs}


def _tensor(wanted: Any, parts: list[Any], names: list[str]) -> Any:
    """Columns side by side, in the element type of an input."""
    numpy = importlib.import_module("numpy")
    kind = wanted.type[len("tensor(") : -1]
    if kind == "string":
        if any(value is None for part in parts for value in part):
            raise ValueError(f"Text is missing in {', '.join(names)}, but an ONNX graph cannot take missing text.")
        stacked = numpy.array([[str(value) for value in part] for part in parts], dtype=object).T
    elif kind in _NUMBERS:
        exact = None if kind == "int64" else "float64"
        whole = numpy.column_stack([numpy.asarray(part, dtype=exact) for part in parts])
        if kind in ("int64", "int32", "bool") and not numpy.isfinite(whole).all():
            raise ValueError(f"Numbers are missing in {', '.join(names)}, but the graph needs {kind}.")
        stacked = whole.astype(_NUMBERS[kind])
    else:
        raise ValueError(f"The graph's input `{wanted.name}` is of type {wanted.type}, which is not supported.")
    return stacked[:, 0] if len(wanted.shape) == 1 else stacked


def _find_classes(path: Path, session: Any) -> list[Any]:
    """The classes in score order, from the graph's metadata or its classifier node; empty if neither has them."""
    written = session.get_modelmeta().custom_metadata_map.get("classes")
    if written is not None:
        listed = json.loads(written)
        return listed if isinstance(listed, list) else []
    return _labels_of_nodes(str(path))


def _labels_of_nodes(path: str) -> list[Any]:
    """The classes that the classifier nodes name; empty if none does, or if they differ."""
    found: list[list[Any]] = []
    for graph in _read_message(_open_graph(path)).get(_GRAPH, []):
        for node in _read_message(graph).get(_NODE, []):
            for attribute in _read_message(node).get(_ATTRIBUTE, []):
                fields = _read_message(attribute)
                if _text(fields.get(1, [b""])[0]).startswith("classlabels_"):
                    found.append(list(_labels(fields)))
    kept = [one for one in found if one]
    return kept[0] if kept and all(one == kept[0] for one in kept) else []


def _labels(fields: dict[int, list[Any]]) -> Iterator[Any]:
    """The values of a list attribute: texts, or integers either one by one or packed."""
    yield from (_text(one) for one in fields.get(9, []))
    for one in fields.get(8, []):
        if isinstance(one, int):
            yield one if one < 1 << 63 else one - (1 << 64)
        else:
            position = 0
            while position < len(one):
                value, position = _read_number(one, position)
                yield value if value < 1 << 63 else value - (1 << 64)


def _open_graph(path: str) -> memoryview:
    """The file's bytes, mapped for reading."""
    with _find_graph(Path(path)).open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _read_message(view: Any) -> dict[int, list[Any]]:
    """The fields of a protocol-buffer message by number: integers, and views of bytes for others."""
    if isinstance(view, int):
        raise ValueError("it has a number where a message belongs")  # noqa: TRY004 - a file's fault, not a caller's
    fields: dict[int, list[Any]] = {}
    position = 0
    while position < len(view):
        key, position = _read_number(view, position)
        kind = key & 7
        if kind == 0:
            value, position = _read_number(view, position)
        else:
            if kind == 2:  # noqa: PLR2004 - protocol buffers' number for counted bytes
                size, position = _read_number(view, position)
            elif kind in (1, 5):
                size = 8 if kind == 1 else 4
            else:
                raise ValueError(f"it is not a protocol buffer (wire type {kind})")
            if size > len(view) - position:
                raise ValueError("it is truncated")
            value, position = view[position : position + size], position + size
        fields.setdefault(key >> 3, []).append(value)
    return fields


def _read_number(view: Any, position: int) -> tuple[int, int]:
    """A variable-length integer and the position after it."""
    number = 0
    for shift in range(0, 70, 7):
        byte = view[position]
        number |= (byte & 127) << shift
        position += 1
        if byte < 128:  # noqa: PLR2004 - the highest bit says that more follows
            return number, position
    raise ValueError("a number in it does not end")


def _version(operator_set: dict[int, list[Any]]) -> int:
    """The version of an operator set."""
    version = operator_set.get(2, [0])[0]
    if not isinstance(version, int):
        raise ValueError("the version of an operator set is not a number")  # noqa: TRY004 - a file's fault
    return version


def _text(content: Any) -> str:
    """Bytes as text of limited length."""
    return bytes(content[:200]).decode("utf-8", "replace") if not isinstance(content, int) else ""
