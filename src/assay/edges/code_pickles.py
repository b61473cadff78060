"""What in a model's code can run code that nobody reviewed: pickled files, and calls that load them. Nothing is run."""

from __future__ import annotations

import ast
import bz2
import contextlib
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from assay.edges.code_tree import CodeTree
from assay.edges.files import open_beneath
from assay.errors import DataError

MOST_SOURCE, START, MOST_TOLD = 8 << 20, 4_096, 20
ENDINGS = (".pkl", ".pickle", ".joblib", ".dill", ".pt", ".pth", ".cloudpickle")
LOADERS = {
    **dict.fromkeys(("pickle", "_pickle", "cPickle", "dill", "cloudpickle", "marshal"), ("load", "loads", "Unpickler")),
    "joblib": ("load",),
    "torch": ("load",),
    "shelve": ("open", "Shelf", "DbfilenameShelf"),
    "pandas": ("read_pickle",),
    "numpy": ("load",),
}
_FIRST, _LAST = b"\x80", range(2, 6)


def find_pickles(tree: CodeTree) -> tuple[str, ...]:
    """The pickled files of a tree and the calls in it that load pickles, each in words; raises DataError.

    A file that is neither read as Python nor begins as a pickle, plain or packed, is no finding.
    """
    found: list[str] = []
    for path, kind in tree.kinds.items():
        if kind in ("file", "executable"):
            found += _of_file(tree.root, path)
    return tuple(found[:MOST_TOLD])


def _of_file(root: Path, path: str) -> Iterator[str]:
    with open_beneath(root, path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        content = file.read(MOST_SOURCE + 1 if path.endswith(".py") else START)
    if path.endswith(".py"):
        yield from (f"`{path}` calls {name} on line {line}" for name, line in _calls(path, content))
    elif path.lower().endswith(ENDINGS) or _is_pickled(content) or _holds_pickle(root, path, content):
        yield f"`{path}` is a pickle"


def _is_pickled(content: bytes) -> bool:
    """Whether some bytes, plain or packed, begin as a pickle does."""
    for unpack in (bytes, _gzip, bz2.BZ2Decompressor().decompress, lzma.LZMADecompressor().decompress, _zlib):
        with contextlib.suppress(OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
            start = unpack(content)[:2]
            if start[:1] == _FIRST and len(start) > 1 and start[1] in _LAST:
                return True
    return False


def _gzip(content: bytes) -> bytes:
    return gzip.GzipFile(fileobj=io.BytesIO(content)).read(2)


def _zlib(content: bytes) -> bytes:
    return zlib.decompressobj().decompress(content, 2)


def _holds_pickle(root: Path, path: str, content: bytes) -> bool:
    """Whether an archive holds a pickle, as torch writes it."""
    if not content.startswith(b"PK"):
        return False
    with (
        contextlib.suppress(zipfile.BadZipFile, ValueError, NotImplementedError),
        open_beneath(root, path) as descriptor,
        open(descriptor, "rb", closefd=False) as file,
        zipfile.ZipFile(file) as archive,
    ):
        return any(name.lower().endswith(ENDINGS) for name in archive.namelist())
    return True


def _calls(path: str, content: bytes) -> Iterator[tuple[str, int]]:
    """The uses of functions that load pickles, with their lines, whatever name they were imported under."""
    if len(content) > MOST_SOURCE:
        raise DataError(f"`{path}` is too large to be read.")
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # It cannot be imported either.
        return
    names = _imported(tree)
    for node in ast.walk(tree):
        name = _dotted(node, names)
        module, _, function = name.partition(".")
        if function.rpartition(".")[2] in LOADERS.get(module, ()) and not (module == "numpy" and _is_safe(tree, node)):
            yield name, getattr(node, "lineno", 0)


def _imported(tree: ast.AST) -> dict[str, str]:
    """What each imported name stands for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.asname or each.name.partition(".")[0]: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return names


def _dotted(node: ast.AST, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value, names)
        return f"{base}.{node.attr}" if base else ""
    return ""


def _is_safe(tree: ast.AST, function: ast.AST) -> bool:
    """Whether numpy's `load` is called without a word on pickles, which it then refuses."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.func is function)
    call = next(calls, None)
    if call is None or len(call.args) > 2 or any(isinstance(each, ast.Starred) for each in call.args):  # noqa: PLR2004
        return False
    words = {each.arg: each.value for each in call.keywords}
    allowed = words.get("allow_pickle")
    return None not in words and (allowed is None or (isinstance(allowed, ast.Constant) and allowed.value is False))
