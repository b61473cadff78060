"""The data sets of a contract, each rule asked of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assay.checks.data_contract import aggregate_rules, column_rules, row_rules
from assay.checks.data_contract.facts import ContractSetFacts, RuleFacts
from assay.checks.data_contract.rules import ROWS, Stated, stated
from assay.facts.values import Measure, exact
from assay.tables.addressing import Table
from assay.tables.interleaving import Asking, together
from assay.tables.questions import Counts, Schema

if TYPE_CHECKING:
    from assay.checks.data_contract.spec import Spec
    from assay.dossier.check_context import CheckContext

SECTIONS = ("rules", "numbers", "unique", "conditions")


def measured(spec: Spec, context: CheckContext) -> Asking[dict[str, ContractSetFacts]]:
    """What was found of every data set, all their rules asked together."""
    names, rules = context.on(spec.on), tuple(stated(spec))
    others = [rule.value.set for rule in rules if rule.rule == "references"]
    known = dict.fromkeys((*names, *others))
    schemas = dict(zip(known, (yield [Schema(Table(name)) for name in known]), strict=True))
    asking: dict[tuple[str, str, str], Asking[Any]] = {(name, "", "rows"): _rows(Table(name)) for name in names}
    for name in names:
        for rule in rules:
            if rule.section and not (rule.rule == "rows.share_of" and rule.value == name):
                asking[name, rule.section, rule.id] = _asking(Table(name), rule, schemas, spec, context)
    found = yield from together(asking)
    return {name: _set_facts(name, schemas[name], found) for name in names}


def _set_facts(name: str, schema: Mapping[str, str], found: Mapping[tuple[str, str, str], Any]) -> ContractSetFacts:
    total = found[name, "", "rows"]
    width = sum(not column.startswith("@") for column in schema)
    parts: dict[str, dict[str, Any]] = {part: {} for part in SECTIONS}
    for (of, section, rule), facts in found.items():
        if of == name and section:
            parts[section][rule] = facts
    return ContractSetFacts(rows=total, columns=exact(width, int(total.value)), **parts)


def _rows(table: Table) -> Asking[Measure]:
    (tally,) = yield [Counts(table)]
    return exact(tally.rows, tally.rows)


def _asking(
    table: Table, rule: Stated, schemas: Mapping[str, Mapping[str, str]], spec: Spec, context: CheckContext
) -> Asking[Any]:
    """The questions of one rule to one data set."""
    if rule.section == "numbers":
        return _number(table, rule, schemas[table.set], spec.as_of or context.as_of)
    if rule.rule in (*ROWS, "nulls", "type", "unique", "condition", "together"):
        shown = rule.column if rule.column in spec.show_values and rule.rule != "nulls" else None
        return _of_rows(table, rule, schemas[table.set], shown)
    if rule.rule.startswith("columns."):
        return column_rules.of_columns(rule, schemas[table.set])
    if rule.rule == "required":
        return column_rules.required(table, rule, schemas[table.set])
    return column_rules.of_column(table, rule, schemas)


def _number(table: Table, rule: Stated, schema: Mapping[str, str], as_of: str) -> Asking[Measure]:
    if rule.rule == "rows.share_of":
        return aggregate_rules.share_of(table, Table(rule.value))
    return aggregate_rules.of_column(table, rule, schema, as_of)


def _of_rows(table: Table, rule: Stated, schema: Mapping[str, str], shown: str | None) -> Asking[RuleFacts]:
    if rule.rule == "deviations":
        return row_rules.deviating(table, rule, schema, shown)
    made = {"condition": row_rules.of_condition, "together": row_rules.together}.get(rule.rule, row_rules.of_column)
    return row_rules.count(table, made(rule), schema, shown)
