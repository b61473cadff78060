"""Adding a check, a policy, a renderer, a model format or a command is one new file: nothing else is edited."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.repositories import Repository, write_repository

CHECK = '''\
"""How many rows there are, told twice."""

from collections.abc import Generator, Iterable
from typing import Any

from assay.dossier.check_context import CheckContext
from assay.facts.check_parts import Bar, BarText, CheckFacts, CheckSpec
from assay.tables.addressing import Table
from assay.tables.questions import Counts
from assay.facts.values import Measure, exact


class Spec(CheckSpec):
    on: str
    bars: dict[str, BarText] = {}


class Facts(CheckFacts):
    rows: Measure


def bars(spec: Spec, context: CheckContext) -> Iterable[Bar]:
    for name, bar in spec.bars.items():
        yield Bar(fact=f"/{name}", title=name, direction=bar.direction, limit=bar.limit, where=("bars", name))


def measure(spec: Spec, context: CheckContext) -> Generator[list[Any], list[Any], Facts]:
    (tally,) = yield [Counts(Table(spec.on))]
    return Facts(rows=exact(tally.rows, tally.rows))
'''
ABOUT = '''\
"""Whether the model has an owner."""

from collections.abc import Generator
from typing import Any

from assay.dossier.check_context import CheckContext, MaterialContext
from assay.dossier.check_materials import Declaration
from assay.facts.check_parts import CheckFacts, CheckSpec

MATERIAL = Declaration


class Spec(CheckSpec):
    """Nothing to set."""


class Facts(CheckFacts):
    owned: bool


def measure(spec: Spec, context: MaterialContext[Declaration]) -> Generator[list[Any], list[Any], Facts]:
    yield []
    return Facts(owned=context.material.model.owner is not None)
'''
POLICY = """\
# METADATA
# title: There are enough rows
# custom:
#   checks: [head_count]
#   effect: block
#   risks: [high]
#   stages: [validation]
#   remedy: Bring more rows.
package house.rows_enough

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared
"""
RENDERER = '''\
"""The verdict as one word."""

from assay.dossier.page_set import Dossier

FILE = "verdict.txt"


def render(pages: Dossier) -> str:
    return f"{pages.decision.verdict}\\n" if pages.decision else ""
'''
FORMAT = '''\
"""A file that holds one number, which is every score."""

SUFFIXES = (".one",)
EXECUTES = "nothing"


def inspect(path):
    return {"executes": "nothing", "types": [], "note": "one number"}


def load(job):
    with open(job["artifact"]) as file:
        score = float(file.read())

    def predict(columns):
        return [score] * len(next(iter(columns.values())))

    return predict, [job["positive"]]
'''
COMMAND = '''\
"""Say hello."""

from assay.options.step_options import Options as CommonOptions


class Options(CommonOptions):
    """Options of `hello`."""


def run(options: Options) -> int:
    print("hello")
    return 0
'''
OWN_STAGE = "stages:\n  validation: {policies: ['house/*', 'governance/*']}\n"


@pytest.fixture
def copied(tmp_path: Path, project: Path) -> Path:
    copy = tmp_path / "assay"
    # Bytecode comes along: what is not changed need not be compiled again.
    shutil.copytree(project / "src", copy / "src")
    shutil.copytree(project / "policies", copy / "policies")
    return copy


@pytest.fixture
def small(tmp_path: Path) -> Repository:
    return write_repository(tmp_path / "repository")


def run(copied: Path, repository: Repository, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(copied / "src"), "HOME": str(repository.root)}
    command = [sys.executable, "-P", "-m", "assay", *arguments]
    return subprocess.run(command, cwd=repository.root, env=environment, capture_output=True, check=False)


def rulings(repository: Repository) -> dict[str, str]:
    decision = json.loads((repository.dossier / "decision.json").read_text())
    return {ruling["policy"]: ruling["outcome"] for ruling in decision["rulings"]}


def test_a_check_and_a_policy(copied: Path, small: Repository) -> None:
    (copied / "src/assay/checks/head_count.py").write_text(CHECK)
    folder = copied / "policies/house/rows_enough"
    folder.mkdir(parents=True)
    (folder / "rows_enough.rego").write_text(POLICY)
    text = (small.root / "assay.yaml").read_text().partition("stages:")[0]
    small.write("assay.yaml", text + '  head_count: {on: holdout, bars: {rows: ">= 500"}}\n' + OWN_STAGE)
    ended = run(copied, small, "check", "--engine", "regorus")
    assert ended.returncode == 0, ended.stderr.decode()
    assert rulings(small)["house/rows_enough"] == "pass"
    small.replace(">= 500", ">= 601")
    assert run(copied, small, "check", "--engine", "regorus").returncode == 1
    assert rulings(small)["house/rows_enough"] == "fail"
    measured = run(copied, small, "measure", "head_count", "--data", "holdout=holdout.csv", "--set", "on=holdout")
    assert b"rows: 600" in measured.stdout
    assert b"head_count" in run(copied, small, "schema").stdout


def test_the_policy_is_the_one_of_the_readme(project: Path) -> None:
    _, text = (project / "docs/how-it-works.md").read_text().split("```rego\n")
    assert POLICY.partition("package")[2] == text.partition("```")[0].removeprefix("package")


def test_a_check_sees_only_the_material_that_it_names(copied: Path, small: Repository) -> None:
    path = copied / "src/assay/checks/owned.py"
    path.write_text(ABOUT)
    assert b"owned: False" in run(copied, small, "measure", "owned").stdout
    path.write_text(ABOUT.replace("MATERIAL = Declaration\n", ""))
    ended = run(copied, small, "measure", "owned")
    assert (ended.returncode, ended.stdout) == (3, b"")
    assert b"has no attribute 'material'" in ended.stderr
    path.write_text(ABOUT.replace("MATERIAL =", "MATERIALS ="))
    assert (
        b"`MATERIALS`, which is not a hook of a check. Did you mean `MATERIAL`?"
        in run(copied, small, "measure", "owned").stderr
    )


def test_a_renderer(copied: Path, small: Repository) -> None:
    (copied / "src/assay/render/word.py").write_text(RENDERER)
    assert run(copied, small, "check", "--engine", "regorus").returncode == 0
    assert (small.dossier / "verdict.txt").read_text() == "open\n"


def test_a_model_format(copied: Path, small: Repository) -> None:
    (copied / "src/assay/edges/models/one.py").write_text(FORMAT)
    small.write("model.one", "0.25")
    small.replace("{format: predictions, predictions: {holdout: scores.csv}}", "{format: one, path: model.one}")
    ended = run(copied, small, "check", "--engine", "regorus")
    # A constant score ranks nothing, so the gate is closed; but it was asked and measured.
    assert ended.returncode == 1, ended.stderr.decode()
    assert json.loads((small.dossier / "predictions.json").read_text())["format"] == "one"
    assert rulings(small)["artifact/safe_format"] == "pass"


def test_a_command(copied: Path, small: Repository) -> None:
    (copied / "src/assay/commands/hello.py").write_text(COMMAND)
    assert run(copied, small, "hello").stdout == b"hello\n"
    assert b"Say hello." in run(copied, small, "--help").stdout
