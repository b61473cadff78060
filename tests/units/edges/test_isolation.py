"""Commands shut in: what reaches them, what they may use, and how each way of ending is told."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

import pytest

from assay.edges.isolation import (
    CommandOutcome,
    Enclosure,
    Level,
    ProcessLimits,
    choose_level,
    plain,
    run_shut_in,
    why_no_namespaces,
)
from assay.errors import ModelError

LEVELS: tuple[Level, ...] = ("process", "namespaces")
needs_namespaces = pytest.mark.skipif(bool(why_no_namespaces()), reason=f"no namespaces: {why_no_namespaces()}")
level_of = pytest.mark.parametrize("level", ["process", pytest.param("namespaces", marks=needs_namespaces)])


def run(code: str, folder: Path, level: Level, *, hidden: tuple[Path, ...] = (), **limits: float) -> CommandOutcome:
    folder.mkdir(exist_ok=True)
    chosen = ProcessLimits(**{"seconds": 10, **limits})
    enclosure = Enclosure(level=level, limits=chosen, hidden=hidden)
    return run_shut_in((sys.executable, "-S", "-B", "-c", code), folder, enclosure)


@level_of
def test_a_command_that_ends_well(level: Level, tmp_path: Path) -> None:
    outcome = run("print('fine')", tmp_path / "job", level)
    assert (outcome.ended, outcome.code, outcome.left_behind, outcome.printed) == ("exited", 0, 0, "fine")
    assert outcome.isolation == level


@level_of
def test_the_environment_holds_nothing_of_ours(level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "canary")
    monkeypatch.setenv("CI", "true")
    outcome = run("import os; print(sorted(os.environ))", tmp_path / "job", level)
    threads = {"MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}
    python = {"PYTHONHASHSEED", "PYTHONNOUSERSITE", "PYTHONSAFEPATH"}
    assert outcome.printed == str(sorted({"HOME", "LANG", "TMPDIR"} | threads | python))


@level_of
@pytest.mark.parametrize(
    ("code", "limits", "ended", "number"),
    [
        ("import os; os._exit(7)", {}, "exited", 7),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", {}, "killed", 11),
        ("import ctypes; ctypes.string_at(0)", {}, "killed", 11),
        ("while True: pass", {"seconds": 0.5}, "timed_out", 0),
        ("while True: pass", {"processor_seconds": 1}, "killed", 24),
        ("while True: print('x' * 1000, flush=True)", {"output_bytes": 10_000}, "flooded", 0),
    ],
)
def test_bad_ends(level: Level, tmp_path: Path, code: str, limits: dict[str, float], ended: str, number: int) -> None:
    begun = time.monotonic()
    outcome = run(code, tmp_path / "job", level, **limits)
    assert (outcome.ended, outcome.code) == (ended, number)
    assert time.monotonic() - begun < 5


@level_of
def test_memory_and_files_are_bounded(level: Level, tmp_path: Path) -> None:
    outcome = run("x = bytearray(1 << 30)", tmp_path / "job", level, memory_bytes=256 << 20)
    assert outcome.code == 1
    assert "MemoryError" in outcome.complained
    assert run("x = bytearray(1 << 20)", tmp_path / "job", level, memory_bytes=256 << 20).code == 0
    write = "open('big', 'wb').write(b'x' * {})"
    assert "Errno 27" in run(write.format(200_000), tmp_path / "job", level, file_bytes=100_000).complained
    assert run(write.format(90_000), tmp_path / "job", level, file_bytes=100_000).code == 0


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
    outcome = run(code, tmp_path / "job", level)
    assert (outcome.ended, outcome.code, outcome.left_behind) == ("exited", 0, 1)
    time.sleep(0.9)
    assert not late.exists()


@level_of
def test_a_process_that_ends_soon_is_not_left_behind(level: Level, tmp_path: Path) -> None:
    code = "import os, time\nif os.fork() == 0:\n    time.sleep(0.2)\n    os._exit(0)"
    assert run(code, tmp_path / "job", level).left_behind == 0


@level_of
def test_descendants_die_when_time_is_up(level: Level, tmp_path: Path) -> None:
    late = tmp_path / "job" / "late"
    code = f"""
import os, time
if os.fork() == 0:
    os.setsid()
    time.sleep(1.2)
    open({str(late)!r}, 'w').close()
time.sleep(60)
"""
    assert run(code, tmp_path / "job", level, seconds=0.5).ended == "timed_out"
    time.sleep(1.2)
    assert not late.exists()


def test_a_program_that_does_not_exist(tmp_path: Path) -> None:
    outcome = run_shut_in((str(tmp_path / "nothing"),), tmp_path, Enclosure(level="process"))
    assert outcome.ended == "not_started"
    assert "No such file" in outcome.detail


@needs_namespaces
def test_no_capability_is_left_and_none_can_be_gained(tmp_path: Path) -> None:
    lines = "[line.split()[1] for line in open('/proc/self/status') if line[:6] in ('CapEff', 'CapBnd', 'NoNewP')]"
    code = f"print({lines})"
    assert run(code, tmp_path / "job", "namespaces").printed == f"['{'0' * 16}', '{'0' * 16}', '1']"


READ_ALL_ENVIRONMENTS = """
import glob
seen = []
for path in glob.glob('/proc/[0-9]*/environ'):
    try: seen.append(open(path, 'rb').read())
    except OSError: pass
print(len(seen), any(b'canary-4711' in one for one in seen))
"""


@needs_namespaces
def test_f12_the_environment_of_other_processes_is_out_of_reach(tmp_path: Path) -> None:
    """F-5, F12: a child with an empty environment reads others' through /proc, unless it has a /proc of its own."""
    watched = os.posix_spawn(
        sys.executable, [sys.executable, "-S", "-c", "import time; time.sleep(20)"], {"TOKEN": "canary-4711"}
    )
    try:
        time.sleep(0.2)
        assert run(READ_ALL_ENVIRONMENTS, tmp_path / "job", "process").printed.endswith("True")
        assert run(READ_ALL_ENVIRONMENTS, tmp_path / "job", "namespaces").printed.endswith("False")
    finally:
        os.kill(watched, 9)
        os.waitpid(watched, 0)


@needs_namespaces
def test_there_is_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1); print('through')"
        assert run(code, tmp_path / "job", "process").printed == "through"
        outcome = run(code, tmp_path / "job", "namespaces")
        assert outcome.code == 1
        assert "through" not in outcome.printed


@needs_namespaces
def test_hidden_paths_cannot_be_read_or_uncovered(tmp_path: Path) -> None:
    """D4: files read as nothing, folders as empty, and not even root may take the cover away."""
    label, folder, link = tmp_path / "labels.csv", tmp_path / "dossier", tmp_path / "link"
    label.write_text("canary")
    folder.mkdir()
    (folder / "page").write_text("canary")
    link.symlink_to(label)
    code = f"""
import ctypes, os
libc = ctypes.CDLL(None)
print(open({str(label)!r}).read(), os.listdir({str(folder)!r}))
for flag in (0, 0x10000000, 0x20000, 0x10020000):
    libc.unshare(flag)
    libc.umount2({str(label)!r}.encode(), 2), libc.umount2({str(folder)!r}.encode(), 2)
    print(open({str(label)!r}).read(), os.listdir({str(folder)!r}))
"""
    outcome = run(code, tmp_path / "job", "namespaces", hidden=(link, folder, folder / "page", tmp_path / "absent"))
    assert outcome.code == 0, outcome.complained
    assert outcome.printed.split() == ["[]"] * 5
    assert label.read_text() == (folder / "page").read_text() == "canary"


@needs_namespaces
def test_nothing_but_the_job_folder_can_be_written_to(tmp_path: Path) -> None:
    for place, code in ((tmp_path / "elsewhere", 1), (tmp_path / "job" / "own", 0), (Path.home() / ".planted", 1)):
        outcome = run(f"open({str(place)!r}, 'w').write('x')", tmp_path / "job", "namespaces")
        assert outcome.code == code, outcome.complained
    assert not (tmp_path / "elsewhere").exists()


@needs_namespaces
def test_hiding_what_is_needed_is_refused(tmp_path: Path) -> None:
    code = tmp_path / "repository"
    code.mkdir()
    enclosure = Enclosure(level="namespaces", hidden=(tmp_path / "repository",), needed=(code / "model.py",))
    (tmp_path / "job").mkdir()
    with pytest.raises(ModelError, match="must be hidden from the model, but contains"):
        run_shut_in((sys.executable, "-c", "pass"), tmp_path / "job", enclosure)


def test_namespaces_are_never_promised_where_there_are_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    why_no_namespaces.cache_clear()
    try:
        assert choose_level("auto") == "process"
        with pytest.raises(ModelError, match="cannot run the model in its own namespaces"):
            choose_level("namespaces")
    finally:
        why_no_namespaces.cache_clear()


def test_what_a_stranger_wrote_is_quoted_without_control_characters() -> None:
    assert plain("\x1b[31mred\x1b[0m \x07bell\x00 \u202egnitset\nnext") == "red bell gnitset\nnext"
    assert len(plain("x" * 5_000)) == 2_000


@pytest.mark.parametrize("act", ["symlink({secret!r}, {name!r})", "mkdir({name!r})", "mkfifo({name!r})"])
def test_captured_output_is_read_only_from_a_file(act: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    code = "import os; os.unlink('errors.txt'); os." + act.format(secret=str(secret), name="errors.txt")
    assert run(code, tmp_path / "job", "process").complained == ""
