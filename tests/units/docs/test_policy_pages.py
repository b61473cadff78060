"""Each policy has a page whose examples are what their headings say, by every engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.manual.policy_rulings import FOLDER, OUTCOMES, PolicyExample, read_examples, rule_on
from tests.support.command_line import Assay

from assay.checks import CHECKS
from assay.commands.parts.policy_facts import evidence_read
from assay.documents.shipped import shipped_folder
from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.engine import EngineName, choose_engine

PAGES = Path(__file__).parents[3] / "docs" / "reference" / "policies"
BUNDLE = read_bundle([shipped_folder("policies")])
EXAMPLES, NEVER = read_examples(BUNDLE)


@pytest.mark.parametrize("engine", ["regorus", "opa"])
@pytest.mark.usefixtures("opa")
def test_an_example_is_ruled_on_as_its_heading_says(engine: EngineName) -> None:
    rulings = rule_on(EXAMPLES, BUNDLE, choose_engine(engine))
    found = [(example.policy.id, ruling.outcome) for example, ruling in zip(EXAMPLES, rulings, strict=True)]
    assert found == [(example.policy.id, example.outcome) for example in EXAMPLES]


def test_every_policy_has_its_examples_and_no_other_is_left() -> None:
    files = {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.yaml")}
    pages = {path.relative_to(PAGES).with_suffix("").as_posix() for path in PAGES.glob("*/*.md")}
    assert files == pages == BUNDLE.ids
    for policy in BUNDLE.ids:
        shown = [example.outcome for example in EXAMPLES if example.policy.id == policy]
        assert tuple(shown) == (OUTCOMES[:2] if policy in NEVER else OUTCOMES), policy


def test_every_policy_says_why_it_matters() -> None:
    assert [policy.id for policy in BUNDLE.policies if len(policy.why) < 100] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{each.policy.id}-{each.outcome}")
def test_the_facts_of_an_example_are_those_of_the_checks(example: PolicyExample) -> None:
    for name, facts in example.facts.items():
        schema = _partial(CHECKS.load(name).Facts.model_json_schema(mode="serialization"))
        assert [error.message for error in Draft202012Validator(schema).iter_errors(facts)] == []


def _partial(schema: Any) -> Any:
    """A schema that takes a part of the facts, and nothing else than facts; numbers stay whole."""
    if isinstance(schema, list):
        return [_partial(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    whole = schema.get("title") == "Undefined"
    return {key: _partial(each) for key, each in schema.items() if key != "required" or whole}


def test_an_invented_fact_is_found() -> None:
    schema = _partial(CHECKS.load("artifact").Facts.model_json_schema(mode="serialization"))
    assert list(Draft202012Validator(schema).iter_errors({"executes": "nothing", "safe": True})) != []


@pytest.mark.parametrize("policy", sorted(BUNDLE.ids))
def test_page_and_terminal_say_the_same(policy: str, assay: Assay) -> None:
    (found,) = (each for each in BUNDLE.policies if each.id == policy)
    text, printed = (
        " ".join(each.split()) for each in ((PAGES / f"{policy}.md").read_text(), assay("explain", policy).out)
    )
    for each in (found.title, found.description, found.why, found.remedy, *evidence_read(BUNDLE, found.package)):
        assert " ".join(each.split()) in text, each
        assert " ".join(each.split()) in printed, each
    assert f"/docs/reference/policies/{policy}.md" in printed
