"""The sentences count the bars that have too few rows, and those that lie within their interval."""

import pytest
from tests.support.sample_dossiers import estimate, joined, planned_bars

from assay.facts.values import Measure, Undefined
from assay.rulings.inconclusive_reasons import NEITHER, explain_inconclusive

BAR = planned_bars()[0]
FEW = Undefined(reason="too_few", n=20, needed=30)
WITHIN, AT_LOW, AT_HIGH = (estimate(0.7, 0.6, 0.8, 50), estimate(0.75, 0.7, 0.8, 50), estimate(0.65, 0.6, 0.7, 50))
ABOVE, BELOW = estimate(0.8, 0.71, 0.9, 50), estimate(0.6, 0.5, 0.69, 50)


@pytest.mark.parametrize(
    ("measures", "said"),
    [
        ([FEW], ["1 bar has too few rows for a number."]),
        ([FEW, FEW], ["2 bars have too few rows for a number."]),
        ([WITHIN], ["1 bar lies within its interval, so it is neither cleared nor missed."]),
        (
            [WITHIN, AT_LOW, AT_HIGH, ABOVE],
            ["3 bars lie within their intervals, so they are neither cleared nor missed."],
        ),
        (
            [FEW, AT_LOW],
            [
                "1 bar has too few rows for a number.",
                "1 bar lies within its interval, so it is neither cleared nor missed.",
            ],
        ),
        ([ABOVE, BELOW], [NEITHER]),
        ([], [NEITHER]),
    ],
)
def test_reasons(measures: list[Measure], said: list[str]) -> None:
    assert BAR.limit == 0.70
    assert explain_inconclusive([joined(BAR, each) for each in measures]) == said
