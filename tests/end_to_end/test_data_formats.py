"""Every format of data goes the whole way, and says the same."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assay.edges.data_files import find_source
from assay.edges.git import list_blobs_at
from assay.steps.planning.folders import blobs_in, digest_blobs
from tests.support.command_line import Assay
from tests.support.git import git
from tests.support.repositories import Repository

CHECK = ("check", "--engine", "regorus", "--as-of", "2026-11-20")
FORMATS = ("holdout.tsv", "holdout.csv.gz", "holdout.jsonl", "holdout.ndjson.gz", "holdout.parquet", "set", "hive")


def copy(root: Path, path: str, query: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{root / path}' (FORMAT parquet)")


def convert(root: Path, name: str) -> None:
    """Writes holdout.csv anew in another format."""
    text = (root / "holdout.csv").read_text()
    header, *lines = [line.split(",") for line in text.splitlines()]
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    typed = [row | {"amount": int(row["amount"]), "approve": int(row["approve"])} for row in rows]
    as_json = "".join(json.dumps(row) + "\n" for row in typed).encode()
    contents = {
        "holdout.tsv": text.replace(",", "\t").encode(),
        "holdout.csv.gz": gzip.compress(text.encode()),
        "holdout.jsonl": as_json,
        "holdout.ndjson.gz": gzip.compress(as_json),
    }
    read = f"SELECT * FROM read_csv('{root}/holdout.csv')"
    if name in contents:
        (root / name).write_bytes(contents[name])
    elif name == "holdout.parquet":
        copy(root, name, read)
    elif name == "set":
        for number in range(3):
            copy(root, f"set/{number}.parquet", f"{read} ORDER BY key LIMIT 200 OFFSET {number * 200}")
    else:
        for group in "ab":
            copy(
                root,
                f"hive/group={group}/0.parquet",
                f'SELECT * EXCLUDE ("group") FROM ({read}) WHERE "group" = \'{group}\'',
            )


def facts(repository: Repository) -> list[Any]:
    evidence = json.loads((repository.dossier / "evidence.json").read_text())
    return [_without_intervals(each.get("facts")) for each in evidence["measurements"] if each["check"] != "artifact"]


def _without_keys(rules: dict[str, Any]) -> dict[str, Any]:
    return {rule: {name: fact for name, fact in facts.items() if name != "keys"} for rule, facts in rules.items()}


def _without_intervals(fact: Any) -> Any:
    """A fact without what is drawn by chance: the seeds follow from the digests of the data."""
    if isinstance(fact, dict):
        return {name: _without_intervals(value) for name, value in fact.items() if name not in ("low", "high")}
    return [_without_intervals(value) for value in fact] if isinstance(fact, list) else fact


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_changes_no_fact(name: str, repository: Repository, assay: Assay) -> None:
    assert assay(*CHECK).code == 0
    expected = facts(repository)
    convert(repository.root, name)
    (repository.root / "holdout.csv").unlink()
    repository.replace("path: holdout.csv", f"path: {name}")
    ended = assay(*CHECK)
    assert ended.code == 0, ended.out + ended.err
    assert facts(repository) == expected
    assert assay("verify", "--recollect").code == 0


@pytest.mark.parametrize("name", FORMATS)
def test_measure_takes_every_format(name: str, repository: Repository, assay: Assay) -> None:
    asked = ("--set", "on=holdout", "--set", "rules.amount={range: [0, 500]}", "--format", "json")
    plain = assay("measure", "data_contract", "--data", "holdout=holdout.csv", "--id", "key", *asked)
    convert(repository.root, name)
    ended = assay("measure", "data_contract", "--data", f"holdout={name}", "--id", "key", *asked)
    assert ended.code == 0, ended.err
    rules = [json.loads(each.out)["sets"]["holdout"]["rules"] for each in (ended, plain)]
    # The keys of offenders are those of the first rows, and hive folders order them by group.
    assert rules[0] == rules[1] or name == "hive"
    assert _without_keys(rules[0]) == _without_keys(rules[1])


def test_limits_of_the_manifest_close_the_gate(repository: Repository, assay: Assay) -> None:
    """F-9."""
    repository.replace("  sensitive: [group]", "  sensitive: [group]\n  limits: {rows: 599}")
    ended = assay(*CHECK)
    assert ended.code == 2
    assert "holdout.csv has more than 599 rows" in ended.err
    repository.replace("limits: {rows: 599}", "limits: {rows: 600}")
    assert assay(*CHECK).code == 0
    repository.replace("limits: {rows: 600}", "limits: {rows: 0}")
    assert assay(*CHECK).code == 2


def test_a_folder_of_data_is_locked_by_its_files(repository: Repository, assay: Assay) -> None:
    """E14: a file of the evaluation data that is changed, added or taken away is a change."""
    convert(repository.root, "set")
    repository.replace("path: holdout.csv", "path: set")
    repository.write(".gitignore", ".assay/\n")
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    git(repository.root, "add", "--all", ".")
    git(repository.root, "commit", "--quiet", "--message", "Base")
    files = list_blobs_at(repository.root, "main")
    assert digest_blobs(repository.root, blobs_in(files, "set")) == find_source(repository.root, "set").digest
    assert assay(*CHECK, "--base", "main").code == 0
    (repository.root / "set/_SUCCESS").touch()
    assert assay(*CHECK, "--base", "main").code == 0
    kept = (repository.root / "set/2.parquet").read_bytes()
    for change in (
        lambda: copy(repository.root, "set/2.parquet", "SELECT * REPLACE (1 - approve AS approve) FROM "
                     f"read_parquet('{repository.root}/set/2.parquet')"),
        lambda: shutil.move(repository.root / "set/2.parquet", repository.root / "set/3.parquet"),
    ):  # fmt: skip
        change()
        assert assay(*CHECK, "--base", "main").code == 1
        decision = json.loads((repository.dossier / "decision.json").read_text())
        ruling = next(each for each in decision["rulings"] if each["policy"] == "governance/bars_not_loosened")
        assert ruling["offenders"] == ["data.sets.holdout.content"]
        (repository.root / "set/2.parquet").write_bytes(kept)
        (repository.root / "set/3.parquet").unlink(missing_ok=True)
