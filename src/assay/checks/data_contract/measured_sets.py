"""The data sets of a contract, each measured by each rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assay.checks.data_contract import aggregate_rules, column_rules, row_rules
from assay.checks.data_contract.facts import ContractSetFacts, RuleFacts
from assay.checks.data_contract.rules import ROWS, ContractRule, contract_rules
from assay.facts.values import Measure, exact
from assay.tables.addressing import Table
from assay.tables.interleaving import QuestionRounds, ask_together
from assay.tables.questions import Counts, Schema

if TYPE_CHECKING:
    from assay.checks.data_contract.spec import Spec
    from assay.dossier.check_context import CheckContext

SECTIONS = ("rules", "numbers", "unique", "conditions")


def measured(spec: Spec, context: CheckContext) -> QuestionRounds[dict[str, ContractSetFacts]]:
    """The facts of every data set; all rules ask their questions together."""
    names, rules = context.on(spec.on), tuple(contract_rules(spec))
    others = [rule.value.set for rule in rules if rule.rule == "references"]
    known = dict.fromkeys((*names, *others))
    schemas = dict(zip(known, (yield [Schema(Table(name)) for name in known]), strict=True))
    asking: dict[tuple[str, str, str], QuestionRounds[Any]] = {(name, "", "rows"): _rows(Table(name)) for name in names}
    for name in names:
        for rule in rules:
            if rule.section and not (rule.rule == "rows.share_of" and rule.value == name):
                asking[name, rule.section, rule.id] = _measure_rule(Table(name), rule, schemas, spec, context)
    found = yield from ask_together(asking)
    return {name: _set_facts(name, schemas[name], found) for name in names}


def _set_facts(name: str, schema: Mapping[str, str], found: Mapping[tuple[str, str, str], Any]) -> ContractSetFacts:
    total = found[name, "", "rows"]
    width = sum(not column.startswith("@") for column in schema)
    parts: dict[str, dict[str, Any]] = {part: {} for part in SECTIONS}
    for (of, section, rule), facts in found.items():
        if of == name and section:
            parts[section][rule] = facts
    return ContractSetFacts(rows=total, columns=exact(width, int(total.value)), **parts)


def _rows(table: Table) -> QuestionRounds[Measure]:
    (tally,) = yield [Counts(table)]
    return exact(tally.rows, tally.rows)


def _measure_rule(
    table: Table, rule: ContractRule, schemas: Mapping[str, Mapping[str, str]], spec: Spec, context: CheckContext
) -> QuestionRounds[Any]:
    """The facts of one rule on one data set."""
    if rule.section == "numbers":
        return _number(table, rule, schemas[table.set], spec.as_of or context.as_of)
    if rule.rule in (*ROWS, "nulls", "type", "unique", "condition", "together"):
        shown = rule.column if rule.column in spec.show_values and rule.rule != "nulls" else None
        return _of_rows(table, rule, schemas[table.set], shown)
    if rule.rule.startswith("columns."):
        return column_rules.measure_table_columns(rule, schemas[table.set])
    if rule.rule == "required":
        return column_rules.measure_required(table, rule, schemas[table.set])
    return column_rules.measure_column(table, rule, schemas)


def _number(table: Table, rule: ContractRule, schema: Mapping[str, str], as_of: str) -> QuestionRounds[Measure]:
    if rule.rule == "rows.share_of":
        return aggregate_rules.measure_share_of(table, Table(rule.value))
    return aggregate_rules.measure_number(table, rule, schema, as_of)


def _of_rows(
    table: Table, rule: ContractRule, schema: Mapping[str, str], shown: str | None
) -> QuestionRounds[RuleFacts]:
    if rule.rule == "deviations":
        return row_rules.count_deviations(table, rule, schema, shown)
    makers = {"condition": row_rules.condition_rule, "together": row_rules.combination_rule}
    made = makers.get(rule.rule, row_rules.column_rule)(rule)
    return row_rules.count_violations(table, made, schema, shown)
