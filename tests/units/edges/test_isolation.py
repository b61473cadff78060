"""Commands shut in: what reaches them, what they may use, and how each way of ending is told."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from tests.support.shutting_in import level_of, shut_in, shut_in_level_of

from assay.edges.isolation import AcceptedIsolation, Enclosure, Level, run_shut_in
from assay.edges.isolation_levels import choose_level, why_not
from assay.errors import ModelError

needs_sealed = pytest.mark.skipif(bool(why_not("sealed")), reason=why_not("sealed"))


@level_of
def test_a_command_that_ends_well(level: Level, tmp_path: Path) -> None:
    outcome = shut_in("print('fine')", tmp_path / "job", level)
    assert (outcome.ended, outcome.code, outcome.left_behind, outcome.printed) == ("exited", 0, 0, "fine")
    assert outcome.isolation.level == level


@shut_in_level_of
def test_what_the_system_accepted_is_told(level: Level, tmp_path: Path) -> None:
    accepted = shut_in("pass", tmp_path / "job", level).isolation
    assert isinstance(accepted, AcceptedIsolation)
    assert accepted.seccomp
    assert accepted.abi >= (3 if level == "landlock" else 0)
    assert accepted.namespaces == (("user", "mount", "pid", "net", "ipc", "uts") if level == "sealed" else ())


@level_of
def test_the_environment_holds_nothing_of_ours(level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "canary")
    monkeypatch.setenv("CI", "true")
    outcome = shut_in("import os; print(sorted(os.environ))", tmp_path / "job", level)
    threads = {"MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}
    python = {"PYTHONHASHSEED", "PYTHONNOUSERSITE", "PYTHONSAFEPATH"}
    person = {"HOME", "LANG", "LOGNAME", "TMPDIR", "TZ", "USER"}
    assert outcome.printed == str(
        sorted(person | threads | python | {"ORT_DISABLE_TELEMETRY", "ARROW_DEFAULT_MEMORY_POOL"})
    )


@level_of
@pytest.mark.parametrize(
    ("code", "limits", "ended", "number"),
    [
        ("import os; os._exit(7)", {}, "exited", 7),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", {}, "killed", 11),
        ("import ctypes; ctypes.string_at(0)", {}, "killed", 11),
        ("while True: pass", {"seconds": 0.7}, "timed_out", 0),
        ("while True: pass", {"processor_seconds": 1}, "killed", 24),
        ("while True: print('x' * 1000, flush=True)", {"output_bytes": 10_000}, "flooded", 0),
        ("import os, time\nfor _ in range(30): os.fork() or time.sleep(9)", {"processes": 20}, "crowded", 0),
    ],
)
def test_bad_ends(level: Level, tmp_path: Path, code: str, limits: dict[str, float], ended: str, number: int) -> None:
    begun = time.monotonic()
    outcome = shut_in(code, tmp_path / "job", level, **limits)
    assert (outcome.ended, outcome.code) == (ended, number)
    assert time.monotonic() - begun < 8


@level_of
def test_memory_and_files_are_bounded(level: Level, tmp_path: Path) -> None:
    outcome = shut_in("x = bytearray(1 << 30)", tmp_path / "job", level, memory_bytes=256 << 20)
    assert outcome.code == 1
    assert "MemoryError" in outcome.complained
    assert shut_in("x = bytearray(1 << 20)", tmp_path / "job", level, memory_bytes=256 << 20).code == 0
    write = "open('big', 'wb').write(b'x' * {})"
    assert "Errno 27" in shut_in(write.format(200_000), tmp_path / "job", level, file_bytes=100_000).complained
    assert shut_in(write.format(90_000), tmp_path / "job", level, file_bytes=100_000).code == 0


MANY = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        x = bytearray(b'x') * (60 << 20)
        time.sleep(9)
        os._exit(0)
for _ in range(4):
    os.wait()
"""
SHARING = """
import os, time
x = bytearray(b'x') * (60 << 20)
for _ in range(8):
    if os.fork() == 0:
        time.sleep(1.5)
        os._exit(0)
for _ in range(8):
    os.wait()
"""


@level_of
def test_t1_the_memory_of_all_processes_counts_together(level: Level, tmp_path: Path) -> None:
    """T-memory-by-many: each process is below the limit, all are above; pages that they share count once."""
    assert shut_in(MANY, tmp_path / "job", level, memory_bytes=200 << 20).ended == "memory"
    outcome = shut_in(SHARING, tmp_path / "job", level, memory_bytes=200 << 20)
    assert (outcome.ended, outcome.code) == ("exited", 0)


@level_of
def test_a_process_left_behind_is_killed_and_counted(level: Level, tmp_path: Path) -> None:
    late = tmp_path / "job" / "late"
    code = f"""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1.6)
        open({str(late)!r}, 'w').close()
    os._exit(0)
os.wait()
"""
    outcome = shut_in(code, tmp_path / "job", level)
    assert (outcome.ended, outcome.code, outcome.left_behind) == ("exited", 0, 1)
    time.sleep(0.9)
    assert not late.exists()


@level_of
def test_a_process_that_ends_soon_is_not_left_behind(level: Level, tmp_path: Path) -> None:
    code = "import os, time\nif os.fork() == 0:\n    time.sleep(0.2)\n    os._exit(0)"
    assert shut_in(code, tmp_path / "job", level).left_behind == 0


@level_of
def test_descendants_die_when_time_is_up(level: Level, tmp_path: Path) -> None:
    late = tmp_path / "job" / "late"
    code = f"""
import os, time
if os.fork() == 0:
    os.setsid()
    time.sleep(2)
    open({str(late)!r}, 'w').close()
time.sleep(60)
"""
    assert shut_in(code, tmp_path / "job", level, seconds=0.7).ended == "timed_out"
    time.sleep(2)
    assert not late.exists()


KILLERS = {
    "its parent": "os.kill(os.getppid(), {number})",
    "the first process": "os.kill(1, {number})",
    "everybody": "os.kill(-1, {number})",
    "a group": "os.killpg(os.getpgid(os.getppid()), {number})",
}


@level_of
@pytest.mark.parametrize("who", KILLERS)
def test_t2_no_signal_of_the_command_ends_its_watchers(level: Level, who: str, tmp_path: Path) -> None:
    """T-killed-watcher: the command sends every signal to who watches it; its own end is still told."""
    numbers = sorted({signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGSTOP, signal.SIGKILL})
    lines = [f"try: {KILLERS[who].format(number=int(number))}\nexcept OSError: pass" for number in numbers]
    if who == "everybody":  # where it may signal its own kind, it ends itself
        lines.insert(0, "if os.fork():\n    os.waitpid(-1, 0)\n    os._exit(7)")
    outcome = shut_in("\n".join(["import os", *lines, "os._exit(7)"]), tmp_path / "job", level)
    # In a world of its own, everybody and the first process's group are its own kind, which it may end.
    own = who == "everybody" or (who == "a group" and level == "sealed")
    assert (outcome.ended, outcome.code) == ("exited", 7) or (own and outcome.ended == "killed"), outcome


@level_of
def test_t2_a_command_may_end_its_own_children(level: Level, tmp_path: Path) -> None:
    """T-killed-watcher, twin: pools end their workers by signals, where the system can tell them from others."""
    code = "import subprocess, sys\nc = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(9)'])\nc.terminate()\nprint(c.wait())"
    outcome = shut_in(code, tmp_path / "job", level)
    if outcome.isolation.abi >= 6 or outcome.isolation.namespaces:
        assert outcome.printed == "-15"
    else:
        assert "PermissionError" in outcome.complained


def test_a_program_that_does_not_exist(tmp_path: Path) -> None:
    outcome = run_shut_in((str(tmp_path / "nothing"),), tmp_path, Enclosure(level="process"))
    assert outcome.ended == "not_started"
    assert "No such file" in outcome.detail


@pytest.mark.skipif(sys.platform != "linux", reason="capabilities are Linux's")
@level_of
def test_no_capability_is_left_and_none_can_be_gained(level: Level, tmp_path: Path) -> None:
    code = """
for line in open('/proc/self/status'):
    if line[:6] in ('CapPrm', 'CapEff', 'CapAmb', 'NoNewP', 'Seccom'):
        print(line.split()[1])
"""
    none = "0" * 16
    assert shut_in(code, tmp_path / "job", level).printed.split()[:5] == [none, none, none, "1", "2"]


def test_a_level_is_never_promised_where_the_system_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """T-weaker-machine: `auto` takes the next level and says so; a level that was asked for is refused."""
    refused = {"sealed"}
    monkeypatch.setattr("assay.edges.isolation_levels.why_not", lambda level: "no" if level in refused else "")
    assert choose_level("auto") == "landlock"
    refused.add("landlock")
    assert choose_level("auto") == "process"
    for level in ("sealed", "landlock"):
        with pytest.raises(ModelError, match=f"cannot run the model at the isolation `{level}`: no") as stop:
            choose_level(level)
        assert "It needs Linux" in (stop.value.hint or "")


@level_of
def test_what_it_printed_cannot_be_exchanged(level: Level, tmp_path: Path) -> None:
    """What a command printed lies outside its folder: it cannot put a link or a pipe in that place."""
    secret = tmp_path / "secret"
    secret.write_text("canary")
    code = f"import os, sys; os.symlink({str(secret)!r}, 'errors.txt'); sys.stderr.write('mine')"
    assert shut_in(code, tmp_path / "job", level).complained == "mine"


def test_nothing_is_left_of_a_command_whose_caller_is_gone(tmp_path: Path) -> None:
    """T-orphaned-run: the caller is killed outright, and the command does not outlive it."""
    mark = tmp_path / "late"
    code = f"import time\ntime.sleep(2.5)\nopen({str(mark)!r}, 'w').close()"
    caller = (
        "import sys\nfrom pathlib import Path\nfrom assay.edges.isolation import *\n"
        f"run_shut_in((sys.executable, '-S', '-c', {code!r}), Path({str(tmp_path)!r}), Enclosure(level='process'))"
    )
    started = os.posix_spawn(sys.executable, [sys.executable, "-c", caller], os.environ)
    time.sleep(1.2)
    os.kill(started, signal.SIGKILL)
    os.waitpid(started, 0)
    time.sleep(2.5)
    assert not mark.exists()
