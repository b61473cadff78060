"""Data sets by content: digested once while nothing can have changed them, and again as soon as something can."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assay.canonical import digest
from assay.edges import data_files
from assay.edges.data_files import find_data_sets, find_source
from assay.manifest.data_blocks import Data
from assay.tables import source


@pytest.fixture
def digested(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The files that are read, in a process that read none before; they count as left alone for long."""
    found: list[int] = []
    read = data_files.digest_descriptor

    def digest_descriptor(descriptor: int) -> str:
        found.append(descriptor)
        return read(descriptor)

    monkeypatch.setattr(data_files, "digest_descriptor", digest_descriptor)
    monkeypatch.setattr(data_files, "_known", {})
    monkeypatch.setattr(source, "SETTLED", -(10**12))
    return found


def test_a_file_is_digested_once(tmp_path: Path, digested: list[int]) -> None:
    (tmp_path / "a.csv").write_bytes(b"x\n1\n")
    os.link(tmp_path / "a.csv", tmp_path / "b.csv")
    first, again, other = (find_source(tmp_path, name) for name in ("a.csv", "a.csv", "b.csv"))
    assert len(digested) == 1
    assert first == again
    assert (first.digest, other.digest) == (digest(b"x\n1\n"), first.digest)
    assert other.name == "b.csv"


@pytest.mark.parametrize("hidden", [False, True])
def test_a_file_that_was_changed_is_digested_again(tmp_path: Path, digested: list[int], *, hidden: bool) -> None:
    """A change of the same size, with its time of modification set back, still changes the file's state."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"x\n1\n")
    before = path.stat()
    find_source(tmp_path, "a.csv")
    path.write_bytes(b"x\n2\n")
    if hidden:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    while path.stat().st_ctime_ns == before.st_ctime_ns:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert find_source(tmp_path, "a.csv").digest == digest(b"x\n2\n")
    assert len(digested) == 2


def test_a_file_of_just_now_is_digested_again(
    tmp_path: Path, digested: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "SETTLED", 2 * 10**9)
    (tmp_path / "a.csv").write_bytes(b"x\n1\n")
    assert find_source(tmp_path, "a.csv") == find_source(tmp_path, "a.csv")
    assert len(digested) == 2


def test_several_are_found_by_name_within_the_limits(tmp_path: Path, digested: list[int]) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_bytes(f"x\n{name}\n".encode())
    paths = {"one": "a.csv", "two": "b.csv"}
    data = Data.model_validate({"sets": {name: {"path": path} for name, path in paths.items()}, "limits": {"rows": 7}})
    found = find_data_sets(tmp_path, paths, data)
    assert {name: each.digest for name, each in found.items()} == {"one": digest(b"x\na\n"), "two": digest(b"x\nb\n")}
    assert all(each.limits.rows == 7 for each in found.values())
    assert len(digested) == 2
