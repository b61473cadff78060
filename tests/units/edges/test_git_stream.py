"""Git's answer in parts: all of it, or an error after the last; never a process left behind."""

import subprocess
import time
from pathlib import Path

import pytest

from assay.edges.git_stream import stream_git
from assay.errors import EvaluationError


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(tmp_path)], check=True)
    return tmp_path


def write(clone: Path, content: bytes) -> str:
    command = ["git", "hash-object", "-w", "--stdin"]
    return subprocess.run(command, cwd=clone, check=True, capture_output=True, input=content).stdout.decode().strip()


def test_all_of_a_large_answer(clone: Path) -> None:
    content = bytes(range(256)) * 40_000
    with stream_git(clone, "cat-file", "blob", write(clone, content), failing="It failed") as parts:
        assert b"".join(parts) == content


def test_an_error_comes_after_the_last_part(clone: Path) -> None:
    found: list[bytes] = []
    with (
        stream_git(clone, "cat-file", "blob", "0" * 40, failing="The blob could not be read") as parts,
        pytest.raises(EvaluationError, match=r"^The blob could not be read: .*0{40}.*[^.]\.$"),
    ):
        found.extend(parts)
    assert found == []


def test_an_answer_that_is_cut_is_an_error(clone: Path) -> None:
    """A Git that is killed half-way has answered something, and it is not taken for all."""
    name = write(clone, b"x" * 50_000_000)
    with stream_git(clone, "cat-file", "blob", name, failing="It failed") as parts:
        next(parts)
        held = parts.gi_frame.f_locals["process"]  # type: ignore[attr-defined]
        held.kill()
        with pytest.raises(EvaluationError, match="It failed"):
            list(parts)


def test_git_that_does_not_answer_in_time(clone: Path) -> None:
    started = time.monotonic()
    alias = ("-c", "alias.wait=!sleep 30", "wait")
    with (
        stream_git(clone, *alias, failing="It failed", seconds=0.3) as parts,
        pytest.raises(EvaluationError, match=r"did not answer within 0 s"),
    ):
        list(parts)
    assert time.monotonic() - started < 10


def test_what_is_no_longer_wanted_is_ended(clone: Path) -> None:
    name = write(clone, b"x" * 50_000_000)
    with stream_git(clone, "cat-file", "blob", name, failing="It failed") as parts:
        next(parts)
        held = parts.gi_frame.f_locals["process"]  # type: ignore[attr-defined]
    assert held.returncode is not None
