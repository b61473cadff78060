"""A page for each check: how it measures, its block and bars, the facts that it returns, the policies that need it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assay.checks import CHECKS
from assay.commands.parts.check_bars import bar_rows
from assay.commands.parts.check_facts import FactRecord, fact_records, shared_record
from assay.commands.parts.check_notes import check_notes
from assay.documents.shipped import shipped_folder
from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.metadata import Policy
from assay.facts.values import Reason
from assay.rulings.next_steps import OF_A_REASON
from tests.manual.markdown_parts import REPOSITORY, anchor, page, table
from tests.manual.schema_rows import key_rows

ROOT = Path(__file__).parents[2]
MEANINGS: Mapping[Reason, str] = {
    "too_few": "fewer rows than the number needs",
    "too_few_clusters": "fewer groups of rows that belong together than the number needs",
    "one_class": "all rows have the same label",
    "one_group": "all rows are in one group, so nothing can be compared",
    "empty": "no row has a value",
    "not_finite": "a value, a score or the result is infinite or no number",
    "missing_labels": "a row has no label",
    "unnamed_label": "the manifest names no label",
    "lacks_label": "the data set does not have the label",
    "no_predictions": "nobody answered these rows",
    "not_applicable": "these data have nothing of the kind that is measured",
    "tail_dominates": "one row makes more than a fifth of the sum of squared errors",
    "zero_rates": "a ratio of rates that are all 0",
    "nothing_compared": "hardly any value of the column occurs often enough to be compared",
    "not_probabilities": "scores are no probabilities",
    "absent_class": "no row has one of the classes",
}
MOST_RECORDS = 6
"""With more records, facts have a page of their own."""
_CLEARED = (
    "A bar is cleared if the whole interval lies on its good side, missed if the whole interval lies on the other, and "
    "open if the interval contains it. A counted number has no interval. "
    "[Proven and refuted](../../explanations/proven-and-refuted.md) says what follows."
)


def shipped_policies() -> dict[str, Policy]:
    """The policies that ship with Assay, by id."""
    return {policy.id: policy for policy in read_bundle([shipped_folder("policies")]).policies}


def check_pages() -> Iterator[tuple[str, str]]:
    """Every check's page, and the list of them."""
    rows = [(f"[`{name}`]({name}.md)", CHECKS.title(name), _wanted(name)) for name in CHECKS.names()]
    reasons = [(f"`{name}`", MEANINGS[name], f"{OF_A_REASON[name]}.") for name in MEANINGS]
    yield (
        "checks/README.md",
        page(
            "Checks",
            "A check measures and returns facts; it judges nothing. [Policies](../policies/README.md) judge its facts. "
            "`assay measure CHECK` runs one check on files, without a manifest.",
            table(("check", "what it measures", "in the manifest"), rows),
            "## Numbers",
            "A number that was measured has an interval:",
            _fields(shared_record("Estimate")),
            "A number that does not exist has a reason instead. It is never 0, and no bar on it is cleared.",
            _fields(shared_record("Undefined")),
            "## Why a number is undefined",
            "For `too_few` and `too_few_clusters` the policy is inconclusive: more rows would tell. For all other reasons it "
            "is not evaluated. Both keep the gate closed.",
            table(("reason", "means", "what to do"), reasons),
        ),
    )
    policies = shipped_policies()
    for name in CHECKS.names():
        facts, much = _facts(name), len(fact_records(name)) > MOST_RECORDS
        told = f"[Facts of `{name}`]({name}-facts.md)." if much else facts
        yield f"checks/{name}.md", _page(name, policies, told)
        if much:
            yield f"checks/{name}-facts.md", page(f"Facts of {name}", f"The check: [`{name}`]({name}.md).", facts)


def _wanted(name: str) -> str:
    check = CHECKS.load(name)
    if not check.Spec.model_fields:
        return "no block; the plan adds it by itself"
    return f"`checks.{name}`, optional" if check.OPTIONAL_BLOCK else f"`checks.{name}`"


def _page(name: str, policies: Mapping[str, Policy], facts: str) -> str:
    notes = check_notes(name)
    needing = [
        (f"[`{policy.id}`](../policies/{policy.id}.md)", policy.title)
        for policy in policies.values()
        if name in (*policy.checks, *policy.consults)
    ]
    return page(
        name,
        CHECKS.title(name),
        f"## How it measures\n\n{notes['Method']}",
        f"## When a number is undefined\n\n{_undefined(notes['Undefined'])}",
        f"## What it costs\n\n{notes['Cost']}",
        f"## In the manifest\n\n{_block(name)}",
        _bars(name),
        f"## Facts\n\n{facts}",
        f"## Policies\n\n{table(('policy', 'what it asks'), needing)}" if needing else "",
        f"The code: [`{_where(name)}`]({REPOSITORY}/{_where(name)}). In a terminal: `assay explain {name}`, "
        f"`assay measure {name}`.",
    )


def _undefined(text: str) -> str:
    """The paragraph, and where its reasons are explained if it names any."""
    if not any(f"`{reason}`" in text for reason in MEANINGS):
        return text
    return f"{text} [What each reason means](README.md#why-a-number-is-undefined), and what to do."


def _where(name: str) -> str:
    return CHECKS.path(name).relative_to(ROOT).as_posix()


def _block(name: str) -> str:
    check = CHECKS.load(name)
    about = inspect.cleandoc(check.Spec.__doc__ or "")
    if not check.Spec.model_fields:
        return f"The plan adds this check by itself. {about}"
    rows = [row for row in key_rows(check.Spec.model_json_schema()) if not row[0].startswith(("`bars.", "`bars_per"))]
    example = f"```yaml\nchecks:\n  {name}: {check.EXAMPLE}\n```" if check.EXAMPLE else ""
    return "\n\n".join(
        filter(
            None, (f"The block `checks.{name}`. {about}", example, table(("key", "holds", "default", "meaning"), rows))
        )
    )


def _bars(name: str) -> str:
    rows = bar_rows(name)
    if not rows:
        return ""
    keys = " and ".join(f"`{each}`" for each in rows[0].blocks)
    listed = table(("bar", "direction", "on"), ((f"`{row.name}`", row.direction, row.about) for row in rows))
    return f"## Bars\n\nUnder {keys}. {_CLEARED}\n\n{listed}"


def _facts(name: str) -> str:
    whole, *others = fact_records(name)
    parts = [f"{whole.about} They lie at `facts.{name}` in what Rego sees.", _fields(whole, others)]
    parts += [f"### {record.name.capitalize()}\n\n{record.about}\n\n{_fields(record, others)}" for record in others]
    return "\n\n".join(parts)


def _fields(record: FactRecord, others: Sequence[FactRecord] = ()) -> str:
    rows = ((f"`{key}`", _linked(kind, others), text) for key, kind, text in record.fields)
    return table(("field", "holds", "meaning"), rows)


def _linked(kind: str, others: Sequence[FactRecord]) -> str:
    if kind in ("number or undefined", "names, each with number or undefined"):
        return kind.replace("number or undefined", "[number](README.md#numbers)")
    for record in others:
        if kind.endswith(record.name):
            return kind.replace(record.name, f"[{record.name}](#{anchor(record.name)})")
    return kind
