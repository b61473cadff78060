"""Ctrl-C and SIGTERM end a run with 130 and 143; no process goes on, and no page is left half written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import Ended
from tests.support.repositories import Repository, write_repository

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
SENTENCE = "assay: Interrupted; no gate was opened.\n"
PATIENCE = 60
SLEEPING = "import time\n\n\ndef score(features):\n    time.sleep(300)\n"
SLOW = """\
# METADATA
# title: Slow
# custom:
#   checks: [quality]
#   effect: block
#   risks: [high]
#   stages: [validation]
#   remedy: Wait.
package house.slow

proven if numbers.range(1, 9999)[_] * numbers.range(1, 9999)[_] == -1

refuted if numbers.range(1, 9999)[_] * numbers.range(1, 9999)[_] == -2
"""
# A whole group is what a terminal's Ctrl-C reaches; a single process is what a program signals, or a runner ends.
reached = pytest.mark.parametrize(
    ("whole_group", "number"),
    [(True, signal.SIGINT), (False, signal.SIGINT), (False, signal.SIGTERM)],
    ids=["group", "process", "terminated"],
)


def parents() -> dict[int, tuple[int, str]]:
    """Every process that runs: its parent and its command line."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (path / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (path / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if state != "Z":
            found[int(path.name)] = (int(parent), command)
    return found


def started_by(process: int) -> dict[int, str]:
    """The processes that one started, and those that these started, with their command lines."""
    every, found = parents(), {process: ""}
    while more := {each: command for each, (parent, command) in every.items() if parent in found and each not in found}:
        found |= more
    return {each: command for each, command in found.items() if each != process}


def interrupt(
    root: Path, *typed: str, once: str, whole_group: bool, number: int = signal.SIGINT, **environment: str
) -> Ended:
    """Runs a command, interrupts it once a process of its own has a word in its command line, and waits for the end."""
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "assay", *typed],
        cwd=root,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        with killed_at_the_end(process):
            deadline = time.monotonic() + PATIENCE
            while not any(once in command for command in started_by(process.pid).values()):
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline, started_by(process.pid)
                time.sleep(0.02)
            started = started_by(process.pid)
            (os.killpg if whole_group else os.kill)(process.pid, number)
            out, err = process.communicate(timeout=PATIENCE)
        deadline = time.monotonic() + 5
        while left := {each: command for each, command in started.items() if each in parents()}:
            assert time.monotonic() < deadline, left
            time.sleep(0.02)
    return Ended(process.returncode, out, err)


@contextmanager
def killed_at_the_end(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        process.kill()


def pages(repository: Repository) -> set[str]:
    """The pages of the dossier, each of which can be read; nothing else may lie beside them."""
    names = {path.name for path in repository.dossier.iterdir() if path.is_file()}
    for name in names:
        json.loads((repository.dossier / name).read_bytes())
    return names - {"run.json"}


@reached
def test_while_the_model_runs(tmp_path: Path, number: int, *, whole_group: bool) -> None:
    repository = write_repository(tmp_path / "repository", model=True)
    repository.write("model.py", SLEEPING)
    ended = interrupt(repository.root, "check", once="model_child", whole_group=whole_group, number=number)
    assert (ended.code, ended.out, ended.err) == (128 + number, "", SENTENCE)
    assert pages(repository) == {"manifest.json", "plan.json"}


@reached
@pytest.mark.parametrize("engine", ["opa", "opa-server", "regorus"])
def test_while_an_engine_judges(tmp_path: Path, opa: str, engine: str, number: int, *, whole_group: bool) -> None:
    repository = write_repository(tmp_path / "repository")
    repository.write("policies/house/slow/slow.rego", SLOW)
    repository.replace("policies: ['governance/*',", "policies: ['house/*', 'governance/*',")
    repository.replace("assay: 1\n", "assay: 1\npolicies: policies\n")
    given = ("--engine", engine, *(("--opa", opa) if engine != "regorus" else ()))
    words = {"opa": " eval ", "opa-server": "--server", "regorus": "regorus_child"}
    ended = interrupt(repository.root, "check", *given, once=words[engine], whole_group=whole_group, number=number)
    assert (ended.code, ended.out, ended.err) == (128 + number, "", SENTENCE)
    assert pages(repository) == {"manifest.json", "plan.json", "predictions.json", "evidence.json"}


@reached
def test_while_git_waits_for_a_remote(tmp_path: Path, number: int, *, whole_group: bool) -> None:
    """Git itself leaves its transport running when it is killed."""
    root = write_repository(tmp_path / "repository").root
    for arguments in (["init", "--quiet"], ["remote", "add", "origin", "ssh://localhost/nowhere"]):
        subprocess.run(["git", *arguments], cwd=root, check=True)
    waiting = tmp_path / "waits_for_ever"
    waiting.write_text("#!/bin/sh\nexec sleep 300\n")
    waiting.chmod(0o755)
    ended = interrupt(
        root,
        "fetch",
        "--base",
        "a" * 40,
        once="sleep 300",
        whole_group=whole_group,
        number=number,
        GIT_SSH_COMMAND=str(waiting),
    )
    assert (ended.code, ended.out, ended.err) == (128 + number, "", SENTENCE)


def test_programs_are_answered_in_json(tmp_path: Path) -> None:
    repository = write_repository(tmp_path / "repository", model=True)
    repository.write("model.py", SLEEPING)
    ended = interrupt(repository.root, "check", "--format", "json", once="model_child", whole_group=False)
    assert json.loads(ended.out) == {
        "verdict": None,
        "error": "Interrupted; no gate was opened.",
        "hint": "",
        "topic": "",
        "exit_code": 130,
    }
