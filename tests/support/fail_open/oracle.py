"""What a gate must do, written from the contract and not from the code; it shares no line with `rulings`.

The contract: `docs/architecture.md`, the README's table of outcomes, and each policy's METADATA. Numbers are exact
fractions; a number is a JSON number and nothing that can be read as one.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.support.fail_open.generated import APPROVED_BY, BAR_CHECKS, HYGIENE, NAMED, SAFE, TODAY, UNSAFE, Asked

REASONS = {
    "too_few", "too_few_clusters", "one_class", "one_group", "empty", "not_finite", "missing_labels", "no_predictions",
    "not_applicable", "tail_dominates", "zero_rates", "unnamed_label", "lacks_label",
    "nothing_compared", "not_probabilities", "absent_class",
}  # fmt: skip
WAIVER_DAYS = 90
Measure = tuple[str, Any]
"""`measured` with the interval, `undefined` with the reason, or `missing`."""


def expected(asked: Asked) -> tuple[str, dict[str, tuple[str, bool]]] | None:
    """The verdict, and per policy its outcome and whether it opens; None if nothing can be decided at all."""
    checks = [each["check"] for each in asked.measurements]
    # Two measurements of one check contradict each other, so neither can count.
    if len(checks) != len(set(checks)) or not all(map(_can_be_written, _leaves(asked.measurements))):
        return None
    fault, at = asked.engine_fault or ("none", -1)
    rulings = {}
    for index, policy in enumerate(asked.policies):
        own = fault if index == at else "none"
        if fault in ("one_less", "one_more", "foreign") or (fault == "swapped" and len(asked.policies) > 1):
            own = "error"
        outcome, offenders = _outcome(asked, policy, own)
        opens = outcome == "pass" or (outcome in ("fail", "inconclusive") and _waived(asked, policy, offenders))
        rulings[policy["id"]] = (outcome, opens)
    blocking = [rulings[policy["id"]][1] for policy in asked.policies if policy["effect"] == "block"]
    return ("open" if blocking and all(blocking) else "closed"), rulings


def _outcome(asked: Asked, policy: dict[str, Any], fault: str) -> tuple[str, list[Any]]:
    """A policy's outcome, and the offenders that it names."""
    found = [each for each in asked.measurements if each["outcome"] == "measured" and each["facts"] is not None]
    measured = {each["check"]: each["facts"] for each in found}
    seen = {check: measured[check] for check in (*policy["checks"], *policy.get("consults", ())) if check in measured}
    if fault in ("error", "silent", "hollow_error") or any(_is_unsafe(leaf) for leaf in _leaves(seen)):
        return "not_evaluated", []
    bars = [(bar, _joined(bar, measured)) for bar in asked.bars if _rules_on(policy, bar)]
    words = _words(asked, policy, seen, bars)
    broken = _is_broken(asked, policy, words, fault)
    unmeasured = not policy["checks"] or any(check not in measured for check in policy["checks"])
    gaps = [how[1] if how[0] == "undefined" else "missing" for _, how in bars if how[0] != "measured"]
    denying = any(name in words for name in ("deny", "violation", "warn"))
    if denying:
        gaps += list(_undefined(seen))
    if broken or unmeasured or any(gap not in ("too_few", "too_few_clusters") for gap in gaps):
        return "not_evaluated", []
    return _ended(words, denying=denying, gaps=bool(gaps)), _listed(words.get("offenders"))


def _ended(words: dict[str, Any], *, denying: bool, gaps: bool) -> str:
    if denying:
        denied = words.get("deny", []) or words.get("violation", [])
        return "fail" if denied else "inconclusive" if gaps else "pass"
    if words.get("refuted") is True:
        return "fail"
    if words.get("proven") is not True:
        return "inconclusive"
    return "not_evaluated" if gaps else "pass"


def _is_broken(asked: Asked, policy: dict[str, Any], words: dict[str, Any], fault: str) -> bool:
    if any(name in words and words[name] is not True and words[name] is not False for name in ("proven", "refuted")):
        return True
    if any(name in words for name in ("deny", "violation", "warn")):
        lists = all(isinstance(words.get(name, []), list) for name in ("deny", "violation", "warn"))
        mixed = "proven" in words or "refuted" in words
        judges = "deny" in words or "violation" in words or policy["effect"] == "warn"
        return mixed or not lists or not judges or bool(policy.get("consults"))
    if fault == "no_hollow":
        return True
    both = words.get("proven") is True and words.get("refuted") is True
    return both or (policy["id"] == "house/hollow" and asked.stage in ("yes", "text", "number", "list", "null"))


def _words(  # noqa: PLR0911 - one line per family
    asked: Asked, policy: dict[str, Any], seen: Any, bars: list[tuple[Any, Measure]]
) -> dict[str, Any]:
    """What a policy says of its input, by its METADATA; what is undefined is absent."""
    name = policy["id"]
    if name in BAR_CHECKS.values() or name in HYGIENE:
        return _bar_words(bars)
    if name in NAMED:
        return _two_sided(_at(seen, "governance", NAMED[name]))
    if name == "artifact/safe_format":
        executes = _at(seen, "artifact", "executes")
        known = isinstance(executes, str)
        return _only(proven=known and executes in SAFE, refuted=known and executes in UNSAFE)
    if name in APPROVED_BY:
        return _only(proven=_given(seen), refuted=_refused(seen))
    if name == "governance/bars_not_loosened":
        return _loosening_words(asked, policy, seen)
    if name in ("house/counted", "house/told"):
        return _count_words(name, seen)
    if name == "house/echo":
        found = seen.get("echo", {})
        known = ("proven", "refuted", "deny", "violation", "warn", "offenders")
        return {word: found[word] for word in known if word in found}
    if "echo" not in seen:
        return {"proven": {"yes": True, "no": False}.get(asked.stage, "odd")} if asked.stage != "validation" else {}
    return {"proven": seen["echo"]["proven"]} if "proven" in seen["echo"] else {}


def _bar_words(bars: list[tuple[Any, Measure]]) -> dict[str, Any]:
    cleared, missed = [], []
    for bar, (status, interval) in bars:
        low, high = interval if status == "measured" else (None, None)
        limit, least = _number(bar["limit"]), bar["direction"] == "at_least"
        cleared.append(status == "measured" and (low >= limit if least else high <= limit))
        missed.append(status == "measured" and (high < limit if least else low > limit))
    words = _only(proven=bool(bars) and all(cleared), refuted=any(missed))
    return words | {"offenders": [bar["id"] for (bar, _), ok in zip(bars, cleared, strict=True) if not ok]}


def _count_words(name: str, seen: Any) -> dict[str, Any]:
    """Rego orders values of all types: null, false, true, numbers, text, lists, objects."""
    counts = seen.get("counts", {})
    told = {word: counts[word] for word in ("bad", "good", "unlabelled") if word in counts}
    more = {word: _rank(told[word]) > _rank(0) for word in told}
    if name == "house/told":
        return {"deny": ["no"] if more.get("unlabelled") else []}
    worse = "bad" in told and "good" in told and _rank(told["bad"]) > _rank(told["good"])
    return {"deny": ["no"] if more.get("bad") else [], "violation": ["worse"] if worse else []}


def _rank(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return (0 if value is None else 1 + value, 0)
    if isinstance(value, (int, float)):
        return (3, Fraction(value))
    if isinstance(value, str):
        return (4, value.encode())
    return (5 if isinstance(value, list) else 6, str(value))


def _loosening_words(asked: Asked, policy: dict[str, Any], seen: Any) -> dict[str, Any]:
    changes, told = seen.get("changes", {}), "approvals" in seen
    base, paths = changes.get("base") is True, changes.get("loosened")
    loosened = base and isinstance(paths, list) and bool(paths) and all(isinstance(path, str) for path in paths)
    same = base and changes.get("loosens") is False and paths == []
    reviewed = changes.get("reviewed")
    agreed = loosened and changes.get("loosens") is True and reviewed is True and _given(seen)
    unreadable = any(
        each["check"] == "approvals" and each["outcome"] == "error"
        for each in asked.measurements
        if each["check"] in (*policy["checks"], *policy.get("consults", ()))
    )
    refuted = loosened and ((not told and not unreadable) or _refused(seen) or (_given(seen) and reviewed is False))
    offenders = list(paths) if loosened and not agreed else []
    return _only(proven=same or agreed, refuted=refuted) | {"offenders": offenders}


def _given(seen: Any) -> bool:
    found = seen.get("approvals", {})
    filled = [each for each in _listed(found.get("filled")) if isinstance(each, dict)]
    people = {each["person"] for each in filled if isinstance(each.get("person"), str) and each["person"]}
    roles = {each["role"] for each in filled if isinstance(each.get("role"), str) and each["role"]}
    accounts = {each["id"] for each in filled if _is_number(each.get("id"))}
    said = found.get("satisfied") is True and found.get("blocked") is False and found.get("doubtful") is False
    return said and min(len(people), len(roles), len(accounts)) > 1


def _refused(seen: Any) -> bool:
    found = seen.get("approvals", {})
    return found.get("blocked") is True or (found.get("satisfied") is False and found.get("doubtful") is False)


def _joined(bar: dict[str, Any], measured: dict[str, Any]) -> Measure:
    """What a bar's fact is: the number with its interval, why there is none, or missing."""
    fact: Any = measured.get(bar["check"])
    for part in bar["fact"].split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(fact, dict):
            fact = fact.get(name)
        elif isinstance(fact, list):
            fact = fact[int(name)] if name.isdigit() and int(name) < len(fact) else None
        else:
            fact = None
    return _read(fact) if isinstance(fact, dict) else ("missing", None)


def _read(fact: dict[str, Any]) -> Measure:
    whole = all(_is_count(fact.get(name, 0)) for name in ("n",))
    if fact.get("kind") == "undefined":
        known = set(fact) <= {"kind", "reason", "n", "needed"} and fact.get("needed") is None
        sound = whole and known and isinstance(fact.get("reason"), str) and fact["reason"] in REASONS
        return ("undefined", fact["reason"]) if sound else ("missing", None)
    needed = {"value", "low", "high", "n", "method"}
    if not (
        needed <= set(fact) <= needed | {"kind", "level", "unseen", "chance"}
        and fact.get("kind", "estimate") == "estimate"
    ):
        return "missing", None
    numbers = [fact[name] for name in ("low", "value", "high")]
    if not whole or not isinstance(fact["method"], str) or not all(_is_number(number) for number in numbers):
        return "missing", None
    low, value, high = (_number(number) for number in numbers)
    return ("measured", (low, high)) if low <= value <= high else ("missing", None)


def _rules_on(policy: dict[str, Any], bar: dict[str, Any]) -> bool:
    beneath = policy.get("bars")
    return bar["check"] in policy["checks"] and (
        beneath is None or any(bar["fact"].startswith(f"{each}/") for each in beneath)
    )


def _waived(asked: Asked, policy: dict[str, Any], offenders: list[Any]) -> bool:
    """Whether a named person's exception covers everything that offends, today."""
    subjects = {bar["id"]: bar["subject"] for bar in asked.bars if _rules_on(policy, bar)}
    for waiver in asked.waivers:
        left = (datetime.date.fromisoformat(waiver["expires"]) - TODAY).days
        scope = waiver["scope"].items()
        covered = not scope or (
            bool(offenders)
            and all(isinstance(each, str) and scope <= subjects.get(each, {}).items() for each in offenders)
        )
        if policy["waivable"] and waiver["policy"] == policy["id"] and 0 <= left <= WAIVER_DAYS and covered:
            return True
    return False


def _undefined(document: Any) -> Iterator[str]:
    """The reasons of all numbers in facts that do not exist."""
    if isinstance(document, dict) and document.get("kind") == "undefined":
        yield document["reason"] if isinstance(document.get("reason"), str) else "unknown"
    for item in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from _undefined(item)


def _leaves(document: Any) -> Iterator[Any]:
    if isinstance(document, (dict, list)):
        for item in document.values() if isinstance(document, dict) else document:
            yield from _leaves(item)
    else:
        yield document


def _can_be_written(value: Any) -> bool:
    """Whether a page can hold a value."""
    if isinstance(value, str):
        return not any(0xD800 <= ord(letter) < 0xE000 for letter in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or abs(value) < 2**53


def _is_unsafe(value: Any) -> bool:
    """Whether engines may read a number differently: beyond 1e15, or of more than 15 digits."""
    if not _is_number(value):
        return False
    return abs(value) >= 10**15 or len(Decimal(repr(value)).normalize().as_tuple().digits) > 15


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _number(value: float) -> Fraction:
    """A number of a page: rounded to 9 significant digits, half to even."""
    return Fraction(f"{Decimal(value):.8e}")


def _at(seen: Any, *names: str) -> Any:
    for name in names:
        seen = seen.get(name) if isinstance(seen, dict) else None
    return seen


def _two_sided(value: Any) -> dict[str, Any]:
    return _only(proven=value is True, refuted=value is False)


def _only(**words: bool) -> dict[str, Any]:
    return {name: True for name, said in words.items() if said}


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
