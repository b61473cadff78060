"""Whether the data keep their contract: rows, types, missing values, ranges, sets, patterns, uniqueness, conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from assay.checks.contract.rules import ColumnRules, Expression, Rules, listed
from assay.measuring import Bar, Book, CheckFacts, CheckSpec, ColumnUse, Limit, Place
from assay.values import Count, Measure, Undefined, Value, exact

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from assay.tables.predicates import Condition
    from assay.tables.promises import Fault, Promise
    from assay.tables.questions import Question, Tally

SAMPLE = 5


class Spec(CheckSpec):
    """What must hold of the data, and of which sets."""

    on: str | Annotated[tuple[str, ...], BeforeValidator(listed), Field(min_length=1)] | None = Field(
        None, description="Data set or sets; left out: holdout, else test."
    )
    rules: Rules = Field(Rules(), description="Rules by column; `rows` bounds the number of rows.")
    conditions: dict[str, Expression] = Field(
        {},
        description="What must hold in every row, by name: an expression such as `paid <= price`; unknown is broken.",
    )

    @model_validator(mode="after")
    def _some(self) -> Spec:
        if not self.conditions and not self.rules.by_column() and self.rules.rows is None:
            raise ValueError("a contract needs a rule or a condition")
        return self


class RuleFacts(Value):
    """How a rule fared: rows that break it, their share, ids of some, and what was found of a column at fault."""

    violations: Measure
    share: Measure
    keys: tuple[str, ...] = ()
    found: str | None = None
    nearest: str | None = None


class SetFacts(Value):
    """One data set: rows, columns, rules by `column.rule`, and conditions by name."""

    rows: Measure
    columns: Count
    rules: dict[str, RuleFacts]
    conditions: dict[str, RuleFacts]


BROKEN = {
    "required": "is no column",
    "nulls": "is missing",
    "type": "has another type",
    "range": "is out of range",
    "in": "has another value",
    "matches": "has another form",
    "unique": "occurs more than once",
}
"""How each rule is broken, to follow a column's name."""


class Facts(CheckFacts):
    """Every data set that has a contract."""

    sets: dict[str, SetFacts]


def bars(spec: Spec, book: Book) -> Iterable[Bar]:
    """One bar per data set and rule: no row breaks it."""
    for name in book.on(spec.on):
        subject, root = {"set": name}, f"/sets/{_escaped(name)}"
        for side in ("at_least", "at_most"):
            limit = getattr(spec.rules.rows, side, None)
            if limit is not None:
                yield _bar(f"{root}/rows", f"rows of {name}", subject, limit, ("rules", "rows", side), direction=side)
        for column, rules in spec.rules.by_column().items():
            for rule, key in rules.stated().items():
                share = isinstance(rules.nulls, Limit) and rule == "nulls"
                limit = rules.nulls.limit if isinstance(rules.nulls, Limit) and share else 0
                fact = f"{root}/rules/{_escaped(f'{column}.{rule}')}/{'share' if share else 'violations'}"
                where: Place = ("rules", column, key) if key else ("rules", column)
                title = f"{'share of rows' if share else 'rows'} of {name} where {column} {BROKEN.get(rule, rule)}"
                yield _bar(fact, title, subject | {"column": column}, limit, where)
        for condition in spec.conditions:
            fact = f"{root}/conditions/{_escaped(condition)}/violations"
            title = f"rows of {name} that break: {condition}"
            yield _bar(fact, title, subject | {"condition": condition}, 0, ("conditions", condition))


def _bar(
    fact: str, title: str, subject: dict[str, str], limit: float, where: Place, *, direction: str = "at_most"
) -> Bar:
    side: Literal["at_least", "at_most"] = "at_least" if direction == "at_least" else "at_most"
    return Bar(fact=fact, title=title, subject=subject, direction=side, limit=limit, where=where)


def columns(spec: Spec, book: Book) -> Iterable[ColumnUse]:
    """The data sets. Columns are not named: that one is absent is a finding, not a mistake in the manifest."""
    for name in book.on(spec.on):
        yield ColumnUse(where=("on",), set=name)


def problems(spec: Spec, book: Book) -> Iterable[tuple[Place, str]]:
    """A contract that is about no data set."""
    if not book.on(spec.on):
        yield (
            (),
            f"say `on`: which of the data sets {', '.join(book.sets) or '(there are none)'} must keep the contract.",
        )


def measure(spec: Spec, book: Book) -> Generator[list[Question], list[Any], Facts]:
    """Asks for the columns first, then counts the rows that break a rule in one pass per data set."""
    from assay.tables.addressing import Table
    from assay.tables.predicates import IsMissing
    from assay.tables.promises import MISSING, fault
    from assay.tables.questions import Counts, Keys, Schema

    names, promises = book.on(spec.on), _promises(spec)
    schemas = dict(zip(names, (yield [Schema(Table(name)) for name in names]), strict=True))
    questions: dict[tuple[str, str], Question] = {}
    for name, schema in schemas.items():
        asked = {key: promise.kept for key, promise in promises.items() if promise.kept and not fault(promise, schema)}
        used = [column for column in spec.rules.by_column() if column in schema]
        missing = {MISSING + column: IsMissing(column) for column in used}
        questions[name, ""] = Counts(Table(name), (*missing.items(), *asked.items()))
        questions |= {(name, key): Keys(Table(name), kept, SAMPLE) for key, kept in asked.items()}
    answers = dict(zip(questions, (yield list(questions.values())), strict=True))
    sets = {}
    for name, schema in schemas.items():
        tally = answers[name, ""]
        found = {
            key: _rule_facts(key, promise, fault(promise, schema), tally, answers.get((name, key), ()))
            for key, promise in promises.items()
        }
        sets[name] = SetFacts(
            rows=exact(tally.rows, tally.rows),
            columns=sum(not column.startswith("@") for column in schema),
            rules={promises[key].id: facts for key, facts in found.items() if key.startswith("rule ")},
            conditions={promises[key].id: facts for key, facts in found.items() if key.startswith("condition ")},
        )
    return Facts(sets=sets)


def _promises(spec: Spec) -> dict[str, Promise]:
    """Every rule and condition, under keys that begin with `rule ` and `condition `."""
    from assay.tables.promises import stated

    rules = [promise for name, column in spec.rules.by_column().items() for promise in _of_column(name, column)]
    conditions = [stated(name, text) for name, text in spec.conditions.items()]
    return {f"rule {p.id}": p for p in rules} | {f"condition {p.id}": p for p in conditions}


def _of_column(name: str, rules: ColumnRules) -> Iterable[Promise]:
    from assay.tables import promises as made

    for rule in rules.stated():
        kinds: tuple[str, ...] = ()
        kept: Condition | None = None
        if rule == "nulls":
            kept = made.present(name)
        elif rule == "type" and rules.type is not None:
            kinds = made.NUMBERS if rules.type == "number" else (rules.type,)
        elif rule == "range" and rules.range is not None:
            kinds = made.TIMES if any(isinstance(bound, str) for bound in rules.range) else made.NUMBERS
            kept = made.in_range(name, *rules.range)
        elif rule == "in" and rules.one_of is not None:
            kinds, kept = made.PLAIN, made.among(name, rules.one_of)
        elif rule == "matches" and rules.matches is not None:
            kinds, kept = ("text",), made.matching(name, rules.matches)
        elif rule == "unique":
            kinds, kept = made.PLAIN, made.distinct(name)
        yield made.Promise(id=f"{name}.{rule}", columns=(name,), kinds=kinds, kept=kept, optional=not rules.required)


def _rule_facts(key: str, promise: Promise, fault: Fault | None, tally: Tally, keys: tuple[str, ...]) -> RuleFacts:
    """A rule's violations; those of an empty table are undefined, but whether its columns exist is not."""
    from assay.tables.promises import broken

    about_column = promise.id.endswith(".required") and key.startswith("rule ")
    if fault is not None and fault.absent and promise.optional:
        violations: int | None = 0
    elif about_column:
        violations = max(tally.rows, 1) if fault else 0
    else:
        violations = broken(promise, fault, tally, key) if tally.rows else None
    empty = Undefined(reason="empty")
    return RuleFacts(
        violations=empty if violations is None else exact(violations, tally.rows),
        share=exact(violations / tally.rows, tally.rows) if violations is not None and tally.rows else empty,
        keys=keys,
        found=fault.found if fault else None,
        nearest=fault.nearest if fault else None,
    )


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
