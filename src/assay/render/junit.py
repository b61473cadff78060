"""The decision as JUnit XML, for test reports: a test case for each policy."""

from __future__ import annotations

import html
from collections import Counter

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision, Ruling
from assay.render.wording import outcomes
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
from assay.render.wording.sanitized import unlinked

FILE: str | None = "junit.xml"


def render(pages: Dossier) -> str:
    """The document: a policy that was not evaluated is an error, any other that closes the gate a failure.

    Waived policies and warnings are skipped test cases, so that each is visible and none fails. A gate that is closed
    because nothing was ruled on is an error too, because tools count a suite without test cases as a success.
    """
    decision = need_decision(pages)
    cases = [_case(ruling, decision, pages) for ruling in decision.rulings]
    kinds = Counter(_kind(ruling) for ruling in decision.rulings)
    if nothing_ruled(decision):
        kinds["error"] += 1
        cases.append(_nothing(decision, pages))
    numbers = {
        "tests": len(cases),
        "failures": kinds["failure"],
        "errors": kinds["error"],
        "skipped": kinds["skipped"],
        "time": 0,
    }
    counts = "".join(f' {name}="{number}"' for name, number in numbers.items())
    name = _attribute("name", f"{decision.model} → {decision.stage}")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{name}{counts}>",
        f"  <testsuite{name}{counts}>",
        "    <properties>",
        *(f"      <property{_attribute('name', key)}{_attribute('value', value)}/>" for key, value in _facts(decision)),
        "    </properties>",
        *cases,
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _facts(decision: Decision) -> tuple[tuple[str, str], ...]:
    return (("verdict", decision.verdict), ("decision", decision.digest()), ("as_of", decision.as_of))


def _kind(ruling: Ruling) -> str:
    standing = outcomes.standing(ruling)
    if standing == "closed":
        return "error" if ruling.outcome == "not_evaluated" else "failure"
    return "passed" if standing == "passed" else "skipped"


def _case(ruling: Ruling, decision: Decision, pages: Dossier) -> str:
    kind, text = _kind(ruling), message(ruling)
    opening = _opening(decision.stage, ruling.policy, places(ruling, pages)[0])
    if kind == "passed":
        return f"{opening}/>"
    if kind == "skipped":
        return f"{opening}>\n      <skipped{_attribute('message', text)}/>\n    </testcase>"
    word = _attribute("message", f"{ruling.title.rstrip('.')}: {outcomes.mark(ruling).word}")
    return (
        f"{opening}>\n      <{kind}{_attribute('type', ruling.outcome)}{word}>{_text(text)}</{kind}>\n    </testcase>"
    )


def _nothing(decision: Decision, pages: Dossier) -> str:
    opening = _opening(decision.stage, "verdict", manifest_place(pages))
    error = f'<error type="not_evaluated"{_attribute("message", NOTHING_RULED)}>{NOTHING_RULED_NEXT}</error>'
    return f"{opening}>\n      {error}\n    </testcase>"


def _opening(stage: str, name: str, place: Place) -> str:
    where = f'{_attribute("file", place.file)} line="{max(1, place.line)}"'
    return f'    <testcase{_attribute("classname", stage)}{_attribute("name", name)}{where} time="0"'


def _attribute(name: str, value: str) -> str:
    return f' {name}="{_text(value)}"'


def _text(text: str) -> str:
    """Text without the characters that XML forbids, with its special characters escaped."""
    return html.escape(unlinked(text), quote=True)
