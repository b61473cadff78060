"""T-listed-pickle: what a pickle asks for is told, whatever it writes; what cannot be settled is not taken as read."""

from __future__ import annotations

import hashlib
import io
import pickle
import time
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections import OrderedDict
from pathlib import Path
from typing import Any, ClassVar

import joblib
import numpy as np
import pytest
from tests.support.pickle_programs import START, called, framed, named, program, state, text

from assay.edges import pickle_source
from assay.edges.pickle_list import LISTED, beside_list, may_trust, outside_list
from assay.edges.pickle_scan import PickleScan, scan_pickle

PIPELINE = named("sklearn.pipeline", "Pipeline")
MADE = PIPELINE + b")\x81"
WRAPPER = ("joblib.numpy_pickle", "NumpyArrayWrapper")
DTYPE = called("numpy", "dtype", text("f8"))


def scanned(tmp_path: Path, content: bytes, *, as_joblib: bool = False) -> PickleScan:
    path = tmp_path / "model"
    path.write_bytes(content)
    return scan_pickle(str(path), joblib=as_joblib)


def outside(found: PickleScan) -> tuple[str, ...]:
    assert not found.why
    return outside_list(found.uses, ())


CALLS = [
    ("os", "system", text("true")),
    ("posix", "system", text("true")),
    ("subprocess", "Popen", text("true")),
    ("builtins", "eval", text("1")),
    ("builtins", "exec", text("1")),
    ("builtins", "__import__", text("os")),
    ("builtins", "getattr", PIPELINE + text("fit")),
    ("builtins", "compile", text("1") + text("f") + text("eval")),
    ("importlib", "import_module", text("os")),
    ("pkgutil", "resolve_name", text("os:system")),
    ("operator", "attrgetter", text("system")),
    ("operator", "methodcaller", text("system")),
    ("runpy", "run_path", text("x.py")),
    ("pickle", "loads", b"C\x01."),
    ("joblib.numpy_pickle", "load", text("other.joblib")),
    ("joblib", "load", text("other.joblib")),
    ("numpy", "load", text("other.npy") + b"N\x88"),
    ("numpy._core", "_ufunc_reconstruct", text("os") + text("system")),
    ("numpy.testing._private.utils", "runstring", text("1") + b"}"),
    ("sklearn.datasets._svmlight_format_io", "load_svmlight_file", text("x")),
    ("sklearn.utils._testing", "run_python_script_in_temporary_directory", text("x")),
    ("pandas.io.pickle", "read_pickle", text("x")),
    ("torch.serialization", "load", text("x")),
    ("cloudpickle.cloudpickle", "_make_function", b"N"),
    ("types", "CodeType", b"N"),
    ("_io", "open", text("x")),
]


@pytest.mark.parametrize(("module", "name", "arguments"), CALLS, ids=[f"{module}.{name}" for module, name, _ in CALLS])
def test_what_runs_something_is_outside_the_list(tmp_path: Path, module: str, name: str, arguments: bytes) -> None:
    hidden = program(MADE, state([("steps", called(module, name, arguments))]), b"b")
    assert outside(scanned(tmp_path, hidden)) == (f"{module}.{name}",)
    assert outside_list(scanned(tmp_path, hidden).uses, [f"{module}.{name}"]) == (
        () if may_trust(f"{module}.{name}", {"called"}) else (f"{module}.{name}",)
    )
    # The same object without the call.
    assert outside(scanned(tmp_path, program(MADE, state([("steps", b"]")]), b"b"))) == ()


OLD = b"cposix\nsystem\n(S'true'\ntR."
TOLD = {
    "an old protocol": (OLD, "posix.system"),
    "an instance": (b"(S'true'\niposix\nsystem\n.", "posix.system"),
    "an object": (program(b"(" + named("posix", "system") + text("true") + b"o"), "posix.system"),
    "a name of Python 2": (b"\x80\x02c__builtin__\neval\nX\x01\x00\x00\x001\x85R.", "builtins.eval"),
    "a module of Python 2": (b"\x80\x02ccommands\ngetoutput\nX\x01\x00\x00\x001\x85R.", "subprocess.getoutput"),
    "names within names": (program(named("sklearn.pipeline", "Pipeline.fit")), "sklearn.pipeline:Pipeline.fit"),
    "remembered texts": (
        program(text("posix") + b"q\x05" + text("system") + b"q\x06" + text("numpy") + b"\x94" + b"000h\x05h\x06\x93"),
        "posix.system",
    ),
    "words of a new object": (
        program(named("xgboost.core", "Booster") + b")" + state([("model_file", text("x"))]) + b"\x92"),
        "xgboost.core.Booster",
    ),
    "a listed class that is called": (program(called("xgboost.core", "Booster", text("x"))), "xgboost.core.Booster"),
    "a base that is called": (
        program(called("copyreg", "_reconstructor", PIPELINE, named("xgboost.core", "Booster"), text("x"))),
        "xgboost.core.Booster",
    ),
    "a part of a function": (
        program(called("functools", "partial", named("posix", "system"))),
        "posix.system",
    ),
    "items of an object": (program(MADE + text("k") + b"Ns"), "sklearn.pipeline.Pipeline"),
}


@pytest.mark.parametrize("way", TOLD)
def test_every_way_to_name_something_is_told(tmp_path: Path, way: str) -> None:
    content, name = TOLD[way]
    assert name in outside(scanned(tmp_path, content))


SLOTS = b"N" + state([("__class__", PIPELINE)]) + b"\x86b"
ARRAY = [
    ("subclass", named("numpy", "ndarray")),
    ("shape", b"K\x01\x85"),
    ("order", text("C")),
    ("allow_mmap", b"\x88"),
]
UNSETTLED = {
    "a name that a call makes": program(called("builtins", "bytes", text("posix")) + text("system") + b"\x93"),
    "a name of bytes": program(b"U\x05posix" + text("system") + b"\x93"),
    "a call of what a call made": program(called("builtins", "bytes") + b")R"),
    "a class that changes": program(PIPELINE, state([("predict", named("numpy", "log"))]), b"b"),
    "a class that a function gives back": program(
        called("numpy._core.multiarray", "scalar", DTYPE, PIPELINE), state([("predict", b"N")]), b"b"
    ),
    "an object of another class": program(MADE, SLOTS),
    "slots that are not told": program(MADE, b"N" + called("collections", "OrderedDict") + b"\x86b"),
    "a registered number": program(b"\x82\x01"),
    "an object from outside": program(text("x") + b"Q"),
    "a text for an object from outside": b"Px\n.",
    "a buffer from outside": program(b"\x97", start=b"\x80\x05"),
    "a second pickle": program(b"N") + OLD,
    "bytes after the end": program(b"N") + b"\0",
    "no end": program(PIPELINE)[:-1],
    "an end within a text": program(PIPELINE)[:8],
    "a frame that is too long": START + framed(PIPELINE + b".", 400),
    "a frame that ends within an operation": START + framed(PIPELINE, 5) + b".",
    "a frame in a frame": START + framed(framed(PIPELINE + b".")),
    "another codec": program(called("_codecs", "encode", text("x"), text("idna"))),
    "a part whose function changes": program(
        called("functools", "partial", named("sklearn.utils.validation", "check_array")),
        b"(" + named("posix", "system") + b")}Ntb",
    ),
    "numbers for references": program(
        called("numpy", "dtype", text("V8"), b"\x89\x88"), b"(K\x03" + text("|") + b"NNNK\x08K\x01K\x3ftb"
    ),
    "a field of objects": program(
        called("numpy", "dtype", text("V8"), b"\x89\x88"),
        b"(K\x03"
        + text("|")
        + b"N"
        + text("a")
        + b"\x85"
        + state([("a", called("numpy", "dtype", text("O8")) + b"K\0\x86")]),
        b"K\x08K\x01K\x10tb",
    ),
    "no pickle": b"skops",
    "nothing": b"",
}


@pytest.mark.parametrize("way", UNSETTLED)
@pytest.mark.parametrize("as_joblib", [False, True], ids=["pickle", "joblib"])
def test_what_cannot_be_settled_is_not_read(tmp_path: Path, way: str, as_joblib: bool) -> None:
    found = scanned(tmp_path, UNSETTLED[way], as_joblib=as_joblib)
    assert found.why.endswith(".")
    assert (found.uses, found.asked, found.digest) == ({}, (), None)


def test_a_base_that_is_listed_for_calls_is_no_way_to_make_a_reader(tmp_path: Path) -> None:
    """An object of joblib's reader, made by a function, would make joblib read on at another place."""
    for module, name in (("sklearn.neighbors._kd_tree", "newObj"), ("numpy.ma.core", "_mareconstruct")):
        content = program(called(module, name, named(*WRAPPER)), state([*ARRAY, ("dtype", DTYPE)]), b"b")
        assert "joblib" in scanned(tmp_path, content, as_joblib=True).why


@pytest.mark.parametrize(
    "changed",
    [
        [("subclass", PIPELINE)],
        [("shape", b"J\xff\xff\xff\xff\x85")],
        [("shape", b"]")],
        [("order", text("X"))],
        [("dtype", called("numpy", "dtype", text("float")))],
        [("dtype", named("numpy", "float64"))],
        [("numpy_array_alignment_bytes", b"M\x00\x10")],
        [("more", b"N")],
    ],
)
def test_an_array_that_joblib_did_not_write(tmp_path: Path, changed: list[tuple[str, bytes]]) -> None:
    def content(more: list[tuple[str, bytes]]) -> bytes:
        pairs = {**dict(ARRAY), "dtype": DTYPE, **dict(more)}
        return program(named(*WRAPPER) + b")\x81", state(pairs.items()), b"b" + b"\0" * 8)

    assert outside(scanned(tmp_path, content([]), as_joblib=True)) == ()
    assert scanned(tmp_path, content(changed), as_joblib=True).why
    # Without its numbers, what follows them would be taken for numbers.
    assert scanned(tmp_path, content([("shape", b"K\x09\x85")]), as_joblib=True).why


def test_a_pickle_within_an_array_is_read(tmp_path: Path) -> None:
    class Payload:
        def __reduce__(self) -> tuple[Any, ...]:
            return print, ("loaded",)

    for value, told in ((Payload(), ("builtins.print",)), ("text", ())):
        joblib.dump({"weights": np.array([value, None], dtype=object)}, tmp_path / "model")
        assert outside(scan_pickle(str(tmp_path / "model"), joblib=True)) == told
    # Elsewhere nothing reads on in the file.
    assert "NumpyArrayWrapper" in str(outside(scanned(tmp_path, program(named(*WRAPPER) + b")\x81"))))


@pytest.mark.parametrize("method", ["zlib", "gzip", "bz2", "lzma", "xz"])
def test_a_packed_file(tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model"
    joblib.dump({"weights": np.zeros(300_000), "kind": OrderedDict(a=1)}, path, compress=(method, 9))
    found, content = scan_pickle(str(path), joblib=True), path.read_bytes()
    assert (outside(found), found.digest) == ((), f"sha256:{hashlib.sha256(content).hexdigest()}")
    for damaged in (content + b"\0", content + content, content[:-9], content[: len(content) // 2]):
        assert scanned(tmp_path, damaged, as_joblib=True).why
    assert scanned(tmp_path, content).why
    monkeypatch.setattr(pickle_source, "FREE_BYTES", 1_000)
    assert "needs more than" in scanned(tmp_path, content, as_joblib=True).why


def test_lz4_is_named(tmp_path: Path) -> None:
    assert "lz4" in scanned(tmp_path, b"\x04\x22\x4d\x18....", as_joblib=True).why


def test_no_listed_name_is_another_one_in_an_old_protocol() -> None:
    """Python 3 reads names of Python 2 as others; none that is listed may become one that is not."""
    for name in LISTED:
        module, _, last = name.rpartition(".")
        found = NAME_MAPPING.get((module, last), (IMPORT_MAPPING.get(module, module), last))
        assert ".".join(found) in LISTED


@pytest.mark.parametrize(
    ("name", "ways", "may"),
    [
        ("shop.features.Ages", {"named", "built", "called"}, True),
        ("shop.features.log_of_price", {"named"}, True),
        ("shop.features:Outer.Inner", {"built"}, True),
        ("sklearn.new.Estimator", {"named", "built"}, True),
        ("sklearn.new.Estimator", {"called"}, False),
        ("sklearn.utils.load", {"named"}, False),
        ("numpy.load", {"called"}, False),
        ("builtins.eval", {"named"}, False),
        ("functools.partial(shop.run)", {"called"}, False),
        ("__main__.read_script", {"called"}, False),
        ("assay.edges.files.write_atomically", {"called"}, False),
        ("dill._dill._create_code", {"called"}, False),
    ],
)
def test_what_a_manifest_may_add(name: str, ways: set[Any], may: bool) -> None:
    assert may_trust(name, ways) is may
    assert outside_list({name: ways}, [name]) == (() if may else (name,))
    assert beside_list({name: ways}, [name]) == ((name,) if may else ())
    assert outside_list({name: ways}, ["another.Name"]) == (name,)


def test_what_is_read_is_what_pickle_asks_for(tmp_path: Path) -> None:
    """Held against Python's own reader, which is told of each name before it would import it."""

    class Names(pickle.Unpickler):
        asked: ClassVar[set[str]] = set()

        def find_class(self, module: str, name: str) -> Any:
            self.asked.add(f"{module} {name}")
            return super().find_class(module, name)

    value = {
        "a": np.arange(6.0).reshape(2, 3),
        "b": OrderedDict(c=np.float64(2)),
        "d": np.random.default_rng(1),
        "e": {1, 2},
    }
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        content = pickle.dumps(value, protocol=protocol)
        Names.asked = set()
        Names(io.BytesIO(content)).load()
        found = scanned(tmp_path, content)
        assert outside(found) == ()
        assert set(found.asked) == Names.asked


def structured(names: list[str], inner: bytes, *, keep: bytes = b"") -> bytes:
    """A type with fields that are all of one type; `keep` remembers its dictionary of fields."""
    listed = b"(" + b"".join(map(text, names)) + b"t"
    fields = state((name, inner + b"K\x00\x86") for name in names)
    whole = b"(K\x03" + text("|") + b"N" + listed + fields + keep + b"K\x08K\x01K\x00t"
    return called("numpy", "dtype", text("V8"), b"\x89\x88") + whole + b"b"


def test_a_type_within_types_is_settled_once(tmp_path: Path) -> None:
    """Sixty fields of one type, eight deep, are 60 to the power of 8 paths through a few thousand bytes."""
    names = [f"f{number}" for number in range(60)]
    content = DTYPE + b"\x94"
    for place in range(8):
        content += structured(names, b"h" + bytes([place])) + b"\x94"
    started = time.process_time()
    found = scanned(tmp_path, program(content))
    assert found.why
    assert time.process_time() - started < 5


def test_fields_that_change_after_they_were_found_sound_are_not_read(tmp_path: Path) -> None:
    """NumPy keeps the dictionary itself, so a field of objects could come in after the type was made."""
    sound = structured(["a"], DTYPE, keep=b"q\x07")
    assert not scanned(tmp_path, program(sound)).why
    objects = called("numpy", "dtype", text("O8"), b"\x89\x88")
    late = sound + b"h\x07" + text("a") + objects + b"K\x00\x86s" + b"0"
    assert scanned(tmp_path, program(late)).why
