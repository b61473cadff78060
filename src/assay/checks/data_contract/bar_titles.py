"""The titles of a contract's bars."""

from __future__ import annotations

from assay.checks.data_contract.rules import ContractRule
from assay.facts.values import exact_text

BROKEN = {
    "required": "is not a column",
    "nulls": "is missing",
    "type": "has the wrong type",
    "range": "is out of range",
    "above": "is not above {value}",
    "below": "is not below {value}",
    "in": "has an unlisted value",
    "not_in": "has a forbidden value",
    "matches": "does not match the pattern",
    "not_matches": "matches the forbidden pattern",
    "length": "is too short or too long",
    "date_form": "is not a date of the form {value}",
    "deviations": "lies more than {value} standard deviations from the mean",
    "unique": "occurs more than once",
    "order": "is not {value}",
    "references": "is not in {other}",
}
"""How a row breaks each rule; it follows a column's name."""
KEPT = {
    "range": "is in range",
    "above": "is above {value}",
    "below": "is below {value}",
    "in": "has a listed value",
    "not_in": "has no forbidden value",
    "matches": "matches the pattern",
    "not_matches": "does not match the forbidden pattern",
    "length": "has the right length",
    "date_form": "is a date of the form {value}",
    "deviations": "lies within {value} standard deviations of the mean",
    "unique": "occurs once",
    "references": "is in {other}",
}
"""How a row keeps each rule that a share of the rows may break; it follows a column's name."""
NUMBERS = {
    "rows": "rows of {set}",
    "columns": "columns of {set}",
    "rows.share_of": "rows of {set} over rows of {value}",
    "min": "lowest {column} of {set}",
    "max": "highest {column} of {set}",
    "mean": "mean of {column} of {set}",
    "std": "standard deviation of {column} of {set}",
    "sum": "sum of {column} of {set}",
    "quantiles": "{value} of {column} of {set}",
    "distinct": "distinct values of {column} of {set}",
    "distinct_share": "share of distinct values of {column} of {set}",
    "age": "days from the newest {column} of {set} to {as_of}",
}
"""The name of each number."""
WHOLE = {
    "columns.exactly": "columns of {set} that are missing or unexpected",
    "columns.ordered": "columns of {set} that are out of order",
    "columns.closed": "columns of {set} that have no rule",
    "includes": "listed values that {column} of {set} lacks",
    "most_common": "whether the most frequent {column} of {set} is unlisted",
    "together": "rows of {set} that share {id} with another row",
}
"""What each rule counts that is not about single values."""


def title(rule: ContractRule, set_name: str, as_of: str) -> str:
    """The title of a rule's bar on a data set."""
    named = {"set": set_name, "column": rule.column, "id": rule.id, "as_of": as_of, "value": _shown(rule.value)}
    if rule.rule == "references":
        named["other"] = f"{rule.value.column} of {rule.value.set}"
    if rule.rule in NUMBERS:
        return NUMBERS[rule.rule].format_map(named)
    if rule.rule in WHOLE:
        return WHOLE[rule.rule].format_map(named)
    share = "share of rows" if rule.mostly is not None or rule.most_share is not None else "rows"
    if rule.rule == "condition":
        asked = f", where {rule.value.when}" if rule.value.when is not None else ""
        return f"{share} of {set_name} that {'keep' if rule.mostly is not None else 'break'}: {rule.id}{asked}"
    words = (KEPT if rule.mostly is not None else BROKEN)[rule.rule].format_map(named)
    return f"{share} of {set_name} where {rule.column} {words}"


def _shown(value: object) -> str:
    return exact_text(value) if isinstance(value, float) else str(value)
