"""Numbers in text files: whether floats keep every digit that is written, or which decimal does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from assay.tables.exact_numbers import SHORTEST, number_of
from assay.tables.typed import WIDTH

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 10_000
LONGEST_FLOAT = 17
"""The most digits that a float needs; programs that write more mean the float, not the digits."""
_EXACT = Context(prec=2_000)
FLOAT = "DOUBLE"


def keeps_digits(text: str) -> str:
    """Whether a float surely keeps every digit of a number's text, as SQL; texts that it refuses need a closer look."""
    return f"CASE WHEN strlen({text}) <= {SHORTEST} THEN TRUE ELSE {_near(text)} = {text} END"


def _near(text: str) -> str:
    return f"CAST(TRY_CAST({text} AS DOUBLE) AS VARCHAR)"


def number_type(connection: duckdb.DuckDBPyConnection, relation: str, text: str) -> str | None:
    """The database's type that keeps every digit of a column of numbers: float or decimal; None if there is none.

    A column whose values are floats, printed with more digits than they have, holds floats.
    """
    texts = f"SELECT {text} AS v FROM {relation} WHERE {text} IS NOT NULL"
    same = f"contains(v, '.') AND rtrim(rtrim(v, '0'), '.') = rtrim(rtrim({_near('v')}, '0'), '.')"
    unsure = f"SELECT v FROM (SELECT v FROM ({texts}) WHERE NOT {keeps_digits('v')}) WHERE NOT ({same})"
    if _all(connection, unsure, lambda number: number_of(float(number)) == number):
        return FLOAT
    whole, places = _digits(connection, texts)
    if _are_printed_floats(connection, texts, places):
        return FLOAT
    if whole + places > WIDTH:
        return None
    found = f"DECIMAL({max(whole + places, 1)},{places})"
    fits = f"SELECT coalesce(bool_and(TRY_CAST(v AS {found}) IS NOT NULL), FALSE) FROM ({texts})"
    return found if connection.execute(fits).fetchall()[0][0] else None


def _digits(connection: duckdb.DuckDBPyConnection, texts: str) -> tuple[int, int]:
    """The most digits before and after the point."""
    exponent = "coalesce(TRY_CAST(regexp_extract(v, '[eE]([+-]?[0-9]+)$', 1) AS INTEGER), 0)"
    whole = "length(regexp_extract(v, '^[+-]?([0-9]*)', 1))"
    places = r"length(regexp_extract(v, '\.([0-9]*?)0*(?:[eE].*)?$', 1))"
    found = f"SELECT max({whole} + {exponent}), max({places} - {exponent}) FROM ({texts})"
    before, after = connection.execute(found).fetchall()[0]
    return max(int(before), 0), max(int(after), 0)


def _are_printed_floats(connection: duckdb.DuckDBPyConnection, texts: str, places: int) -> bool:
    """Whether each number is a float, rounded to the digits or places that the longest one has."""
    if places < LONGEST_FLOAT:
        return False
    unit = Decimal(1).scaleb(-places)
    if _all(connection, texts, lambda number: _EXACT.quantize(Decimal(float(number)), unit) == number):
        return True
    digits = max((len(number.normalize(_EXACT).as_tuple().digits) for number in _numbers(connection, texts)), default=0)
    rounding = Context(prec=max(digits, LONGEST_FLOAT))
    return _all(connection, texts, lambda number: rounding.create_decimal(Decimal(float(number))) == number)


def _all(connection: duckdb.DuckDBPyConnection, texts: str, holds: Callable[[Decimal], bool]) -> bool:
    return all(holds(number) for number in _numbers(connection, texts))


def _numbers(connection: duckdb.DuckDBPyConnection, texts: str) -> Iterator[Decimal]:
    found = connection.execute(texts)
    while part := found.fetchmany(AT_ONCE):
        yield from (_EXACT.create_decimal(text) for (text,) in part)
