"""The syntax trees of policies, which the embedded engine parses in its own process."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from assay.canonical import canonical
from assay.edges.rego.batch import parse_object
from assay.edges.rego.bundle import PolicyFile
from assay.edges.rego.engines.regorus import explain_error
from assay.edges.rego.processes import EngineLimits, Stopped, run_bounded, scratch_folder
from assay.errors import EngineError, ManifestError, Problem

Node = Mapping[str, Any]
READING_LIMITS = EngineLimits(wall_seconds=30.0, cpu_seconds=30, memory_bytes=1024**3, output_bytes=256 * 1024**2)
_CHILD = Path(__file__).with_name("syntax_child.py")
_HINT = "Write policies in Rego v1. The embedded engine must parse them too, to check their names before measuring."
_known: dict[str, Any] = {}


@dataclass(frozen=True, kw_only=True, eq=False)
class PolicyModule:
    """A policy file and its syntax tree."""

    file: PolicyFile
    tree: Node

    @cached_property
    def rules(self) -> dict[str, list[tuple[str, Node]]]:
        """The rules by name, each with its kind (`Spec` or `Default`) and its node."""
        found: dict[str, list[tuple[str, Node]]] = {}
        for each in self.tree["rules"]:
            kind, rule = only(each)
            head = rule if kind == "Default" else only(rule["head"])[1]
            found.setdefault(root_of(head["refr"])[0], []).append((kind, rule))
        return found

    @cached_property
    def imports(self) -> dict[str, tuple[tuple[str, ...], Node]]:
        """The imports by the name that the file uses, each with its path and its place."""
        found = {}
        for each in self.tree["imports"]:
            root, steps = root_of(each["refr"])
            path = (root, *(str(literal_of(step)) for step in steps))
            found[self.text(each["as"]) if each.get("as") else path[-1]] = (path, each["span"])
        return found

    def text(self, span: Node) -> str:
        """The text at a place of the file, on one line."""
        return " ".join(self.file.content[span["start"] : span["end"]].decode("utf-8", "replace").split())

    def problem(self, span: Node, message: str, nearest: str | None = None) -> Problem:
        """A problem at a place of the file."""
        # The engine counts a tab as several columns; editors count characters.
        before = self.file.content[: span["start"]].decode("utf-8", "replace")
        column = len(before) - before.rfind("\n")
        return Problem(file=self.file.path, line=span["line"], column=column, path="", message=message, nearest=nearest)


def read_modules(files: Sequence[PolicyFile]) -> dict[tuple[str, ...], PolicyModule]:
    """The modules by package; raises ManifestError if a file is not Rego v1, EngineError if parsing is impossible."""
    unread = [file for file in files if file.digest not in _known]
    if unread:
        _known.update(zip((file.digest for file in unread), _read(unread), strict=True))
    problems = [_problem(file, _known[file.digest]["error"]) for file in files if "error" in _known[file.digest]]
    if problems:
        raise ManifestError(problems, hint=_HINT)
    return {file.package: PolicyModule(file=file, tree=_known[file.digest]["tree"]) for file in files}


def only(node: Node) -> tuple[str, Any]:
    """The kind of a node, and its body."""
    ((kind, body),) = node.items()
    return kind, body


def root_of(node: Node) -> tuple[str, list[Node]]:
    """The first name of a reference (empty if it begins with a call), and the steps after it."""
    steps: list[Node] = []
    kind, body = only(node)
    while kind in ("RefDot", "RefBrack"):
        steps.append(step_of(kind, body))
        kind, body = only(body["refr"])
    return (body["value"] if kind == "Var" else ""), steps[::-1]


def step_of(kind: str, body: Node) -> Node:
    """The key of one step of a reference; a name after a dot becomes a text."""
    if kind == "RefBrack":
        found: Node = body["index"]
        return found
    span, name = body["field"]
    return {"String": {"span": span, "value": name}}


def literal_of(node: Node) -> Any:
    """The text, number or boolean that a node spells out, or None."""
    kind, body = only(node)
    return body["value"] if kind in ("String", "RawString", "Number", "Bool") else None


def walk_nodes(tree: Any) -> Iterator[tuple[str, Node]]:
    """Every node of a tree, in the order of the file."""
    pending = [tree]
    while pending:
        found = pending.pop()
        if isinstance(found, list):
            pending += reversed(found)
        elif isinstance(found, dict):
            if len(found) == 1:
                kind, body = only(found)
                if isinstance(body, dict) and "span" in body:
                    yield kind, body
            pending += reversed(found.values())


def _read(files: Sequence[PolicyFile]) -> list[dict[str, Any]]:
    if importlib.util.find_spec("regorus") is None:
        raise EngineError("The embedded engine is not available here, so Assay cannot check your own policies.")
    asked = {"files": [[file.path, file.content.decode()] for file in files]}
    with scratch_folder() as folder:
        command = [sys.executable, "-I", "-B", str(_CHILD)]
        run = run_bounded(command, content=canonical(asked), folder=folder, limits=READING_LIMITS)
    document = None if isinstance(run, Stopped) or run.code != 0 else parse_object(run.output)
    trees = document.get("trees") if document is not None else None
    if not isinstance(trees, list) or len(trees) != len(files):
        reason = run.reason if isinstance(run, Stopped) else "The embedded engine ended without an answer."
        raise EngineError(f"The policies could not be read. {reason}", hint="Split large or deeply nested policies.")
    return trees


def _problem(file: PolicyFile, error: str) -> Problem:
    place, said = explain_error(error)
    line, column = (int(each) for each in place.split(":")[-2:]) if place else (1, 1)
    return Problem(file=file.path, line=line, column=column, path="", message=f"this is not Rego v1: {said}.")
