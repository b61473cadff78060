"""One name for one thing: modules and classes have names of their own across the tree."""

import ast
import functools
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assay.checks import CHECKS
from assay.commands import COMMANDS
from assay.edges.models import MODEL_FORMATS
from assay.registry import Registry
from assay.render import RENDERERS
from assay.steps import STEPS
from assay.tables.formats import DATA_FORMATS

SOURCE = Path(__file__).parents[3] / "src/assay"
REGISTRIES: tuple[Registry[Any], ...] = (CHECKS, COMMANDS, MODEL_FORMATS, RENDERERS, STEPS, DATA_FORMATS)
# What a protocol asks every module for has one name in all of them, and so has the file that may hold it.
HOOKS = {hook for registry in REGISTRIES for hook in registry._hooks()}
ENTRIES = {registry.kind for registry in REGISTRIES} | {hook.lower() for hook in HOOKS if hook.istitle()}
WEAK = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc", "core", "data"}


def modules() -> Iterator[Path]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "templates" not in path.parts and not path.stem.startswith("__"):
            yield path


@functools.cache
def names_of_registries() -> set[Path]:
    """The modules whose names are what a user writes: a check, a verb, a format."""
    return {registry.path(name) for registry in REGISTRIES for name in registry.names()}


def test_a_module_has_a_name_of_its_own() -> None:
    """A user's word may be the name of a check and of a verb; of no other two modules."""
    places = defaultdict[str, list[Path]](list)
    for path in modules():
        if path.stem not in ENTRIES or path in names_of_registries():
            places[path.stem].append(path)
    shared = {name: found for name, found in places.items() if not set(found) <= names_of_registries()}
    assert {name: found for name, found in shared.items() if len(found) > 1} == {}


def test_a_class_has_a_name_of_its_own() -> None:
    places = defaultdict[str, list[str]](list)
    for path in modules():
        for each in ast.walk(ast.parse(path.read_text())):
            if isinstance(each, ast.ClassDef) and each.name not in HOOKS:
                places[each.name].append(str(path.relative_to(SOURCE)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_a_room_is_no_module_and_no_name_is_weak() -> None:
    rooms = {path.parent.name for path in SOURCE.rglob("__init__.py") if path.parent != SOURCE}
    named = {path.stem for path in modules() if path not in names_of_registries()}
    assert named & rooms - ENTRIES == set()
    assert (named | rooms) & WEAK == set()


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.kind)
def test_what_a_user_writes_is_told_apart_within_a_registry(registry: Registry[Any]) -> None:
    assert len(registry.names()) == len(set(registry.names()))
    assert all(name == name.lower() for name in registry.names())
