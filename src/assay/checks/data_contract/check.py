"""Whether the data keep their contract: columns, types, missing values, ranges, patterns, uniqueness, conditions.

Method: Each rule is a bar of its own, and is asked of every row; nothing is sampled. A rule's share is counted, so it
has no interval, and a bar on it is cleared or missed.

Undefined: `empty` if no row was asked, `not_finite` if a number such as a mean is not finite, `not_applicable` and
`too_few` if a column has no such number.

Cost: One pass over the columns that have a rule. Twenty rules on a million rows took 0.8 s, on ten million 3.8 s (two
cores).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.checks.data_contract.facts import Facts
from assay.checks.data_contract.spec import Spec
from assay.dossier.check_context import CheckContext
from assay.errors import Place
from assay.facts.check_parts import Bar, ColumnUse

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

EXAMPLE = "{on: test, rules: {rows: {at_least: 100}}}"


def bars(spec: Spec, context: CheckContext) -> Iterable[Bar]:
    """One bar per data set and rule, and per bound of a number."""
    from assay.checks.data_contract.bar_titles import title
    from assay.checks.data_contract.rules import contract_rules

    for name in context.on(spec.on):
        for rule in contract_rules(spec):
            if rule.rule == "rows.share_of" and rule.value == name:
                continue
            path = [part for part in ("sets", name, rule.section, rule.id) if part]
            for beneath, side, limit, where in rule.limits():
                yield Bar(
                    fact="".join(f"/{_escaped(part)}" for part in path) + beneath,
                    title=title(rule, name, spec.as_of or context.as_of),
                    subject={"set": name} | rule.subject(),
                    direction=side,
                    limit=limit,
                    where=where,
                )


def columns(spec: Spec, context: CheckContext) -> Iterable[ColumnUse]:
    """The data sets. Columns are left out, because a missing column is a finding, not a mistake in the manifest."""
    for name in context.on(spec.on):
        yield ColumnUse(where=("on",), set=name)
    for column, rules in spec.rules.by_column().items():
        if rules.references is not None:
            yield ColumnUse(where=("rules", column, "references", "set"), set=rules.references.set)
    for name in spec.rules.rows.share_of if spec.rules.rows is not None else ():
        yield ColumnUse(where=("rules", "rows", "share_of", name), set=name)


def problems(spec: Spec, context: CheckContext) -> Iterable[tuple[Place, str]]:
    """The rules that cannot be checked, or a contract without a data set."""
    on = context.on(spec.on)
    if not on:
        known = ", ".join(context.sets) or "none"
        yield (), f"list the data sets that must keep the contract under `on`; the manifest has: {known}."
    for name in spec.rules.rows.share_of if spec.rules.rows is not None else ():
        if on == (name,):
            yield ("rules", "rows", "share_of", name), f"`{name}` always has the same number of rows as itself."
    for index, column in enumerate(spec.show_values):
        if column not in spec.rules.by_column():
            yield ("show_values", index), f"`{column}` has no rule, so none of its values can offend."
    for column, rules in spec.rules.by_column().items():
        if rules.age is not None and not (spec.as_of or context.as_of):
            yield ("rules", column, "age"), "give the day that ends the age as `as_of`."
        if rules.references is not None and (on, rules.references.column) == ((rules.references.set,), column):
            yield ("rules", column, "references"), f"the values of `{column}` always occur in `{column}` itself."


def named(spec: Spec, context: CheckContext) -> Mapping[str, Iterable[str]]:
    """Data sets, and rules by section."""
    from assay.checks.data_contract.measured_sets import SECTIONS
    from assay.checks.data_contract.rules import contract_rules

    rules = tuple(contract_rules(spec))
    sections = {section: tuple(rule.id for rule in rules if rule.section == section) for section in SECTIONS}
    return {"sets": context.on(spec.on), **sections}


def measure(spec: Spec, context: CheckContext) -> Generator[list[Any], list[Any], Facts]:
    """Asks for the columns first, then for all rules at once, then for ids of rows that break a rule."""
    from assay.checks.data_contract.measured_sets import measured

    return Facts(sets=(yield from measured(spec, context)))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
