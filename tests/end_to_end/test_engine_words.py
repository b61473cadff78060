"""T-engine-words: what an engine says of a broken policy differs, so no page holds it; every engine gives one digest."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from assay.edges.rego.engine import Engine, choose_engine
from tests.support.command_line import Assay
from tests.support.repositories import HOUSE, HOUSE_FILE, Repository, write_repository

SOUND = "proven if input.facts.governance.owner_named == true\n"
CONFLICT = SOUND + "\nlevel := 1 if input.stage\n\nlevel := 2 if input.as_of\n"
BROKEN = {
    "two values of one rule": CONFLICT,
    "a name that stands for nothing": "proven if input.facts.governance.owner_named == nothing_at_all\n",
    "a rule that needs itself": "proven if proven\n",
    "a built-in's wrong argument": SOUND + '\nday := time.weekday("x")\n',
    "a loop without an end": SOUND
    + "\nbig := [y | some x in numbers.range(1, 50000); some y in numbers.range(1, x)]\n",
}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    repository = write_repository(tmp_path)
    monkeypatch.chdir(tmp_path)
    repository.replace("'governance/*'", "'governance/*', 'house/*'")
    repository.write("assay.yaml", (tmp_path / "assay.yaml").read_text() + "policies: policies\n")
    return repository


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines that give up after a second, so that a loop without an end costs seconds, not a minute."""

    def chosen(*wanted: Any, **more: Any) -> Engine:
        engine: Any = choose_engine(*wanted, **more)
        return dataclasses.replace(engine, limits=dataclasses.replace(engine.limits, cpu_seconds=1, wall_seconds=3.0))

    monkeypatch.setattr("assay.steps.deciding.engine_options.choose_engine", chosen)


def decide(house: Repository, assay: Assay, *engine: str) -> tuple[str, dict[str, str]]:
    """The decision's bytes, and what the engine said."""
    ended = assay("decide", *engine)
    assert ended.code in (0, 1), ended.err
    recorded = json.loads((house.dossier / "run.json").read_text())
    return (house.dossier / "decision.json").read_text(), recorded["decide"].get("said", {})


@pytest.mark.parametrize("case", BROKEN, ids=list(BROKEN))
def test_a_broken_policy_gives_one_decision_whichever_engine_broke(
    case: str, house: Repository, assay: Assay, opa: str, impatient: None
) -> None:
    house.write(HOUSE_FILE, HOUSE.replace(SOUND, BROKEN[case]))
    for step in ("plan", "predict", "collect"):
        ended = assay(step, *(("--as-of", "2026-11-20") if step == "plan" else ()))
        assert ended.code == 0, ended.err
    pages, said = zip(
        *(decide(house, assay, "--engine", name, *more) for name, *more in (
            ("regorus",), ("opa", "--opa", opa), ("opa-server", "--opa", opa))), strict=True
    )  # fmt: skip
    assert len(set(pages)) == 1
    ruling = next(each for each in json.loads(pages[0])["rulings"] if each["policy"] == "house/owner_known")
    assert ruling["outcome"] == "not_evaluated"
    assert ruling["reasons"] == ["The policy could not be evaluated; what the engine said about it is in run.json."]
    assert all(words["house/owner_known"] for words in said)


def test_a_sound_policy_leaves_no_words(house: Repository, assay: Assay) -> None:
    house.write(HOUSE_FILE, HOUSE)
    for step in ("plan", "predict", "collect"):
        assert assay(step).code == 0
    page, said = decide(house, assay, "--engine", "regorus")
    assert said == {}
    assert json.loads(page)["verdict"] == "open"


FRACTIONS = HOUSE.replace(
    "input.facts.governance.owner_named == true", "count([bar | some bar in input.bars; bar.limit * 2 > 9]) == 0"
)


def test_only_opa_judges_where_the_manifest_says_so(house: Repository, assay: Assay, opa: str) -> None:
    """T-pinned-engine: what only OPA answers so is allowed where only OPA judges; the embedded engine is not asked."""
    house.write(HOUSE_FILE, FRACTIONS)
    ended = assay("plan")
    assert ended.code == 2
    assert "house/owner_known/owner_known.rego:11:48: `bar.limit * 2` is refused" in ended.err
    assert "engine: opa" in ended.err
    house.write("assay.yaml", (house.root / "assay.yaml").read_text() + "engine: opa\n")
    ended = assay("check", "--engine", "regorus")
    assert ended.code == 3
    assert "The manifest says `engine: opa`" in ended.err
    for name in ("opa", "opa-server"):
        assert assay("check", "--engine", name, "--opa", opa).code in (0, 1)


def test_a_rule_that_never_fires_is_a_warning_of_the_plan(house: Repository, assay: Assay) -> None:
    """T-silent-rule: the plan is made, its digest is that of a plan, and the warning stands beside the pages."""
    house.write(HOUSE_FILE, HOUSE.replace(SOUND, 'deny contains "no" if {\n\tinput.stage == input.as_of\n\tfalse\n}\n'))
    ended = assay("plan")
    assert ended.code == 0
    told = (
        "house/owner_known/owner_known.rego:11:1: no tried input makes this `deny` rule fire; "
        "it may never deny anything."
    )
    assert ended.err == f"warning: {told}\n"
    assert json.loads((house.dossier / "run.json").read_text())["plan"]["warnings"] == [told]
    house.write(HOUSE_FILE, HOUSE)
    assert assay("plan").err == ""
