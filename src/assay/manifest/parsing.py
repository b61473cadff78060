"""Reads a manifest: strict YAML, then types; every problem with its line, what was expected and the nearest name."""

from __future__ import annotations

import copy
import difflib
import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ValidationError
from typing_extensions import is_typeddict

from assay.errors import ManifestError, Place, Problem
from assay.manifest.document import Manifest
from assay.manifest.yaml_strict import MOST_PROBLEMS, Document, load

SHORTEST, LONGEST_NAME, MOST_NAMES = 3, 200, 2_000
MOST_STAGES = 100
_EXPECTED = {
    "string_type": "expected text",
    "int_type": "expected a whole number",
    "float_type": "expected a number",
    "bool_type": "expected `true` or `false`",
    "dict_type": "expected a block of `name: value` lines",
    "model_type": "expected a block of `name: value` lines",
    "model_attributes_type": "expected a block of `name: value` lines",
    "tuple_type": "expected a list",
    "list_type": "expected a list",
    "string_too_short": "expected some text",
}

_COMMA = "If it is a part of a text: a comma ends a text in `{…}`, so write the text in quotes."


def nearest_name(name: str, names: Iterable[str]) -> str | None:
    """The most similar name, if one is similar enough; compares only the first of very many names."""
    known, text = list(islice(names, MOST_NAMES)), str(name)[:LONGEST_NAME]
    close = difflib.get_close_matches(text, known, n=1, cutoff=0.6)
    # A shortened word stands for the longer one.
    longer = [each for each in known if len(text) >= SHORTEST and each.startswith(text)]
    return next(iter(close or longer), None)


def problems_of(error: ValidationError, document: Document, start: Place, model: type[BaseModel]) -> list[Problem]:
    """The problems that a validation found, with places in the document; `start` is the validated block's place."""
    found: dict[tuple[Place, str], Problem] = {}
    for detail in error.errors(include_url=False):
        place = (*start, *_place_in_file(detail["loc"], document, start))
        problem = _problem(detail, place, document, start, model)
        found.setdefault((place, problem.message), problem)
    return list(found.values())


def read_manifest(content: bytes, file: str) -> tuple[Document, Manifest | None, list[Problem]]:
    """A manifest's document, its valid part as types, and the problems; raises ManifestError if it is not YAML."""
    document = load(content, file)
    if not isinstance(document.value, dict):
        raise ManifestError([document.problem((), "expected a block that begins with `assay: 1`")])
    try:
        manifest = Manifest.model_validate(document.value)
    except ValidationError as error:
        return document, _salvage(document.value, error), problems_of(error, document, (), Manifest)
    return document, manifest, list(islice(_graph_problems(manifest, document), MOST_PROBLEMS))


def _salvage(raw: dict[str, Any], error: ValidationError) -> Manifest | None:
    """The valid rest of a manifest, so that the same run can report problems in it too."""
    kept = {**copy.deepcopy(raw), "assay": 1}
    # Invalid fields go first; then any block that is not valid without them.
    for whole in (False, True):
        for detail in error.errors(include_url=False):
            top, *inner = (*detail["loc"], None)
            block = kept.get(str(top))
            if top in ("model", "data") and isinstance(block, dict) and not whole:
                block.pop(inner[0], None)
            else:
                kept.pop(str(top), None)
        if not isinstance(kept.get("model"), dict):
            kept["model"] = {}
        kept["model"].setdefault("name", "unnamed")
        try:
            return Manifest.model_validate(kept)
        except ValidationError as again:
            error = again
    return None


def _graph_problems(manifest: Manifest, document: Document) -> Iterable[Problem]:
    if len(manifest.stages) > MOST_STAGES:
        yield document.problem(
            ("stages",), f"the manifest has {len(manifest.stages):,} stages; at most {MOST_STAGES} are allowed"
        )
        return
    for name, stage in manifest.stages.items():
        if stage.after is not None and stage.after not in manifest.stages:
            nearest = nearest_name(stage.after, manifest.stages)
            # A stage may follow a usual stage that the manifest does not list.
            if manifest.usual_stage(stage.after) is None:
                message = f"the stage `{stage.after}` does not exist"
                yield document.problem(("stages", name, "after"), message, nearest=nearest)
        seen, current = set[str](), name
        while (after := manifest.stages[current].after if current in manifest.stages else None) is not None:
            if after == name:
                yield document.problem(("stages", name, "after"), "the stages follow one another in a circle")
            if after in seen or after == name:
                break
            seen.add(after)
            current = after
        for index, role in enumerate(stage.approvals):
            if role not in manifest.roles:
                nearest = nearest_name(role, manifest.roles)
                place = ("stages", name, "approvals", index)
                yield document.problem(place, f"the role `{role}` is not among `roles`", nearest=nearest)


def _place_in_file(location: Sequence[str | int], document: Document, start: Place) -> Place:
    """The part of pydantic's location that stands in the file: without the names of union members."""
    place: list[str | int] = []
    for index, part in enumerate(location):
        here = (*start, *place, part)
        if here in document.values or here in document.keys or (index == len(location) - 1 and _is_name(part)):
            place.append(part)
    return tuple(place)


def _is_name(part: str | int) -> bool:
    return (
        isinstance(part, str) and part.isidentifier() and part not in ("str", "int", "bool", "float", "tuple", "dict")
    )


def _problem(detail: Any, place: Place, document: Document, start: Place, model: type[BaseModel]) -> Problem:
    kind, value = detail["type"], detail.get("input")
    shown = f", not {_shown(value)}"
    if kind == "extra_forbidden":
        names = _names_at(model, place[len(start) : -1])
        message = (
            f"`{place[-1]}` is not known here; expected one of {', '.join(f'`{name}`' for name in names)}"
            if names
            else f"`{place[-1]}` is not known here"
        )
        if value is None and " " in str(place[-1]):
            message += f". {_COMMA}"
        return document.problem(place, message.rstrip(".") + ".", key=True, nearest=nearest_name(str(place[-1]), names))
    if kind == "literal_error":
        choices = str(detail["ctx"]["expected"]).replace("'", "`")
        nearest = nearest_name(str(value), [part.strip("` ") for part in choices.replace(" or ", ",").split(",")])
        return document.problem(place, f"expected {choices}{shown}.", nearest=nearest)
    if kind == "value_error":
        return document.problem(place, f"{detail['ctx']['error']}{shown}.")
    if kind == "string_pattern_mismatch":
        return document.problem(place, f"{_shown(value)} does not have the form `{detail['ctx']['pattern']}`.")
    if kind == "missing":
        described = _described(model, place[len(start) :])
        return document.problem(place, f"this is required{described}.", key=True)
    message = _EXPECTED.get(kind, detail["msg"][:1].lower() + detail["msg"][1:])
    cut = isinstance(value, dict) and any(part is None and " " in str(name) for name, part in value.items())
    return document.problem(place, f"{message}{shown}.{f' {_COMMA}' if cut else ''}")


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list, tuple)):
        return f"`{json.dumps(value, ensure_ascii=False, default=str)[:60]}`"
    return "nothing" if value is None else f"`{str(value)[:60]}`"


def _names_at(model: type[BaseModel], place: Place) -> list[str]:
    """The names that a block may hold at a place, found by walking the types."""
    current: Any = model
    for part in place:
        current = _inner(_fields(current).get(str(part), _extra(current) or current))
    return list(_fields(current))


def _described(model: type[BaseModel], place: Place) -> str:
    """A field's description in brackets, if it has one."""
    current: Any = model
    for part in place[:-1]:
        current = _inner(_fields(current).get(str(part), _extra(current) or current))
    field = current.model_fields.get(str(place[-1])) if hasattr(current, "model_fields") else None
    return f" ({field.description.rstrip('.')})" if field is not None and field.description else ""


def _extra(kind: Any) -> Any:
    """The type of a record's further entries, if it allows some under free names."""
    named = isinstance(kind, type) and "__pydantic_extra__" in kind.__annotations__
    return get_type_hints(kind, include_extras=True)["__pydantic_extra__"] if named else None


def _fields(kind: Any) -> dict[str, Any]:
    """The fields of a record type with their annotations."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
    return get_type_hints(kind, include_extras=True) if is_typeddict(kind) else {}


def _inner(annotation: Any) -> Any:
    """The record type inside an annotation such as `dict[str, DataSet]` or `tuple[Waiver, ...] | None`."""
    if _fields(annotation):
        return annotation
    for argument in reversed(get_args(annotation)):
        if (inner := _inner(argument)) is not None:
            return inner
    return None
