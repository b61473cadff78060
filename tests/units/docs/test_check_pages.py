"""Each check has a page that says how it measures, and the page and `assay explain` say the same."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from tests.manual.check_pages import MEANINGS
from tests.support.command_line import Assay

from assay.checks import CHECKS
from assay.commands.parts.check_bars import bar_rows
from assay.commands.parts.check_facts import fact_records
from assay.commands.parts.check_notes import NOTES, check_notes
from assay.facts.values import Reason

FOLDER = Path(__file__).parents[3] / "docs" / "reference" / "checks"


def test_every_reason_of_an_undefined_number_has_words() -> None:
    assert set(MEANINGS) == set(get_args(Reason))


@pytest.mark.parametrize("name", CHECKS.names())
def test_a_check_says_how_it_measures(name: str) -> None:
    assert tuple(check_notes(name)) == NOTES


@pytest.mark.parametrize("name", CHECKS.names())
def test_page_and_terminal_say_the_same(name: str, assay: Assay) -> None:
    text = "".join(path.read_text() for path in FOLDER.glob(f"{name}*.md"))
    printed = assay("explain", name).out
    told = [*check_notes(name).values()]
    told += [about for record in fact_records(name) for _, _, about in record.fields]
    told += [row.name for row in bar_rows(name)]
    for each in told:
        assert _plain(each) in _plain(text), each
        assert _plain(each) in _plain(printed), each
    assert f"/docs/reference/checks/{name}.md" in printed


def _plain(text: str) -> str:
    """A text without line breaks and the backslashes of tables."""
    return " ".join(text.replace("\\", "").split())


def test_a_bar_has_the_direction_that_its_block_accepts() -> None:
    found = {row.name: row.direction for name in CHECKS.names() for row in bar_rows(name)}
    assert found["roc_auc"] == "at least"
    assert found["log_loss"] == found["size"] == found["psi"] == "at most"
    assert found["mean_error"] == "at least or at most"
    assert all(found.values())
