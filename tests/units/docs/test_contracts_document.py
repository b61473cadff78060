"""What the document of data contracts says is what a contract takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assay.checks import CHECKS
from assay.checks.data_contract import check as data_contract
from assay.checks.data_contract.rule_specs import ColumnRules, ColumnsRule, RowRules, When
from assay.dossier.check_context import CheckContext
from assay.manifest.yaml_strict import load

CONTEXT = CheckContext(task="t", sets=("train", "holdout", "other", "countries"), as_of="2026-01-31")
PEERS = {"Great Expectations": 49, "pandera": 17, "Deequ": 40}


def document(project: Path) -> str:
    return (project / "docs/data-contracts.md").read_text()


def block_of(text: str) -> dict[str, Any]:
    """A block of the check, or the rules of one."""
    written = load(text, "CONTRACTS.md").value
    return written if set(written) <= set(data_contract.Spec.model_fields) else {"rules": written}


def rows(text: str) -> Iterator[tuple[str, str, str]]:
    """The tables: a peer, its names, and what is told of them."""
    peer = ""
    for line in text.splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 2 and cells[1] == "Assay":
            peer = cells[0]
        elif len(cells) == 2 and peer and set(cells[0]) != {"-"}:
            yield peer, cells[0], cells[1]


def test_the_example_is_a_contract(project: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", document(project), re.DOTALL)
    spec = data_contract.Spec.model_validate(load(example, "CONTRACTS.md").value["checks"]["data_contract"])
    assert len(list(data_contract.bars(spec, CONTEXT))) > 30
    assert not list(data_contract.problems(spec, CONTEXT))


def test_every_rule_that_the_tables_name_exists(project: Path) -> None:
    found = list(rows(document(project)))
    named = {peer: {name for each, names, _ in found if each == peer for name in names.split(", ")} for peer in PEERS}
    for peer, least in PEERS.items():
        assert len(named[peer]) >= least, (peer, len(named[peer]))
    for peer, names, told in found:
        snippets = re.findall(r"`([^`]+)`", told)
        if told.startswith("–"):
            keys = {*CHECKS.names(), *ColumnRules.model_fields, "data_hygiene", "drift"}
            assert set(snippets) <= keys, told
            continue
        assert snippets, (peer, names)
        for snippet in snippets:
            spec = data_contract.Spec.model_validate({"on": "train"} | block_of(snippet))
            assert list(data_contract.bars(spec, CONTEXT)), snippet
            assert not list(data_contract.problems(spec, CONTEXT)), snippet


@pytest.mark.parametrize("model", [data_contract.Spec, ColumnRules, ColumnsRule, RowRules, When])
def test_every_key_of_a_contract_is_named(project: Path, model: Any) -> None:
    told = set(re.findall(r"[a-z_]+", document(project)))
    assert {field.alias or name for name, field in model.model_fields.items()} <= told
