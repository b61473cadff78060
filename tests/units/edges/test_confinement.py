"""Attacks on what is outside: each is refused at the levels that promise so, and its benign twin passes."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.shutting_in import attempts, level_of, shut_in, shut_in_level_of

from assay.edges.confinement import landlock, system_call_filter, system_calls
from assay.edges.granted_paths import follow_links, grant_paths, interpreter_paths
from assay.edges.isolation import Level
from assay.errors import ModelError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is shut in here is Linux's")
REFUSALS = {"EACCES", "EPERM", "ENOENT", "EROFS", "EXDEV"}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A repository within another one, with secrets where they lie in the field."""
    places = (
        "labels.csv",
        "home/.netrc",
        ".git/objects/ab",
        ".dvc/cache/files/md5/ab",
        "repository/holdout.csv",
        "dossier/evidence.json",
    )
    for place in places:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("canary")
    return tmp_path


@shut_in_level_of
def test_d4_nothing_outside_the_list_can_be_read(level: Level, outside: Path) -> None:
    """D4: labels, a parent's repository, caches and the home folder; its own file and its features it reads."""
    given = outside / "given"
    given.mkdir()
    (given / "features").write_text("1 2 3")
    reads = {
        str(path.relative_to(outside)): f"open({str(path)!r}).read()"
        for path in outside.rglob("*")
        if path.is_file() and path.parent != given
    }
    others = {
        "through a link": f"os.symlink({str(outside / 'labels.csv')!r}, 'link')\nopen('link').read()",
        "through a hard link": f"os.link({str(outside / 'labels.csv')!r}, 'hard')\nopen('hard').read()",
        "moved here": f"os.rename({str(outside / 'labels.csv')!r}, 'moved')\nopen('moved').read()",
        "by its handle": "check(libc.syscall(304, -100, None, 0))",
        "the folder": f"os.listdir({str(outside)!r})",
        "the root folder": "os.listdir('/')",
        "the home folder": f"os.listdir({str(Path.home())!r})",
        "the temporary folder": f"os.listdir({str(outside.parent)!r})",
        "the password file": "open('/etc/passwd').read()",
        "the parent's environment": "open(f'/proc/{WATCHER}/environ').read() or os.listdir('/nowhere')",
        "the parent's files": "os.listdir(f'/proc/{WATCHER}/root/etc')",
    }
    found = attempts(reads | others, outside / "job", level, readable=(given,))
    allowed = {name for name, word in found.items() if word == "done"}
    assert allowed == set(), found
    assert set(found.values()) <= REFUSALS | {"done", "EINVAL"}
    assert len(reads) == 6
    twin = f"print(open({str(given / 'features')!r}).read())\nopen('own', 'w').write('x')\nprint(open('own').read())"
    assert shut_in(twin, outside / "job", level, readable=(given,)).printed == "1 2 3\nx"
    assert all((outside / place).read_text() == "canary" for place in reads)


@shut_in_level_of
def test_d3_nothing_outside_its_folder_can_be_changed(level: Level, outside: Path) -> None:
    """D3: no page, no engine and no interpreter is rewritten, emptied, moved, or marked otherwise."""
    page, before = outside / "dossier/evidence.json", (outside / "dossier/evidence.json").stat()
    given = outside / "given"
    given.mkdir()
    (given / "model.py").write_text("code")
    attacks = {
        "write": f"open({str(page)!r}, 'w')",
        "append": f"open({str(page)!r}, 'a')",
        "truncate": f"os.truncate({str(page)!r}, 0)",
        "remove": f"os.unlink({str(page)!r})",
        "move": f"os.rename('own', {str(page)!r})",
        "make": f"open({str(outside / 'new')!r}, 'w')",
        "make a folder": f"os.mkdir({str(outside / 'folder')!r})",
        "what it may read": f"open({str(given / 'model.py')!r}, 'r+')",
        "bytecode beside it": f"open({str(given / 'model.pyc')!r}, 'w')",
        "the interpreter": f"open({os.path.realpath(sys.executable)!r}, 'r+')",
        "its libraries": f"open({str(Path(os.__file__).parent / 'planted.py')!r}, 'w')",
        "a device": "os.mknod('device', 0o60600, os.makedev(254, 0))",
        "a socket file": "s = socket.socket(socket.AF_UNIX)\ns.bind('socket')",
        "owner": f"os.chown({str(page)!r}, 1, 1)",
        "mark": f"os.setxattr({str(page)!r}, 'user.mark', b'x')",
    }
    pretended = {
        "mode": f"os.chmod({str(page)!r}, 0o777)",
        "times": f"os.utime({str(page)!r}, (0, 0))",
    }
    found = attempts(
        {"own": "open('own', 'w').close()", **attacks, **pretended}, outside / "job", level, readable=(given,)
    )
    assert found.pop("own") == "done"
    assert {name for name in attacks if found[name] == "done"} == set(), found
    assert page.read_text() == "canary"
    after = page.stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_uid) == (before.st_mode, before.st_mtime_ns, before.st_uid)
    assert sorted(path.name for path in given.iterdir()) == ["model.py"]
    twin = "import shutil\nopen('a', 'w').write('x')\nshutil.copy2('a', 'b')\nos.rename('b', 'c')\nos.mkdir('d')\nos.rename('c', 'd/c')\nprint(open('d/c').read())"
    assert shut_in(f"import os\n{twin}", outside / "job", level).printed == "x"


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Servers of three kinds, as the places at which they listen."""
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
    ):
        (tmp_path / "work").mkdir()
        unix.bind(str(tmp_path / "s"))
        unix.listen()
        datagrams.bind(str(tmp_path / "d"))
        datagrams.setblocking(False)
        yield {"tcp": str(tcp.getsockname()[1]), "unix": str(tmp_path / "s"), "datagrams": str(tmp_path / "d")}
        with pytest.raises(BlockingIOError):
            datagrams.recv(1)


@level_of
def test_f5_no_socket_leads_anywhere(level: Level, tmp_path: Path, listening: dict[str, str]) -> None:
    """F-5: no network, no socket of the system, no socket file, at any level; a pair of streams is the command's own."""
    attacks = {
        "tcp": f"socket.create_connection(('127.0.0.1', {listening['tcp']}), 1)",
        "unix": f"socket.socket(socket.AF_UNIX).connect({listening['unix']!r})",
        "datagrams": f"socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', {listening['datagrams']!r})",
        "a pair of datagrams": f"socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'x', {listening['datagrams']!r})",
        "a pair of packets": "socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)",
        "a pair with an address": f"socket.socketpair()[0].sendto(b'x', {listening['unix']!r})",
        "a message with an address": f"socket.socketpair()[0].sendmsg([b'x'], [], 0, {listening['datagrams']!r})",
        "abstract": "socket.socket(socket.AF_UNIX).bind('\\0name')",
        "udp": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "ipv6": "socket.socket(socket.AF_INET6)",
        "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "vsock": "socket.socket(socket.AF_VSOCK)",
        "packet": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "io_uring": "check(libc.syscall(425, 8, ctypes.create_string_buffer(512)))",
        "a later call": "check(libc.syscall(470, 0, 0, 0))",
    }
    twin = "a, b = socket.socketpair()\na.sendall(b'x')\nassert b.recv(1) == b'x'"
    found = attempts(
        {**attacks, "twin": twin, "loop": "import asyncio\nasyncio.run(asyncio.sleep(0))"}, tmp_path / "work", level
    )
    assert (found.pop("twin"), found.pop("loop")) == ("done", "done")
    assert {name for name, word in found.items() if word == "done"} == set(), found


@level_of
def test_f12_other_processes_are_out_of_reach(level: Level, tmp_path: Path) -> None:
    """F12, F-5: an environment, memory or file of another process; no right, namespace or tracer is gained."""
    watched = os.posix_spawn(
        sys.executable, [sys.executable, "-S", "-c", "import time; time.sleep(30)"], {"TOKEN": "canary-4711"}
    )
    parent = os.getpid()
    attacks = {
        "trace": f"check(libc.ptrace(16, {watched}, None, None))",
        "read its memory": f"check(libc.process_vm_readv({watched}, None, 0, None, 0, 0))",
        "take its files": f"check(libc.syscall(438, os.pidfd_open({watched}), 0, 0))",
        "signal": f"os.kill({watched}, 0)",
        "signal by a descriptor": f"check(libc.syscall(424, os.pidfd_open({watched}), 0, None, 0))",
        "signal Assay": f"os.kill({parent}, 0)",
        "its memory as a file": f"open('/proc/{watched}/mem', 'rb')",
        "its limits": f"import resource\nresource.prlimit({watched}, resource.RLIMIT_NOFILE, (0, 0))",
        "its processors": f"os.sched_setaffinity({watched}, {{0}})",
        "its priority": f"os.setpriority(os.PRIO_PROCESS, {watched}, 19)",
        "user namespace": "check(libc.unshare(0x10000000))",
        "namespaces of another": f"check(libc.setns(os.pidfd_open({watched}), 0x20000000))",
        "mount": "check(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))",
        "another root": "os.chroot('.')",
        "hide from the watcher": "check(libc.prctl(4, 0, 0, 0, 0))",
        "be traced by anybody": "check(libc.prctl(0x59616d61, -1, 0, 0, 0))",
        "become another": "os.setuid(65534)\nopen('/proc/self/attr/current').close()\nos.setuid(0)"
        if os.getuid() == 0
        else "os.setuid(0)",
        "keys": "check(libc.syscall(250, 0, -3, 0))",
        "shared memory": "check(libc.shmget(1, 4096, 0o1666))",
        "a file in memory": "os.memfd_create('x')",
        "events": "check(libc.syscall(298, ctypes.create_string_buffer(128), 0, -1, -1, 0))",
        "programs of the kernel": "check(libc.syscall(321, 0, ctypes.create_string_buffer(128), 128))",
    }
    if level != "process":
        attacks["its environment"] = f"assert b'4711' in open('/proc/{watched}/environ', 'rb').read()"
        attacks["its command line"] = f"open('/proc/{watched}/cmdline').read()"
    try:
        found = attempts(
            {
                **attacks,
                "twin": "os.kill(os.getppid(), 0)\nimport resource\nresource.prlimit(0, resource.RLIMIT_CORE, (0, 0))",
            },
            tmp_path / "job",
            level,
        )
        assert os.waitpid(watched, os.WNOHANG) == (0, 0)
    finally:
        os.kill(watched, 9)
        os.waitpid(watched, 0)
    assert found.pop("twin") == "done", found
    assert {name for name, word in found.items() if word == "done"} == set(), found


@shut_in_level_of
def test_t5_what_other_processes_share_is_not_the_commands(level: Level, tmp_path: Path) -> None:
    """T-shared-memory: a file that another process keeps in `/dev/shm` cannot be read."""
    shared = Path("/dev/shm") / f"assay-test-{os.getpid()}"  # noqa: S108 - that is the place
    shared.write_text("canary")
    try:
        found = attempts(
            {"read": f"open({str(shared)!r}).read()", "list": "assert os.listdir('/dev/shm') == []"},
            tmp_path / "job",
            level,
        )
    finally:
        shared.unlink()
    assert found["read"] in REFUSALS
    assert found["list"] == ("done" if level == "sealed" else "EACCES")


def test_hiding_what_is_readable_is_refused(tmp_path: Path) -> None:
    """D4: labels beneath a folder that the model may read close the run; beside it they do not."""
    code = tmp_path / "repository"
    code.mkdir()
    (code / "holdout.csv").write_text("canary")
    with pytest.raises(ModelError, match="must be hidden from the model, but lies in"):
        shut_in("pass", tmp_path / "job", "landlock", readable=(code,), hidden=(code / "holdout.csv",))
    link = tmp_path / "link"
    link.symlink_to(code)
    with pytest.raises(ModelError, match="must be hidden from the model, but lies in"):
        grant_paths(Path(sys.executable), (link,), tmp_path / "job", (code / "holdout.csv",))
    grant_paths(Path(sys.executable), (code,), tmp_path / "job", (tmp_path / "holdout.csv",))


def test_an_interpreter_is_its_file_and_its_libraries(tmp_path: Path) -> None:
    """T-wide-prefix: a repository that looks like an environment grants its libraries, never all that it holds."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to(sys.executable)
    (tmp_path / "lib").mkdir()
    (tmp_path / "holdout.csv").write_text("canary")
    plain = interpreter_paths(tmp_path / "bin/python")
    assert tmp_path / "lib" not in plain
    (tmp_path / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).resolve().parent}\n")
    found = interpreter_paths(tmp_path / "bin/python")
    assert {tmp_path / "lib", tmp_path / "pyvenv.cfg", tmp_path / "bin/python"} <= set(found)
    assert tmp_path not in found
    assert Path("/") not in found
    assert Path("/usr") not in found
    assert not any(Path.home().is_relative_to(path) for path in found)


def test_links_lead_where_they_lead(tmp_path: Path) -> None:
    real = tmp_path.resolve()
    (real / "a/b").mkdir(parents=True)
    (real / "one").symlink_to("a")
    (real / "two").symlink_to(real / "one" / "b")
    (real / "round").symlink_to("round")
    assert follow_links(real / "two") == (
        real / "a/b",
        {str(real / "two"): str(real / "one/b"), str(real / "one"): "a"},
    )
    assert follow_links(real / "a" / ".." / "one")[0] == real / "a"
    follow_links(real / "round")


@pytest.mark.parametrize("machine", system_calls.MACHINES)
def test_every_jump_of_the_filter_lands_in_it(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "x", "6", "1", machine)))
    for signals_to_itself in (True, False):
        program = system_call_filter.instructions(signals_to_itself=signals_to_itself)
        assert program[-1] == (system_call_filter.RETURN, 0, 0, system_call_filter.ALLOW)
        for place, (operation, yes, no, _value) in enumerate(program):
            if operation & 7 == 5:
                assert place + 1 + max(yes, no) < len(program)
        assert len(program) < 4_096


def test_an_unknown_machine_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "x", "6", "1", "riscv64")))
    with pytest.raises(OSError, match="riscv64"):
        system_call_filter.instructions(signals_to_itself=False)


def test_a_claim_that_is_not_kept_lowers_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """T-claimed-version: kernels refuse what they claim; what was accepted counts, and too little refuses."""
    tried: list[int] = []

    def apply(_grants: object, abi: int, *, files: bool) -> None:
        tried.append(abi)
        if abi > accepted:
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(landlock, "version", lambda: 6)
    monkeypatch.setattr(landlock, "_apply", apply)
    accepted = 4
    assert landlock.restrict((), files=True, least=landlock.LEAST) == 4
    assert tried == [6, 5, 4]
    accepted = 2
    with pytest.raises(OSError, match="at least 3 is needed"):
        landlock.restrict((), files=True, least=landlock.LEAST)
