"""Decisions to be made, drawn from a seed: plans, evidence, waivers and engine faults of every quality, as plain JSON.

Most parts of most decisions are sound, so that many gates open; each decision has at most a few faults.
"""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

TODAY = datetime.date(2026, 11, 20)
BAR_CHECKS = {
    "quality": "quality/clears_bars",
    "bias": "bias/within_bounds",
    "behaviour": "behaviour/expectations_hold",
    "drift": "drift/stable",
    "data_contract": "data/contract_holds",
}
HYGIENE = {
    "data/no_leakage": ("/leakage",),
    "data/sets_apart": ("/apart",),
    "data/no_repetition": ("/rows",),
    "data/sound_columns": ("/columns", "/classes", "/alike"),
}
NAMED = {
    "governance/owner_named": "owner_named",
    "governance/intended_use_stated": "intended_use_stated",
    "governance/risk_named": "risk_named",
}
APPROVED_BY = ("governance/two_people", "governance/first_manifest")
SAFE, UNSAFE = ("nothing", "known_types", "repository_code"), ("unknown_types", "arbitrary_code")
REASONS = (
    "too_few", "too_few", "too_few_clusters", "one_class", "one_group", "empty", "not_finite", "missing_labels", "not_applicable",
    "tail_dominates", "zero_rates", "nothing_compared", "not_probabilities", "absent_class", "unnamed_label",
    "lacks_label",
)  # fmt: skip
STAGES = ("validation", "validation", "validation", "yes", "no", "text", "number", "list", "null")
WRONG: tuple[Any, ...] = (
    None, True, False, "", "0.8", "true", "measured", [], [0.8], {}, {"value": 0.8}, math.nan, math.inf, -math.inf,
    1e15, 1e16, 2**53, 10**18, 0.1234567890123456, "\ud800",
)  # fmt: skip
ENGINE_FAULTS = ("error", "silent", "hollow_error", "no_hollow", "one_less", "one_more", "foreign", "swapped")


@dataclass
class Asked:
    """One decision to be made: the documents of its pages, and what the engine does wrong."""

    stage: str
    policies: list[dict[str, Any]] = field(default_factory=list)
    bars: list[dict[str, Any]] = field(default_factory=list)
    measurements: list[dict[str, Any]] = field(default_factory=list)
    waivers: list[dict[str, Any]] = field(default_factory=list)
    engine_fault: tuple[str, int] | None = None


def draw(chance: random.Random) -> Asked:
    """A decision to be made; the same seed draws the same."""
    asked = Asked(stage=chance.choice(STAGES))
    sound = chance.random() < 0.45
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 4)) if not sound else chance.randint(1, 3)):
        _add_policy(chance, asked, sound=sound)
    if not sound:
        for _ in range(chance.choice((0, 1, 1, 2, 4))):
            _spoil(chance, asked)
    if chance.random() < 0.6 and asked.policies:
        asked.waivers = [_waiver(chance, asked) for _ in range(chance.choice((1, 1, 2, 3)))]
    if chance.random() < 0.06 and asked.policies:
        fault = chance.choice(ENGINE_FAULTS[: None if len(asked.policies) > 1 else -1])
        asked.engine_fault = (fault, chance.randrange(len(asked.policies)))
    return asked


def _add_policy(chance: random.Random, asked: Asked, *, sound: bool) -> None:
    """A policy that was not planned yet, with its check's facts and bars."""
    name, make = chance.choice(_FAMILIES)
    if all(policy["id"] != name for policy in asked.policies):
        policy = make(chance, asked, name, sound)
        policy = {"title": "t", "effect": "block" if chance.random() < 0.85 else "warn", **policy, "id": name}
        asked.policies.append({**policy, "waivable": chance.random() < 0.8})


def _measure(asked: Asked, check: str, facts: Any) -> Any:
    """The facts of a check: those that are there already, or these."""
    for found in asked.measurements:
        if found["check"] == check:
            return found["facts"]
    asked.measurements.append({"check": check, "outcome": "measured", "facts": facts})
    return facts


def _ruled_on_bars(chance: random.Random, asked: Asked, name: str, sound: bool) -> dict[str, Any]:
    check = next((each for each, policy in BAR_CHECKS.items() if policy == name), "data_hygiene")
    beneath = HYGIENE.get(name)
    facts = _measure(asked, check, {})
    wholes = (0.9, 0.04, 0.03, 0.03) if sound else (0.3, 0.3, 0.25, 0.15)
    for number in range(1 if sound else 0, chance.choice((1, 1, 2, 3)) + 1):
        root = chance.choice(beneath or ("/metrics", "/groups"))[1:]
        place = chance.choice(("a", "b/c", "d~e", "1", 0, 1, 2))
        direction = chance.choice(("at_least", "at_most"))
        limit = chance.choice((0, 0.7, 0.1, 1, 100, -3.5, 0.05, round(chance.random(), 9)))
        kind = chance.choices(("cleared", "missed", "astride", "undefined"), wholes)[0]
        held = _put(facts, root, place, _fact(chance, kind, direction, limit))
        pointer = f"/{root}/{str(held).replace('~', '~0').replace('/', '~1')}"
        subject = {"set": chance.choice(("holdout", "legacy"))} | ({"by": "x"} if chance.random() < 0.3 else {})
        asked.bars.append(
            {
                "id": f"{name}/{number}", "check": check, "fact": pointer, "title": f"b{number}", "subject": subject,
                "direction": direction, "limit": limit, "file": "assay.yaml", "line": 3,
            }
        )  # fmt: skip
    return {"checks": [check], **({"bars": list(beneath)} if beneath else {})}


def _put(facts: Any, root: str, place: str | int, fact: Any) -> str | int:
    """Puts a fact beneath a root, which is a list if the place is a number; the place where it went."""
    if isinstance(place, int):
        items = facts.setdefault(f"{root}", [])
        if isinstance(items, list):
            items.append(fact)
            return len(items) - 1
    items = facts.setdefault(root, {})
    if isinstance(items, list):
        items.append(fact)
        return len(items) - 1
    items[str(place)] = fact
    return str(place)


def _fact(chance: random.Random, kind: str, direction: str, limit: float) -> dict[str, Any]:
    if kind == "undefined":
        return {"kind": "undefined", "reason": chance.choice(REASONS), "n": chance.randrange(30)}
    step = chance.choice((0, 1e-9, 1e-8, 1e-6, 0.001, 0.05, 1))
    width = chance.choice((0, 0, 1e-9, 0.01, 0.1, 2))
    up = (direction == "at_least") == (kind == "cleared")
    if kind == "astride":
        low, high = limit - step, limit + width
    elif up:
        low, high = limit + step, limit + step + width
    else:
        low, high = limit - step - width, limit - step
    low, high = (round(number, chance.choice((9, 9, 9, 10))) for number in (low, high))
    low, high = min(low, high), max(low, high)
    value = chance.choice((low, high, round((low + high) / 2, 9)))
    value = min(max(value, low), high)
    return {"kind": "estimate", "value": value, "low": low, "high": high, "n": chance.randint(1, 5000), "method": "m"}


def _states(chance: random.Random, asked: Asked, name: str, sound: bool) -> dict[str, Any]:
    facts = _measure(asked, "governance", {each: sound or chance.random() < 0.6 for each in NAMED.values()})
    if isinstance(facts, dict) and sound:
        facts[NAMED[name]] = chance.random() < 0.95
    return {"checks": ["governance"]}


def _loads(chance: random.Random, asked: Asked, name: str, sound: bool) -> dict[str, Any]:
    _measure(asked, "artifact", {"executes": chance.choice(SAFE if sound else (*SAFE, *UNSAFE, "everything"))})
    return {"checks": ["artifact"]}


def _approvals(chance: random.Random, *, sound: bool) -> dict[str, Any]:
    whole = {
        "satisfied": True, "blocked": False, "doubtful": False, "unfilled": [],
        "filled": [{"role": "a", "person": "#2", "id": 2}, {"role": "b", "person": "#3", "id": 3}],
    }  # fmt: skip
    if sound and chance.random() < 0.9:
        return whole
    for name in ("satisfied", "blocked", "doubtful"):
        whole[name] = chance.random() < 0.5
    whole["filled"] = [
        {"role": chance.choice("abc"), "person": chance.choice(("#2", "#3", "")), "id": chance.choice((2, 3, 4, True))}
        for _ in range(chance.randrange(4))
    ]
    return whole


def _approved(chance: random.Random, asked: Asked, name: str, sound: bool) -> dict[str, Any]:
    _measure(asked, "approvals", _approvals(chance, sound=sound))
    return {"checks": ["approvals"]}


def _locked(chance: random.Random, asked: Asked, name: str, sound: bool) -> dict[str, Any]:
    loosened = ["model.risk", "checks.quality"][: chance.choice((0, 0, 1, 2))]
    changes = {"base": True, "loosens": bool(loosened), "loosened": loosened, "reviewed": chance.random() < 0.7}
    if not sound:
        changes[chance.choice(tuple(changes))] = chance.choice((True, False, [], ["x"], [1], None))
    _measure(asked, "changes", changes)
    if chance.random() < 0.6:
        _measure(asked, "approvals", _approvals(chance, sound=sound))
    return {"checks": ["changes"], "consults": ["approvals"]}


def _echoes(chance: random.Random, asked: Asked, name: str, sound: bool) -> dict[str, Any]:
    if sound:
        words: dict[str, Any] = chance.choice(({"proven": True}, {"proven": True, "refuted": False}, {"deny": []}))
    else:
        said = (True, True, False, "yes", 1, 0, None, [], ["no"], {}, {"a": 1}, [{"msg": "no"}])
        names = ("proven", "refuted", "deny", "violation", "warn", "offenders")
        words = {each: chance.choice(said) for each in names if chance.random() < 0.3}
    _measure(asked, "echo", dict(words))
    return {"checks": ["echo"], "consults": ["quality"] if chance.random() < 0.1 else []}


def _counts(chance: random.Random, asked: Asked, name: str, sound: bool) -> dict[str, Any]:
    bad = 0 if sound or chance.random() < 0.4 else chance.choice((1, 7))
    facts = {"bad": bad, "good": chance.randrange(5), "unlabelled": 0 if sound else chance.randrange(2)}
    if not sound and chance.random() < 0.4:
        facts["deep"] = {"rows": [_fact(chance, "undefined", "at_least", 0)]}
    _measure(asked, "counts", facts)
    return {"checks": ["counts"], "consults": ["bias"] if not sound and chance.random() < 0.2 else []}


def _spoil(chance: random.Random, asked: Asked) -> None:
    """One fault: something of the evidence or the plan that is missing, of a wrong type, or somewhere else."""
    if not asked.measurements:
        return
    measured = chance.choice(asked.measurements)
    kind = chance.choice(("value", "value", "value", "gone", "outcome", "no_facts", "unmeasured", "twice", "no_checks"))
    if kind == "outcome":
        measured["outcome"] = chance.choice(("unavailable", "error"))
    elif kind == "no_facts":
        measured["facts"] = None
    elif kind == "unmeasured":
        asked.measurements.remove(measured)
    elif kind == "twice":
        asked.measurements.insert(0, {**measured, "facts": {}})
    elif kind == "no_checks":
        chance.choice(asked.policies)["checks"] = chance.choice(([], ["nowhere"], ["quality", "nowhere"]))
    else:
        spots = list(_spots(measured["facts"]))
        if spots:
            holder, key = chance.choice(spots)
            if kind == "value":
                holder[key] = chance.choice(WRONG)
            else:
                del holder[key]


def _spots(document: Any) -> Any:
    """Every container in a document with each of its keys."""
    if isinstance(document, (dict, list)):
        for key in list(document) if isinstance(document, dict) else range(len(document)):
            yield document, key
            yield from _spots(document[key])


def _waiver(chance: random.Random, asked: Asked) -> dict[str, Any]:
    policy = chance.choice(asked.policies)["id"] if chance.random() < 0.9 else "bias/other"
    days = chance.choice((-400, -1, 0, 1, 30, 89, 90, 91, 4000))
    scope = chance.choice(({}, {}, {"set": "holdout"}, {"set": "holdout", "by": "x"}, {"by": "x"}, {"sex": "f"}))
    ends = (TODAY + datetime.timedelta(days=days)).isoformat()
    return {"policy": policy, "owner": "us", "reason": "for now", "expires": ends, "scope": dict(scope)}


_Make = Callable[[random.Random, Asked, str, bool], dict[str, Any]]
_FAMILIES: tuple[tuple[str, _Make], ...] = (
    *((policy, _ruled_on_bars) for policy in (*BAR_CHECKS.values(), *BAR_CHECKS.values(), *HYGIENE)),
    *((policy, _states) for policy in NAMED),
    ("artifact/safe_format", _loads),
    *((policy, _approved) for policy in APPROVED_BY),
    ("governance/bars_not_loosened", _locked),
    *(("house/echo", _echoes),) * 4,
    ("house/hollow", _echoes),
    ("house/hollow", _echoes),
    ("house/counted", _counts),
    ("house/told", _counts),
)
