"""T-open: of 20,000 generated decisions, none opens though the contract keeps it shut, and none stays shut though it opens.

The nightly workflow makes a million more: `python -m tests.support.fail_open --decisions 1000000 --seed N`.
"""

import os

import pytest
from tests.support.fail_open.search import KINDS, search

# Mutants are tried with fewer, since most of them fail at once.
DECISIONS, PARTS = int(os.environ.get("ASSAY_TEST_DECISIONS", "20000")), 4


@pytest.mark.parametrize("part", range(PARTS))
def test_no_gate_fails_open_and_no_sound_one_stays_shut(part: int) -> None:
    """T-open: engine words of every type, missing and wrong facts, bars, waivers, offenders, and faults of engines."""
    tally = search(range(part * DECISIONS // PARTS, (part + 1) * DECISIONS // PARTS))
    assert tally.failed_open == [], "these seeds open what must stay shut"
    assert tally.disagreed == [], "these seeds give another answer than the contract"
    for kind, least in KINDS.items():
        assert tally.kinds[kind] >= least * DECISIONS // PARTS, f"hardly any decision is of the kind `{kind}`"
