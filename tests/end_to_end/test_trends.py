"""A card tells what moved since an earlier decision, and verifying holds it all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assay.canonical import canonical
from tests.support.command_line import Assay
from tests.support.repositories import Repository

DAY = ("--as-of", "2026-11-20")


def decided(repository: Repository, assay: Assay, kept: Path) -> Path:
    """The decision of a first run, kept elsewhere."""
    assert assay("check", *DAY).code == 0
    kept.write_bytes((repository.dossier / "decision.json").read_bytes())
    return kept


def test_a_second_run_tells_what_moved_and_is_verified(repository: Repository, assay: Assay, tmp_path: Path) -> None:
    base = decided(repository, assay, tmp_path / "base.json")
    without = (repository.dossier / "card.json").read_bytes()
    repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.71"')
    ended = assay("check", *DAY, "--base-decision", str(base))
    assert ended.code == 0
    assert "= same" in ended.out
    assert "Compared  with the decision as of 2026-11-20, gate open\n" in ended.out
    card = json.loads((repository.dossier / "card.json").read_bytes())
    assert card["base"]["as_of"] == "2026-11-20"
    assert card["base"]["bars"]
    assert b'"base"' not in without
    assert "= same" in (repository.dossier / "card.html").read_text()
    assert card["base"]["decision"] in (repository.dossier / "card.md").read_text()
    verified = assay("verify", str(repository.dossier))
    assert verified.code == 0
    assert "the card matches the decision and the evidence" in verified.out
    assert f"the earlier decision {card['base']['decision']}" in verified.out


def test_the_decision_is_the_same_with_and_without(repository: Repository, assay: Assay, tmp_path: Path) -> None:
    base = decided(repository, assay, tmp_path / "base.json")
    assert assay("check", *DAY, "--base-decision", str(base)).code == 0
    assert (repository.dossier / "decision.json").read_bytes() == base.read_bytes()


def test_a_page_that_was_not_kept_yet_is_no_error(repository: Repository, assay: Assay, tmp_path: Path) -> None:
    ended = assay("check", *DAY, "--base-decision", str(tmp_path / "none.json"))
    assert ended.code == 0
    assert "Compared  with nothing: there is no earlier decision\n" in ended.out
    assert "base" not in json.loads((repository.dossier / "card.json").read_bytes())


@pytest.mark.parametrize("content", ["{", "[]", "{}", ""])
def test_what_is_no_decision_keeps_the_card_from_being_written(
    repository: Repository, assay: Assay, tmp_path: Path, content: str
) -> None:
    decided(repository, assay, tmp_path / "base.json")
    repository.write("base.json", content)
    ended = assay("card", "--base-decision", "base.json")
    assert ended.code == 3
    assert "base.json" in ended.err


def test_nothing_is_compared_with_another_stage(repository: Repository, assay: Assay, tmp_path: Path) -> None:
    base = decided(repository, assay, tmp_path / "base.json")
    base.write_bytes(canonical({**json.loads(base.read_bytes()), "stage": "production"}))
    ended = assay("check", *DAY, "--base-decision", str(base))
    assert ended.code == 0
    assert "Compared  with nothing: the earlier decision is for small → production\n" in ended.out
    assert "base" not in json.loads((repository.dossier / "card.json").read_bytes())
