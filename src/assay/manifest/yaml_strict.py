"""A strict YAML reader: YAML 1.2 core scalars, positions for everything, no anchors, tags, merges or duplicates."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from assay.errors import ManifestError, Place, Problem

MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_DIGITS = 1024 * 1024, 32, 100_000, 20
MOST_PROBLEMS, LONGEST_PATH, LONGEST_KEY = 100, 500, 80
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# YAML 1.2.2, section 10.3.2 (core schema).
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A YAML document as plain data, with the line and column (from 1) of each key and each value."""

    file: str
    value: Any
    keys: dict[Place, tuple[int, int]] = field(default_factory=dict)
    values: dict[Place, tuple[int, int]] = field(default_factory=dict)

    def problem(self, place: Place, message: str, *, key: bool = False, nearest: str | None = None) -> Problem:
        """A problem at a place, or at the nearest enclosing place that exists in the file."""
        marks = (self.keys, self.values) if key else (self.values, self.keys)
        for end in range(len(place), -1, -1):
            for mark in marks:
                if place[:end] in mark:
                    line, column = mark[place[:end]]
                    return self._problem(line, column, place, message, nearest)
        return self._problem(1, 1, place, message, nearest)

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest enclosing place that exists in the file."""
        return self.problem(place, "", key=True).line

    def _problem(self, line: int, column: int, place: Place, message: str, nearest: str | None) -> Problem:
        return Problem(file=self.file, line=line, column=column, path=_path(place), message=message, nearest=nearest)


def load(text: str | bytes, file: str) -> Document:
    """The one document in some YAML; raises ManifestError with every problem found."""
    content = text.encode() if isinstance(text, str) else text
    if len(content) > MAX_BYTES:
        raise _stop(file, 1, 1, f"The file has {len(content):,} bytes; at most {MAX_BYTES:,} are allowed.")
    try:
        decoded = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _stop(file, line, 1, "The file is not UTF-8 text.") from error
    reader = _Reader(file, decoded)
    try:
        value = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _stop(file, line, column, f"This is not YAML: {error.problem or error.context}.") from error
    except yaml.YAMLError as error:
        raise _stop(file, 1, 1, f"This is not YAML: {str(error).splitlines()[0]}.") from error
    if reader.problems:
        raise ManifestError(reader.problems)
    return Document(file, value, reader.keys, reader.values)


def _stop(file: str, line: int, column: int, message: str) -> ManifestError:
    return ManifestError([Problem(file=file, line=line, column=column, path="", message=message)])


class _Reader:
    """Builds plain data from YAML events, collecting problems as it goes."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self.problems: list[Problem] = []
        self.keys: dict[Place, tuple[int, int]] = {}
        self.values: dict[Place, tuple[int, int]] = {}
        self.nodes = 0

    def document(self) -> Any:
        value: Any = None
        for count, event in enumerate(self._documents()):
            if count:
                raise self._stop(event, "A file holds one document; remove the second `---`.")
            if event.version or event.tags:
                raise self._stop(event, "Directives (`%YAML`, `%TAG`) are not allowed.")
            value = self._node(next(self.events), ())
            next(self.events)
        return value

    def _documents(self) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                yield event

    def _node(self, event: Any, place: Place) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES or len(place) > MAX_DEPTH:
            raise self._stop(event, f"More than {MAX_NODES:,} values or {MAX_DEPTH} levels are not allowed.")
        self._refuse_reference(event, place)
        self.values[place] = _position(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place)
        return self._mapping(place) if isinstance(event, yaml.MappingStartEvent) else None

    def _sequence(self, place: Place) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*place, len(items))))
        return items

    def _mapping(self, place: Place) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._stop(event, "A key must be a single word or text.")
            self._refuse_reference(event, place)
            key = event.value
            if key == "<<" and not event.style:
                self._add(event, (*place, key), "Merge keys (`<<`) are not allowed; write the values out.")
            if key in entries:
                first = self.keys[(*place, key)][0]
                self._add(
                    event, (*place, key), f"The key `{key[:LONGEST_KEY]}` occurs twice; it is already on line {first}."
                )
            else:
                self.keys[(*place, key)] = _position(event)
            entries.setdefault(key, self._node(next(self.events), (*place, key)))
        return entries

    def _scalar(self, event: Any, place: Place) -> Any:
        text: str = event.value
        if event.style:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            number = int(text, 0) if text[:2] in ("0o", "0x") else int(text) if len(text) < MAX_DIGITS else 2**63
            if abs(number) >= 2**53:
                self._add(
                    event, place, f"`{text[:40]}` is too large a number to be kept exactly; quote it if it is text."
                )
            return number
        if _NOT_FINITE.fullmatch(text) or (_FLOAT.fullmatch(text) and not math.isfinite(float(text))):
            self._add(event, place, f"`{text[:40]}` is not a finite number.")
            return 0.0
        return self._float(event, text, place) if _FLOAT.fullmatch(text) else text

    def _float(self, event: Any, text: str, place: Place) -> float:
        number = float(text)
        if Decimal(text) != Decimal(repr(number)) and number != int(number):
            self._add(event, place, f"`{text[:40]}` has more digits than are kept; write {number!r}, or quote text.")
        return number

    def _refuse_reference(self, event: Any, place: Place) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._stop(event, "Anchors and aliases (`&`, `*`) are not allowed; write the values out.", place)
        if getattr(event, "tag", None):
            raise self._stop(event, f"Tags (`{event.tag[:40]}`) are not allowed.", place)

    def _add(self, event: Any, place: Place, message: str) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            raise self._stop(event, "There are more problems; fix these first.")
        self.problems.append(self._problem(event, message, place))

    def _stop(self, event: Any, message: str, place: Place = ()) -> ManifestError:
        return ManifestError([*self.problems, self._problem(event, message, place)])

    def _problem(self, event: Any, message: str, place: Place) -> Problem:
        line, column = _position(event)
        return Problem(file=self.file, line=line, column=column, path=_path(place), message=message)


def _path(place: Place) -> str:
    return ".".join(str(part)[:LONGEST_PATH] for part in place)[:LONGEST_PATH]


def _position(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1
