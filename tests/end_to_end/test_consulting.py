"""A policy of one's own consults a check: shown its facts where they were measured, judged without them elsewhere."""

import json
from typing import Any

import pytest

from tests.support.command_line import Assay
from tests.support.repositories import Repository

CHECK = ("check", "--engine", "regorus", "--as-of", "2026-11-20")
FILE = "policies/house/known/known.rego"
HEADER = """\
# METADATA
# title: The house knows whose it is
# custom:
#   checks: [governance]
#   consults: [{consulted}]
#   effect: block
#   risks: [high]
#   stages: [validation]
#   remedy: Name the owner.
package house.known

"""
RULES = """\
proven if input.facts.governance.owner_named == true

refuted if input.facts.governance.owner_named == false

reasons contains check if some check, _ in input.facts

reasons contains bar.id if some bar in input.bars
"""


@pytest.fixture
def house(repository: Repository) -> Repository:
    repository.replace("'governance/*'", "'governance/*', 'house/*'")
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + "policies: policies\n")
    return repository


def ruling(repository: Repository) -> Any:
    decision = json.loads((repository.dossier / "decision.json").read_text())
    return next(each for each in decision["rulings"] if each["policy"] == "house/known")


@pytest.mark.parametrize(
    ("consulted", "seen"),
    [
        ("quality", ["governance", "quality"]),
        ("governance", ["governance"]),
        # Its block is not in the manifest.
        ("behaviour", ["governance"]),
        # Its input was not taken in.
        ("approvals", ["governance"]),
        # Nothing was compared with a base, so it was measured to no end.
        ("changes", ["governance"]),
    ],
)
def test_what_is_not_there_is_not_missed(consulted: str, seen: list[str], house: Repository, assay: Assay) -> None:
    house.write(FILE, HEADER.format(consulted=consulted) + RULES)
    ended = assay(*CHECK)
    assert ended.code == 0, ended.out + ended.err
    found = ruling(house)
    # Bars belong to the checks that are needed.
    assert (found["outcome"], found["reasons"], found["bars"]) == ("pass", seen, [])


def test_a_check_that_does_not_exist_cannot_be_consulted(house: Repository, assay: Assay) -> None:
    house.write(FILE, HEADER.format(consulted="aprovals") + RULES)
    ended = assay(*CHECK)
    assert ended.code == 3
    assert "consults the check `aprovals`, which does not exist. Did you mean `approvals`?" in ended.err
    assert "Fix `consults`" in ended.err


def test_a_policy_that_denies_consults_nothing(house: Repository, assay: Assay) -> None:
    """Where the facts are not there, nothing would be denied: less evidence would prove more."""
    house.write(
        FILE,
        HEADER.format(consulted="quality")
        + 'deny contains "no" if input.facts.quality.sets.holdout.missing_labels > 0\n',
    )
    assert assay(*CHECK).code == 1
    assert ruling(house)["outcome"] == "not_evaluated"
    assert "needs every check whose facts it reads" in " ".join(ruling(house)["reasons"])
    house.write(
        FILE, HEADER.format(consulted="") + 'deny contains "no" if input.facts.governance.owner_named == false\n'
    )
    assert assay(*CHECK).code == 0
