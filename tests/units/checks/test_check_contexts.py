"""A check sees what all checks see, and the one record that its protocol names: no other check's."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support import review_snapshots as made

from assay.checks import CHECKS, Check
from assay.dossier.check_context import CheckContext, CheckContexts, Material, MaterialContext
from assay.dossier.check_materials import (
    ArtifactInspection,
    Confinement,
    DataAtBase,
    DataDigests,
    Declaration,
    ManifestChanges,
)
from assay.manifest.model_blocks import Model
from assay.reviews.taken_reviews import TakenReviews

MATERIALS: tuple[Material, ...] = (
    Declaration(model=Model(name="small"), roles=made.typed(made.ROLES)),
    ArtifactInspection(format="skops"),
    ManifestChanges(listed=()),
    DataDigests(digests={}),
    DataAtBase(differ=(), lacking={}, tables={}, digests={}),
    Confinement(answered=True, shut_in=True),
    TakenReviews(roles=made.typed(made.ROLES)),
)
CONTEXTS = CheckContexts(CheckContext(task="regression", sets=("holdout",), label="y"), MATERIALS)
HOOKS = ("measure", "bars", "columns", "problems", "scored", "compared", "recipes")
every_check = pytest.mark.parametrize("name", CHECKS.names())


def reached(value: object) -> Iterator[object]:
    """Everything that can be reached from a value by its fields and entries."""
    yield value
    if dataclasses.is_dataclass(value):
        inner: Iterable[object] = (getattr(value, each.name) for each in dataclasses.fields(value))
    elif isinstance(value, dict):
        inner = (*value, *value.values())
    else:
        inner = value if isinstance(value, tuple | list) else ()
    for each in inner:
        yield from reached(each)


def modules_of(name: str) -> list[Path]:
    path = CHECKS.path(name)
    return [path] if path.stem == name else sorted(path.parent.glob("*.py"))


def hooks_of(check: Check) -> dict[str, str]:
    """The context that each function of a check says it takes, as it is written; a default takes any."""
    own = {hook: getattr(check, hook) for hook in HOOKS if inspect.isfunction(getattr(check, hook))}
    return {hook: inspect.signature(function).parameters["context"].annotation for hook, function in own.items()}


def test_there_is_one_of_each_material() -> None:
    assert {type(each) for each in MATERIALS} == set(Material.__subclasses__())
    assert {CHECKS.load(name).MATERIAL for name in CHECKS.names()} == {None, *map(type, MATERIALS)}


@every_check
def test_a_check_is_given_the_material_that_it_names_and_no_other(name: str) -> None:
    named = CHECKS.load(name).MATERIAL
    context = CONTEXTS.about(named, seed=3)
    found = [each for each in reached(context) if isinstance(each, Material)]
    assert [type(each) for each in found] == [named] * (named is not None)
    assert (context.seed, context.label, context.task) == (3, "y", "regression")
    own = {each.name for each in dataclasses.fields(context)} - {each.name for each in dataclasses.fields(CheckContext)}
    assert own == ({"material"} if named else set())
    if named is None:
        with pytest.raises(AttributeError):
            context.material  # type: ignore[attr-defined]  # noqa: B018


@every_check
def test_the_type_checker_knows_which_material_a_check_sees(name: str) -> None:
    check = CHECKS.load(name)
    material = check.MATERIAL and check.MATERIAL.__name__
    allowed = {f"MaterialContext[{material}]", f"MaterialContext[{material} | None]"} if material else {"CheckContext"}
    hooks = hooks_of(check)
    assert "measure" in hooks
    assert set(hooks.values()) <= allowed


@every_check
def test_no_module_of_a_check_imports_what_another_is_about(name: str) -> None:
    known = {each.__name__ for each in Material.__subclasses__()}
    imported = {
        alias.name
        for path in modules_of(name)
        for each in ast.walk(ast.parse(path.read_text()))
        if isinstance(each, ast.ImportFrom)
        for alias in each.names
    }
    named = CHECKS.load(name).MATERIAL
    assert imported & known == ({named.__name__} if named else set())


def test_what_nobody_found_is_none() -> None:
    context = CheckContexts(CONTEXTS.shared).about(ManifestChanges)
    assert isinstance(context, MaterialContext)
    assert context.material is None


def test_no_field_of_a_context_is_untyped() -> None:
    kinds: tuple[Any, ...] = (MaterialContext, *map(type, MATERIALS))
    for kind in kinds:
        for each in dataclasses.fields(kind):
            assert "Any" not in str(each.type), (kind, each.name)
            assert "object" not in str(each.type), (kind, each.name)
