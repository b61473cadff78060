"""Tests lie where the source lies, and share by tests/support alone: nothing imports a test module or a conftest."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
SOURCE = TESTS.parent / "src" / "assay"
ABOUT_MORE_THAN_A_ROOM = {"actions", "architecture", "docs", "packaging"}
RUNNING = {"import_module", "run_module", "run_path", "spec_from_file_location", "__import__"}
MODULES = sorted(TESTS.rglob("*.py"))


def is_private(name: str) -> bool:
    """Whether a module is pytest's alone."""
    return name == "conftest" or name.startswith("test_")


def taken(tree: ast.AST) -> set[str]:
    """The test modules and conftests that a module imports, or runs as a script."""
    return {
        name
        for node in ast.walk(tree)
        for name in _named(node)
        if any(map(is_private, name.split(".")[:-1])) or _is_module(name)
    }


def _named(node: ast.AST) -> Iterable[str]:
    """The dotted names that a statement imports, or that a call runs."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and _called(node.func) in RUNNING:
        texts = (
            each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
        )
        yield from (text.removesuffix(".py").replace("/", ".") for text in texts)


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_module(name: str) -> bool:
    last = name.rsplit(".", 1)[-1]
    return is_private(last) and last in {path.stem for path in MODULES}


def test_what_tests_share_lies_in_support() -> None:
    found = {path.relative_to(TESTS).as_posix(): taken(ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES}
    assert len(found) > 150
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "text",
    [
        "from tests.units.architecture.test_layout import taken",
        "from tests.units.architecture import test_layout",
        "from .test_layout import taken as taken",
        "from . import test_layout",
        "import tests.units.architecture.test_layout as layout",
        "import test_layout",
        "def f():\n    from tests.end_to_end.conftest import place",
        "from conftest import place",
        "importlib.import_module('tests.units.architecture.test_layout')",
        "runpy.run_path(str(HERE.with_name('test_layout.py')))",
    ],
)
def test_every_way_to_import_a_test_module_is_seen(text: str) -> None:
    assert taken(ast.parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "from tests.support.git import git",
        "from assay.steps import plan",
        "from pytest import fixture",
        "runpy.run_path(str(demo / 'train.py'))",
        "print('test_layout.py')",
    ],
)
def test_what_may_be_imported_is_not_refused(text: str) -> None:
    assert not taken(ast.parse(text))


def test_every_folder_of_units_is_a_room() -> None:
    folders = {path.parent.relative_to(TESTS / "units") for path in (TESTS / "units").rglob("*.py")}
    rooms = {folder for folder in folders if folder.parts and folder.parts[0] not in ABOUT_MORE_THAN_A_ROOM}
    assert len(rooms) > 30
    assert [folder.as_posix() for folder in sorted(rooms) if not (SOURCE / folder).is_dir()] == []
    assert {name for name in ABOUT_MORE_THAN_A_ROOM if (SOURCE / name).exists()} == set()
    assert {name for name in ABOUT_MORE_THAN_A_ROOM if not (TESTS / "units" / name).is_dir()} == set()
