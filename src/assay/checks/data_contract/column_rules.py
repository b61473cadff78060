"""Rules on whole columns and tables: order, values that must occur, references, columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assay.checks.data_contract.facts import SAMPLE, RuleFacts, rule_facts, satisfied, undefined_rule
from assay.checks.data_contract.rules import ContractRule
from assay.checks.data_contract.value_predicates import present
from assay.tables.addressing import Table
from assay.tables.aggregates import Breaks, Strangers, TopValues
from assay.tables.interleaving import QuestionRounds
from assay.tables.predicates import OneOf, Scalar
from assay.tables.promises import NUMBERS, PLAIN, TIMES, Fault, Promise, fault
from assay.tables.questions import Counts

Schemas = Mapping[str, Mapping[str, str]]
KINDS = {"order": (*NUMBERS, *TIMES)}
SHOWN = 10


def measure_column(table: Table, rule: ContractRule, schemas: Schemas) -> QuestionRounds[RuleFacts]:
    """A rule on a whole column; a column without any value breaks it."""
    name = str(rule.column)
    promise = Promise(id=rule.id, columns=(name,), kinds=KINDS.get(rule.rule, PLAIN), optional=rule.optional)
    wrong = fault(promise, schemas[table.set])
    if wrong is not None and wrong.absent:
        (tally,) = yield [Counts(table)]
        return satisfied(tally.rows) if rule.optional else rule_facts(tally.rows, tally.rows, fault=wrong)
    (tally,) = yield [Counts(table, (("asked", present(name)),))]
    asked = tally.true["asked"]
    if wrong is not None or not asked:
        return rule_facts(asked or tally.rows, asked or tally.rows, fault=wrong)
    match rule.rule:
        case "order":
            return (yield from _order(table, name, rule.value, asked))
        case "includes":
            return (yield from _includes(table, name, rule.value))
        case "most_common":
            return (yield from _most_common(table, name, rule.value))
        case _:
            return (yield from _references(table, name, rule, schemas, asked))


def measure_required(table: Table, rule: ContractRule, schema: Mapping[str, str]) -> QuestionRounds[RuleFacts]:
    """Whether a column exists."""
    (tally,) = yield [Counts(table)]
    wrong = fault(Promise(id=rule.id, columns=(str(rule.column),)), schema)
    asked = max(tally.rows, 1)
    return rule_facts(asked if wrong else 0, asked, fault=wrong)


def measure_table_columns(rule: ContractRule, schema: Iterable[str]) -> QuestionRounds[RuleFacts]:
    """A table's columns, compared with the listed ones."""
    yield from ()
    there, listed = [name for name in schema if not name.startswith("@")], tuple(rule.value)
    missing = [name for name in listed if name not in there]
    beyond = [name for name in there if name not in listed]
    if rule.rule == "columns.ordered":
        actual, wanted = [name for name in there if name in listed], [name for name in listed if name in there]
        moved = [name for name, expected in zip(actual, wanted, strict=True) if name != expected]
        return _listed(len(listed) if not actual else len(moved), len(listed), f"out of order: {_some(moved)}")
    if rule.rule == "columns.closed":
        return _listed(len(beyond), len(there), f"without a rule: {_some(beyond)}")
    sentences = [f"missing: {_some(missing)}"] if missing else []
    sentences += [f"unexpected: {_some(beyond)}"] if beyond else []
    return _listed(len(missing) + len(beyond), len(set(listed) | set(there)), "; ".join(sentences))


def _order(table: Table, name: str, order: str, asked: int) -> QuestionRounds[RuleFacts]:
    strictly = order.startswith("strictly")
    (breaks,) = yield [Breaks(table, name, descending=order.endswith("decreasing"), strictly=strictly)]
    return rule_facts(breaks, asked)


def _includes(table: Table, name: str, values: tuple[Scalar, ...]) -> QuestionRounds[RuleFacts]:
    conditions = tuple((str(index), OneOf(name, (value,))) for index, value in enumerate(values))
    (tally,) = yield [Counts(table, conditions)]
    lacking = [value for index, value in enumerate(values) if not tally.true[str(index)]]
    return _listed(len(lacking), len(values), f"never occurs: {_some(lacking)}")


def _most_common(table: Table, name: str, values: tuple[Scalar, ...]) -> QuestionRounds[RuleFacts]:
    # Counts are compared, not values, so that a tie keeps the rule.
    conditions = tuple((str(index), OneOf(name, (value,))) for index, value in enumerate(values))
    tally, top = yield [Counts(table, conditions), TopValues(table, name, 1)]
    most = top.values[0][1]
    return rule_facts(int(max(tally.true.values()) < most), 1)


def _references(table: Table, name: str, rule: ContractRule, schemas: Schemas, asked: int) -> QuestionRounds[RuleFacts]:
    mine = (name, *rule.value.together)
    theirs = (rule.value.column, *rule.value.together.values())
    other = rule.value.set
    wrong = _mismatch(mine, schemas[table.set], theirs, schemas[other], other)
    if wrong is not None:
        return rule_facts(asked, asked, fault=wrong)
    (known,) = yield [Strangers(table, mine, Table(other), theirs)]
    if not known.rows:
        return undefined_rule()
    return rule_facts(known.strangers, known.rows, keys=known.keys[:SAMPLE])


def _mismatch(
    mine: tuple[str, ...], here: Mapping[str, str], theirs: tuple[str, ...], there: Mapping[str, str], other: str
) -> Fault | None:
    """Why the columns of two tables cannot be compared."""
    for names, schema, place in ((mine, here, ""), (theirs, there, f" in {other}")):
        wrong = fault(Promise(id="", columns=names, kinds=PLAIN), schema)
        if wrong is not None:
            return Fault(absent=wrong.absent, found=wrong.found + place, nearest=wrong.nearest)
    for own, their in zip(mine, theirs, strict=True):
        if _family(here[own]) != _family(there[their]):
            return Fault(absent=False, found=f"{here[own]}, and `{their}` in {other} is {there[their]}")
    return None


def _family(kind: str) -> str:
    """Types whose values can be equal."""
    return "number" if kind in NUMBERS else "time" if kind in TIMES else kind


def _listed(violations: int, asked: int, found: str) -> RuleFacts:
    facts = rule_facts(violations, max(asked, 1))
    return facts.model_copy(update={"found": found, "told": found}) if violations else facts


def _some(names: Iterable[object]) -> str:
    listed = [f"`{name}`" for name in names]
    return ", ".join(listed[:SHOWN]) + (f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else "")
