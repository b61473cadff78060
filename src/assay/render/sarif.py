"""The decision as SARIF 2.1.0, for code scanning: a rule for each policy, a result for each that does not pass."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision, Ruling
from assay.render.wording import outcomes
from assay.render.wording.markdown_text import prose
from assay.render.wording.messages import (
    NOTHING_RULED,
    NOTHING_RULED_NEXT,
    Place,
    manifest_place,
    message,
    need_decision,
    nothing_ruled,
    places,
)
from assay.render.wording.sanitized import clean, unlinked

FILE: str | None = "assay.sarif"
_VERDICT = "assay/verdict"
"""The rule that is broken if a gate is closed because nothing was ruled on."""
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_MOST_RELATED = 10


def render(pages: Dossier) -> str:
    """The log, only ASCII: each result is on the manifest line of its bar, and waivers are suppressions."""
    decision = need_decision(pages)
    rules, results = _rules(decision, pages), []
    for index, ruling in enumerate(decision.rulings):
        if outcomes.standing(ruling) != "passed":
            results.append(_result(ruling, index, decision, pages))
    if nothing_ruled(decision):
        results.append(_nothing(len(rules), decision, pages))
        rules.append(_rule(_VERDICT, "At least one blocking policy is ruled on.", "", NOTHING_RULED_NEXT, "error"))
    run = {
        "tool": {"driver": {"name": "Assay", "rules": rules}},
        "automationDetails": {"id": f"assay/{clean(decision.model)}/{clean(decision.stage)}/"},
        "invocations": [_invocation(decision)],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"decision": decision.digest(), "verdict": decision.verdict, "asOf": clean(decision.as_of)},
    }
    text = json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, allow_nan=False)
    return text.replace("##[", "\\u0023#[") + "\n"


def _rules(decision: Decision, pages: Dossier) -> list[dict[str, Any]]:
    planned = pages.plan.policies if pages.plan is not None else ()
    described = {policy.id: policy.description for policy in planned}
    return [
        _rule(
            ruling.policy,
            ruling.title,
            described.get(ruling.policy, ""),
            outcomes.remedy(ruling),
            _level(ruling),
        )
        for ruling in decision.rulings
    ]


def _rule(policy: str, title: str, description: str, remedy: str, level: str) -> dict[str, Any]:
    named = clean(policy)
    return {
        "id": named,
        "name": named,
        "shortDescription": {"text": unlinked(title)},
        "fullDescription": {"text": unlinked(description or title)},
        "help": {"text": unlinked(remedy), "markdown": prose(remedy)},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": list(dict.fromkeys(["assay", named.partition("/")[0]]))},
    }


def _result(ruling: Ruling, index: int, decision: Decision, pages: Dossier) -> dict[str, Any]:
    first, *others = places(ruling, pages)
    result = _finding(clean(ruling.policy), index, _level(ruling), message(ruling), first, decision)
    result["properties"] = {"outcome": ruling.outcome, "effect": ruling.effect}
    if others:
        result["relatedLocations"] = [
            {"id": number, **_location(place)} for number, place in enumerate(others[:_MOST_RELATED], 1)
        ]
    if ruling.waiver is not None and ruling.opens:
        waived = unlinked(outcomes.waiver_text(ruling, clean))
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": waived}]
    return result


def _nothing(index: int, decision: Decision, pages: Dossier) -> dict[str, Any]:
    text = f"{NOTHING_RULED} {NOTHING_RULED_NEXT}"
    return _finding(_VERDICT, index, "error", text, manifest_place(pages), decision)


def _finding(rule: str, index: int, level: str, text: str, place: Place, decision: Decision) -> dict[str, Any]:
    same = f"{decision.model}\n{decision.stage}\n{rule}"
    return {
        "ruleId": rule,
        "ruleIndex": index,
        "kind": "fail",
        "level": level,
        "message": {"text": text},
        "locations": [_location(place)],
        "partialFingerprints": {"assayGate/v1": hashlib.sha256(same.encode()).hexdigest()},
    }


def _location(place: Place) -> dict[str, Any]:
    artifact = {"uri": quote(clean(place.file)), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": max(1, place.line)}}}


def _level(ruling: Ruling) -> str:
    return "warning" if ruling.effect == "warn" else "error"


def _invocation(decision: Decision) -> dict[str, Any]:
    evaluated = not any(ruling.outcome == "not_evaluated" for ruling in decision.rulings)
    return {
        "executionSuccessful": evaluated and not nothing_ruled(decision),
        "exitCode": 0 if decision.verdict == "open" else 1,
        "exitCodeDescription": outcomes.gate(decision.verdict),
    }
