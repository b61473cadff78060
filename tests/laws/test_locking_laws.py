"""The laws of locked bars: whatever the head says, what judges is never weaker than the base, bar by bar (A1, A10)."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.thoroughness import examples

from assay.dossier.check_context import CheckContexts
from assay.dossier.document_differences import DESCRIPTIVE, loosened_bars
from assay.dossier.plan_parts import ManifestChange
from assay.facts.check_parts import Bar
from assay.manifest.parsing import read_manifest
from assay.steps.planning.check_contexts import planned_contexts
from assay.steps.planning.locking import ReadManifest, lock, read_checked

COLUMNS = {name: {"key": "text", "label": "integer", "a": "text", "b": "number"} for name in ("train", "holdout")}
LOWER = ("log_loss", "brier_score", "expected_calibration_error")
HIGHER = ("roc_auc", "average_precision", "f1")
GAPS = ("demographic_parity_difference", "equalized_odds_difference")
patient = settings(deadline=None, max_examples=examples(60))
shares = st.integers(5, 95).map(lambda part: part / 100)


@st.composite
def bars(draw: st.DrawFn, lower: tuple[str, ...], higher: tuple[str, ...] = ()) -> dict[str, str]:
    named = draw(st.sets(st.sampled_from([*lower, *higher]), min_size=1))
    return {name: f"{'<=' if name in lower else '>='} {draw(shares)}" for name in sorted(named)}


@st.composite
def expectations(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = [
        {
            "name": f"test {number}",
            "kind": "directional",
            "change": {"b": draw(st.sampled_from(["+10%", "-5", "±1"]))},
            "expect": draw(st.sampled_from(["score not lower", "score not higher"])),
        }
        for number in range(draw(st.integers(1, 3)))
    ]
    return [test | ({"pass_rate": f">= {draw(shares)}"} if draw(st.booleans()) else {}) for test in made]


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    column: dict[str, Any] = {"type": st.just("number"), "unique": st.booleans(), "required": st.booleans()}
    column |= {"nulls": st.one_of(st.booleans(), shares.map(lambda share: f"<= {share}"))}
    column |= {"range": st.sampled_from([[0, 10], [0, 20], [None, 10]])}
    columns = {name: st.fixed_dictionaries({}, optional=column) for name in ("a", "b")}
    rows = st.fixed_dictionaries({"at_least": st.integers(1, 50)}, optional={"at_most": st.integers(51, 99)})
    return draw(st.fixed_dictionaries({"rows": rows}, optional=columns))


@st.composite
def manifests(draw: st.DrawFn) -> dict[str, Any]:
    """A manifest that is valid, with any of its parts."""
    quality = {"bars": bars(LOWER, HIGHER), "smallest_slice": st.integers(1, 99), "level": st.sampled_from([0.9, 0.95])}
    sliced = {"slices": st.just(["a"]), "bars_per_slice": bars(LOWER, HIGHER)}
    by = st.sampled_from([["a"], ["b"], ["a", "b"], [["a", "b"]]])
    missing = st.sampled_from(["group", "exclude"])
    bias = {"bars": bars(GAPS), "smallest_group": st.integers(1, 99), "missing": missing}
    checks = {
        "quality": st.one_of(
            st.fixed_dictionaries({}, optional=quality), st.fixed_dictionaries(sliced, optional=quality)
        ),
        "bias": st.fixed_dictionaries({"by": by}, optional=bias),
        "behaviour": st.fixed_dictionaries(
            {"tests": expectations()}, optional={"on": st.sampled_from(["holdout", "train"])}
        ),
        "data_contract": st.fixed_dictionaries({"rules": rules()}),
        "artifact": st.fixed_dictionaries(
            {}, optional={"bars": st.integers(1, 9).map(lambda size: {"size": f"<= {size} MB"})}
        ),
        "governance": st.none(),
    }
    waiver = {"policy": "bias/within_bounds", "owner": "us", "reason": "known"}
    day = st.integers(1, 28).map(lambda day: waiver | {"expires": f"2026-12-{day:02}"})
    users = st.lists(st.sampled_from(["ada", "grace", "mallory"]), unique=True)
    model = {
        "owner": st.sampled_from(["us", "them"]),
        "risk": st.sampled_from(["minimal", "limited", "high"]),
        "positive": st.sampled_from([1, True, "yes"]),
        "threshold": st.sampled_from([0.4, 0.5]),
        "out_of_scope": st.lists(st.sampled_from(["fraud", "fun"]), unique=True),
    }
    return draw(
        st.fixed_dictionaries(
            {
                "assay": st.just(1),
                "model": st.fixed_dictionaries({"name": st.just("small")}, optional=model),
                "data": st.just(
                    {"id": "key", "label": "label", "sets": {name: {"path": f"{name}.csv"} for name in COLUMNS}}
                ),
            },
            optional={
                "checks": st.fixed_dictionaries({}, optional=checks),
                "roles": users.map(lambda users: {"domain_expert": {"users": users}}),
                "stages": st.sampled_from([{"validation": {"policies": ["bias/*"]}}, {"validation": {}}]),
                "waivers": st.lists(day, max_size=3),
            },
        )
    )


def read(manifest: dict[str, Any], *, indent: int | None = None) -> ReadManifest:
    document, typed, problems = read_manifest(json.dumps(manifest, indent=indent).encode(), "assay.yaml")
    found = read_checked(document, typed, problems)
    assert not problems
    return found


def contexts_of(found: ReadManifest) -> CheckContexts:
    return planned_contexts(found.manifest, columns=COLUMNS, as_of="2026-11-20")


def locked(base: dict[str, Any], head: dict[str, Any]) -> tuple[ReadManifest, tuple[ManifestChange, ...]]:
    before = read(base)
    return lock(before, read(head, indent=1), contexts_of(before))


def bars_of(found: ReadManifest, check: str, contexts: CheckContexts) -> list[Bar]:
    block = found.blocks.get(check)
    return [] if block is None else list(block.check.bars(block.spec, contexts.about(block.check.MATERIAL)))


def without_bars(spec: Any, *, top: bool = True) -> Any:
    """A block's parameters: what is left without limits, sizes and the contents that added bars bring."""
    if isinstance(spec, dict):
        return {
            name: without_bars(each, top=False)
            for name, each in spec.items()
            if not (isinstance(each, dict) and set(each) == {"direction", "limit"})
        }
    return spec


@patient
@given(base=manifests(), head=manifests())
def test_what_judges_is_never_weaker_than_the_base(base: dict[str, Any], head: dict[str, Any]) -> None:
    before = read(base)
    judging, changes = locked(base, head)
    contexts = contexts_of(before)
    for check, block in before.blocks.items():
        assert check in judging.blocks
        assert loosened_bars(bars_of(before, check, contexts), bars_of(judging, check, contexts)) == ()
        if check in ("quality", "bias"):
            old, new = (each.spec.model_dump(mode="json") for each in (block, judging.blocks[check]))
            assert without_bars(old) == without_bars(new)
    # Whatever is no bar, no check, no waiver and no description is the base's.
    for name in ("roles", "stages", "data", "policies"):
        assert getattr(judging.manifest, name) == getattr(before.manifest, name)
    kept = {"name", "risk", "positive", "threshold", "task"}
    assert judging.manifest.model.model_dump(include=kept) == before.manifest.model.model_dump(include=kept)
    assert set(map(repr, judging.manifest.waivers)) <= set(map(repr, before.manifest.waivers))
    assert all(change.line >= 1 and change.file == "assay.yaml" for change in changes)


@patient
@given(base=manifests(), head=manifests())
def test_what_judges_differs_from_the_head_by_what_is_held_back(base: dict[str, Any], head: dict[str, Any]) -> None:
    """Nothing is dropped in silence: where no change is held back, the head is what judges."""
    judging, changes = locked(base, head)
    held_back = [change for change in changes if not change.tightens and change.path not in DESCRIPTIVE]
    again, left = lock(judging, read(head), contexts_of(judging))
    assert {change.path for change in left} <= {change.path for change in changes}
    assert [change.path for change in left if change.tightens or change.path in DESCRIPTIVE] == []
    if not held_back:
        assert left == ()
        assert again.manifest.model == read(head).manifest.model


@patient
@given(same=manifests())
def test_the_same_manifest_gives_no_changes(same: dict[str, Any]) -> None:
    judging, changes = locked(same, copy.deepcopy(same))
    assert changes == ()
    assert judging.manifest == read(same).manifest


def limits(document: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of bars as they are written."""
    if isinstance(document, dict | list):
        items = document.items() if isinstance(document, dict) else enumerate(document)
        return [found for key, each in items for found in limits(each, (*place, key))]
    return [place] if isinstance(document, str) and document[:2] in (">=", "<=") and "MB" not in document else []


def moved(manifest: dict[str, Any], place: tuple[Any, ...], *, tighter: bool) -> dict[str, Any]:
    changed = copy.deepcopy(manifest)
    parent = changed
    for part in place[:-1]:
        parent = parent[part]
    sign, number = parent[place[-1]].split()
    step = 0.01 if (sign == ">=") == tighter else -0.01
    parent[place[-1]] = f"{sign} {float(number) + step:.2f}"
    return changed


@patient
@given(base=manifests().filter(lambda manifest: bool(limits(manifest))), data=st.data())
def test_loosening_a_bar_is_one_change_that_closes_a1(base: dict[str, Any], data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(limits(base)))
    judging, changes = locked(base, moved(base, place, tighter=False))
    assert [(change.path, change.tightens) for change in changes] == [(".".join(map(str, place)), False)]
    assert judging.manifest == read(base).manifest


@patient
@given(base=manifests().filter(lambda manifest: bool(limits(manifest))), data=st.data())
def test_tightening_a_bar_holds_at_once(base: dict[str, Any], data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(limits(base)))
    head = moved(base, place, tighter=True)
    judging, changes = locked(base, head)
    assert [(change.path, change.tightens) for change in changes] == [(".".join(map(str, place)), True)]
    assert judging.manifest == read(head).manifest
    assert judging.document.line(place) == read(head, indent=1).document.line(place) > 1


@patient
@given(base=manifests(), risk=st.sampled_from(["minimal", "limited", "high"]))
def test_the_risk_is_the_bases_a10(base: dict[str, Any], risk: str) -> None:
    head = copy.deepcopy(base)
    head["model"]["risk"] = risk
    judging, changes = locked(base, head)
    assert judging.manifest.model.risk == base["model"].get("risk")
    assert [change.path for change in changes] == (["model.risk"] if base["model"].get("risk") != risk else [])
    assert not any(change.tightens for change in changes)
