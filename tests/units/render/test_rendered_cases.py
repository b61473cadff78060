"""Every face of the sample dossiers, held against the pages in `tests/cases/render`.

Set ASSAY_UPDATE_CASES=1 to write them anew, then read the difference.
"""

from __future__ import annotations

import json as standard_json
import os
from pathlib import Path

import pytest
from tests.support import sample_changes, sample_dossiers

from assay.dossier.page_set import Dossier
from assay.errors import PageError
from assay.render import html, json, markdown, terminal
from assay.render.wording import bar_lines, outcomes

UPDATE = os.environ.get("ASSAY_UPDATE_CASES") == "1"
CASES = Path(__file__).parents[2] / "cases" / "render"
FACES = {
    "card.md": markdown.render,
    "card.html": html.render,
    "terminal.txt": terminal.render,
    "decision.json": json.render,
}
DOSSIERS = {
    "mortgage-closed": sample_dossiers.closed,
    "mortgage-open": sample_dossiers.opened,
    "nothing-ruled": sample_dossiers.empty,
}
DOSSIERS |= {"mortgage-compared": sample_changes.compared}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("case", DOSSIERS)
def test_a_face_is_the_expected_page(case: str, face: str) -> None:
    pages: Dossier = DOSSIERS[case]()
    pages.verify()
    shown, expected = FACES[face](pages), CASES / case / face
    if UPDATE:
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("face", ["card.md", "card.html", "terminal.txt"])
def test_every_closed_ruling_is_shown_with_its_numbers(face: str) -> None:
    pages: Dossier = sample_dossiers.closed()
    shown = " ".join(FACES[face](pages).replace("<wbr>", "").replace("<bdi>", "").replace("</bdi>", "").split())
    assert pages.card is not None
    closed = outcomes.by_standing(pages.card.rulings)["closed"]
    assert [ruling.outcome for ruling in closed] == ["fail", "not_evaluated", "inconclusive"]
    for ruling in closed:
        assert ruling.policy in shown
        for each in bar_lines.lines_of(ruling):
            if each.offends:
                assert each.measured.partition(",")[0] in shown
                assert each.bound in shown
                assert each.place in shown
    assert "too few: 20 of 30 rows needed" in shown
    assert "0.721 [0.679, 0.764]" in shown


@pytest.mark.parametrize("face", FACES)
def test_the_verdict_comes_before_everything_else(face: str) -> None:
    closed, opened = FACES[face](sample_dossiers.closed()), FACES[face](sample_dossiers.opened())
    if face == "card.md":
        assert closed.startswith("# 🔴 Gate closed · `mortgage-approval` → `validation`\n")
        assert opened.startswith("# 🟢 Gate open · `mortgage-approval` → `validation`\n")
    if face == "card.html":
        assert closed.index("Gate closed") < closed.index("What the model is for")
    if face == "decision.json":
        assert standard_json.loads(closed)["verdict"] == "closed"
        assert standard_json.loads(closed)["digests"]["decision"] == sample_dossiers.closed().card.decision


def test_a_card_says_how_to_verify_it() -> None:
    pages: Dossier = sample_dossiers.closed()
    assert pages.card is not None
    for face in ("card.md", "card.html"):
        shown = FACES[face](pages)
        assert "assay verify .assay/mortgage-approval/validation" in shown
        assert f"assay check --stage validation --as-of 2026-11-20 --expect {pages.card.decision}" in shown
        for page in pages.written():
            assert page.digest() in shown


def test_a_terminal_of_any_width_loses_nothing() -> None:
    for width in (20, 60, 80, 200):
        shown = terminal.render(sample_dossiers.closed(), width)
        assert max(map(len, shown.splitlines())) <= max(width, 40)
        assert "…" not in shown
    assert "\x1b" not in shown
    assert "\x1b[" in terminal.render(sample_dossiers.closed(), color=True)


@pytest.mark.parametrize("face", FACES)
def test_a_missing_page_is_said_and_nothing_is_shown(face: str) -> None:
    with pytest.raises(PageError, match="yet, so there is nothing to show"):
        FACES[face](Dossier(plan=sample_dossiers.closed().plan))


def test_a_page_asks_for_nothing_and_runs_nothing() -> None:
    shown = html.render(sample_dossiers.closed())
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in shown
    for word in ("http:", "https:", "url(", "<script", "@import", "src=", "href=", "javascript", " on"):
        assert word not in shown.replace(" on ", "").replace(" only", "").replace(" one", "")


def crowded(bars: int = 30) -> Dossier:
    """The closed gate with thirty bars on one policy and as many numbers, of which the last bar offends."""
    pages: Dossier = sample_dossiers.closed()
    assert pages.card is not None
    assert pages.decision is not None
    many = sample_dossiers.ruling("data/contract_holds", "fail")
    bars_ = tuple(
        many.bars[0].model_copy(update={"id": f"b{index}", "title": f"rule number {index}"}) for index in range(bars)
    )
    crowd = many.model_copy(update={"bars": bars_, "offenders": (f"b{bars - 1}",)})
    numbers = tuple(
        pages.card.numbers[0].model_copy(update={"fact": f"/sets/holdout/rules/{index}"}) for index in range(30)
    )
    card = pages.card.model_copy(update={"rulings": (crowd,), "numbers": numbers})
    return Dossier(card=card, decision=pages.decision.model_copy(update={"rulings": (crowd,)}))


def test_many_bars_do_not_hide_the_one_that_offends() -> None:
    pages = crowded()
    shown = {face: render(pages) for face, render in FACES.items()}
    assert "rule number 29" in shown["terminal.txt"]
    assert "and 27 other bars" in shown["terminal.txt"]
    assert shown["card.md"].index("rule number 29") < shown["card.md"].index("24 more listed under *Other bars*")
    assert shown["card.html"].index("rule number 29") < shown["card.html"].index("24 other bars")
    for index in range(30):
        assert f"rule number {index}" in shown["card.md"]
        assert f"rule number {index}<" in shown["card.html"]
    assert "All 30 numbers of this check" in shown["card.html"]


def test_one_other_bar_is_not_several() -> None:
    shown = html.render(crowded(bars=7))
    assert "1 other bar<" in shown
    assert "2 other bars<" in html.render(crowded(bars=8))


def test_a_policy_that_passed_by_many_bars_lists_them_all() -> None:
    pages = crowded()
    assert pages.card is not None
    passed = pages.card.rulings[0].model_copy(update={"outcome": "pass", "opens": True, "offenders": ()})
    opened = Dossier(card=pages.card.model_copy(update={"rulings": (passed,)}))
    for face in ("card.md", "card.html"):
        for index in range(30):
            assert f"rule number {index}" in FACES[face](opened)
