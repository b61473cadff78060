"""The values that made a column text although a rule expects numbers, times or booleans."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assay.checks.data_contract.facts import SAMPLE, RuleFacts, rule_facts
from assay.tables.addressing import Table
from assay.tables.aggregates import TopValues
from assay.tables.csv_types import FORMS
from assay.tables.interleaving import QuestionRounds
from assay.tables.predicates import AnyOf, Column, Compare, Condition, IsMissing, IsTrue, Matches, Not
from assay.tables.promises import Fault
from assay.tables.questions import Counts, Keys, WrittenAs, WrittenTexts
from assay.tables.writings import WRITINGS

MARKS = frozenset(
    (
        "", "-", "--", ".", "..", "?", "#n/a", "#na", "n/a", "na", "nan", "<na>", "nil", "none", "null", "(null)",
        "missing", "unknown", "inf", "-inf", "infinity", "-infinity", "true", "false", "yes", "no",
    )
)  # fmt: skip
"""Texts that say that there is no value, or no number; they are nobody's data."""
SHOWN, LONGEST, FREQUENT = 3, 30, 100
_NAMES = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "date": "a date"}


def name_strays(
    table: Table, column: str, kinds: Sequence[str], asked: int, wrong: Fault, *, shown: bool
) -> QuestionRounds[RuleFacts]:
    """The result of a rule on a column that should be of other kinds: every row breaks it.

    If the column is text, it names the values that are none of these kinds and the keys of their rows. Digits and
    letters are masked unless the column may be shown.
    """
    if wrong.found == "number" and kinds == ("integer",):
        return (yield from _name_fractions(table, column, asked, wrong, shown=shown))
    forms = [kind for kind in kinds if kind in FORMS]
    if wrong.absent or wrong.found != "text" or not forms:
        return rule_facts(asked, asked, fault=wrong)
    fitting: Condition = AnyOf((IsMissing(column), *(Matches(column, FORMS[kind]) for kind in forms)))
    tally, keys, top, written = yield [
        Counts(table, (("fits", fitting),)),
        Keys(table, fitting, SAMPLE),
        TopValues(table, column, SHOWN, where=Not(IsTrue(fitting))),
        WrittenTexts(table, (column,)),
    ]
    strays = tally.rows - tally.true["fits"]
    if not strays and column not in written:
        return rule_facts(asked, asked, fault=wrong)
    if column in written and (other := _otherwise(written[column], strays)):
        return rule_facts(asked, asked, keys=keys, fault=Fault(absent=False, found=f"text; {other}"))
    if not strays:
        return rule_facts(asked, asked, fault=wrong)
    values = [str(value) for value, _ in top.values]
    listed = ", ".join(f"`{_on_one_line(value) if shown else masked(value)}`" for value in values)
    more = f" and {top.distinct - len(values):,} more" if top.distinct > len(values) else ""
    name = next((_NAMES[kind] for kind in ("number", *forms) if kind in forms and kind in _NAMES), "a time")
    said = (
        f"text, because {strays:,} of {asked:,} values {'is' if strays == 1 else 'are'} not {name}: {listed}{more}, "
        f"first at the key `{keys[0]}`"
    )
    found = rule_facts(asked, asked, keys=keys, fault=Fault(absent=False, found=said))
    return found.model_copy(update={"values": tuple(values) if shown else ()})


def _otherwise(written: WrittenAs, strays: int) -> str:
    """How the texts are written, if most are written in one way that needs a declaration or a change of the file."""
    if written.padded:
        return ""
    way = max(written.counts, key=lambda way: written.counts[way])
    others = written.texts - written.counts[way]
    return f"{written.counts[way]:,} of {written.texts:,} values are {WRITINGS[way].title}" if others < strays else ""


def masked(value: str) -> str:
    """A text with 9 for each digit and `a` for each letter, cut short; a mark of a missing value as it is."""
    if value.strip().lower() in MARKS:
        return value
    return _on_one_line(re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", value)))


def _on_one_line(value: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", value)[:LONGEST]


def _name_fractions(table: Table, column: str, asked: int, wrong: Fault, *, shown: bool) -> QuestionRounds[RuleFacts]:
    """The result of a rule on numbers that should be whole; a frequent one that is not is named with its key."""
    (top,) = yield [TopValues(table, column, FREQUENT)]
    value = next((value for value, _ in top.values if not float(value).is_integer()), None)
    if value is None:
        return rule_facts(asked, asked, fault=wrong)
    (keys,) = yield [Keys(table, Compare("!=", Column(column), value), 1)]
    written = str(value) if shown else masked(str(value))
    said = f"number, because values such as `{written}` are not whole, first at the key `{', '.join(keys)}`"
    return rule_facts(asked, asked, keys=keys, fault=Fault(absent=False, found=said))
