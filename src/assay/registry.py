"""The folder is the registry: what lies in a package's folder exists, by file name."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

from assay.errors import UsageError


def names(package: str) -> tuple[str, ...]:
    """The names of the modules that lie directly in a package's folder, sorted; nothing is imported but the package."""
    return tuple(sorted(path.stem for path in _folder(package).glob("[a-z]*.py")))


def title(package: str, name: str) -> str:
    """The first line of a module's docstring, without importing it."""
    import ast

    tree = ast.parse((_folder(package) / f"{name}.py").read_text(encoding="utf-8"))
    return (ast.get_docstring(tree) or name).splitlines()[0]


def module(package: str, name: str) -> ModuleType:
    """A module of a package's folder; raises UsageError where there is none."""
    if name not in names(package):
        kind = package.rpartition(".")[2]
        raise UsageError(f"There is no `{name}` among {kind}: {', '.join(names(package))}.")
    return importlib.import_module(f"{package}.{name}")


def _folder(package: str) -> Path:
    return Path(next(iter(importlib.import_module(package).__path__)))
