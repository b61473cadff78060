"""Every field that is published is filled in some case: what a schema promises, a policy or a reader does find."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from assay.cli import main
from assay.dossier.page_set import Dossier
from assay.dossier.pages import PAGES, Evidence, ManifestPage, Page, Plan
from assay.edges.store import DossierFolder
from assay.rulings.decision_input import DecisionInput
from assay.rulings.outcome_table import policy_input
from tests.support.approved_commits import ROLES, reviewed
from tests.support.drifting_tables import BLOCK, text
from tests.support.git import commit, git
from tests.support.repositories import Repository, write_repository

CHECK = ("check", "--engine", "regorus", "--as-of", "2026-11-20")
DRIFT = BLOCK.replace("[amount, region]", "[amount, region, seen]")
HYGIENE = "  data_hygiene: {on: holdout}\n"
WITHOUT_PARENTS = (ManifestPage, "parents")
"""A manifest's page is the first: it is a page as all are, and has no parents."""


@dataclasses.dataclass
class Filled:
    """The fields of each kind of record that held more than their default, and what any field said in words."""

    found: set[tuple[type[BaseModel], str]] = dataclasses.field(default_factory=set)
    said: set[tuple[type[BaseModel], str, str]] = dataclasses.field(default_factory=set)

    def look(self, value: object) -> None:
        """Adds what a value and everything in it holds."""
        if isinstance(value, BaseModel):
            for name, field in type(value).model_fields.items():
                inner = getattr(value, name)
                if is_filled(field, inner):
                    self.found.add((type(value), name))
                if isinstance(inner, str):
                    self.said.add((type(value), name, inner))
                self.look(inner)
        elif isinstance(value, tuple | list | dict):
            for each in value.values() if isinstance(value, dict) else value:
                self.look(each)

    def empty(self, kind: type[BaseModel]) -> list[str]:
        """The fields of a kind of record that held nothing; one that can say one thing only says it."""
        return [
            name
            for name, field in kind.model_fields.items()
            if not is_constant(field) and (kind, name) not in self.found
        ]

    def unsaid(self, kind: type[BaseModel]) -> list[str]:
        """What a field of a kind of record may say and never did."""
        return [
            f"{name}={each}"
            for name, field in kind.model_fields.items()
            if get_origin(field.annotation) is Literal and not is_constant(field)
            for each in get_args(field.annotation)
            if (kind, name, each) not in self.said
        ]


def is_constant(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1


def is_filled(field: FieldInfo, value: object) -> bool:
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    return value != default and value not in ((), {}, "", None)


def kinds_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every kind of record that an annotation can hold, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from kinds_in(field.annotation)
    for each in get_args(annotation):
        yield from kinds_in(each)


def questions(pages: Dossier) -> Iterator[DecisionInput]:
    """What Rego is asked of a dossier."""
    plan, evidence, manifest = pages.plan, pages.evidence, pages.manifest
    assert isinstance(plan, Plan)
    assert isinstance(evidence, Evidence)
    assert isinstance(manifest, ManifestPage)
    return (policy_input(plan, evidence, manifest, policy) for policy in plan.policies)


def judged(repository: Repository, *more: str) -> Dossier:
    with contextlib.chdir(repository.root):
        assert main((*CHECK, *more)) in (0, 1)
        return DossierFolder(repository.dossier, repository.root).pages()


def dated(lines: str, month: int) -> str:
    """Rows with a day of some two months each."""
    head, *rows = lines.splitlines()
    days = (f"2026-{month + number % 2:02}-{1 + number % 28:02}" for number in range(len(rows)))
    return "\n".join([f"{head},seen", *(f"{row},{day}" for row, day in zip(rows, days, strict=True)), ""])


def whole(root: Path) -> Dossier:
    """A model that answers itself: a contract that is broken, drift, a group that is too small, a waiver, a trend."""
    repository = write_repository(root, model=True)
    repository.write("before.csv", dated(text(1), 1))
    repository.write("now.csv", dated(text(2, moved=40), 3))
    sets = "    before: {path: before.csv}\n    now: {path: now.csv}\n"
    repository.replace("    holdout: {path: holdout.csv}\n", f"    holdout: {{path: holdout.csv}}\n{sets}")
    repository.replace("  quality:\n", DRIFT + HYGIENE + "  quality:\n")
    repository.replace("range: [0, 1000]", "range: [0, 900]")
    repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.72"')
    repository.replace("    by: [group]\n", "    by: [group]\n    smallest_group: 400\n")
    waiver = 'waivers:\n  - {policy: bias/within_bounds, scope: {by: group}, owner: octocat, reason: known, expires: "2026-12-01"}\n'
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + waiver)
    judged(repository)
    shutil.copy(repository.dossier / "decision.json", root / "earlier.json")
    return judged(repository, "--base-decision", str(root / "earlier.json"))


def several_classes(root: Path) -> Dossier:
    """A model of several classes, whose predictions name all but one of the labels."""
    repository = write_repository(root)
    data = (root / "holdout.csv").read_text().splitlines()
    repository.write("holdout.csv", "\n".join([*data[:-1], data[-1][:-1] + "2", ""]))
    head, _, checks = (root / "assay.yaml").read_text().partition("checks:\n")
    checks = checks.partition("  bias:")[0].replace("roc_auc", "accuracy")
    head = head.replace("  name: small\n", "  name: small\n  task: multiclass-classification\n")
    repository.write("assay.yaml", f"{head}checks:\n{checks}")
    answers = (line.split(",") for line in (root / "scores.csv").read_text().splitlines()[1:])
    lines = (f"{key},{1 - float(score)},{score}" for key, score in answers)
    repository.write("scores.csv", "\n".join(["key,score:0,score:1", *lines, ""]))
    return judged(repository)


def unmeasured(root: Path) -> Dossier:
    """A check that was not declared, and rows of which three belong together."""
    repository = write_repository(root)
    head, *rows = (root / "holdout.csv").read_text().splitlines()
    grouped = [f"{row},customer {number // 3}" for number, row in enumerate(rows)]
    repository.write("holdout.csv", "\n".join([f"{head},customer", *grouped, ""]))
    repository.replace("  id: key\n", "  id: key\n  group: customer\n  features: all but [group]\n")
    repository.replace("'artifact/*'], vouched_by: credit-risk}\n", "'artifact/*', 'behaviour/*']}\n")
    return judged(repository)


def changed(root: Path) -> Dossier:
    """A change of every kind against a base, which lacks the data, approved by two people."""
    repository = write_repository(root)
    repository.write(".gitignore", ".assay/\nreviews.json\nholdout.csv\n")
    repository.write("assay.yaml", (root / "assay.yaml").read_text() + ROLES)
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root, "Base")
    git(root, "switch", "--quiet", "--create", "change")
    repository.write(".gitignore", ".assay/\nreviews.json\n")
    repository.replace(">= 0.70", ">= 0.10")
    repository.replace("<= 0.20", "<= 0.19")
    repository.replace("owner: credit-risk", "owner: credit-risk-2")
    repository.replace("      key: {unique: true}\n", "")
    repository.replace("approve: {in: [0, 1]}", "approve: {in: [0, 1], type: integer}")
    reviewed(repository, commit(root, "Change"), "ada", "grace")
    return judged(repository, "--base", "main", "--reviews", "reviews.json")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    filled = Filled()
    for case in (whole, several_classes, unmeasured, changed):
        pages = case(tmp_path_factory.mktemp(case.__name__))
        for each in (*pages.written(), *questions(pages)):
            filled.look(each)
    return filled


def test_every_field_of_what_rego_sees_is_filled_in_some_case(filled: Filled) -> None:
    kinds = dict.fromkeys(kinds_in(DecisionInput))
    assert {kind.__name__ for kind in kinds} == {"DecisionInput", "MeasuredCheck", "JoinedBar", "ManifestChange"}
    assert [(kind.__name__, filled.empty(kind)) for kind in kinds if filled.empty(kind)] == []
    assert [(kind.__name__, filled.unsaid(kind)) for kind in kinds if filled.unsaid(kind)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_field_of_a_page_is_filled_in_some_case(page: type[Page], filled: Filled) -> None:
    empty = [(kind, name) for kind in dict.fromkeys(kinds_in(page)) for name in filled.empty(kind)]
    assert [each for each in empty if each != WITHOUT_PARENTS] == []


class Promising(DecisionInput):
    """What Rego would see if a field were promised and never filled."""

    approvals: dict[str, Any] | None = None
    mood: Literal["calm", "wild"] = "calm"


def test_a_field_that_nothing_fills_is_found() -> None:
    asked = {
        "policy": "a/b",
        "stage": "s",
        "as_of": "2026-11-20",
        "checks": {},
        "facts": {},
        "bars": (),
        "manifest": {},
    }
    filled = Filled()
    filled.look(Promising.model_validate(asked))
    assert filled.empty(Promising) == ["checks", "facts", "bars", "manifest", "changes", "approvals", "mood"]
    assert filled.unsaid(Promising) == ["mood=wild"]
    filled.look([Promising.model_validate({**asked, "approvals": {"who": 1}, "mood": "wild", "manifest": {"a": 1}})])
    assert filled.empty(Promising) == ["checks", "facts", "bars", "changes"]
    assert filled.unsaid(Promising) == []


def test_empty_evidence_holds_nothing_but_the_question(tmp_path: Path) -> None:
    for asked in questions(changed(tmp_path)):
        assert asked.changes
        filled = Filled()
        filled.look(asked.emptied())
        assert {name for _, name in filled.found} == {"policy", "stage", "as_of"}
