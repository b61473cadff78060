"""Batches: all policies are asked in one process, and each alone if that fails, so that the right one is blamed."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from assay.edges.rego.bundle import Bundle
from assay.edges.rego.portable_inputs import InputGuard
from assay.edges.rego.processes import Stopped
from assay.edges.rego.queries import Answer, Query, unanswered
from assay.errors import EngineError

Attempt = Callable[[Bundle, Sequence[Query]], tuple[Answer, ...] | Stopped]
"""Evaluates queries with a bundle in one process: one answer each, in order, or why there are none."""

MAX_TEXT = 600
MAX_SECONDS = 60.0
"""The seconds for asking policies one by one, after asking them together failed."""

_TRACE = re.compile(r"Stack backtrace|\ngoroutine ")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def evaluate_batch(
    bundle: Bundle, queries: Sequence[Query], attempt: Attempt, *, apart: bool = True
) -> tuple[Answer, ...]:
    """One answer per query, in order; if one process cannot answer all, each policy is asked alone."""
    guard = InputGuard()
    refusals = [_refuse(bundle, query, guard) for query in queries]
    sound = [query for query, refusal in zip(queries, refusals, strict=True) if refusal is None]
    answers = iter(_attempt_all(bundle, sound, attempt, apart=apart) if sound else ())
    return tuple(refusal or next(answers) for refusal in refusals)


def ungroup(queries: Sequence[Query], groups: dict[str, list[Answer]]) -> tuple[Answer, ...]:
    """The answers of each policy, back in the order of the queries."""
    turns = {policy: iter(answers) for policy, answers in groups.items()}
    return tuple(next(turns[query.policy]) for query in queries)


def parse_object(content: bytes) -> dict[str, Any] | None:
    """The JSON object in an engine's output; None for anything else."""
    try:
        document = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def shorten(text: str) -> str:
    """An engine's message, shortened: no control characters, no stack traces, at most 600 characters."""
    plain = _CONTROL.sub(" ", _TRACE.split(text, maxsplit=1)[0]).strip()
    return plain if len(plain) <= MAX_TEXT else f"{plain[:MAX_TEXT]}…"


def _attempt_all(bundle: Bundle, queries: Sequence[Query], attempt: Attempt, *, apart: bool) -> Sequence[Answer]:
    answers = attempt(bundle, queries)
    if not isinstance(answers, Stopped):
        return answers
    groups: dict[str, list[Answer]] = {}
    deadline = time.monotonic() + MAX_SECONDS
    for policy in dict.fromkeys(query.policy for query in queries):
        own = [query for query in queries if query.policy == policy]
        again = apart and len(bundle.ids) > 1 and time.monotonic() < deadline
        alone = attempt(bundle.alone(policy), own) if again else answers
        if isinstance(alone, Stopped):
            groups[policy] = [unanswered(policy, alone.reason)] * len(own)
        else:
            groups[policy] = list(alone)
    return ungroup(queries, groups)


def _refuse(bundle: Bundle, query: Query, guard: InputGuard) -> Answer | None:
    """The answer to a query that no engine may see; None if an engine may."""
    if query.policy not in bundle.ids:
        return Answer(policy=query.policy, error=f"The bundle has no policy `{query.policy}`.")
    try:
        guard.refuse(query.input)
    except EngineError as error:
        return Answer(policy=query.policy, error=str(error))
    return None


def _refuse_constant(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
