"""What a check says beside a fact: in every face, and harmless there whatever it holds."""

from dataclasses import replace

import pytest
from tests.support.sample_dossiers import closed

from assay.dossier.page_set import Dossier
from assay.render import RENDERERS

HOSTILE = "found: <img src=x onerror=alert(1)> @team #1 |pipe| [x](http://example.org) \x1b[31mred"
FACES = RENDERERS.names()


def telling(text: str) -> Dossier:
    """A dossier whose closed gates say something of each of their bars."""
    pages = closed()
    assert pages.decision is not None
    assert pages.card is not None
    rulings = tuple(
        ruling.model_copy(update={"bars": tuple(bar.model_copy(update={"told": text}) for bar in ruling.bars)})
        for ruling in pages.decision.rulings
    )
    decision, card = (each.model_copy(update={"rulings": rulings}) for each in (pages.decision, pages.card))
    return replace(pages, decision=decision, card=card)


@pytest.mark.parametrize("face", FACES)
def test_it_is_told_where_a_bar_offends(face: str) -> None:
    shown = RENDERERS.load(face).render(telling("PSI 0.420 and no more"))
    assert "PSI 0.420" in " ".join(shown.split())


@pytest.mark.parametrize("face", FACES)
def test_it_is_made_harmless_g1(face: str) -> None:
    shown = RENDERERS.load(face).render(telling(HOSTILE))
    assert "\x1b" not in shown
    if face == "html":
        assert "<img src=x" not in shown
    if face in ("comment", "markdown", "summary"):
        assert " @team" not in shown.replace("\u2060", "!")
        assert "<img src=x onerror" not in "".join(shown.split("`")[::2])
        assert "[x](http" not in "".join(shown.split("`")[::2])
