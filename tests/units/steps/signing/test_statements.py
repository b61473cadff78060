"""What is signed: the card as it is, and a verification summary that an open gate alone makes a passed one."""

import hashlib
import json
from dataclasses import replace

import pytest
from tests.support import sample_dossiers

from assay.dossier.page_set import Dossier
from assay.errors import PageError
from assay.steps.signing.statements import CARD_TYPE, DECISION_TYPE, LEVEL, card_statement, decision_statement

TIME = "2026-11-20T12:00:00Z"


def summary(pages: Dossier) -> dict[str, object]:
    said = decision_statement(pages, time=TIME, versions={"assay": "1", "opa": "2"}, card_bundle=b"signed")
    assert said["predicateType"] == DECISION_TYPE
    found: dict[str, object] = said["predicate"]
    return found


def test_the_card_is_the_predicate() -> None:
    pages = sample_dossiers.closed()
    said = card_statement(pages)
    assert pages.card is not None
    assert said["predicateType"] == CARD_TYPE
    assert said["predicate"] == json.loads(pages.card.content())


def test_a_summary_names_the_signed_card_and_what_judged() -> None:
    said = summary(sample_dossiers.opened())
    assert said["timeVerified"] == TIME
    assert said["resourceUri"] == "assay:mortgage-approval#validation"
    assert said["verifier"] == {
        "id": "https://assay-ml.github.io/assay",
        "version": {"assay": "1", "opa": "2"},
    }
    (named,) = said["inputAttestations"]  # type: ignore[misc]
    assert named["digest"]["sha256"] == hashlib.sha256(b"signed").hexdigest()


@pytest.mark.parametrize(
    ("case", "expected"),
    [("opened", ("PASSED", [LEVEL])), ("closed", ("FAILED", ["FAILED"])), ("empty", ("FAILED", ["FAILED"]))],
)
def test_only_an_open_gate_has_passed(case: str, expected: tuple[str, list[str]]) -> None:
    said = summary(sample_dossiers.BY_NAME[case]())
    assert (said["verificationResult"], said["verifiedLevels"]) == expected


def test_what_is_missing_is_not_signed() -> None:
    pages = sample_dossiers.opened()
    with pytest.raises(PageError):
        card_statement(replace(pages, card=None))
    with pytest.raises(PageError):
        summary(replace(pages, decision=None))
