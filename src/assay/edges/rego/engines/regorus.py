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
from assay.edges.rego import asking_module
from assay.edges.rego.batch import evaluate_batch, parse_object, shorten
from assay.edges.rego.bundle import Bundle
from assay.edges.rego.portable_builtins import PORTABLE
from assay.edges.rego.processes import EngineLimits, Stopped, run_bounded, scratch_folder
from assay.edges.rego.queries import Answer, Query, answer_from, unanswered
from assay.edges.rego.shared_inputs import SharedInputs, share
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
        shared, nonce = share(bundle, queries), secrets.token_hex(16)
        with scratch_folder() as folder:
            run = run_bounded(
                [sys.executable, "-I", "-B", str(_CHILD)],
                content=canonical({"nonce": nonce, "builtins": sorted(PORTABLE), **_questions(bundle, shared)}),
                folder=folder,
                limits=self.limits,
            )
        if isinstance(run, Stopped):
            return run
        document = parse_object(run.output) if run.code == 0 else None
        answers = _answers(document, shared, nonce) if document else None
        return answers or Stopped(reason="The embedded engine ended without an answer.")


def find_regorus() -> Regorus:
    """The embedded engine; raises EngineError if it has no package for this platform."""
    try:
        version = importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        version = ""
    if not version or importlib.util.find_spec("regorus") is None:
        raise EngineError("The embedded engine does not exist for this platform, so OPA is required.", hint=_HINT)
    return Regorus(version=version)


def _questions(bundle: Bundle, shared: SharedInputs) -> dict[str, Any]:
    """The files, what each policy has of them, and the groups with their inputs."""
    numbers = {file.path: number for number, file in enumerate(bundle.modules)}
    asked = dict.fromkeys(policy for group in shared.groups for policy in group.queries)
    alone = {policy: bundle.alone(policy) for policy in asked}
    return {
        "files": [[file.path, file.content.decode()] for file in bundle.modules],
        "data": bundle.data,
        "policies": {
            policy: {"files": [numbers[file.path] for file in own.modules], "data": own.data}
            for policy, own in alone.items()
        },
        "values": [value.decode() for value in shared.values],
        "asking": asking_module.documents(shared),
        "groups": [
            {"shape": group.shape, "policies": list(group.queries), "query": asking_module.query(number)}
            for number, group in enumerate(shared.groups)
        ],
    }


def _answers(document: dict[str, Any], shared: SharedInputs, nonce: str) -> tuple[Answer, ...] | None:
    """The answers in the child's output; None unless it has the nonce and one object for each group."""
    answers = document.get("answers")
    if document.get("nonce") != nonce or not isinstance(answers, list) or len(answers) != len(shared.groups):
        return None
    return shared.answers([{policy: _answer(policy, found) for policy, found in group.items()} for group in answers])


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
