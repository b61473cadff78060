"""Examples of evidence, and how the shipped policies rule on them: by a real engine and the outcome table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from assay.dossier.check_context import CheckContext
from assay.dossier.pages import Ruling
from assay.dossier.plan_parts import PlannedBar, PlannedPolicy
from assay.edges.rego.bundle import Bundle
from assay.edges.rego.queries import Engine, Query
from assay.facts.check_parts import BarText, Limit
from assay.facts.values import Estimate, Undefined, exact
from assay.rulings.decision_input import DecisionInput, MeasuredCheck
from assay.rulings.joined_bars import join_bar
from assay.rulings.outcome_table import rule
from assay.stats.fairness import RatePair, largest_difference
from assay.stats.proportions import proportion
from assay.steps.planning.policy_selection import planned_policy

FOLDER = Path(__file__).parent / "policy_examples"
OUTCOMES = ("pass", "fail", "inconclusive")
_LIMIT = TypeAdapter[Limit](BarText)


@dataclass(frozen=True)
class PolicyExample:
    """Evidence for a policy, what is shown of it, and what it says in a sentence."""

    policy: PlannedPolicy
    outcome: str
    about: str
    facts: dict[str, Any]
    asked: DecisionInput


def read_examples(bundle: Bundle) -> tuple[list[PolicyExample], dict[str, str]]:
    """Every example, and why a policy without an inconclusive one has none."""
    examples, never = list[PolicyExample](), dict[str, str]()
    for policy in bundle.policies:
        found = yaml.safe_load((FOLDER / f"{policy.id}.yaml").read_text(encoding="utf-8"))
        if "never" in found:
            never[policy.id] = found.pop("never")
        examples += [_example(planned_policy(policy), outcome, each) for outcome, each in found.items()]
    return examples, never


def rule_on(examples: list[PolicyExample], bundle: Bundle, engine: Engine) -> list[Ruling]:
    """The ruling on each example."""
    asked = [example.asked for example in examples]
    queries = [Query(policy=each.policy, input=each.document()) for each in asked]
    queries += [Query(policy=each.policy, input=each.emptied().document()) for each in asked]
    answers = engine.evaluate(bundle, queries)
    half = len(asked)
    return [
        rule(
            example.policy,
            example.asked,
            answer=answer.document,
            emptied=emptied.document,
            error=answer.error or emptied.error,
        )
        for example, answer, emptied in zip(examples, answers[:half], answers[half:], strict=True)
    ]


def _example(policy: PlannedPolicy, outcome: str, found: Mapping[str, Any]) -> PolicyExample:
    facts = _expanded(found["facts"])
    check = policy.checks[0]
    bars = [
        PlannedBar(id=f"{check}/{number}", check=check, file="assay.yaml", line=20 + number, **_bar(each))
        for number, each in enumerate(found.get("bars", ()), start=1)
    ]
    asked = DecisionInput(
        policy=policy.id,
        stage="validation",
        as_of="2026-11-20",
        checks={name: MeasuredCheck(outcome="measured") for name in facts},
        facts=facts,
        bars=tuple(join_bar(bar, facts[check]) for bar in bars),
        manifest={},
    )
    return PolicyExample(policy, outcome, found["about"], facts, asked)


def _bar(found: Mapping[str, str]) -> dict[str, Any]:
    limit = _LIMIT.validate_python(found["limit"])
    return {"fact": found["fact"], "title": found["title"], **limit.model_dump()}


def _expanded(found: Any) -> Any:
    """Facts with their numbers as checks compute them: `{share: [93, 100]}` is a share with its interval."""
    if isinstance(found, list):
        return [_expanded(each) for each in found]
    if not isinstance(found, dict):
        return found
    if len(found) == 1 and (made := _number(*next(iter(found.items())))) is not None:
        return made.model_dump(mode="json", exclude_none=True)
    return {name: _expanded(each) for name, each in found.items()}


def _number(kind: str, given: Any) -> Estimate | Undefined | None:
    match kind:
        case "share":
            return proportion(*given)
        case "gap":
            smaller, larger = sorted(map(tuple, given), key=lambda each: each[0] / each[1])
            pair = RatePair(smaller=smaller, larger=larger, worth=(smaller, larger))
            return largest_difference([pair], smaller[1] + larger[1], CheckContext.level)
        case "counted":
            return exact(*given)
        case "counted_share":
            return exact(given[0] / given[1], given[1])
        case "few":
            return Undefined(reason="too_few", n=given[0], needed=given[1])
    return None
