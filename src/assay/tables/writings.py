"""The ways in which texts write numbers and times: which values are written so, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from assay.tables.connection import literal
from assay.tables.typed import Typed

_PLAIN = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_POINT = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_COMMA = r"(?:[0-9]{1,3}(?:[. '\x{a0}\x{202f}][0-9]{3})+|[0-9]+)(?:,[0-9]+)?"
_SIGN, _GAP = "[+-]?", r"[ \x{a0}\x{202f}]*"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
_OFFSET = r" ?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)"
PADDED = r"[+-]?0[0-9]+"
"""Digits that begin with a zero, as codes do: a column that has such values holds no numbers."""

_ANY = r"[0-9eETZ.,'%:/ \x{a0}\x{202f}$\x{20ac}\x{a3}\x{a5}+-]*"
CHARACTERS = f"{_ANY}[0-9]{_ANY}"
"""What every way of writing fits, to tell texts of other kinds quickly."""


@dataclass(frozen=True)
class Writing:
    """A way to write a number or a time: its title in sentences, its pattern (RE2), and the meaning of a text `@`."""

    title: str
    kind: str
    pattern: str
    meaning: str

    def matches(self, sql: str) -> str:
        """Whether a text is written so, as SQL."""
        return f"(regexp_full_match({sql}, {literal(self.pattern)}) AND {self._means(sql)} IS NOT NULL)"

    def read(self, sql: str) -> Typed:
        """A column of texts as numbers or times; a text that is written otherwise is missing."""
        found = f"(CASE WHEN regexp_full_match({sql}, {literal(self.pattern)}) THEN {self._means(sql)} END)"
        return Typed(found, self.kind, found)

    def _means(self, sql: str) -> str:
        found = self.meaning.replace("@", sql)
        return f"CASE WHEN isfinite({found}) THEN {found} END" if self.kind == "number" else found


def _number(title: str, pattern: str, dropped: str = "", *, comma: bool = False) -> Writing:
    text = f"regexp_replace(@, {literal(f'[{dropped} ]')}, '', 'g')" if dropped else "trim(@)"
    text = f"replace({text}, ',', '.')" if comma else text
    return Writing(title, "number", f"{_GAP}{pattern}{_GAP}", f"TRY_CAST({text} AS DOUBLE)")


def _money(symbol: str) -> dict[str, Writing]:
    def either(amount: str) -> str:
        of_symbol = rf"\x{{{ord(symbol):x}}}"
        return rf"{_SIGN}(?:{of_symbol}{_GAP}{_SIGN}{amount}|{amount}{_GAP}{of_symbol})"

    dropped = rf"\x{{{ord(symbol):x}}}\x{{a0}}\x{{202f}}'"
    return {
        f"money {symbol}": _number(f"amounts in {symbol}", either(_POINT), f"{dropped},"),
        f"money comma {symbol}": _number(
            f"amounts in {symbol} with a decimal comma", either(_COMMA), f"{dropped}.", comma=True
        ),
    }


def _time(title: str, pattern: str, meaning: str) -> Writing:
    return Writing(title, "timestamp", pattern, meaning)


def _date(title: str, pattern: str, form: str) -> Writing:
    return _time(title, pattern, f"TRY_STRPTIME(@, '{form}')")


CLOCK = "time of day"
_SPACES = r"\x{a0}\x{202f}'"
WRITINGS: dict[str, Writing] = {
    "plain": _number("numbers", f"{_SIGN}{_PLAIN}"),
    "thousands": _number("numbers with thousands separators", f"{_SIGN}{_POINT}", ","),
    "decimal comma": _number("numbers with a decimal comma", f"{_SIGN}{_COMMA}", f"{_SPACES}.", comma=True),
    "percent": _number("percentages", f"{_SIGN}(?:{_PLAIN}|{_POINT}){_GAP}%", rf"{_SPACES},%"),
    "percent comma": _number(
        "percentages with a decimal comma", f"{_SIGN}{_COMMA}{_GAP}%", rf"{_SPACES}.%", comma=True
    ),
    **{name: each for symbol in "$€£¥" for name, each in _money(symbol).items()},
    "time": _time("times without a zone", f"{_DAY}(?:{_CLOCK})?", "TRY_CAST(@ AS TIMESTAMP)"),
    "time with offset": _time(
        "times with a zone", f"{_DAY}{_CLOCK}{_OFFSET}", "timezone('UTC', TRY_CAST(@ AS TIMESTAMPTZ))"
    ),
    CLOCK: Writing(
        "times of day",
        "number",
        r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?",
        "epoch(TRY_CAST(@ AS TIME))",
    ),
    "day first": _date("dates such as 31.12.2026", r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", "%d.%m.%Y"),
    "day first /": _date("dates such as 31/12/2026", "[0-9]{2}/[0-9]{2}/[0-9]{4}", "%d/%m/%Y"),
    "month first /": _date("dates such as 12/31/2026", "[0-9]{2}/[0-9]{2}/[0-9]{4}", "%m/%d/%Y"),
    "year first /": _date("dates such as 2026/12/31", "[0-9]{4}/[0-9]{2}/[0-9]{2}", "%Y/%m/%d"),
}
"""The ways by name; of two that read equally many values, the first counts."""
