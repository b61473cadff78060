"""F-9, F-8: every hostile file of at most ten megabytes ends in 30 s and 512 MB with a sentence; what is honest is read."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.hostile_data import HOSTILE, MOST_BYTES
from tests.support.hostile_models import HOSTILE as HOSTILE_MODELS
from tests.support.repositories import Repository, write_repository

MOST_SECONDS, MOST_MEGABYTES = 30, 512
"""Of the processor and of memory: other tests share the machine's clock, but not these."""


LONG = ("a field.csv",)
"""What is within all limits, and must be read within the same seconds and memory."""

READ = ("columns of one value.parquet",)
"""What is too much only where every column is asked about."""


@dataclass(frozen=True)
class Measured:
    """How a command ended, what it said, and what it took."""

    code: int
    said: str
    seconds: float
    megabytes: int


# Between the tests and the command, because a process counts the memory of the one that it was forked from.
METER = """
import json, resource, subprocess, sys
code = subprocess.call(sys.argv[2:], stdout=open(sys.argv[1], "wb"), stderr=subprocess.STDOUT)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([code, used.ru_utime + used.ru_stime, used.ru_maxrss >> 10]))
"""


def measured(root: Path, *typed: str) -> Measured:
    """Runs a command in a process of its own."""
    said, command = root / "said.txt", [sys.executable, "-P", "-m", "assay", *typed]
    meter = [sys.executable, "-I", "-S", "-c", METER, str(said), *command]
    code, seconds, megabytes = json.loads(subprocess.run(meter, cwd=root, capture_output=True, check=True).stdout)
    return Measured(code, said.read_bytes()[: 1 << 20].decode(errors="replace"), seconds, megabytes)


def require_refused(found: Measured) -> None:
    assert found.code in (2, 3), found
    assert found.said.startswith("assay: "), found
    assert len(found.said) < 4_000, found.said[:4_000]
    assert "Traceback" not in found.said
    assert found.seconds < MOST_SECONDS, found
    assert found.megabytes < MOST_MEGABYTES, found


@pytest.mark.parametrize("name", list(HOSTILE))
def test_data(tmp_path: Path, name: str) -> None:
    """F-9: data files of each format."""
    path = tmp_path / name
    HOSTILE[name](path)
    assert path.stat().st_size <= MOST_BYTES
    rules = {"rows": {"at_least": 1}, "a": {"nulls": True, "unique": True}}
    if "word" in name or "start" in name:
        rules["a"] = {"nulls": True, "matches": "[^z]*"}
    (tmp_path / "spec.json").write_text(json.dumps({"on": "table", "rules": rules}))
    found = measured(tmp_path, "measure", "data_contract", "--data", f"table={name}", "--spec", "spec.json")
    if name in (*LONG, *READ):
        assert found.code == 0, found
        assert found.seconds < MOST_SECONDS, found
        assert found.megabytes < MOST_MEGABYTES, found
        if name in LONG:
            return
        found = measured(tmp_path, "measure", "data_hygiene", "--data", f"table={name}")
    require_refused(found)


def test_honest_files_of_few_bytes_are_read(tmp_path: Path) -> None:
    """F-9 twin: three million rows of one value, and a hundred thousand rows of words that repeat."""
    import duckdb

    with duckdb.connect() as connection:
        rows = "SELECT 1 AS a, range % 50 AS b FROM range(3000000)"
        words = "SELECT 'category ' || range % 9 AS a FROM range(100000)"
        connection.execute(f"COPY ({rows}) TO '{tmp_path / 'rows.parquet'}' (FORMAT parquet)")
        connection.execute(f"COPY ({words}) TO '{tmp_path / 'words.csv.gz'}' (FORMAT csv)")
    for name in ("rows.parquet", "words.csv.gz"):
        rules = {"rows": {"at_least": 1}, "a": {"nulls": False}}
        (tmp_path / "spec.json").write_text(json.dumps({"on": "table", "rules": rules}))
        found = measured(tmp_path, "measure", "data_contract", "--data", f"table={name}", "--spec", "spec.json")
        assert found.code == 0, found
        assert found.megabytes < MOST_MEGABYTES, found


def _manifest(content: bytes) -> Callable[[Repository], tuple[str, ...]]:
    def prepare(repository: Repository) -> tuple[str, ...]:
        repository.write("assay.yaml", content)
        return ("plan",)

    return prepare


def _policy(body: str) -> Callable[[Repository], tuple[str, ...]]:
    def prepare(repository: Repository) -> tuple[str, ...]:
        head = "# METADATA\n# title: Deep\n# custom:\n#   checks: [quality]\n#   effect: block\n#   risks: [high]\n"
        head += "#   stages: [validation]\n#   remedy: Wait.\npackage house.deep\n\n"
        repository.write("policies/house/deep/deep.rego", head + body)
        repository.replace("policies: ['governance/*',", "policies: ['house/*', 'governance/*',")
        repository.replace("assay: 1\n", "assay: 1\npolicies: policies\n")
        return ("check", "--engine", "regorus")

    return prepare


def _model(name: str, content: Callable[[Path], None], **artifact: str) -> Callable[[Repository], tuple[str, ...]]:
    def prepare(repository: Repository) -> tuple[str, ...]:
        written = "".join(f", {key}: {value}" for key, value in artifact.items())
        repository.replace(
            "artifact: {format: predictions, predictions: {holdout: scores.csv}}",
            f"artifact: {{format: {name.partition('.')[2]}, path: {name}{written}}}",
        )
        content(repository.root / name)
        return ("check", "--engine", "regorus")

    return prepare


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("schema.json", "w") as file:
        for _ in range(100):
            file.write(b" " * 1_000_000)


def _nested_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", "[" * 4_000_000)


def _garbage(path: Path) -> None:
    path.write_bytes(b"\x0a\xff\xff\xff\x7f" * 1_900_000)


def _trust(content: bytes) -> Callable[[Repository], tuple[str, ...]]:
    def prepare(repository: Repository) -> tuple[str, ...]:
        repository.write("trust.yaml", content)
        return ("verify", "--key", "trust.yaml")

    return prepare


ALIASES = b"a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (each, each, b", ".join([b"*a%d" % (each - 1)] * 9)) for each in range(1, 9)
)
OTHERS: dict[str, Callable[[Repository], tuple[str, ...]]] = {
    "manifest of ten megabytes": _manifest(b"a: b\n" * 1_900_000),
    "manifest of brackets": _manifest(b"a: " + b"[" * 200_000),
    "manifest of aliases": _manifest(ALIASES),
    "manifest of steps": _manifest(b"".join(b" " * each + b"a:\n" for each in range(600))),
    "policy of ten megabytes": _policy("proven if {\n" + "  1 == 1\n" * 1_000_000 + "}\n"),
    "policy of brackets": _policy("proven if " + "[" * 60_000 + "]" * 60_000 + " == 1\n"),
    "trust file of ten megabytes": _trust(b"keys:\n" + b"- key: x\n" * 1_000_000),
    "trust file of brackets": _trust(b"keys: " + b"[" * 200_000),
    "model of spaces": _model("model.skops", _zip),
    "model of brackets": _model("model.skops", _nested_zip),
    "model of lengths": _model("model.onnx", _garbage),
    "model of one array": _model("model.skops", HOSTILE_MODELS["often.skops"]),
}


@pytest.mark.parametrize("name", list(OTHERS))
def test_other_files(tmp_path: Path, name: str) -> None:
    """F-8, F-9: manifests, policies, trust files and models."""
    repository = write_repository(tmp_path / "repository")
    typed = OTHERS[name](repository)
    if typed[0] == "verify":
        typed = (*typed, "--dossier", ".")
    assert all(path.stat().st_size <= MOST_BYTES for path in repository.root.rglob("*") if path.is_file())
    require_refused(measured(repository.root, *typed))
