"""Proposed contracts held against data: the bars that do not hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.driving import at, measured

from assay.checks.data_contract import check as data_contract
from assay.commands.parts.contract_proposal import propose_contract
from assay.commands.parts.manifest_lines import manifest_text
from assay.commands.parts.repository_survey import find_repository
from assay.dossier.check_context import CheckContext
from assay.manifest.yaml_strict import load
from assay.tables.addressing import Table
from assay.tables.answering import Tables
from assay.tables.profiling import profile_table
from assay.tables.source import Source

SET = "train"


def proposed(source: Source) -> str:
    """What `assay profile` proposes for a file."""
    with Tables({SET: source}, {}, None) as tables:
        return propose_contract(profile_table(tables.answer, Table(SET), source=source.digest), SET)


def proposed_by_init(folder: Path) -> tuple[dict[str, Any], set[Path]]:
    """The contract in the manifest that `assay init` writes for a folder, and the files that it holds."""
    manifest = load(manifest_text(find_repository(folder)), "assay.yaml").value
    block: dict[str, Any] = manifest["checks"]["data_contract"]
    return block | {"on": [SET]}, {folder / each["path"] for each in manifest["data"]["sets"].values()}


def broken(proposal: str | dict[str, Any], source: Source) -> list[str]:
    """The bars of a proposed contract that do not hold on a file; written as YAML, the proposal must load."""
    block = load(proposal, "proposal").value["data_contract"] if isinstance(proposal, str) else proposal
    spec = data_contract.Spec.model_validate(block)
    context = CheckContext(task="regression", sets=(SET,))
    facts = measured(data_contract, spec, context, {SET: source})
    found = []
    for bar in data_contract.bars(spec, context):
        value = at(facts, bar.fact).get("value")
        holds = value is not None and (value >= bar.limit if bar.direction == "at_least" else value <= bar.limit)
        if not holds:
            found.append(f"{bar.fact}: {value} is not {bar.direction} {bar.limit}")
    return found


def holds_on(path: Path, other: Path) -> list[str]:
    """What of a file's proposal does not hold on another file."""
    from tests.support.table_files import source_of

    return broken(proposed(source_of(path)), source_of(other))
