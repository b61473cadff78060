"""Numbers, outcomes and foreign text in words."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import sample_dossiers

from assay.facts.values import Estimate, Reason, Undefined, exact
from assay.render.wording import bar_lines, card_sections, markdown_text, number_text, outcomes, sanitized
from assay.render.wording.figures import blocks

NEAR = st.floats(-1e-6, 1e-6).map(lambda step: float(f"{0.8 + step:.9g}"))
ANY = st.floats(-1e15, 1e15, allow_nan=False).map(lambda number: float(f"{number:.9g}"))


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        (0.1, "0.10"),
        (0.7, "0.70"),
        (0.125, "0.125"),
        (500.0, "500"),
        (1340, "1,340"),
        (0, "0"),
        (-0.5, "-0.50"),
        (1e-9, "1e-09"),
    ],
)
def test_a_bound_is_shown_as_it_was_written(limit: float, shown: str) -> None:
    assert number_text.limit_text(limit) == shown


@pytest.mark.parametrize(
    ("value", "low", "high", "shown"),
    [
        (0.79996, 0.75, 0.85, "0.79996 [0.75000, 0.85000]"),
        (0.79999999, 0.79999999, 0.79999999, "0.79999999"),
        (0.8, 0.8, 0.8, "0.800"),
        (0.9, 0.80000001, 0.95, "0.90000000 [0.80000001, 0.95000000]"),
        (0.8512, 0.8209, 0.8791, "0.851 [0.820, 0.880]"),
        (596, 596, 596, "596"),
        (-0.00004, -0.00004, -0.00004, "-0.0000400"),
        (1e-9, 0.0, 1e300, "1e-09 [0, 1e+300]"),
    ],
)
def test_a_number_is_never_shown_as_having_reached_its_bar_e4(
    value: float, low: float, high: float, shown: str
) -> None:
    assert number_text.measured_text(value, low, high, limit=0.80) == shown


@given(number=NEAR | ANY, limit=st.just(0.8) | NEAR | ANY)
def test_what_is_shown_stands_on_the_same_side_as_what_was_meant_e4(number: float, limit: float) -> None:
    shown = float(number_text.measured_text(number, number, number, limit=limit).replace(",", ""))
    assert (shown > limit) == (number > limit)
    assert (shown < limit) == (number < limit)
    assert float(number_text.limit_text(limit).replace(",", "")) == limit


@given(numbers_=st.tuples(ANY, ANY, ANY).map(sorted), limit=ANY)
def test_an_interval_is_shown_no_narrower_than_it_is(numbers_: list[float], limit: float) -> None:
    low, value, high = numbers_
    shown = number_text.measured_text(value, low, high, limit=limit)
    if "[" in shown:
        left, right = (float(end.replace(",", "")) for end in shown[shown.index("[") + 1 : -1].split(", "))
        assert left <= low
        assert high <= right


@pytest.mark.parametrize("reason", [each for each in get_args(Reason) if each != "too_few"])
def test_what_is_undefined_has_words_and_no_number(reason: Any) -> None:
    shown = number_text.value_text(Undefined(reason=reason))
    assert shown.startswith("undefined: ")
    assert not any(character.isdigit() for character in shown)


def test_a_method_says_which_rows_it_cannot_know_of() -> None:
    mean = Estimate(value=0.5, low=0.4, high=0.6, n=200, method="hall-unseen-rows", level=0.95, unseen=0.0184)
    assert number_text.method_text(mean) == "hall-unseen-rows, 95%; rows rarer than 1.8% may be unseen"
    assert number_text.method_text(exact(3, 3)) == "exact"


def test_too_few_rows_are_counted() -> None:
    assert number_text.value_text(Undefined(reason="too_few", n=20, needed=30)) == "too few: 20 of 30 rows needed"
    assert number_text.value_text(Undefined(reason="too_few", n=20)) == "too few rows: 20"
    assert number_text.measure_text(exact(12, 12)) == "12, n = 12"


def test_a_missing_fact_is_not_measured() -> None:
    ruling = sample_dossiers.ruling("quality/clears_bars", "not_evaluated")
    gone = ruling.bars[0].model_copy(update={"status": "missing", "value": None, "low": None, "high": None})
    assert bar_lines.lines_of(ruling.model_copy(update={"bars": (gone,)}))[0].measured == "not measured"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Rank applications for an officer, who decides.", "Rank applications for an officer, who decides."),
        ("Look at `black = 1`; see below.", "Look at `black = 1`; see below."),
        ("2027-02-01", "2027-02-01"),
        ("1. a list", "`1. a list`"),
        ("see example.com", "`see example.com`"),
        ("ask @octocat", "`ask @\u2060octocat`"),
        ("fixes #1", "`fixes #\u20601`"),
        ("GH-12 is fixed", "`GH-12 is fixed`"),
        ("commit deadbeef0", "`commit deadbeef0`"),
        ("a ` tick", "``a ` tick``"),
        ("`tick", "`` `tick ``"),
        ("snake_case", "`snake_case`"),
        ("✅ PASSED", "`✅ PASSED`"),
        ("\u202eevil\u200b\x00\x1b[31m", "`evil[31m`"),
        ("", "`(no text)`"),
    ],
)
def test_only_harmless_sentences_are_prose_g1_g2(text: str, shown: str) -> None:
    assert markdown_text.prose(text) == shown


def test_a_pipe_stays_in_its_cell_g1() -> None:
    assert markdown_text.table(["a"], [["`x|y`"], ["`x\\|y`"]])[2:4] == ["| `x\\|y` |", "| `x\\\u2060\\|y` |"]


def test_runner_commands_are_taken_apart_g3() -> None:
    assert sanitized.printable("::set-output name=x::y") == ": :set-output name=x: :y"
    assert sanitized.printable("##[error] :\u200b:") == "## [error] : :"


def test_the_summary_adds_up() -> None:
    closed, opened = sample_dossiers.closed().decision.rulings, sample_dossiers.opened().decision.rulings
    assert outcomes.summary(closed) == (
        "1 of 6 blocking policies fails, 1 is inconclusive, 1 was not evaluated, 1 is waived until 2027-02-01, 2 pass."
    )
    assert outcomes.summary(opened) == "All 2 blocking policies pass."
    assert outcomes.summary(opened[:1]) == "The only blocking policy passes."
    assert outcomes.summary(()) == "No blocking policy was ruled on, so nothing opens the gate."
    warned = closed[2].model_copy(update={"effect": "warn"})
    assert outcomes.summary((*opened, warned)) == "All 2 blocking policies pass. Also 1 warning."


def test_what_does_not_open_is_never_shown_as_passed() -> None:
    passed = sample_dossiers.opened().decision.rulings[0]
    assert outcomes.standing(passed.model_copy(update={"opens": False})) == "closed"
    assert outcomes.standing(passed.model_copy(update={"outcome": "fail"})) == "closed"


def test_the_model_may_say_little() -> None:
    told = dict(card_sections.purpose({"name": "m", "out_of_scope": None, "success": "much"}))
    assert told["Intended use"] == told["Out of scope"] == told["Success criteria"] == ()
    assert card_sections.considerations({"ethical_considerations": "none"}) == ()


def test_blocks_rise_from_zero() -> None:
    assert blocks([0, 1, 2, 4]) == "▁▃▅█"
    assert blocks([0, 0]) == "▁▁"
