"""Decisions made by Assay and by the oracle, side by side, on the embedded engine in this process."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import regorus
from pydantic import ValidationError
from tests.support.fail_open.generated import ENGINE_FAULTS, TODAY, Asked, draw
from tests.support.fail_open.oracle import expected

from assay.canonical import canonical
from assay.dossier.pages import Evidence, ManifestPage, Plan
from assay.edges.rego.bundle import Bundle, read_bundle
from assay.edges.rego.portable_inputs import refuse_unsafe_input
from assay.edges.rego.queries import Answer, Query, answer_from
from assay.edges.store import read_page
from assay.errors import AssayError, EngineError
from assay.steps.deciding.judgement import judge

KINDS = {
    "open": 0.2,
    "closed": 0.3,
    "refused": 0.02,
    "pass, opens": 0.3,
    "fail": 0.05,
    "inconclusive": 0.05,
    "not_evaluated": 0.2,
    "fail, opens": 0.004,
    "inconclusive, opens": 0.003,
    **{f"engine: {fault}": 0.001 for fault in ENGINE_FAULTS},
}
"""The least share of each kind without which a search shows nothing."""
_NO_DIGEST = f"sha256:{'0' * 64}"
_FOLDERS = (Path(__file__).parents[3] / "policies", Path(__file__).parent / "policies")


@cache
def bundle() -> Bundle:
    """The shipped policies, and some of a house that say what their facts say."""
    return read_bundle(_FOLDERS)


@cache
def _embedded(policy: str) -> Any:
    engine, alone = regorus.Engine(), bundle().alone(policy)
    for file in alone.modules:
        engine.add_policy(file.path, file.content.decode())
    engine.add_data_json(json.dumps(alone.data))
    return engine


@dataclass(frozen=True)
class FaultyEngine:
    """The embedded engine in this process, with one fault of an engine, at one of the policies."""

    fault: str
    at: int
    name: str = "regorus"
    version: str = "embedded"

    def evaluate(self, _bundle: Bundle, queries: Sequence[Query]) -> tuple[Answer, ...]:
        """One answer per query, unless the fault is another number of them."""
        answers = [_ask(query) for query in queries]
        hollow = self.at + len(answers) // 2
        if self.fault == "error":
            answers[self.at] = Answer(policy=queries[self.at].policy, error="it broke")
        elif self.fault == "silent":
            answers[self.at] = Answer(policy=queries[self.at].policy)
        elif self.fault == "hollow_error":
            answers[hollow] = Answer(policy=queries[hollow].policy, error="it broke")
        elif self.fault == "no_hollow":
            answers[hollow] = Answer(policy=queries[hollow].policy)
        elif self.fault == "one_less":
            del answers[-1]
        elif self.fault == "one_more":
            answers.append(answers[-1])
        elif self.fault == "foreign":
            answers[self.at] = Answer(policy="another/policy", document={"proven": True})
        elif self.fault == "swapped":
            answers.insert(0, answers.pop())
        return tuple(answers)


def _ask(query: Query) -> Answer:
    try:
        refuse_unsafe_input(query.input)
    except EngineError as error:
        return Answer(policy=query.policy, error=str(error))
    return _evaluated(query.policy, json.dumps(query.input, ensure_ascii=False, allow_nan=False))


@lru_cache(maxsize=1000)
def _evaluated(policy: str, asked: str) -> Answer:
    """The answer of the engine, kept because each policy is asked about the same empty evidence again and again."""
    try:
        _embedded(policy).set_input_json(asked)
        found = json.loads(_embedded(policy).eval_query_as_json(f"data.{policy.replace('/', '.')}"))
    except RuntimeError as error:
        return Answer(policy=policy, error=str(error))
    return answer_from(policy, found["result"][0]["expressions"][0]["value"])


def decided(asked: Asked) -> tuple[str, dict[str, tuple[str, bool]]] | None:
    """What Assay decides; None if it refuses to."""
    manifest = {"assay": 1, "model": {"name": "m"}, "waivers": asked.waivers}
    page = ManifestPage(file="assay.yaml", source=_NO_DIGEST, manifest=manifest)
    plan = Plan.model_validate(
        {
            "model": "m", "task": "binary-classification", "risk": "high", "stage": asked.stage,
            "as_of": TODAY.isoformat(), "bundle": (), "bundle_digest": _NO_DIGEST, "policies": asked.policies,
            "checks": (), "bars": asked.bars, "recipes": (), "inputs": (),
        }
    )  # fmt: skip
    engine, policies = FaultyEngine(*asked.engine_fault or ("none", 0)), bundle()
    try:
        measured = [{name: each[name] for name in each if each[name] is not None} for each in asked.measurements]
        content = canonical({"page": "evidence", "parents": {}, "measurements": measured})
        evidence = read_page(Evidence, content, "evidence.json")
        decision = judge(page, plan, evidence, policies, engine)
    except (AssayError, ValidationError):
        return None
    return decision.verdict, {each.policy: (each.outcome, each.opens) for each in decision.rulings}


@dataclass
class Tally:
    """What a search came to: how many decisions of each kind, and those on which the two do not agree."""

    kinds: Counter[str] = field(default_factory=Counter)
    failed_open: list[int] = field(default_factory=list)
    disagreed: list[int] = field(default_factory=list)


def search(seeds: Sequence[int]) -> Tally:
    """Draws a decision from each seed and makes it twice."""
    tally = Tally()
    for seed in seeds:
        asked = draw(random.Random(seed))
        wanted, found = expected(asked), decided(asked)
        if found != wanted:
            tally.disagreed.append(seed)
        if found is not None and (wanted is None or _opens_more(found, wanted)):
            tally.failed_open.append(seed)
        tally.kinds["refused" if found is None else found[0]] += 1
        tally.kinds.update(f"{each}, opens" if opens else each for each, opens in (found or ("", {}))[1].values())
        if asked.engine_fault:
            tally.kinds[f"engine: {asked.engine_fault[0]}"] += 1
    return tally


def _opens_more(found: tuple[str, Any], wanted: tuple[str, Any]) -> bool:
    """Whether something opens that must stay shut."""
    gate = (found[0], wanted[0]) == ("open", "closed")
    return gate or any(opens and not wanted[1][policy][1] for policy, (_, opens) in found[1].items())
