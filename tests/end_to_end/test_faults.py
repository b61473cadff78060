"""The fault table: what the system does to a run. A fault never opens a gate, and the next run reaches the clean state."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.command_line import Ended
from tests.support.repositories import Repository, write_repository

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and capabilities are Linux's")
CHECK = ("check", "--engine", "regorus", "--as-of", "2026-11-20")
PATIENCE = 120
# Root may write anywhere, so it gives up that right.
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault: what it changes before the run, how the run must end, and what it must say."""

    codes: tuple[int, ...]
    says: str = ""
    change: Callable[[Repository], object] = lambda _: None
    environment: dict[str, str] = field(default_factory=dict)
    file_bytes: int | None = None
    stopped_by: signal.Signals | None = None
    unprivileged: bool = False
    clock: str | None = None
    typed: tuple[str, ...] = CHECK
    mends: Callable[[Repository], object] = lambda _: None


def _mode(name: str, mode: int) -> Callable[[Repository], object]:
    return lambda repository: (repository.root / name).chmod(mode)


def _dossier(mode: int) -> Callable[[Repository], object]:
    def change(repository: Repository) -> None:
        repository.dossier.mkdir(parents=True, exist_ok=True)
        repository.dossier.chmod(mode)

    return change


def _crlf(name: str) -> Callable[[Repository], object]:
    def change(repository: Repository) -> None:
        text = (repository.root / name).read_bytes()
        repository.write(name, text.replace(b"\n", b"\r\n"))

    return change


def _unix(name: str) -> Callable[[Repository], object]:
    return lambda repository: repository.write(name, (repository.root / name).read_bytes().replace(b"\r\n", b"\n"))


FAKED_CLOCK = Path(__file__).parents[1] / "support" / "faked_clock"
FAULTS = {
    "SIGTERM": Fault(stopped_by=signal.SIGTERM, codes=(143,), says="Interrupted; no gate was opened."),
    "SIGINT": Fault(stopped_by=signal.SIGINT, codes=(130,), says="Interrupted; no gate was opened."),
    "SIGHUP": Fault(stopped_by=signal.SIGHUP, codes=(129,), says="Interrupted; no gate was opened."),
    "SIGKILL": Fault(stopped_by=signal.SIGKILL, codes=(-9,)),
    "disk full at the first page": Fault(file_bytes=100, codes=(3,), says="could not be written"),
    "disk full at the plan": Fault(file_bytes=6_000, codes=(3,), says="could not be written"),
    "disk full at the scores": Fault(file_bytes=12_000, codes=(3,), says="could not be written"),
    "dossier that is read-only": Fault(
        unprivileged=True, change=_dossier(0o555), mends=_dossier(0o755), codes=(3,), says="could not be written"
    ),
    "repository that is read-only": Fault(
        unprivileged=True, change=_mode(".", 0o555), mends=_mode(".", 0o755), codes=(3,), says="could not be written"
    ),
    "data that cannot be read": Fault(
        unprivileged=True,
        change=_mode("holdout.csv", 0),
        mends=_mode("holdout.csv", 0o644),
        codes=(2,),
        says="`holdout.csv` could not be read: Permission denied.",
    ),
    "temporary folder that is not there": Fault(environment={"TMPDIR": "/nowhere"}, codes=(0,)),
    "clock in the past": Fault(clock="-25y", codes=(0,)),
    "clock in the future": Fault(clock="+9y", codes=(0,)),
    "clock that runs ahead": Fault(clock="+0 x2000", codes=(0,)),
    "manifest with CRLF": Fault(change=_crlf("assay.yaml"), mends=_unix("assay.yaml"), codes=(0,)),
    "data with CRLF": Fault(change=_crlf("holdout.csv"), mends=_unix("holdout.csv"), codes=(0,)),
}


def faketime() -> str:
    """The library that gives a process another clock (Debian: libfaketime), or nothing."""
    named = os.environ.get("ASSAY_TEST_FAKETIME", "")
    found = [named, *map(str, Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))]
    return next((each for each in found if each and Path(each).is_file()), "")


def run(repository: Repository, fault: Fault) -> Ended:
    """Runs the command under the fault."""
    environment = {**os.environ, **fault.environment}
    prefix: tuple[str, ...] = ()
    if fault.clock is not None:
        # Time limits go by the clock that only runs on, which no jump reaches.
        clock = {"FAKETIME": fault.clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "1"}
        environment |= {"LD_PRELOAD": faketime(), "PYTHONPATH": str(FAKED_CLOCK), **clock}
    if fault.unprivileged and os.geteuid() == 0:
        prefix = UNPRIVILEGED
    process = subprocess.Popen(
        [*prefix, sys.executable, "-P", "-m", "assay", *fault.typed],
        cwd=repository.root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=(lambda: _limit(fault.file_bytes)) if fault.file_bytes is not None else None,  # noqa: PLW1509
    )
    with process, ended(process):
        if fault.stopped_by is not None:
            _wait_for(repository.dossier / "plan.json", process)
            os.kill(process.pid, fault.stopped_by)
        out, err = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, out, err)


def _limit(file_bytes: int | None) -> None:
    if file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        process.kill()


def _wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)


def decision(repository: Repository) -> str:
    return (repository.dossier / "decision.json").read_text()


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The decision of a run without a fault."""
    repository = write_repository(tmp_path_factory.mktemp("clean") / "repository")
    assert run(repository, Fault(codes=(0,))).code == 0
    return decision(repository)


@pytest.mark.parametrize("name", list(FAULTS))
def test_a_fault_opens_nothing_and_is_gone_with_the_next_run(tmp_path: Path, clean: str, name: str) -> None:
    """Fault table: the exit code, the sentence, whole pages only, and the clean decision from one more run."""
    fault = FAULTS[name]
    if fault.clock is not None and not faketime():
        pytest.skip("libfaketime is not installed; ASSAY_TEST_FAKETIME can name it.")
    if fault.unprivileged and os.geteuid() == 0 and shutil.which(UNPRIVILEGED[0]) is None:
        pytest.skip("Root needs setpriv to give up its right to write anywhere.")
    repository = write_repository(tmp_path / "repository")
    fault.change(repository)
    found = run(repository, fault)
    assert found.code in fault.codes, found
    assert fault.says in found.err, found
    assert "Traceback" not in found.err
    assert "This is a bug" not in found.err
    if fault.codes != (0,):
        assert not (repository.dossier / "decision.json").exists()
    fault.mends(repository)
    for page in repository.dossier.glob("*.json"):
        json.loads(page.read_bytes())
    if fault.clock is not None:
        assert decision(repository) == clean
    assert run(repository, Fault(codes=(0,))).code == 0
    assert decision(repository) == clean
    left = {path.name for path in repository.dossier.iterdir() if path.name.startswith(".")}
    assert not left or fault.stopped_by is signal.SIGKILL
