"""Each bar's trend since an earlier decision, in every face."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.support import sample_changes, sample_dossiers

from assay.dossier.page_set import Dossier
from assay.dossier.pages import CardBase
from assay.render import comment, html, markdown, terminal
from assay.render.wording.trends import Trend, base_of, trends_of


@pytest.mark.parametrize(
    ("before", "now", "direction", "told"),
    [
        (0.70, 0.711, "at_least", "▲ +0.011 better"),
        (0.70, 0.711, "at_most", "▲ +0.011 worse"),
        (0.30, 0.21, "at_most", "▼ −0.090 better"),
        (0.30, 0.21, "at_least", "▼ −0.090 worse"),
        (0.30, 0.30, "at_least", "= same"),
        (0.0, 1e-12, "at_most", "▲ +1e-12 worse"),
    ],
)
def test_a_trend_says_which_way_and_whether_that_is_good(before: float, now: float, direction: Any, told: str) -> None:
    assert Trend(before=before, now=now, direction=direction).in_words() == told


def test_only_bars_measured_both_times_have_a_trend() -> None:
    pages, base = sample_dossiers.closed(), sample_changes.base()
    trends = trends_of(base, pages.decision.rulings)
    assert trends == trends_of(base_of(base), pages.decision.rulings)
    assert "bias/by/black/equalized_odds" in trends
    assert "bias/by/hispan/equalized_odds" not in trends
    assert trends_of(None, pages.decision.rulings) == {}
    assert trends_of(base.model_copy(update={"rulings": ()}), pages.decision.rulings) == {}


def test_every_face_shows_the_trend_beside_its_bar_and_since_when() -> None:
    pages: Dossier = sample_changes.compared()
    assert pages.card is not None
    assert isinstance(pages.card.base, CardBase)
    for face in (markdown.render(pages), html.render(pages), terminal.render(pages)):
        shown = face.replace("\u00a0", " ")
        gap = (
            shown.index("0.210 [0.139, 0.282], n = 596") if "<td" not in shown else shown.index("0.210 [0.139, 0.282]")
        )
        assert gap < shown.index("▲ +0.120 worse")
        assert "▼ −0.0041 better" in shown
    for face in (markdown.render(pages), html.render(pages)):
        assert pages.card.base.decision in face
        assert "2026-11-13" in face
    told = comment.render(pages, base=sample_changes.base()).replace("\u00a0", " ")
    assert "n = 596; ▲ +0.120 worse |" in told


def test_without_an_earlier_decision_nothing_is_said_of_one() -> None:
    pages: Dossier = sample_dossiers.closed()
    for face in (markdown.render(pages), html.render(pages), terminal.render(pages), comment.render(pages)):
        assert "▲" not in face
        assert "worse" not in face
        assert "since" not in face.lower().replace('class="small since"', "").replace(".since", "")


def test_a_card_with_a_base_has_other_bytes_and_one_without_has_the_same_as_ever() -> None:
    pages: Dossier = sample_changes.compared()
    assert pages.card is not None
    plain = replace(pages, card=pages.card.model_copy(update={"base": None}))
    assert plain.card is not None
    assert b'"base"' not in plain.card.content()
    assert plain.card.digest() != pages.card.digest()
