"""Whatever a pickle holds and however it is written: one foreign name in it is told, and nothing of it runs."""

from __future__ import annotations

import io
import pickle
import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline
from tests.support.pickle_programs import START

from assay.edges.pickle_list import outside_list
from assay.edges.pickle_scan import PickleScan, scan_pickle

RAN: list[str] = []


def foreign(word: str) -> str:
    """What no list has; it may not run."""
    RAN.append(word)
    return word


class Payload:
    """An object whose loading calls something."""

    def __reduce__(self) -> tuple[Any, ...]:
        return foreign, ("loaded",)


PAYLOAD = Payload()
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=400),
    st.binary(max_size=20),
    st.sampled_from([np.arange(3.0), np.array(["a", None], dtype=object), np.float64(1), np.dtype("i4"), np.log]),
)
VALUES = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.lists(parts, max_size=4),
        st.lists(parts, max_size=4).map(tuple),
        st.dictionaries(st.text(max_size=8), parts, max_size=4),
        st.dictionaries(st.text(max_size=8), parts, max_size=4).map(OrderedDict),
        parts.map(lambda part: Pipeline([("model", part)])),
        parts.map(lambda part: Ridge(alpha=part)),
        parts.map(lambda part: np.array([part, None], dtype=object)),
    ),
    max_leaves=12,
)
PLACES = [
    lambda value, payload: [value, payload],
    lambda value, payload: (payload, value),
    lambda value, payload: {"value": value, "more": {"deep": [payload]}},
    lambda value, payload: Pipeline([("first", value), ("second", Ridge(alpha=payload))]),
    lambda value, payload: np.array([value, payload, None], dtype=object),
    lambda value, payload: OrderedDict(value=value, payload=payload),
]


def scanned(content: bytes, *, as_joblib: bool) -> PickleScan:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        path.write_bytes(content)
        return scan_pickle(str(path), joblib=as_joblib)


def written(value: Any, protocol: int, *, as_joblib: bool, compress: int) -> bytes:
    if not as_joblib:
        return pickle.dumps(value, protocol=protocol)
    buffer = io.BytesIO()
    joblib.dump(value, buffer, compress=compress, protocol=max(protocol, 2))
    return buffer.getvalue()


@given(
    value=VALUES,
    place=st.sampled_from(PLACES),
    protocol=st.integers(0, pickle.HIGHEST_PROTOCOL),
    as_joblib=st.booleans(),
    compress=st.sampled_from([0, 3]),
)
def test_one_foreign_name_is_always_told(value: Any, place: Any, protocol: int, as_joblib: bool, compress: int) -> None:
    name = f"{__name__}.foreign"
    for payload, told in ((PAYLOAD, (name,)), ("nothing", ())):
        content = written(place(value, payload), protocol, as_joblib=as_joblib, compress=compress)
        found = scanned(content, as_joblib=as_joblib)
        assert (found.why, outside_list(found.uses, ())) == ("", told)
    assert RAN == []


class Names(pickle.Unpickler):
    """Python's own reader, which is told of each name and makes nothing of it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self.asked: set[str] = set()

    def find_class(self, module: str, name: str) -> Any:
        self.asked.add(f"{module} {name}")
        return _Anything

    def persistent_load(self, _pid: Any) -> Any:
        self.asked.add("from outside")
        return None


class _Anything(dict[Any, Any]):
    """Stands for any class and any function."""

    def __init__(self, *_arguments: Any, **_words: Any) -> None:
        super().__init__()

    def __setstate__(self, _state: Any) -> None:
        pass

    def extend(self, _items: Any) -> None:
        pass

    append = add = extend


PARTS = [
    *(
        b"N",
        b"(",
        b"0",
        b"1",
        b"2",
        b"]",
        b"}",
        b")",
        b"\x8f",
        b"t",
        b"l",
        b"d",
        b"a",
        b"e",
        b"u",
        b"s",
        b"\x90",
        b"\x91",
    ),
    *(b"\x85", b"\x86", b"\x87", b"R", b"b", b"o", b"\x81", b"\x92", b"\x93", b"\x94", b"q\0", b"q\1", b"h\0", b"h\1"),
    *(
        b"K\x01",
        b"\x8c\x02os",
        b"\x8c\x06system",
        b"\x8c\x05numpy",
        b"\x8c\x05dtype",
        b"U\x02os",
        b"C\x02os",
        b"V os\n",
    ),
    *(
        b"cos\nsystem\n",
        b"cnumpy\ndtype\n",
        b"ios\nsystem\n",
        b"\x82\x01",
        b"Px\n",
        b"Q",
        b"\x95\x03" + b"\0" * 7,
        b".",
    ),
    *(b"p0\n", b"g0\n", b"I01\n", b"S'os'\n", b"\x80\x02", b"X\x02\0\0\0os"),
]


@given(parts=st.lists(st.sampled_from(PARTS), max_size=24), start=st.sampled_from([b"", START, b"\x80\x02"]))
def test_what_reads_whole_asks_for_what_python_asks_for(parts: list[bytes], start: bytes) -> None:
    """T-listed-pickle: whatever operations follow each other: Python asks for no name that the reading did not show."""
    content = start + b"".join(parts) + b"."
    found = scanned(content, as_joblib=False)
    if found.why:
        return
    names = Names(content)
    try:
        names.load()
    except Exception:  # noqa: BLE001 - what does not load runs nothing more
        assert names.asked <= set(found.asked)
    else:
        assert names.asked == set(found.asked)
