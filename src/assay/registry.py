"""The folder is the registry: what lies in a package's folder exists, by file name."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

from assay.errors import UsageError


def names(package: str) -> tuple[str, ...]:
    """The names of what lies directly in a package's folder, sorted; nothing is imported but the package.

    A name is a module, or a folder with an entry: `checks/drift/check.py` is the check `drift`.
    """
    folder = _folder(package)
    modules = (path.stem for path in folder.glob("[a-z]*.py"))
    return tuple(sorted({*modules, *(path.parent.name for path in folder.glob(f"[a-z]*/{_entry(package)}.py"))}))


def title(package: str, name: str) -> str:
    """The first line of a module's docstring, without importing it."""
    import ast

    module = _folder(package) / f"{name}.py"
    entry = _folder(package) / name / f"{_entry(package)}.py"
    tree = ast.parse((module if module.exists() else entry).read_text(encoding="utf-8"))
    return (ast.get_docstring(tree) or name).splitlines()[0]


def module(package: str, name: str) -> ModuleType:
    """A module of a package's folder; raises UsageError where there is none."""
    if name not in names(package):
        kind = package.rpartition(".")[2]
        raise UsageError(f"There is no `{name}` among {kind}: {', '.join(names(package))}.")
    alone = (_folder(package) / f"{name}.py").exists()
    return importlib.import_module(f"{package}.{name}" if alone else f"{package}.{name}.{_entry(package)}")


def _entry(package: str) -> str:
    """The module of a folder that is its entry: `check` in `checks`."""
    return package.rpartition(".")[2].removesuffix("s")


def _folder(package: str) -> Path:
    return Path(next(iter(importlib.import_module(package).__path__)))
