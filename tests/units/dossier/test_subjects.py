"""What a statement and an approval are about: every input and result, by digest; nothing can change places unseen."""

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.canonical import digest
from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision, Evidence, ManifestPage, Plan
from assay.dossier.plan_parts import PlannedInput
from assay.dossier.subjects import Subject, subject_set_digest, subjects
from assay.errors import PageError


def sha(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


INPUTS = (
    ("data", "holdout", "h"),
    ("data", "train", "t"),
    ("model", "model", "m"),
    ("predictions", "holdout", "p"),
    ("environment", "requirements", "e"),
    ("code", "code", "c"),
    ("reviews", "reviews", "r"),
)


def planned(role: str, name: str, text: str) -> PlannedInput:
    return PlannedInput.model_validate({"role": role, "name": name, "path": name, "digest": sha(text), "bytes": 1})


def manifest(source: str = "yaml") -> ManifestPage:
    return ManifestPage(file="assay.yaml", source=sha(source), manifest={})


def plan(inputs: tuple[tuple[str, str, str], ...] = INPUTS, bundle: str = "rego") -> Plan:
    return Plan(
        model="small",
        task="regression",
        risk="high",
        stage="validation",
        as_of="2026-11-20",
        bundle=(),
        bundle_digest=sha(bundle),
        policies=(),
        checks=(),
        bars=(),
        recipes=(),
        inputs=tuple(planned(*each) for each in inputs),
    )


def pages() -> Dossier:
    decision = Decision(model="small", stage="validation", as_of="2026-11-20", verdict="open", rulings=())
    return Dossier(manifest=manifest(), plan=plan(), evidence=Evidence(measurements=()), decision=decision)


def test_every_input_and_result_is_a_subject() -> None:
    found = {each.name: each.digest for each in subjects(pages())}
    decision, evidence = pages().decision, pages().evidence
    assert decision is not None
    assert evidence is not None
    assert found == {
        "code": sha("c"),
        "data/holdout": sha("h"),
        "data/train": sha("t"),
        "decision": digest(decision.content()),
        "environment/requirements": sha("e"),
        "evidence": digest(evidence.content()),
        "manifest": sha("yaml"),
        "model": sha("m"),
        "policies": sha("rego"),
        "predictions/holdout": sha("p"),
        "reviews": sha("r"),
    }
    assert [each.name for each in subjects(pages())] == sorted(found)


@pytest.mark.parametrize("page", ["manifest", "plan", "evidence", "decision"])
def test_a_missing_page_has_no_subjects(page: str) -> None:
    with pytest.raises(PageError, match="not complete"):
        subjects(replace(pages(), **{page: None}))


def test_an_approval_is_bound_to_what_can_be_recomputed_by_hand() -> None:
    pairs = sorted(
        [
            ["code", sha("c")],
            ["data/holdout", sha("h")],
            ["data/train", sha("t")],
            ["environment/requirements", sha("e")],
            ["manifest", sha("yaml")],
            ["model", sha("m")],
            ["policies", sha("rego")],
            ["predictions/holdout", sha("p")],
        ]
    )
    text = json.dumps(pairs, separators=(",", ":"))
    assert subject_set_digest(plan(), manifest()) == sha(text)


@pytest.mark.parametrize("index", range(len(INPUTS) - 1))
def test_any_other_input_needs_another_approval(index: int) -> None:
    """B15: one digest changed after the approval, one input left out, one added."""
    role, name, _ = INPUTS[index]
    approved = subject_set_digest(plan(), manifest())
    changed = (*INPUTS[:index], (role, name, "other"), *INPUTS[index + 1 :])
    assert subject_set_digest(plan(changed), manifest()) != approved
    assert subject_set_digest(plan((*INPUTS[:index], *INPUTS[index + 1 :])), manifest()) != approved
    assert subject_set_digest(plan((*INPUTS, ("data", "more", "x"))), manifest()) != approved


def test_another_manifest_or_policy_needs_another_approval() -> None:
    approved = subject_set_digest(plan(), manifest())
    assert subject_set_digest(plan(), manifest("other")) != approved
    assert subject_set_digest(plan(bundle="other"), manifest()) != approved


def test_data_sets_that_change_places_need_another_approval() -> None:
    """The digests stay the same as a set; the names tell."""
    swapped = (("data", "holdout", "t"), ("data", "train", "h"), *INPUTS[2:])
    assert subject_set_digest(plan(swapped), manifest()) != subject_set_digest(plan(), manifest())


def test_an_approval_does_not_depend_on_the_reviews_that_gave_it() -> None:
    without = tuple(each for each in INPUTS if each[0] != "reviews")
    assert subject_set_digest(plan(without), manifest()) == subject_set_digest(plan(), manifest())


@given(st.permutations(INPUTS))
def test_the_order_of_inputs_does_not_matter(shuffled: list[tuple[str, str, str]]) -> None:
    assert subject_set_digest(plan(tuple(shuffled)), manifest()) == subject_set_digest(plan(), manifest())
    assert Subject(name="a", digest=sha("b")) < Subject(name="b", digest=sha("a"))
