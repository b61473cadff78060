"""JSON that users hand in: read by types, and refused with everything that the published schema says against it.

Whatever the types take, the schema takes (`tests/laws/test_schema_laws.py`), so asking it first could refuse nothing
more. It is asked once the types have refused: it names every place, and only then the time to import it is spent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from heapq import nsmallest
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from assay.documents.shipped import shipped_folder
from assay.errors import DataError

MOST_TOLD, LONGEST_TOLD, MOST_DIGITS = 20, 200, 400
MOST_EXPLAINED = 1 << 18
"""For longer documents only the types' errors are reported: if every value is wrong, the schema takes seconds."""
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"(\s*:)?')
_DEEP = "it is nested too deeply to be read"
_PLAIN = {bool, int, float, str, type(None)}
_Model = TypeVar("_Model", bound=BaseModel)


def read_document(content: bytes, kind: type[_Model], *, schema: str, refusal: str, hint: str) -> _Model:
    """Reads a document into its type; raises DataError with the refusal and all errors that the named schema finds.

    It also refuses an object that has a name twice, because readers differ in which of the two counts.
    """
    try:
        read = kind.model_validate_json(content, strict=True)
    except ValidationError as error:
        told = explain(content, schema) if len(content) <= MOST_EXPLAINED else ()
        raise DataError(f"{refusal}: {'; '.join(told or say(error))}.", hint=hint) from error
    if sum(1 for each in _TEXT.finditer(content) if each[1]) != _count_names(read):
        raise DataError(f"{refusal}: {_repetition(content)}.", hint=hint)
    return read


def explain(content: bytes, schema: str) -> tuple[str, ...]:
    """What is wrong with a document by a published schema, place by place; empty where the schema takes it."""
    from jsonschema import Draft202012Validator

    try:
        errors = Draft202012Validator(_schema(schema)).iter_errors(parse_json(content))
        return _bounded(f"{each.json_path}: {each.message}" for each in map(_innermost, errors))
    except ValueError as error:
        return _bounded([str(error)])
    except RecursionError:
        return (_DEEP,)


def say(error: ValidationError) -> tuple[str, ...]:
    """What the types say is wrong with a document, place by place."""
    told = error.errors(include_url=False, include_input=False)
    return _bounded(
        f"{'.'.join(map(str, ('$', *each['loc'])))}: {each['msg'].removeprefix('Value error, ')}" for each in told
    )


def parse_json(content: bytes) -> Any:
    """The document in some bytes; raises ValueError for what is not JSON, or what readers take in different ways."""
    try:
        return json.loads(
            content.decode("utf-8"), object_pairs_hook=_hold_apart, parse_constant=_refuse, parse_int=_whole
        )
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {error}") from error
    except RecursionError as error:
        raise ValueError(_DEEP) from error


def _repetition(content: bytes) -> str:
    try:
        parse_json(content)
    except ValueError as error:
        return _clean(str(error))
    return "an object has a name twice"


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number has {len(digits):,} digits; at most {MOST_DIGITS} are read")
    return int(digits)


def _hold_apart(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"`{twice}` occurs twice in an object")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _innermost(error: Any) -> Any:
    """The problem that says most: of alternatives, that of the one that fits best."""
    from jsonschema.exceptions import best_match

    return best_match([error]) or error


@lru_cache(maxsize=8)
def _schema(name: str) -> Any:
    return json.loads((shipped_folder("schemas") / f"{name}.json").read_bytes())


def _bounded(told: Iterable[str]) -> tuple[str, ...]:
    # The first by their text: the schema's reader goes through names in an order of its own.
    found = [_clean(each) for each in nsmallest(MOST_TOLD + 1, told)]
    return (*found[:MOST_TOLD], *(["and more"] if len(found) > MOST_TOLD else []))


def _clean(text: str) -> str:
    """A problem without its full stop, on one line and not too long, in which nothing is invisible."""
    seen = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text[: 2 * LONGEST_TOLD])
    return (seen if len(seen) <= LONGEST_TOLD else f"{seen[: LONGEST_TOLD - 1]}…").rstrip(".")


def _count_names(value: Any) -> int:
    """How many names with a value a document has, in all of its objects."""
    if isinstance(value, BaseModel):
        fields = value.model_fields_set
        return len(fields) + sum(_count_names(getattr(value, name)) for name in fields)
    if isinstance(value, dict):
        return len(value) + sum(map(_count_names, value.values()))
    return sum(map(_count_names, value)) if isinstance(value, tuple) and not _PLAIN.issuperset(map(type, value)) else 0
