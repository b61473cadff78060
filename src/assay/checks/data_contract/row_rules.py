"""Rules on rows: counts of the rows that break a rule, and ids of some."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from assay.checks.data_contract.aggregate_rules import FEWEST
from assay.checks.data_contract.facts import SAMPLE, RuleFacts, rule_facts, satisfied, undefined_rule
from assay.checks.data_contract.rules import ContractRule
from assay.checks.data_contract.stray_values import name_strays
from assay.checks.data_contract.value_predicates import between, kinds_of, predicate_of, present
from assay.facts.values import Undefined
from assay.tables.addressing import Table
from assay.tables.aggregates import Summary, TopValues
from assay.tables.expressions import parse_condition
from assay.tables.interleaving import QuestionRounds
from assay.tables.mentions import columns_of
from assay.tables.predicates import All, AnyOf, Condition, IsDuplicate, IsMissing, IsTrue, Not
from assay.tables.promises import NUMBERS, PLAIN, Promise, fault
from assay.tables.questions import Counts, Keys


@dataclass(frozen=True)
class RowRule:
    """A rule on rows: its columns and condition, and which rows it asks (all if None).

    A share of up to `tolerated` may break it; such rows are not named, because that would cost another scan.
    """

    promise: Promise
    asked: Condition | None = None
    tolerated: float = 0.0


def column_rule(rule: ContractRule) -> RowRule:
    """A rule on the values of a column; only `nulls` asks about missing values."""
    name = str(rule.column)
    kinds, kept = kinds_of(rule), predicate_of(rule)
    if rule.rule == "nulls":
        every = Promise(id=rule.id, columns=(name,), kept=present(name), optional=rule.optional)
        return RowRule(every, tolerated=rule.tolerated())
    within = None if kept is None else AnyOf((IsMissing(name), kept))
    promise = Promise(id=rule.id, columns=(name,), kinds=kinds, kept=within, optional=rule.optional)
    return RowRule(promise, present(name), rule.tolerated())


def condition_rule(rule: ContractRule) -> RowRule:
    """A rule on several columns, for all rows or for those that meet another condition."""
    then = parse_condition(rule.value.then)
    if rule.value.when is None:
        return RowRule(
            Promise(id=rule.id, columns=tuple(dict.fromkeys(columns_of(then))), kept=then), None, rule.tolerated()
        )
    when = IsTrue(parse_condition(rule.value.when))
    kept = AnyOf((Not(when), then))
    return RowRule(
        Promise(id=rule.id, columns=tuple(dict.fromkeys(columns_of(kept))), kept=kept), when, rule.tolerated()
    )


def combination_rule(rule: ContractRule) -> RowRule:
    """A rule that no two rows share the values of some columns; a row with a missing value is not asked."""
    first, *others = rule.value
    kept = Not(IsDuplicate(first, tuple(others)))
    whole = All(tuple(present(name) for name in rule.value))
    return RowRule(Promise(id=rule.id, columns=rule.value, kinds=PLAIN, kept=kept), whole)


def count_violations(
    table: Table, rows: RowRule, schema: Mapping[str, str], shown: str | None = None
) -> QuestionRounds[RuleFacts]:
    """The result of a rule; `shown` names a column whose offending values may be shown.

    A column without any value breaks the rule; so does every asked row if the column is absent or has the wrong type.
    """
    promise, wrong = rows.promise, fault(rows.promise, schema)
    askable = wrong is None or bool(promise.kinds and not wrong.absent)
    asking = [("asked", rows.asked)] if rows.asked is not None and askable else []
    keeping = [("kept", promise.kept)] if promise.kept is not None and wrong is None else []
    (tally,) = yield [Counts(table, (*asking, *keeping))]
    asked = tally.true["asked"] if asking else tally.rows
    if wrong is not None and wrong.absent and promise.optional:
        return satisfied(tally.rows)
    if wrong is not None and asked and len(promise.columns) == 1:
        (name,) = promise.columns
        return (yield from name_strays(table, name, promise.kinds, asked, wrong, shown=shown == name))
    if wrong is not None or (not asked and promise.kinds):
        return rule_facts(asked or tally.rows, asked or tally.rows, fault=wrong)
    if promise.kept is None or not asked:
        return rule_facts(0, asked)
    violations = tally.false["kept"] + tally.unknown["kept"]
    if violations <= rows.tolerated * asked:
        return rule_facts(violations, asked)
    return (yield from _with_offenders(table, promise.kept, violations, asked, shown))


def count_deviations(
    table: Table, rule: ContractRule, schema: Mapping[str, str], shown: str | None = None
) -> QuestionRounds[RuleFacts]:
    """The result of a rule on how many standard deviations a value lies from its column's mean."""
    name = str(rule.column)
    plain = RowRule(Promise(id=rule.id, columns=(name,), kinds=NUMBERS, optional=rule.optional), present(name))
    if fault(plain.promise, schema) is not None:
        return (yield from count_violations(table, plain, schema))
    (summaries,) = yield [Summary(table, (name,))]
    summary = summaries[name]
    if summary.infinite:
        return undefined_rule(Undefined(reason="not_finite", n=summary.rows))
    if summary.n < FEWEST or summary.minimum == summary.maximum:
        return (yield from count_violations(table, plain, schema))
    reach = rule.value * math.sqrt(summary.deviations / (summary.n - 1))
    kept = between(name, summary.mean - reach, summary.mean + reach)
    made = Promise(id=rule.id, columns=(name,), kinds=NUMBERS, kept=AnyOf((IsMissing(name), kept)))
    return (yield from count_violations(table, RowRule(made, present(name), rule.tolerated()), schema, shown))


def _with_offenders(
    table: Table, kept: Condition, violations: int, asked: int, shown: str | None
) -> QuestionRounds[RuleFacts]:
    questions: list[Keys | TopValues] = [Keys(table, kept, SAMPLE)]
    if shown is not None:
        questions.append(TopValues(table, shown, SAMPLE, where=Not(IsTrue(kept))))
    keys, *top = yield questions
    values = tuple(str(value) for value, _ in top[0].values) if top else ()
    return rule_facts(violations, asked, keys=keys, values=values)
