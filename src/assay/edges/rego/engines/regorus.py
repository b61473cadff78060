"""The embedded engine: regorus in its own Python process."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import importlib.util
import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assay.canonical import canonical
from assay.edges.rego.batch import evaluate_batch, group_inputs, parse_object, shorten, ungroup
from assay.edges.rego.bundle import Bundle
from assay.edges.rego.portable_builtins import PORTABLE
from assay.edges.rego.processes import EngineLimits, Stopped, run_bounded, scratch_folder
from assay.edges.rego.queries import Answer, Query, answer_from, unanswered
from assay.errors import EngineError

DISTRIBUTION = "gordon-to-regorus"
REGORUS_LIMITS = EngineLimits()
_PLACED = re.compile(r"--> (\S+:\d+:\d+)\n.*?^error: ([^\n]+)", re.DOTALL | re.MULTILINE)
_CHILD = Path(__file__).with_name("regorus_child.py")
_HINT = "Install OPA 1.20.1 or later and put it on PATH, or name it with `--opa`."


@dataclasses.dataclass(frozen=True, kw_only=True)
class Regorus:
    """The regorus of this Python's packages."""

    version: str
    limits: EngineLimits = REGORUS_LIMITS
    name: str = "regorus"

    def evaluate(self, bundle: Bundle, queries: Sequence[Query]) -> tuple[Answer, ...]:
        """One answer per query, in order."""
        return evaluate_batch(bundle, queries, self._attempt)

    def _attempt(self, bundle: Bundle, queries: Sequence[Query]) -> tuple[Answer, ...] | Stopped:
        groups, nonce = group_inputs(queries), secrets.token_hex(16)
        asked = {policy: _question(bundle.alone(policy), policy, inputs) for policy, inputs in groups.items()}
        with scratch_folder() as folder:
            run = run_bounded(
                [sys.executable, "-I", "-B", str(_CHILD)],
                content=canonical({"nonce": nonce, "builtins": sorted(PORTABLE), "policies": asked}),
                folder=folder,
                limits=self.limits,
            )
        if isinstance(run, Stopped):
            return run
        document = parse_object(run.output) if run.code == 0 else None
        answers = _answers(document, groups, nonce) if document else None
        if answers is None:
            return Stopped(reason="The embedded engine ended without an answer.")
        return ungroup(queries, answers)


def find_regorus() -> Regorus:
    """The embedded engine; raises EngineError if it has no package for this platform."""
    try:
        version = importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        version = ""
    if not version or importlib.util.find_spec("regorus") is None:
        raise EngineError("The embedded engine does not exist for this platform, so OPA is required.", hint=_HINT)
    return Regorus(version=version)


def _question(alone: Bundle, policy: str, inputs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "query": f"data.{policy.replace('/', '.')}",
        "files": [[file.path, file.content.decode()] for file in alone.modules],
        "data": alone.data,
        "inputs": inputs,
    }


def _answers(
    document: dict[str, Any], groups: dict[str, list[dict[str, Any]]], nonce: str
) -> dict[str, list[Answer]] | None:
    """The answers in the child's output; None unless it has one for each question, with the nonce."""
    answers = document.get("answers")
    if document.get("nonce") != nonce or not isinstance(answers, dict) or set(answers) != set(groups):
        return None
    found = {policy: [_answer(policy, each) for each in answers[policy]] for policy in groups}
    return found if all(len(found[policy]) == len(inputs) for policy, inputs in groups.items()) else None


def _answer(policy: str, found: dict[str, Any]) -> Answer:
    if "error" in found:
        return unanswered(policy, _sentence(str(found["error"])))
    return answer_from(policy, found.get("document"))


def explain_error(error: str) -> tuple[str, str]:
    """The place of an error, as `file:line:column` or empty, and the engine's message without its snippet."""
    said = _PLACED.search(shorten(error))
    return (said[1], said[2].strip()) if said else ("", shorten(error))


def _sentence(error: str) -> str:
    place, said = explain_error(error)
    return f"{place}: {said}" if place else said
