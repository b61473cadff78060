"""The runner's commands: where they point, how they are escaped, how many there are."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tests.support import sample_changes, sample_dossiers

from assay.dossier.page_set import Dossier
from assay.errors import PageError
from assay.render import annotations

CASES = Path(__file__).parents[2] / "cases" / "render"
UPDATE = os.environ.get("ASSAY_UPDATE_CASES") == "1"
COMMAND = re.compile(r"::(error|warning) file=([^:,]+),line=([0-9]+),title=([^:,]+)::(.+)|::notice title=[^:,]+::(.+)")


def read(shown: str) -> list[tuple[str | None, ...]]:
    """The commands as a runner reads them, with its three escapes undone."""
    found = []
    for line in shown.splitlines():
        command = COMMAND.fullmatch(line)
        assert command, line
        found.append(
            tuple(
                None
                if each is None
                else each.replace("%3A", ":").replace("%2C", ",").replace("%0A", "\n").replace("%25", "%")
                for each in command.groups()
            )
        )
    return found


@pytest.mark.parametrize("case", ["closed", "opened", "empty"])
def test_it_is_the_expected_page(case: str) -> None:
    folder = {"closed": "mortgage-closed", "opened": "mortgage-open", "empty": "nothing-ruled"}[case]
    shown, expected = annotations.render(sample_dossiers.BY_NAME[case]()), CASES / folder / "annotations.txt"
    if UPDATE:
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


def test_each_closed_gate_is_an_error_on_the_line_of_its_bar() -> None:
    found = read(annotations.render(sample_dossiers.closed()))
    assert [each[:4] for each in found] == [
        ("error", "assay.yaml", "41", "bias/within_bounds: fail"),
        ("error", "assay.yaml", "1", "artifact/safe_format: not evaluated"),
        ("error", "assay.yaml", "36", "quality/clears_bars: inconclusive"),
    ]
    assert "0.210 [0.139, 0.282], n = 596; must be at most 0.10" in (found[0][4] or "")
    assert "What next: Measure on a larger holdout set." in (found[2][4] or "")
    assert annotations.render(sample_dossiers.opened()) == ""


def test_a_gate_closed_by_nothing_is_an_error_too() -> None:
    assert read(annotations.render(sample_dossiers.empty()))[0][:4] == ("error", "assay.yaml", "1", "no policy")


def test_a_change_that_a_policy_names_is_where_it_points() -> None:
    pages: Dossier = sample_changes.changed()
    assert pages.decision is not None
    one = pages.decision.rulings[0].model_copy(update={"offenders": ("checks.bias.bounds.equalized_odds",), "bars": ()})
    told = annotations.render(Dossier(plan=pages.plan, decision=pages.decision.model_copy(update={"rulings": (one,)})))
    assert read(told)[0][:3] == ("error", "assay.yaml", "41")


def test_a_folder_goes_before_the_file() -> None:
    assert (
        read(annotations.render(sample_dossiers.closed(), folder="models/mortgage"))[0][1]
        == "models/mortgage/assay.yaml"
    )
    assert read(annotations.render(sample_dossiers.closed(), folder="."))[0][1] == "assay.yaml"


def test_ten_errors_then_a_count_and_warnings_are_warnings() -> None:
    pages: Dossier = sample_changes.crowd(30)
    assert pages.decision is not None
    rulings = [
        each.model_copy(update={"effect": "warn"}) if index < 12 else each
        for index, each in enumerate(pages.decision.rulings)
    ]
    shown = annotations.render(Dossier(decision=pages.decision.model_copy(update={"rulings": tuple(rulings)})))
    found = read(shown)
    assert [each[0] for each in found] == ["error"] * 10 + ["warning"] * 10 + [None]
    assert found[-1][5] == "And 8 more closed gates and 2 more warnings; the job's summary lists them."


@pytest.mark.parametrize(
    "text",
    ["a\n::error::b", "a\r::warning::b", "%0A::error::x", "a,line=7::x", "::stop-commands::x", "##[error]x", "a%b:c"],
)
def test_nothing_that_others_wrote_is_a_command_or_a_property_g3(text: str) -> None:
    pages: Dossier = sample_dossiers.closed()
    assert pages.decision is not None
    one = pages.decision.rulings[0].model_copy(
        update={"policy": text, "title": text, "reasons": (text,), "remedy": text, "bars": ()}
    )
    manifest = pages.manifest.model_copy(update={"file": text}) if pages.manifest else None
    shown = annotations.render(
        Dossier(manifest=manifest, decision=pages.decision.model_copy(update={"rulings": (one,)}))
    )
    assert shown.count("\n") == 1
    assert read(shown)[0][2] == "1"
    assert "##[" not in shown
    assert shown.count("::") == 2


def test_a_missing_decision_is_said() -> None:
    with pytest.raises(PageError, match="no decision yet"):
        annotations.render(Dossier())
