"""What was found of a data set that has a contract."""

from __future__ import annotations

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Measure, Undefined, Value, exact
from assay.tables.promises import Fault

SAMPLE = 10
"""How many offenders are named at most."""


class RuleFacts(Value):
    """How a rule fared: how many broke it out of how many, the shares that broke and kept it, and ids of some rows.

    `found` and `nearest` tell what was found where no row could be asked, in a sentence as `told`; `values` the most
    frequent values that broke the rule, only of columns whose values may be shown.
    """

    violations: Measure
    share: Measure
    kept: Measure
    keys: tuple[str, ...] = ()
    found: str | None = None
    nearest: str | None = None
    told: str | None = None
    values: tuple[str, ...] = ()


class ContractSetFacts(Value):
    """One data set: rows, columns, rules and numbers by `column.rule`, columns unique together, conditions by name."""

    rows: Measure
    columns: Measure
    rules: dict[str, RuleFacts]
    numbers: dict[str, Measure]
    unique: dict[str, RuleFacts]
    conditions: dict[str, RuleFacts]


def rule_facts(
    violations: int, asked: int, *, keys: tuple[str, ...] = (), values: tuple[str, ...] = (), fault: Fault | None = None
) -> RuleFacts:
    """A rule that `violations` broke out of those asked; undefined where there was nothing to ask."""
    if not asked:
        return undefined_rule()
    return RuleFacts(
        violations=exact(violations, asked),
        share=exact(violations / asked, asked),
        kept=exact((asked - violations) / asked, asked),
        keys=keys[:SAMPLE],
        values=values,
        found=fault.found if fault else None,
        nearest=fault.nearest if fault else None,
        told=_told(fault) if fault else None,
    )


def _told(fault: Fault) -> str:
    return f"found: {fault.found}" + (f"; the nearest is `{fault.nearest}`" if fault.nearest else "")


def satisfied(rows: int) -> RuleFacts:
    """A rule about a column that need not be there, and is not."""
    zero = exact(0, rows)
    return RuleFacts(violations=zero, share=zero, kept=exact(1, rows))


def undefined_rule(reason: Undefined | None = None) -> RuleFacts:
    """A rule that nothing could be asked about."""
    empty = reason or Undefined(reason="empty")
    return RuleFacts(violations=empty, share=empty, kept=empty)


class Facts(CheckFacts):
    """Every data set that has a contract."""

    sets: dict[str, ContractSetFacts]
