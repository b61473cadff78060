"""GitHub's API description at work: which operation a request is, whether it and its answer are as described."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

DESCRIPTION = Path(__file__).parent / "api.github.com.json"
GREEDY = ("ref", "branch", "tag")
# What GitHub does though its description does not say so.
UPSTREAM = ("'starter' is not one of ['uploaded', 'open']",)
INSTANT, ADDRESS = "2026-01-01T00:00:00Z", "http://127.0.0.1/filled"


@dataclass(frozen=True)
class Operation:
    """An operation of the description, and what its path says."""

    id: str
    template: str
    method: str
    values: dict[str, str]


@dataclass
class Asked:
    """A request as openapi-core looks at one."""

    host_url: str
    path: str
    method: str
    content_type: str
    body: bytes | None
    query: dict[str, str]
    headers: dict[str, str]
    parameters: RequestParameters = field(init=False)

    def __post_init__(self) -> None:
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(self.query),
            header=Headers(list(self.headers.items())),
            cookie=ImmutableMultiDict(),
        )


@dataclass
class Answered:
    """A response as openapi-core looks at one."""

    status_code: int
    content_type: str
    data: bytes | None
    headers: Any = field(default_factory=Headers)


@cache
def description() -> dict[str, Any]:
    """The pruned description."""
    loaded: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return loaded


@cache
def checker() -> OpenAPI:
    """What validates against the description; the description itself is taken as it is."""
    return OpenAPI.from_dict(description(), config=Config(spec_validator_cls=None))


@cache
def _routes() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Templates as patterns, the most literal first; some values contain slashes, which OpenAPI cannot say."""
    found = []
    for template in sorted(description()["paths"], key=lambda each: (each.count("{"), -len(each))):
        pattern = re.sub(
            r"\{(\w+)\}", lambda name: f"(?P<{name[1]}>{'.+' if name[1] in GREEDY else '[^/]+'})", template
        )
        found.append((re.compile(pattern), template))
    return tuple(found)


def find_operation(method: str, path: str) -> Operation | None:
    """The operation that a request is, or None."""
    for pattern, template in _routes():
        found = pattern.fullmatch(path)
        operation = description()["paths"][template].get(method.lower())
        if found and operation:
            values = {name: unquote(value) for name, value in found.groupdict().items()}
            return Operation(operation["operationId"], template, method.lower(), values)
    return None


def violations(operation: Operation, asked: Asked, answered: Answered | None) -> list[str]:
    """How a request, or the answer to it, departs from the description; in sentences."""
    path = re.sub(r"\{(\w+)\}", lambda name: quote(operation.values[name[1]], safe=""), operation.template)
    flat = Asked("http://127.0.0.1", path, operation.method, asked.content_type, asked.body, asked.query, asked.headers)
    try:
        if answered is None:
            checker().validate_request(flat)
        else:
            checker().validate_response(flat, answered)
    except OpenAPIError as error:
        if any(fault in _causes(error) for fault in UPSTREAM):
            return []
        return [f"{asked.method} {asked.path}: {type(error).__name__}: {_causes(error)}"]
    return []


def _causes(error: BaseException) -> str:
    details = [str(each.message) for each in getattr(error.__cause__, "schema_errors", ())]
    # What is wrong stands first: the value that is shown after it may be longer than there is room.
    return "; ".join([*details, str(error), *([str(error.__cause__)] if error.__cause__ else [])])[:1000]


def fill(operation: Operation, status: int, partial: Any) -> Any:
    """An answer's JSON with what the description requires and a handler left out."""
    answer = _resolve(description()["paths"][operation.template][operation.method]["responses"].get(str(status), {}))
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    return partial if schema is None else _fill(schema, partial)


_LEFT_OUT = object()


def _resolve(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        _, _, kind, name = schema["$ref"].split("/")
        schema = description()["components"][kind][name]
    return schema


def _fill(schema: dict[str, Any], partial: Any = _LEFT_OUT) -> Any:
    schema = _resolve(schema)
    if partial is None or (partial is _LEFT_OUT and schema.get("nullable")):
        return None
    for kind in ("oneOf", "anyOf"):
        if kind in schema:
            return _fill(_branch(schema[kind], partial), partial)
    for part in schema.get("allOf", ()):
        partial = _fill(part, partial)
    if isinstance(partial, dict) or (partial is _LEFT_OUT and schema.get("type") == "object"):
        given = {} if partial is _LEFT_OUT else partial
        known = schema.get("properties", {})
        names = [*given, *(name for name in schema.get("required", ()) if name not in given)]
        return {name: _fill(known.get(name, {}), given.get(name, _LEFT_OUT)) for name in names}
    if isinstance(partial, list):
        return [_fill(schema.get("items", {}), each) for each in partial]
    return _plain(schema) if partial is _LEFT_OUT else partial


def _branch(branches: list[dict[str, Any]], partial: Any) -> dict[str, Any]:
    kind = {dict: "object", list: "array", str: "string", int: "integer", bool: "boolean"}.get(type(partial))
    return next((each for each in branches if _resolve(each).get("type") == kind), branches[0])


def _plain(schema: dict[str, Any]) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    texts = {"date-time": INSTANT, "uri": ADDRESS, "email": "someone@example.com"}
    plain = {"array": [], "boolean": False, "integer": 1, "number": 1.0, "object": {}}
    return plain.get(schema.get("type", "string"), texts.get(schema.get("format", ""), "filled"))
