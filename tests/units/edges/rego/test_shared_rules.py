"""The rules that policies share look at what each policy is asked, whatever is asked beside it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.engine import Engine, Query

WORD_BY_WORD = """\
proven if {
	count(input.bars) > 0
	every bar in input.bars {
		bars.cleared(bar)
	}
}

refuted if {
	some bar in input.bars
	bars.missed(bar)
}

offenders contains bar.id if {
	some bar in input.bars
	not bars.cleared(bar)
}
"""
SHARED = "proven if bars.all_cleared\n\nrefuted if bars.any_missed\n\noffenders := bars.uncleared\n"


def bar(name: str, low: float, high: float) -> dict[str, Any]:
    return {"id": name, "status": "measured", "direction": "at_least", "limit": 0.7, "low": low, "high": high}


GOOD, BAD, OPEN = bar("good", 0.8, 0.9), bar("bad", 0.1, 0.2), bar("open", 0.6, 0.8)
RULINGS: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
    ([GOOD], {"proven": True, "offenders": []}),
    ([GOOD, BAD], {"refuted": True, "offenders": ["bad"]}),
    ([GOOD, OPEN], {"offenders": ["open"]}),
    ([BAD, OPEN], {"refuted": True, "offenders": ["bad", "open"]}),
    ([], {"offenders": []}),
]


def test_policies_asked_together_answer_each_about_its_own_bars(engine: Engine, project: Path) -> None:
    """Every policy meets every ruling, its neighbours another one at the same time."""
    bundle = read_bundle([project / "policies"])
    sharing = ["/".join(file.package) for file in bundle.modules if b"offenders := bars.uncleared" in file.content]
    assert len(sharing) >= 9
    asked = [
        (policy, *RULINGS[(turn + number) % len(RULINGS)])
        for turn in range(len(RULINGS))
        for number, policy in enumerate(sharing)
    ]
    answers = engine.evaluate(bundle, [Query(policy=policy, input={"bars": bars}) for policy, bars, _ in asked])
    for (policy, bars, ruling), answer in zip(asked, answers, strict=True):
        assert (answer.policy, answer.error) == (policy, None)
        assert answer.document is not None
        assert {**answer.document, "reasons": []} == {**ruling, "reasons": []}, bars


@pytest.mark.parametrize("rules", [WORD_BY_WORD, SHARED], ids=["word by word", "shared"])
def test_a_policy_of_ones_own_rules_as_the_shipped_ones_do(
    rules: str, engine: Engine, project: Path, write: Callable[..., Path]
) -> None:
    own = write("house/own", f"import data.lib.bars\n\n{rules}").parents[2]
    queries = [Query(policy="house/own", input={"bars": bars}) for bars, _ in RULINGS]
    answers = engine.evaluate(read_bundle([project / "policies", own]), queries)
    assert [answer.document for answer in answers] == [ruling for _, ruling in RULINGS]
