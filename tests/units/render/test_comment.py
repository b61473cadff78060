"""The pull request's comment and the job's summary: what a reviewer sees first, and what fits."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.support import sample_changes, sample_dossiers

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision
from assay.dossier.plan_parts import ManifestChange, PlannedInput
from assay.errors import PageError
from assay.render import comment, summary, terminal
from assay.render.wording import outcomes
from assay.render.wording.comment_marker import marker
from assay.render.wording.number_text import difference_text

GATE = r"^(?:\| |#### ❌ )`team/gate_"
CASES = Path(__file__).parents[2] / "cases" / "render"
UPDATE = os.environ.get("ASSAY_UPDATE_CASES") == "1"
DOSSIERS = {
    "mortgage-closed": sample_dossiers.closed,
    "mortgage-open": sample_dossiers.opened,
    "nothing-ruled": sample_dossiers.empty,
    "mortgage-changed": sample_changes.changed,
}


def told(case: str) -> dict[str, str]:
    """Both faces of a case; the changed one knows its base and who judged."""
    known = {"base": sample_changes.base(), "judged_by": sample_changes.JUDGED_BY, "revision": sample_changes.REVISION}
    more = known if case == "mortgage-changed" else {}
    pages = DOSSIERS[case]()
    return {"comment.md": comment.render(pages, **more), "summary.md": summary.render(pages, **more)}


@pytest.mark.parametrize("face", ["comment.md", "summary.md"])
@pytest.mark.parametrize("case", DOSSIERS)
def test_it_is_the_expected_page(case: str, face: str) -> None:
    shown, expected = told(case)[face], CASES / case / face
    if UPDATE:
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


def test_the_changed_case_is_a_whole_dossier() -> None:
    sample_changes.changed().verify()


def test_the_marker_is_the_first_line_and_the_verdict_the_second() -> None:
    lines = told("mortgage-changed")["comment.md"].splitlines()
    assert lines[0] == "<!-- assay:mortgage-approval:validation -->" == marker("mortgage-approval", "validation")
    assert lines[1] == "### 🔴 Gate closed · `mortgage-approval` → `validation`"
    assert told("mortgage-open")["comment.md"].splitlines()[1].startswith("### 🟢 Gate open")
    assert told("mortgage-changed")["summary.md"].startswith("### 🔴 Gate closed")


def test_a_marker_holds_names_as_they_are_and_nothing_that_ends_it_g2() -> None:
    assert marker("team/model-a", "data-preparation") == "<!-- assay:team/model-a:data-preparation -->"
    names = ["a", "a:b", "a -->", "--", "-", "->", "a--b", "é", "%3a", "<!--", "\n", "x" * 400, "b"]
    found = {marker(model, stage) for model in names for stage in names}
    assert len(found) == len(names) ** 2
    for each in found:
        inner = each.removeprefix("<!-- assay:").removesuffix(" -->")
        assert re.fullmatch(r"[a-z0-9/%-]+:[a-z0-9/%-]+", inner)
        assert "--" not in inner
        assert len(each) < 400


def test_a_gate_tells_outcome_seen_bar_and_what_next() -> None:
    shown = told("mortgage-closed")["comment.md"].replace("\u00a0", " ")
    assert (
        "#### ❔ `quality/clears_bars` · inconclusive\n\n| measured | bar |\n| --- | --- |\n"
        "| ROC AUC (set `holdout`): 0.721 [0.679, 0.764], n = 596. About 1,936 rows would settle it four times "
        "in five: 1,340 more. "
        "| ≥ 0.70 (`assay.yaml:36`) |\n\n**What next:** Measure on a larger holdout set.\n"
    ) in shown
    assert (
        "#### 🚫 `artifact/safe_format` · not evaluated\n\n"
        "- The model file could not be read as skops: the archive ends early.\n\n**What next:** Correct what the reason names"
    ) in shown
    assert "too few: 20 of 30 rows needed" in shown
    assert "Waived by octocat until 2027-02-01: Rounding of incomes" in shown
    closed, waived = shown[: shown.index("**Opened by a waiver**")], shown[shown.index("**Opened by a waiver**") :]
    assert "data/contract_holds" not in closed
    assert "  - pass rate (test `income up never hurts`): 0.976 [0.960, 0.987], n = 596; the bar is ≥ 0.98" in waived
    assert shown.index("bias/within_bounds") < shown.index("artifact/safe_format") < shown.index("quality/clears_bars")


def test_rows_of_data_are_never_told_g7() -> None:
    for case in DOSSIERS:
        for shown in told(case).values():
            assert "A0007" not in shown


def test_it_says_what_changed_against_the_base() -> None:
    shown = told("mortgage-changed")["comment.md"].replace("\u00a0", " ")
    assert "**Compared with the base** (gate open, as of 2026-11-13)" in shown
    assert "- `bias/within_bounds` ✅ pass → ❌ fail" in shown
    assert "- `governance/names_owner` not planned → ✅ pass" in shown
    assert "- `governance/retired` ✅ pass → not planned" in shown
    assert "data/contract_holds` ✅ pass →" not in shown
    assert "▲ equalized odds gap (by `black`) +0.120 worse" in shown
    assert "▲ ROC AUC +0.011 better" in shown
    assert "▼ expected calibration error −0.0041 better" in shown
    assert "= 3 bars the same" in shown


def test_without_a_decision_to_compare_with_it_says_why() -> None:
    assert "The base has no decision here, so nothing is compared with it." in told("mortgage-closed")["comment.md"]
    other = sample_changes.base().model_copy(update={"stage": "deployment"})
    shown = comment.render(sample_dossiers.closed(), base=other)
    assert "the base's decision is about `mortgage-approval` → `deployment`" in shown
    assert "better" not in shown


def test_the_same_decision_moves_nothing() -> None:
    pages = sample_dossiers.opened()
    shown = comment.render(pages, base=pages.decision)
    assert "→ ✅" not in shown
    assert "= 1 bar the same" in shown
    empty = sample_dossiers.empty()
    assert "No outcome changed, and no bar was measured in both decisions." in comment.render(
        empty, base=empty.decision
    )


def test_changes_of_the_manifest_are_told_those_held_back_first() -> None:
    shown = told("mortgage-changed")["comment.md"]
    held = '- ⚠️ `checks.bias.bounds.equalized_odds` (`assay.yaml:41`) `"<= 0.10"` → `"<= 0.25"`: held back, the base judges'
    tight = '- ⬆️ `checks.quality.bars.roc_auc` (`assay.yaml:36`) `">= 0.65"` → `">= 0.70"`: tightens, applies at once'
    text = '- ✏️ `model.owner` (`assay.yaml:5`) `"credit"` → `"credit-risk"`: describes the model, applies at once'
    counted = "**This change affects how the model is judged:** 1 held back, 1 tightened, 1 only descriptive."
    assert f"{counted}\n\n{held}\n{tight}\n{text}\n" in shown
    assert "This change affects" not in told("mortgage-closed")["comment.md"]


def test_text_about_the_model_is_not_what_judges_it() -> None:
    pages = with_changes(descriptive=True, before=None, after='"credit-risk"', kind="added")
    shown = comment.render(pages)
    assert "**This change affects how the model is described:** 1 only descriptive" in shown
    assert '`model.owner` (`assay.yaml:5`) added `"credit-risk"`: describes the model, applies at once' in shown
    assert "held back" not in shown


@pytest.mark.parametrize(("outcome", "words"), [("pass", "approved, the base judges until"), ("fail", "held back")])
def test_what_people_approved_is_not_called_held_back(outcome: str, words: str) -> None:
    pages = with_changes(before='"old"', after=None, kind="removed")
    assert pages.plan is not None
    assert pages.decision is not None
    reason = "Persons of two roles approved the loosening."
    policy = pages.plan.policies[0].model_copy(update={"id": "team/locked", "checks": ("changes",)})
    given = {"policy": "team/locked", "bars": (), "waiver": None, "reasons": (reason,)}
    ruling = pages.decision.rulings[0].model_copy(update={**given, "outcome": outcome, "opens": outcome == "pass"})
    decision = pages.decision.model_copy(update={"rulings": (ruling,)})
    judged = replace(pages, plan=pages.plan.model_copy(update={"policies": (policy,)}), decision=decision)
    shown = comment.render(judged)
    assert f'`model.owner` (`assay.yaml:5`) removed, was `"old"`: {words}' in shown
    assert reason in shown
    assert reason in " ".join(terminal.render(judged).split())
    # A base has no policy on a change, so that it is there now is nothing that changed.
    assert "team/locked` not planned" not in comment.render(judged, base=sample_changes.base())


@pytest.mark.parametrize(
    ("policy", "check"), [("governance/base_data", "base_data"), ("quality/clears_bars@base", "quality@base")]
)
def test_what_the_base_judges_of_a_change_is_no_change_of_outcome(policy: str, check: str) -> None:
    pages = with_changes(before='"old"', after=None, kind="removed")
    assert pages.plan is not None
    assert pages.decision is not None
    planned = pages.plan.policies[0].model_copy(update={"id": policy, "checks": (check,)})
    ruling = pages.decision.rulings[0].model_copy(update={"policy": policy, "bars": ()})
    decision = pages.decision.model_copy(update={"rulings": (ruling,)})
    judged = replace(pages, plan=pages.plan.model_copy(update={"policies": (planned,)}), decision=decision)
    assert f"`{policy}` not planned" not in comment.render(judged, base=sample_changes.base())


def with_changes(**given: Any) -> Dossier:
    """The changed case with one difference, in the model's owner."""
    pages: Dossier = sample_changes.changed()
    assert pages.plan is not None
    change = ManifestChange.model_validate({"path": "model.owner", "file": "assay.yaml", "line": 5, **given})
    return replace(pages, plan=pages.plan.model_copy(update={"changes": (change,)}))


def command_of(shown: str) -> list[str]:
    """The words that a shell makes of the command in a comment."""
    (script,) = re.findall(r"```sh\n(.*?)\n```", shown, re.DOTALL)
    told = subprocess.run(
        ["sh", "-c", f"assay() {{ printf '%s\\n' \"$@\"; }}\n{script}"], capture_output=True, text=True, check=True
    )
    return told.stdout.splitlines()


def test_the_command_is_whole_and_quoted_for_a_shell() -> None:
    pages = sample_changes.changed()
    shown = comment.render(pages, revision="x;rm -rf $HOME `id`")
    assert command_of(shown) == [
        *("check", "--stage", "validation", "--as-of", "2026-11-20", "--base"),
        "x;rm -rf $HOME `id`",
        "--expect",
        pages.decision.digest(),
    ]
    assert "with `--base` and the revision that judged" in comment.render(pages)
    assert "--base " not in told("mortgage-closed")["comment.md"]


def test_the_command_names_another_manifest_and_the_reviews() -> None:
    pages: Dossier = sample_dossiers.closed()
    assert pages.plan is not None
    reviews = PlannedInput(path="reviews.json", digest="sha256:" + "0" * 64, bytes=2, role="reviews", name="reviews")
    plan = pages.plan.model_copy(update={"inputs": (*pages.plan.inputs, reviews)})
    other = pages.manifest.model_copy(update={"file": "mortgage.yaml"}) if pages.manifest else None
    shown = comment.render(Dossier(manifest=other, plan=plan, decision=pages.decision))
    told = [
        "--stage",
        "validation",
        "--manifest",
        "mortgage.yaml",
        "--as-of",
        "2026-11-20",
        "--reviews",
        "reviews.json",
    ]
    assert command_of(shown)[1:-2] == told


@pytest.mark.parametrize(("number", "limit"), [(40, 60_000), (300, 60_000), (5_000, 60_000), (300, 4_000), (40, 4_000)])
def test_a_limit_is_kept_and_every_closed_gate_is_told_or_counted_g5(number: int, limit: int) -> None:
    shown = comment.render(sample_changes.crowd(number), base=sample_changes.base(), limit=limit)
    assert len(shown.encode()) <= limit
    rows = len(re.findall(GATE, shown, re.MULTILINE))
    counted = re.search(r"\*\*And ([0-9,]+) more not listed: ❌ ([0-9,]+) fail\*\*", shown)
    assert rows + (int(counted[1].replace(",", "")) if counted else 0) == number
    assert f"{number} of {number} blocking policies fail" in shown
    assert (counted is None) == (number < limit // 80)


def test_what_is_left_out_is_said_and_goes_before_a_gate_does() -> None:
    sizes = [
        comment.render(sample_changes.crowd(40), base=sample_changes.base(), limit=limit)
        for limit in (60_000, 12_000, 5_000)
    ]
    assert "Left out" not in sizes[0]
    assert "Left out to keep this short: the plan and the digests, every bar that moved" in sizes[1]
    assert "the numbers and next steps of each gate" in sizes[2]
    for shown in sizes:
        assert len(re.findall(GATE, shown, re.MULTILINE)) == 40


def test_a_summary_tells_in_full_what_a_comment_cannot() -> None:
    pages = sample_changes.crowd(300)
    assert "Left out" in comment.render(pages)
    shown = summary.render(pages)
    assert "Left out" not in shown
    assert len(shown.encode()) <= 1_000_000


def test_a_limit_without_room_for_a_verdict_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no room"):
        comment.render(sample_dossiers.closed(), limit=100)


@pytest.mark.parametrize("render", [comment.render, summary.render])
def test_a_missing_decision_is_said(render: Any) -> None:
    with pytest.raises(PageError, match="no decision yet"):
        render(Dossier(plan=sample_dossiers.closed().plan))


def test_warnings_stand_after_closed_gates_and_waivers_are_counted_where_there_is_no_room() -> None:
    decision: Decision = sample_changes.crowd(100).decision
    rulings = list(decision.rulings)
    rulings[0] = rulings[0].model_copy(update={"effect": "warn"})
    waiver = sample_dossiers.closed().decision.rulings[1].waiver
    rulings[1:40] = [each.model_copy(update={"waiver": waiver, "opens": True}) for each in rulings[1:40]]
    pages = Dossier(decision=decision.model_copy(update={"rulings": tuple(rulings)}))
    shown = comment.render(pages).replace("\u00a0", " ")
    assert shown.index("team/gate_00099") < shown.index("#### ⚠️ `team/gate_00000` · warning (fail)")
    assert "- and 19 more waived" in shown
    assert "🏳️ 39 waived" in comment.render(pages, limit=5_000)
    assert [len(each) for each in outcomes.by_standing(rulings).values()] == [60, 1, 39, 0]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (0.71, 0.721, "+0.011"),
        (0.0453, 0.0412, "−0.0041"),
        (0.721, 0.7210004, "+4e-7"),
        (596, 596, "+0"),
        (1200, 20, "−1,180"),
        (1e-9, 3e-9, "+2e-9"),
        (0.0, 0.5, "+0.500"),
    ],
)
def test_a_difference_has_a_sign_and_is_seen(before: float, now: float, expected: str) -> None:
    assert difference_text(before, now) == expected
