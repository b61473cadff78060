"""What engines might read differently never reaches one (E2, F2, F3)."""

import math
from typing import Any

import pytest

from assay.edges.rego import portable_inputs
from assay.edges.rego.portable_inputs import MAX_BYTES, refuse_unsafe_input
from assay.errors import EngineError


def nested(depth: int) -> Any:
    document: Any = 1
    for _ in range(depth):
        document = [document]
    return document


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (math.nan, "expected a finite number"),
        (math.inf, "expected a finite number"),
        (-math.inf, "expected a finite number"),
        (1e15, "below 1e15"),
        (-1e308, "below 1e15"),
        (2**53 + 1, "beyond 1e15"),
        (-(10**15), "beyond 1e15"),
        (10**400, "beyond 1e15"),
        (0.1 + 0.2, "at most 15 digits"),
        (1 / 3, "at most 15 digits"),
        ("\ud800", "lone surrogate"),
        (b"bytes", "bytes"),
        ({1, 2}, "set"),
        (nested(64), "deeper than 64"),
        ({"\udfff": 1}, "is not text"),
        ({1: 2}, "is not text"),
    ],
)
def test_unsafe_values_are_refused_with_their_place(value: Any, says: str) -> None:
    with pytest.raises(EngineError, match=says) as caught:
        refuse_unsafe_input({"bars": [{"low/high": value}]})
    assert "/bars/0/low~1high" in str(caught.value)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "value",
    [0, -0.0, 5e-324, 0.7, 0.123456789012345, 1e-300, 999_999_999_999_999, -1.5, True, None, "", "é\0", nested(62)],
)
def test_safe_values_pass(value: Any) -> None:
    refuse_unsafe_input({"value": value})


def test_too_large_an_input_is_refused_e9() -> None:
    refuse_unsafe_input({"text": "a" * (MAX_BYTES - 20)})
    with pytest.raises(EngineError, match="expected at most 33,554,432"):
        refuse_unsafe_input({"text": "a" * MAX_BYTES})


def test_too_many_values_are_refused_before_they_are_walked_e9(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portable_inputs, "MAX_NODES", 100)
    refuse_unsafe_input({"bars": [1] * 90})
    with pytest.raises(EngineError, match="more than 100 values"):
        refuse_unsafe_input({"bars": [1] * 100})
