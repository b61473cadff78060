"""The small language of conditions across columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.tables.expressions import ExpressionError, parse_condition
from assay.tables.mentions import columns_of
from assay.tables.predicates import (
    All,
    AnyOf,
    Arithmetic,
    Column,
    Compare,
    Condition,
    IsMissing,
    Length,
    Matches,
    Not,
    OneOf,
)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("a <= b", Compare("<=", Column("a"), Column("b"))),
        ("0 < a < 1", All((Compare("<", 0, Column("a")), Compare("<", Column("a"), 1)))),
        ("a == 'x' or not flag", AnyOf((Compare("==", Column("a"), "x"), Not(Compare("==", Column("flag"), True))))),
        ("a - 2 * b >= -1.5", Compare(">=", Arithmetic("-", Column("a"), Arithmetic("*", 2, Column("b"))), -1.5)),
        ("-a < 0", Compare("<", Arithmetic("-", 0, Column("a")), 0)),
        ("a in [1, 'x'] and b not in (2,)", All((OneOf("a", (1, "x")), Not(OneOf("b", (2,)))))),
        ("a is None or b is not None", AnyOf((IsMissing("a"), Not(IsMissing("b"))))),
        (" größe > 0 ", Compare(">", Column("größe"), 0)),
        ("length(a) <= 3 and matches(b, 'x+')", All((Compare("<=", Length("a"), 3), Matches("b", "x+")))),
        ("column('a b') < length(column('c d'))", Compare("<", Column("a b"), Length("c d"))),
        ("not column('a b') or column('c') in [1]", AnyOf((Not(Compare("==", Column("a b"), True)), OneOf("c", (1,))))),
    ],
)
def test_expressions(text: str, condition: Condition) -> None:
    assert parse_condition(text) == condition


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be parsed"),
        ("a <", "cannot be parsed at character"),
        ("a = b", "cannot be parsed at character"),
        ("1 < 2", "names no column"),
        ("a + b", "at character 1: is not a comparison"),
        ("f(a) < 1", "at character 1: is not allowed here"),
        ("matches(a, '(')", "at character 1: `\\(`: is not a regular expression"),
        ("matches(a, '(?=x)')", "look-around"),
        ("matches(a, b)", "is not a comparison"),
        ("matches('a', 'b')", "expected a column's name"),
        ("length('a') < 1", "expected a column's name"),
        ("length(a, b) < 1", "at character 1: is not allowed here"),
        ("column(a) < 1", "expected a column's name"),
        ("column('a', b=1) < 1", "expected a column's name"),
        ("a < b.c", "at character 5: is not allowed here"),
        ("a < b[0]", "at character 5"),
        ("a / b < 1", "at character 1"),
        ("a ** 9 < 1", "at character 1"),
        ("a < (lambda: 1)", "at character 6"),
        ("(a := 1) < 2", "at character 2"),
        ("a == None", "`is None`"),
        ("a is b", "`is None`"),
        ("a == 1j", "neither a number nor a text"),
        ("a == b'x'", "neither a number nor a text"),
        ("a + 1 in [1]", "expected a column's name"),
        ("a in []", "expected a list"),
        ("a in [b]", "neither a number nor a text|missing"),
        ("a < f'{b}'", "at character 5"),
        ("a < 1; b", "cannot be parsed"),
        ("a < 1 if b else c", "at character 1"),
        ("not " * 60 + "a", "too deeply"),
        ("(" * 300 + "a" + ")" * 300, "cannot be parsed"),
        ("a" * 1001, "longer"),
        ("a\0", "cannot be parsed"),
        ("__import__('os').system('x') == 0", "at character 1"),
    ],
)
def test_everything_else_is_refused_with_a_place(text: str, sentence: str) -> None:
    with pytest.raises(ExpressionError, match=sentence):
        parse_condition(text)


@given(st.text(max_size=30) | st.text("ab01 <>=!+-*()[],'\"andorti.", max_size=30))
def test_any_text_is_a_condition_or_a_sentence(text: str) -> None:
    try:
        condition = parse_condition(text)
    except ExpressionError:
        return
    assert list(columns_of(condition))
