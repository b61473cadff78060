"""Conditions on several columns, written as a small expression such as `loanamt <= price * 0.95`."""

from __future__ import annotations

import ast
import math
from decimal import Decimal
from typing import NoReturn

from assay.tables.exact_numbers import number_of
from assay.tables.forms import checked_pattern
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
    Operand,
    Scalar,
)

LONGEST = 1000
DEEPEST = 40
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
ALLOWED = (
    "columns, numbers, texts, comparisons, `+ - *`, `and`, `or`, `not`, `in [...]`, `is None`,"
    " `matches(text, 'pattern')`, `length(text)` and `column('a name with spaces')`"
)


class ExpressionError(ValueError):
    """An expression that cannot be parsed; the sentence names the character."""


def parse_condition(text: str) -> Condition:
    """The condition that an expression states; raises ExpressionError, with the position, for anything else."""
    if len(text) > LONGEST:
        raise ExpressionError(f"is longer than {LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise ExpressionError(f"cannot be parsed at character {error.offset or 1}: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("cannot be parsed as an expression") from error
    _keep_digits(tree, text.strip())
    condition = _condition(tree.body, 0)
    if not any(columns_of(condition)):
        raise ExpressionError("names no column, so it does not depend on the rows")
    return condition


def _keep_digits(tree: ast.AST, text: str) -> None:
    """Replaces the numbers that floats would round by decimals."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and math.isfinite(node.value):
            written = Decimal((ast.get_source_segment(text, node) or repr(node.value)).replace("_", ""))
            if written != number_of(node.value):
                node.value = written  # type: ignore[assignment]  # no literal of Python is a decimal


def _refuse(node: ast.AST, sentence: str) -> NoReturn:
    raise ExpressionError(f"at character {getattr(node, 'col_offset', 0) + 1}: {sentence}")


def _condition(node: ast.expr, depth: int) -> Condition:
    if depth > DEEPEST:
        _refuse(node, "is nested too deeply")
    match node:
        case ast.BoolOp(op=operator, values=values):
            parts = tuple(_condition(value, depth + 1) for value in values)
            return All(parts) if isinstance(operator, ast.And) else AnyOf(parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_condition(operand, depth + 1))
        case ast.Compare(left=left, ops=operators, comparators=others):
            sides = (left, *others)
            parts = tuple(
                _comparison(operator, sides[index], sides[index + 1], depth + 1)
                for index, operator in enumerate(operators)
            )
            return parts[0] if len(parts) == 1 else All(parts)
        case ast.Call(func=ast.Name(id="matches"), args=[text, ast.Constant(value=str() as pattern)], keywords=[]):
            return _matching(_name(text), pattern, node)
        case ast.Name() | ast.Call(func=ast.Name(id="column")):
            return Compare("==", left=Column(_name(node)), right=True)
    _refuse(node, "is not a comparison; expected one such as `a <= b`")


def _comparison(operator: ast.cmpop, left: ast.expr, right: ast.expr, depth: int) -> Condition:
    match operator:
        case ast.In() | ast.NotIn():
            among = OneOf(_name(left), _list(right))
            return among if isinstance(operator, ast.In) else Not(among)
        case ast.Is() | ast.IsNot():
            if not (isinstance(right, ast.Constant) and right.value is None):
                _refuse(right, "`is` is allowed only in `is None` (the value is missing)")
            missing = IsMissing(_name(left))
            return missing if isinstance(operator, ast.Is) else Not(missing)
    written = _COMPARISONS[type(operator)]
    for known in ("==", "!=", "<", "<=", ">", ">="):
        if written == known:
            return Compare(known, _operand(left, depth), _operand(right, depth))
    _refuse(left, f"`{written}` is not a comparison")


def _operand(node: ast.expr, depth: int) -> Operand:
    if depth > DEEPEST:
        _refuse(node, "is nested too deeply")
    match node:
        case ast.Name() | ast.Call(func=ast.Name(id="column")):
            return Column(_name(node))
        case ast.Call(func=ast.Name(id="length"), args=[text], keywords=[]):
            return Length(_name(text))
        case ast.Constant():
            return _constant(node)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return _constant(node)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Arithmetic("-", 0, _operand(operand, depth + 1))
        case ast.BinOp(left=left, op=operator, right=right):
            first, second = _operand(left, depth + 1), _operand(right, depth + 1)
            written = _ARITHMETIC.get(type(operator))
            for known in ("+", "-", "*"):
                if written == known:
                    return Arithmetic(known, first, second)
    _refuse(node, f"is not allowed here; allowed: {ALLOWED}")


def _constant(node: ast.expr) -> Scalar:
    negative = isinstance(node, ast.UnaryOp)
    constant = node.operand if isinstance(node, ast.UnaryOp) else node
    value = constant.value if isinstance(constant, ast.Constant) else None
    if isinstance(value, str | bool) and not negative:
        return value
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return -value if negative else value
    if value is None:
        _refuse(node, "test for a missing value with `is None`")
    _refuse(node, "is neither a number nor a text")


def _matching(name: str, pattern: str, node: ast.expr) -> Condition:
    try:
        return Matches(name, checked_pattern(pattern))
    except ValueError as error:
        _refuse(node, f"`{pattern}`: {error}")


def _name(node: ast.expr) -> str:
    """A column's name, as a word or in `column('a name')`."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Call(func=ast.Name(id="column"), args=[ast.Constant(value=str() as name)], keywords=[]):
            return name
    _refuse(node, "expected a column's name")


def _list(node: ast.expr) -> tuple[Scalar, ...]:
    if isinstance(node, ast.List | ast.Tuple) and node.elts:
        return tuple(_constant(element) for element in node.elts)
    _refuse(node, "expected a list such as `[1, 2]` after `in`")
