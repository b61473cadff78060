"""JUnit XML: what each outcome is, and that any text leaves the document well formed."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import sample_changes, sample_dossiers
from tests.support.thoroughness import examples

from assay.dossier.page_set import Dossier
from assay.errors import PageError
from assay.render import junit

CASES = Path(__file__).parents[2] / "cases" / "render"
UPDATE = os.environ.get("ASSAY_UPDATE_CASES") == "1"


def read(shown: str) -> ElementTree.Element:
    """The document, which is our own and has no entities of its own."""
    assert "<!" not in shown
    return ElementTree.fromstring(shown)  # noqa: S314  # written by the code under test


def cases_of(pages: Dossier) -> dict[str, ElementTree.Element]:
    """Test cases by name."""
    return {case.attrib["name"]: case for case in read(junit.render(pages)).iter("testcase")}


@pytest.mark.parametrize("case", ["closed", "opened", "empty"])
def test_it_is_the_expected_page(case: str) -> None:
    folder = {"closed": "mortgage-closed", "opened": "mortgage-open", "empty": "nothing-ruled"}[case]
    shown, expected = junit.render(sample_dossiers.BY_NAME[case]()), CASES / folder / "junit.xml"
    if UPDATE:
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


def test_outcomes_are_failures_errors_and_skips() -> None:
    found = cases_of(sample_dossiers.closed())
    kinds = {name: [(child.tag, child.attrib.get("type")) for child in case] for name, case in found.items()}
    assert kinds == {
        "artifact/safe_format": [("error", "not_evaluated")],
        "behaviour/expectations_hold": [("skipped", None)],
        "bias/within_bounds": [("failure", "fail")],
        "data/contract_holds": [],
        "governance/names_owner": [],
        "quality/clears_bars": [("failure", "inconclusive")],
    }
    assert {case.attrib["classname"] for case in found.values()} == {"validation"}
    assert (found["bias/within_bounds"].attrib["file"], found["bias/within_bounds"].attrib["line"]) == (
        "assay.yaml",
        "41",
    )
    assert "Waived by octocat until 2027-02-01" in found["behaviour/expectations_hold"][0].attrib["message"]


@pytest.mark.parametrize("case", ["closed", "opened", "empty"])
def test_the_counts_are_those_of_the_test_cases(case: str) -> None:
    root = read(junit.render(sample_dossiers.BY_NAME[case]()))
    for suite in (root, root[0]):
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[name]) == len(list(suite.iter(tag)))


def test_a_gate_closed_by_nothing_is_no_success() -> None:
    found = cases_of(sample_dossiers.empty())
    assert found["verdict"][0].tag == "error"
    assert "nothing opens the gate" in found["verdict"][0].attrib["message"]


def test_a_warning_does_not_fail() -> None:
    pages: Dossier = sample_changes.crowd(2)
    assert pages.decision is not None
    rulings = tuple(each.model_copy(update={"effect": "warn"}) for each in pages.decision.rulings)
    opened = pages.decision.model_copy(update={"rulings": rulings, "verdict": "open"})
    assert [case[0].tag for case in cases_of(Dossier(decision=opened)).values()] == ["skipped", "skipped"]


@settings(max_examples=examples(60), deadline=None)
@given(
    st.text(min_size=1, max_size=60)
    | st.sampled_from(["]]>", "<!--", "\x00\x08\x1b[31m", "\ufffe\uffff", "&#0;", "'\"", "</failure>"])
)
def test_any_text_leaves_the_document_well_formed(text: str) -> None:
    pages: Dossier = sample_dossiers.closed()
    assert pages.decision is not None
    fields = {"policy": text, "title": text, "reasons": (text,), "remedy": text}
    rulings = tuple(each.model_copy(update=fields) for each in pages.decision.rulings)
    decision = pages.decision.model_copy(update={"rulings": rulings, "stage": text, "model": text, "as_of": text})
    plain = read(junit.render(pages))
    shown = junit.render(Dossier(manifest=pages.manifest, decision=decision))
    assert [each.tag for each in read(shown).iter()] == [each.tag for each in plain.iter()]
    assert all(character == "\n" or character.isprintable() or character == "\u2060" for character in shown)


def test_a_missing_decision_is_said() -> None:
    with pytest.raises(PageError, match="no decision yet"):
        junit.render(Dossier())
