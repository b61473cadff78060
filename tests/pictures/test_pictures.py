"""Comment, summary and card in a real browser, wide and on a phone: nothing sticks out, nothing is asked for, nothing fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.dossier.page_set import Dossier
from assay.render import comment, html, markdown, summary
from tests.pictures.github_page import page
from tests.support import sample_changes, sample_dossiers
from tests.support.browser import WIDTHS, Browser, find_browser

LONG = "a-name-that-is-far-longer-than-a-phone-is-wide-and-has-no-space-in-it" * 2
FACES = ("comment", "summary", "card", "card in Markdown")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        assert os.environ.get("ASSAY_TEST_REQUIRE_BROWSER") != "1", "no chromium on PATH"
        pytest.skip("no chromium on PATH")
    with Browser(program, tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("case", ["closed", "opened", "empty", "long"])
def test_a_page_fits_its_window_and_asks_for_nothing(
    browser: Browser, tmp_path: Path, case: str, face: str, width: str
) -> None:
    file = tmp_path / "page.html"
    file.write_text(shown(case, face), encoding="utf-8")
    looked = browser.look(file, WIDTHS[width])
    assert looked.width == WIDTHS[width], looked.sticking_out
    assert looked.sticking_out == ()
    assert looked.requests == ()
    assert looked.complaints == ()
    assert looked.height > 100
    assert looked.picture.startswith(b"\x89PNG")


def test_the_browser_finds_what_sticks_out_is_asked_for_and_fails(browser: Browser, tmp_path: Path) -> None:
    """The benign pages above are told from these."""
    file = tmp_path / "page.html"
    image = '<img src="http://127.0.0.1:9/x.png">'
    file.write_text(f"<p style='width:2000px'>wide</p>{image}<script>throw Error('mine')</script>", encoding="utf-8")
    looked = browser.look(file, WIDTHS["phone"])
    assert looked.width > 2000
    assert looked.sticking_out == ("P: wide",)
    assert looked.requests == ("http://127.0.0.1:9/x.png",)
    assert "mine" in "".join(looked.complaints)


def test_a_card_is_dark_where_the_reader_wants_it(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(shown("closed", "card"), encoding="utf-8")
    pictures = {browser.look(file, WIDTHS["phone"], dark=dark).picture for dark in (False, True)}
    assert len(pictures) == 2


def shown(case: str, face: str) -> str:
    """A face of a sample, as a browser loads it, with every detail unfolded."""
    pages: Dossier = {**sample_dossiers.BY_NAME, "long": long}[case]()
    if face == "card":
        return html.render(pages).replace("<details>", "<details open>")
    if face == "card in Markdown":
        return page(markdown.render(pages), "summary", unfolded=True)
    base = (
        {"base": sample_changes.base(), "judged_by": sample_changes.JUDGED_BY, "revision": "f" * 40}
        if case != "empty"
        else {}
    )
    if face == "comment":
        return page(comment.render(pages, **base), "comment", unfolded=True)
    return page(summary.render(pages, **base), "summary", unfolded=True)


def long() -> Dossier:
    """The closed gate of a model with a name that no line holds, and texts that are one word."""
    pages: Dossier = sample_dossiers.closed()
    plan, card, decision = pages.plan, pages.card, pages.decision
    assert plan is not None
    assert card is not None
    assert decision is not None
    given = {"policy": f"team/{LONG}", "title": LONG, "remedy": LONG, "reasons": (LONG,), "offenders": (LONG,)}
    rulings = tuple(each.model_copy(update=given) for each in decision.rulings)
    drawn = tuple(
        each.model_copy(update={"picture": each.picture.model_copy(update={"title": LONG, "label": LONG})})
        for each in card.pictures
        if each.picture.kind == "overlay"
    )
    changes = tuple(each.model_copy(update={"path": LONG, "after": LONG}) for each in sample_changes.changes())
    return Dossier(
        plan=plan.model_copy(update={"changes": changes}),
        card=card.model_copy(
            update={
                "rulings": rulings,
                "title": LONG,
                "model": {**card.model, "name": LONG},
                "pictures": drawn,
                "base": sample_changes.compared().card.base,
            }
        ),
        decision=decision.model_copy(update={"rulings": rulings, "model": LONG}),
    )
