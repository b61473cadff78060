"""Searches for an input that makes each denying rule fire; a rule that never fires gives a warning, never a verdict."""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assay.edges.rego.bundle import Bundle, PolicyFile
from assay.edges.rego.engines.regorus import find_regorus
from assay.edges.rego.policy_source.sample_inputs import sample_of, with_value
from assay.edges.rego.policy_source.scopes import Findings
from assay.edges.rego.policy_source.shapes import Shape, Where
from assay.edges.rego.policy_source.syntax_trees import Node, PolicyModule, read_modules, walk_nodes
from assay.edges.rego.queries import Query
from assay.errors import Problem

DENYING = ("deny", "violation", "warn")
MAX_ASKS, MAX_SECONDS, MAX_CHANGED = 50, 10.0, 3
_USUAL: tuple[Any, ...] = (0, 1, -1, 0.5, True, False, "", [], {})


def find_silent_rules(bundle: Bundle, shapes: Mapping[str, Shape], looked: Mapping[str, Findings]) -> list[Problem]:
    """The denying rules that no tried input makes fire; the search ends after some seconds."""
    modules, deadline, found = read_modules(bundle.modules), time.monotonic() + MAX_SECONDS, list[Problem]()
    for policy, shape in shapes.items():
        module = modules[tuple(policy.split("/"))]
        inputs = list(_inputs(shape, sorted(looked[policy].touched - {()}), _literals(module)))
        for rule, alone in _rules_alone(module):
            if time.monotonic() > deadline:
                return found
            if not _fires(_replaced(bundle, alone), policy, inputs):
                message = f"no tried input makes this `{rule[0]}` rule fire; it may never deny anything."
                found.append(module.problem(rule[1]["span"], message))
    return found


def _rules_alone(module: PolicyModule) -> Iterator[tuple[tuple[str, Node], PolicyFile]]:
    """Each denying rule, with the file in which the other denying rules are blanked out."""
    denying = [(name, rule) for name in DENYING for kind, rule in module.rules.get(name, ()) if kind == "Spec"]
    for name, rule in denying:
        text = module.file.content
        for _, other in denying:
            if other is not rule:
                start, end = other["span"]["start"], other["span"]["end"]
                text = text[:start] + b" " * (end - start) + text[end:]
        yield (name, rule), dataclasses.replace(module.file, content=text)


def _replaced(bundle: Bundle, file: PolicyFile) -> Bundle:
    files = tuple(file if each.path == file.path else each for each in bundle.files)
    return dataclasses.replace(bundle, files=files)


def _fires(bundle: Bundle, policy: str, inputs: Sequence[Any]) -> bool:
    """Whether the rule fires on one of the inputs, or could not be evaluated on any."""
    alone = bundle.alone(policy)
    answers = find_regorus().evaluate(alone, [Query(policy=policy, input=each) for each in inputs])
    documents = [answer.document for answer in answers if answer.document is not None]
    return not documents or any(document.get(name) for document in documents for name in DENYING)


def _inputs(shape: Shape, places: Sequence[Where], literals: Sequence[Any]) -> Iterator[Any]:
    """Samples of the shape: as it is, with one touched place changed, then with several; always the same inputs."""
    whole = sample_of(shape)
    draw = random.Random(repr((places, literals)))  # noqa: S311  # not a secret: the same inputs each time
    single = [(place, value) for place in places for value in (*literals, *_USUAL, None)]
    draw.shuffle(single)
    yield whole
    yield {**whole, "bars": []}
    for place, value in single[: MAX_ASKS // 2]:
        yield with_value(whole, place, value)
    for _ in range(MAX_ASKS - 2 - min(len(single), MAX_ASKS // 2)):
        changed = whole
        for place in draw.sample(places, min(len(places), draw.randint(1, MAX_CHANGED))) if places else ():
            changed = with_value(changed, place, draw.choice((*literals, *_USUAL, None)))
        yield changed


def _literals(module: PolicyModule) -> list[Any]:
    """Values that the policy compares with: its texts, its numbers, and numbers just above and below."""
    found = list[Any]()
    for kind, body in walk_nodes(module.tree["rules"]):
        if kind in ("String", "RawString"):
            found.append(body["value"])
        elif kind == "Number":
            found += [body["value"], body["value"] + 0.001, body["value"] - 0.001]
    return list(dict.fromkeys(found))
