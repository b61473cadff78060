"""SARIF: its structure as GitHub consumes it, where results lie, and what waivers are."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import sample_changes, sample_dossiers
from tests.support.thoroughness import examples

from assay.dossier.page_set import Dossier
from assay.errors import PageError
from assay.render import sarif

CASES = Path(__file__).parents[2] / "cases" / "render"
UPDATE = os.environ.get("ASSAY_UPDATE_CASES") == "1"


def run_of(pages: Dossier) -> dict[str, Any]:
    """The only run of the log."""
    log = json.loads(sarif.render(pages))
    assert log["version"] == "2.1.0"
    assert set(log) == {"$schema", "version", "runs"}
    (run,) = log["runs"]
    return dict(run)


@pytest.mark.parametrize("case", ["closed", "opened", "empty"])
def test_it_is_the_expected_page(case: str) -> None:
    folder = {"closed": "mortgage-closed", "opened": "mortgage-open", "empty": "nothing-ruled"}[case]
    shown, expected = sarif.render(sample_dossiers.BY_NAME[case]()), CASES / folder / "assay.sarif"
    if UPDATE:
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", ["closed", "opened", "empty"])
def test_every_result_has_its_rule_a_line_and_a_fingerprint(case: str) -> None:
    run = run_of(sample_dossiers.BY_NAME[case]())
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"error", "warning"}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["kind"] == "fail"
        assert result["level"] in {"error", "warning"}
        assert len(set(rules[result["ruleIndex"]]["properties"]["tags"])) == len(
            rules[result["ruleIndex"]]["properties"]["tags"]
        )
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "assay.yaml", "uriBaseId": "%SRCROOT%"}
        assert place["region"]["startLine"] >= 1
        assert re.fullmatch("[0-9a-f]{64}", result["partialFingerprints"]["assayGate/v1"])
    assert len({result["partialFingerprints"]["assayGate/v1"] for result in run["results"]}) == len(run["results"])
    assert run["automationDetails"]["id"] == "assay/mortgage-approval/validation/"


def test_results_are_the_gates_that_are_not_open() -> None:
    results = {result["ruleId"]: result for result in run_of(sample_dossiers.closed())["results"]}
    lines = {rule: each["locations"][0]["physicalLocation"]["region"]["startLine"] for rule, each in results.items()}
    assert lines == {
        "artifact/safe_format": 1,
        "behaviour/expectations_hold": 45,
        "bias/within_bounds": 41,
        "quality/clears_bars": 36,
    }
    waived = results.pop("behaviour/expectations_hold")
    assert waived["suppressions"][0]["status"] == "accepted"
    assert "until 2027-02-01" in waived["suppressions"][0]["justification"]
    assert not any("suppressions" in each for each in results.values())
    assert run_of(sample_dossiers.opened())["results"] == []


def test_the_run_says_how_it_ended() -> None:
    closed, opened, empty = (
        run_of(sample_dossiers.BY_NAME[case]())["invocations"][0] for case in ("closed", "opened", "empty")
    )
    assert (closed["executionSuccessful"], closed["exitCode"]) == (False, 1)
    assert (opened["executionSuccessful"], opened["exitCode"]) == (True, 0)
    assert (empty["executionSuccessful"], empty["exitCode"]) == (False, 1)


def test_a_gate_closed_by_nothing_has_a_result() -> None:
    (result,) = run_of(sample_dossiers.empty())["results"]
    assert result["ruleId"] == "assay/verdict"
    assert "nothing opens the gate" in result["message"]["text"]


def test_a_warning_is_a_warning() -> None:
    pages: Dossier = sample_changes.crowd(1)
    assert pages.decision is not None
    warned = tuple(each.model_copy(update={"effect": "warn"}) for each in pages.decision.rulings)
    run = run_of(Dossier(decision=pages.decision.model_copy(update={"rulings": warned, "verdict": "open"})))
    assert [result["level"] for result in run["results"]] == ["warning"]


def test_several_lines_are_related_locations() -> None:
    pages: Dossier = sample_changes.crowd(1)
    assert pages.decision is not None
    one = pages.decision.rulings[0]
    bars = tuple(bar.model_copy(update={"line": 40 + index}) for index, bar in enumerate(one.bars))
    spread = one.model_copy(update={"bars": bars, "offenders": tuple(bar.id for bar in bars)})
    (result,) = run_of(Dossier(decision=pages.decision.model_copy(update={"rulings": (spread,)})))["results"]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 40
    related = [each["physicalLocation"]["region"]["startLine"] for each in result["relatedLocations"]]
    assert related == [41, 42]


@settings(max_examples=examples(40), deadline=None)
@given(
    st.text(min_size=1, max_size=60)
    | st.sampled_from(
        [
            "[x](http://evil.example)",
            "@octocat #1 GH-1",
            "https://evil.example www.evil.example",
            "##[error]x",
            "\x1b[31m",
            "{0}",
        ]
    )
)
def test_no_text_mentions_links_or_commands_g1_g3(text: str) -> None:
    pages: Dossier = sample_dossiers.closed()
    assert pages.decision is not None
    fields = {"policy": text, "title": text, "reasons": (text,), "remedy": text}
    rulings = tuple(each.model_copy(update=fields) for each in pages.decision.rulings)
    decision = pages.decision.model_copy(update={"rulings": rulings, "stage": text, "model": text})
    shown = sarif.render(Dossier(manifest=pages.manifest, decision=decision))
    assert all(character == "\n" or " " <= character <= "~" for character in shown)
    assert "##[" not in shown
    for result in json.loads(shown)["runs"][0]["results"]:
        told = result["message"]["text"] + "".join(each["justification"] for each in result.get("suppressions", ()))
        assert not re.search(r"@\w|#\d|\]\(|://|www\.|\bgh-\d", told, re.IGNORECASE)


def test_a_missing_decision_is_said() -> None:
    with pytest.raises(PageError, match="no decision yet"):
        sarif.render(Dossier())
