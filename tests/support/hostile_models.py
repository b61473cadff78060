"""Small model files that loading would unpack to much, and large ones that are honest."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

ROWS, ANSWERS = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 3.0]]), (1.0, 2.0, 3.0)
MANY = 25_000_000
"""Numbers of 8 bytes: 200 MB, more than a small file may unpack to."""


def trained(**more: Any) -> Any:
    """A regression on two features; `more` are attributes that it carries along."""
    from sklearn.linear_model import LinearRegression

    model = LinearRegression().fit(ROWS, ANSWERS)
    for name, value in more.items():
        setattr(model, name, value)
    return model


def _joblib(method: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        import joblib

        joblib.dump(np.zeros(MANY), path, compress=(method, 1))

    return write


def _pickle(operations: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(b"\x80\x04" + operations + b".")

    return write


def _skops(change: Callable[[dict[str, Any], dict[str, bytes]], None], **more: Any) -> Callable[[Path], None]:
    """An archive whose schema and other entries are changed."""

    def write(path: Path) -> None:
        import skops.io

        with zipfile.ZipFile(io.BytesIO(skops.io.dumps(trained(**more)))) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        schema = json.loads(entries.pop("schema.json"))
        change(schema, entries)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in {"schema.json": json.dumps(schema).encode(), **entries}.items():
                archive.writestr(name, content)

    return write


def _zeros(schema: dict[str, Any], entries: dict[str, bytes]) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(MANY))
    entries[schema["content"]["content"]["more_"]["file"]] = buffer.getvalue()


def _one_array_often(schema: dict[str, Any], _entries: dict[str, bytes]) -> None:
    attributes = schema["content"]["content"]
    again = [{**attributes["more_"], "__id__": 10**9 + each} for each in range(100)]
    attributes["list_"]["content"] = again


def _many_values(schema: dict[str, Any], _entries: dict[str, bytes]) -> None:
    schema["more"] = [{str(each * 7919 % 1_000_003): {}} for each in range(600_000)]


def _onnx(build: Callable[[], tuple[list[Any], list[Any]]]) -> Callable[[Path], None]:
    """A graph of x·w with further nodes and weights."""

    def write(path: Path) -> None:
        from onnx import TensorProto, helper

        nodes, weights = build()
        weights = [helper.make_tensor("w", TensorProto.FLOAT, [2, 1], [2.0, -1.0]), *weights]
        value = helper.make_tensor_value_info
        inputs, outputs = [value("x", TensorProto.FLOAT, [None, 2])], [value("y", TensorProto.FLOAT, [None, 1])]
        graph = helper.make_graph(nodes, "g", inputs, outputs, weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        path.write_bytes(model.SerializeToString())

    return write


def _product(output: str = "y") -> Any:
    from onnx import helper

    return helper.make_node("MatMul", ["x", "w"], [output])


def _large_constant() -> tuple[list[Any], list[Any]]:
    from onnx import TensorProto, helper

    shape = helper.make_tensor("s", TensorProto.INT64, [1], [100_000_000])
    nodes = [helper.make_node("ConstantOfShape", ["s"], ["large"]), helper.make_node("ReduceSum", ["large"], ["sum"])]
    return [*nodes, _product("z"), helper.make_node("Add", ["z", "sum"], ["y"])], [shape]


def _empty_texts() -> tuple[list[Any], list[Any]]:
    from onnx import TensorProto, helper

    texts = TensorProto(name="t", data_type=TensorProto.STRING, dims=[3_000_000], string_data=[b""] * 3_000_000)
    return [_product(), helper.make_node("Identity", ["t"], ["u"])], [texts]


def _many_nodes() -> tuple[list[Any], list[Any]]:
    from onnx import helper

    names = ["n0", *(f"n{each}" for each in range(1, 60_000)), "y"]
    kinds = ("Relu", "Abs")
    steps = [helper.make_node(kinds[at % 2], [pair[0]], [pair[1]]) for at, pair in enumerate(pairwise(names))]
    return [_product("n0"), *steps], []


HOSTILE: dict[str, Callable[[Path], None]] = {
    **{f"zeros-{method}.joblib": _joblib(method) for method in ("zlib", "gzip", "bz2", "lzma", "xz")},
    "call.joblib": _pickle(b"cbuiltins\nbytearray\nJ" + struct.pack("<i", 2_000_000_000) + b"\x85R"),
    "call.pkl": _pickle(b"cbuiltins\nbytearray\nJ" + struct.pack("<i", 2_000_000_000) + b"\x85R"),
    "place.pkl": _pickle(b"Nr" + struct.pack("<I", 100_000_000)),
    "dicts.pkl": _pickle(b"(" + b"}" * 9_000_000 + b"l"),
    "zeros.skops": _skops(_zeros, more_=np.ones(1)),
    "often.skops": _skops(_one_array_often, more_=np.arange(1_000_000) % 2.0, list_=[1]),
    "values.skops": _skops(_many_values),
    "constant.onnx": _onnx(_large_constant),
    "texts.onnx": _onnx(_empty_texts),
    "nodes.onnx": _onnx(_many_nodes),
}
"""Each of at most ten megabytes, by the name of its file."""


def save_large(folder: Path) -> None:
    """Honest models of several megabytes, packed as well as their libraries can, whose first feature is the answer."""
    import joblib
    import skops.io
    from skl2onnx import to_onnx
    from sklearn.ensemble import RandomForestRegressor

    random = np.random.default_rng(7)
    features = random.normal(size=(2_000, 2))
    model = RandomForestRegressor(60, random_state=0).fit(features, features[:, 0] + random.normal(size=2_000))
    joblib.dump(model, folder / "large.joblib", compress=("xz", 6))
    (folder / "large.pkl").write_bytes(pickle.dumps(model))
    skops.io.dump(model, folder / "large.skops", compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    (folder / "large.onnx").write_bytes(to_onnx(model, features[:1].astype("float32")).SerializeToString())
    np.save(folder / "answers.npy", model.predict(ROWS))
