"""A page for each policy: what it asks and why, what it reads, and how it rules on examples that are executed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from assay.commands.parts.policy_explanation import conditions, ruling_lines
from assay.commands.parts.policy_facts import evidence_read
from assay.documents.shipped import shipped_folder
from assay.dossier.pages import Ruling
from assay.edges.rego.bundle import Bundle, read_bundle
from assay.edges.rego.engine import choose_engine
from assay.edges.rego.metadata import Policy
from tests.manual.markdown_parts import REPOSITORY, page, table
from tests.manual.policy_rulings import PolicyExample, read_examples, rule_on

_HEADINGS = {"pass": "It passes", "fail": "It fails", "inconclusive": "It is inconclusive"}
_EFFECTS = {"block": "closes the gate", "warn": "warns"}
_WIDTH = 110


def policy_pages() -> Iterator[tuple[str, str]]:
    """Every policy's page, and the list of them."""
    bundle = read_bundle([shipped_folder("policies")])
    examples, never = read_examples(bundle)
    rulings = rule_on(examples, bundle, choose_engine("regorus"))
    rows = [
        (
            f"[`{policy.id}`]({policy.id}.md)",
            policy.title,
            _EFFECTS[policy.effect],
            _checks(policy, ""),
            "yes" if policy.waivable else "no",
        )
        for policy in bundle.policies
    ]
    about = (
        "A policy is a sentence that must be proven. It passes if the facts prove it, fails if they refute it, and is "
        "inconclusive if they do neither ([Proven and refuted](../../explanations/proven-and-refuted.md)). Only a pass "
        "opens the gate; a policy that warns is shown and does not count."
    )
    own = "[Write your own policy](../../tutorials/write-a-policy.md) says how to add one."
    heads = ("policy", "what it asks", "unless proven, it", "checks", "can be waived")
    yield "policies/README.md", page("Policies", about, table(heads, rows), own)
    for policy in bundle.policies:
        own_rulings = {
            example.outcome: (example, ruling)
            for example, ruling in zip(examples, rulings, strict=True)
            if example.policy.id == policy.id
        }
        yield f"policies/{policy.id}.md", _page(policy, bundle, own_rulings, never.get(policy.id))


def _checks(policy: Policy, above: str) -> str:
    return ", ".join(f"[`{name}`]({above}../checks/{name}.md)" for name in policy.checks)


def _page(
    policy: Policy, bundle: Bundle, examples: Mapping[str, tuple[PolicyExample, Ruling]], never: str | None
) -> str:
    where = f"policies/{policy.id}/{policy.id.rpartition('/')[2]}.rego"
    shown = [f"### {_HEADINGS[outcome]}\n\n{_example(*found, policy)}" for outcome, found in examples.items()]
    if never is not None:
        shown.append(f"### It is never inconclusive\n\n{never}")
    return page(
        policy.id,
        f"**{policy.title}.** {policy.description}",
        f"## Why it matters\n\n{policy.why}",
        f"## When it rules\n\n{_when(policy, on_bars='bars' in evidence_read(bundle, policy.package))}",
        f"## What it reads\n\n{_reads(policy, bundle)}",
        "## Examples\n\nEach shows the part of the evidence that matters, and what the engine and Assay say of it.",
        *shown,
        f"## What to do\n\n{policy.remedy}",
        f"The rule: [`{where}`]({REPOSITORY}/{where}). In a terminal: `assay explain {policy.id}`.",
    )


def _when(policy: Policy, *, on_bars: bool) -> str:
    effect = f"Unless it is proven, it {_EFFECTS[policy.effect]}."
    waiver = (
        "A [waiver](../../manifest/waivers.md) can accept a fail or an inconclusive ruling for some weeks."
        if policy.waivable
        else "Nobody can waive it."
    )
    applies = "\n".join(f"- {condition}" for condition in conditions(policy))
    checks = _checks(policy, "../")
    undefined = (
        ", or if a number that it needs is [undefined](../../checks/README.md#why-a-number-is-undefined) for another "
        "reason than too few rows"
    )
    return (
        f"{effect} {waiver} It applies\n\n{applies}\n\nIt is not evaluated, and {_EFFECTS[policy.effect]}, if its check "
        f"{checks} was not measured{undefined if on_bars else ''}."
    )


def _reads(policy: Policy, bundle: Bundle) -> str:
    read = [f"- `{path}`" for path in evidence_read(bundle, policy.package) if path != "bars"]
    if "bars" in evidence_read(bundle, policy.package):
        beneath = f" beneath {' and '.join(f'`{each}`' for each in policy.bars)}" if policy.bars else ""
        read.insert(0, f"- `bars`: those of its check{beneath}, each beside the fact that it bounds")
    consulted = ", ".join(f"[`{name}`](../../checks/{name}.md)" for name in policy.consults)
    others = f" and, if it was measured, from {consulted}" if consulted else ""
    return f"From the check {_checks(policy, '../')}{others}:\n\n" + "\n".join(read)


def _example(example: PolicyExample, ruling: Ruling, policy: Policy) -> str:
    printed = "\n".join(ruling_lines(ruling, policy.remedy))
    return f"{example.about}\n\n```yaml\n{_shown({'facts': example.facts})}```\n\n```text\n{printed}\n```"


def _shown(document: Any) -> str:
    return yaml.safe_dump(
        _written(document), sort_keys=False, default_flow_style=None, width=_WIDTH, allow_unicode=True
    )


def _written(found: Any) -> Any:
    """A document with its numbers as pages write them: 1, not 1.0."""
    if isinstance(found, dict):
        return {name: _written(each) for name, each in found.items()}
    if isinstance(found, list):
        return [_written(each) for each in found]
    return int(found) if isinstance(found, float) and found.is_integer() else found
