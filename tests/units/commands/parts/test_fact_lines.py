"""Facts on the terminal: a line each, numbers with their interval, pictures left out."""

from assay.commands.parts.fact_lines import fact_lines

ESTIMATE = {"kind": "estimate", "value": 0.75, "low": 0.7, "high": 0.8, "n": 1200, "method": "bootstrap"}


def test_each_fact_is_a_line_by_its_place() -> None:
    facts = {
        "rows": {**ESTIMATE, "value": 600.0, "low": 600.0, "high": 600.0, "method": "count"},
        "sets": {"holdout": {"auc": ESTIMATE, "gap": {"kind": "undefined", "reason": "too_few"}}},
        "roc": {"kind": "curve", "points": []},
        "keys": ["K1", "K2"],
        "none": [],
        "changes": [{"path": "a"}, {"path": "b"}],
        "name": "small",
    }
    assert list(fact_lines(facts, "")) == [
        "rows: 600, n = 1,200 (count)",
        "sets.holdout.auc: 0.750 [0.700, 0.800], n = 1,200 (bootstrap)",
        "sets.holdout.gap: undefined (too few)",
        "keys: K1, K2",
        "changes.0.path: a",
        "changes.1.path: b",
        "name: small",
    ]
