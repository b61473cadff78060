"""The lock of OPA: what it lets judge, and how the release fills it."""

from __future__ import annotations

import hashlib
import http.server
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.edges.rego.engine import choose_engine
from assay.edges.rego.engines.opa_lock import require_lock
from assay.errors import EngineError

NAMES = (
    "opa_linux_amd64", "opa_linux_amd64_static", "opa_linux_arm64_static",
    "opa_darwin_amd64", "opa_darwin_arm64_static", "opa_windows_amd64.exe",
)  # fmt: skip


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def binary(tmp_path: Path) -> Path:
    path = tmp_path / "opa"
    path.write_bytes(b"a binary")
    return path


def test_a_binary_in_the_lock_may_judge(tmp_path: Path, binary: Path) -> None:
    lock = tmp_path / "lock.json"
    lock.write_text(json.dumps({"version": "1.21.1", "sha256": {"opa_linux_amd64": digest(b"a binary")}}))
    require_lock(lock, str(binary))
    link = tmp_path / "link"
    link.symlink_to(binary)
    require_lock(lock, str(link))


@pytest.mark.parametrize(
    ("lock", "words"),
    [
        ('{"sha256": {}}', "has no checksum"),
        (json.dumps({"sha256": {"opa_linux_amd64": digest(b"another")}}), "is not a binary in the lock of OPA"),
        ('{"sha256": {"opa_linux_amd64": 7}}', "has no table `sha256`"),
        ('{"sha256": ["x"]}', "has no table `sha256`"),
        ("[]", "has no table `sha256`"),
        ("{", "is not JSON"),
        ('{"sha256": {}, "sha256": {"opa_linux_amd64": "0"}}', "`sha256` occurs twice"),
        ("", "is not JSON"),
        (None, "does not exist"),
        (" " * 70_000, "more than"),
    ],
)
def test_no_other_binary_judges(tmp_path: Path, binary: Path, lock: str | None, words: str) -> None:
    """G10: a lock that is missing, empty or damaged lets no binary judge."""
    path = tmp_path / "lock.json"
    if lock is not None:
        path.write_text(lock)
    with pytest.raises(EngineError, match=words):
        require_lock(path, str(binary))


def test_the_engine_is_held_against_the_lock(tmp_path: Path, opa: str) -> None:
    lock = tmp_path / "lock.json"
    lock.write_text(json.dumps({"sha256": {"opa": digest(Path(opa).resolve().read_bytes())}}))
    assert choose_engine("opa", opa=opa, lock=lock).name == "opa"
    lock.write_text(json.dumps({"sha256": {"opa": "0" * 64}}))
    with pytest.raises(EngineError, match="is not a binary in the lock of OPA"):
        choose_engine("auto", opa=opa, lock=lock)
    with pytest.raises(EngineError, match="not for a server"):
        choose_engine("auto", opa_url="http://127.0.0.1:1", lock=lock)


def test_a_lock_is_kept_by_no_other_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """G10: where a lock is named and there is no OPA, the embedded engine does not judge in its place."""
    monkeypatch.setenv("PATH", str(tmp_path))
    lock = tmp_path / "lock.json"
    lock.write_text(json.dumps({"sha256": {"opa": "0" * 64}}))
    assert choose_engine("auto").name == "regorus"
    with pytest.raises(EngineError, match="OPA is not on PATH"):
        choose_engine("auto", lock=lock)
    assert choose_engine("regorus", lock=lock).name == "regorus"


class Release(http.server.ThreadingHTTPServer):
    """Released files by name, on loopback."""

    files: dict[str, bytes]


@pytest.fixture
def released() -> Iterator[Release]:
    class Answering(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = server.files.get(self.path.removeprefix("/"))
            self.send_response(200 if content is not None else 404)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *arguments: object) -> None:
            """Says nothing."""

    server = Release(("127.0.0.1", 0), Answering)
    server.files = {name: name.encode() for name in NAMES}
    server.files |= {f"{name}.sha256": f"{digest(name.encode())}  {name}\n".encode() for name in NAMES}
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def fill(project: Path, lock: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = project / ".ci" / "release" / "lock_opa.py"
    command = [sys.executable, str(script), "--lock", str(lock), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_release_fills_the_lock_and_refuses_while_it_is_empty(
    tmp_path: Path, project: Path, released: Release
) -> None:
    lock = tmp_path / "lock.json"
    lock.write_text((project / "actions/opa.lock.json").read_text())
    lock.write_text(json.dumps({**json.loads(lock.read_text()), "sha256": {}}))
    empty = fill(project, lock, "--check")
    assert empty.returncode == 1
    assert "lacks opa_linux_amd64" in empty.stderr
    address = f"http://127.0.0.1:{released.server_port}/"
    filled = fill(project, lock, "--from", address)
    assert filled.returncode == 0, filled.stderr
    assert json.loads(lock.read_text())["sha256"] == {name: digest(name.encode()) for name in NAMES}
    assert fill(project, lock, "--check").returncode == 0


@pytest.mark.parametrize("fault", ["another", "missing", "no_checksum"])
def test_a_release_that_does_not_hold_fills_nothing(
    tmp_path: Path, project: Path, released: Release, fault: str
) -> None:
    lock = tmp_path / "lock.json"
    before = json.dumps({"version": "1.21.1", "from": "", "sha256": {}})
    lock.write_text(before)
    if fault == "another":
        released.files["opa_darwin_amd64"] = b"tampered"
    elif fault == "missing":
        del released.files["opa_windows_amd64.exe"]
    else:
        released.files["opa_linux_amd64.sha256"] = b""
    done = fill(project, lock, "--from", f"http://127.0.0.1:{released.server_port}/")
    assert done.returncode == 1
    assert "was not filled" in done.stderr
    assert "Traceback" not in done.stderr
    assert lock.read_text() == before


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({}, "lacks opa_linux_amd64"),
        (dict.fromkeys(NAMES, "0" * 64), "The tag is v9.9.9, but pyproject.toml says 0.1.0"),
    ],
)
def test_no_release_without_a_lock_or_of_another_version(
    tmp_path: Path, project: Path, held: dict[str, str], words: str
) -> None:
    shutil.copytree(project / ".ci" / "release", tmp_path / ".ci" / "release")
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions/opa.lock.json").write_text(json.dumps({"version": "1.21.1", "from": "", "sha256": held}))
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    command = [str(tmp_path / ".ci/release/run"), "v9.9.9"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert words in done.stderr


def test_the_lock_that_is_committed_is_empty_or_whole(project: Path) -> None:
    """Nobody writes a checksum by hand: the committed lock is as the script leaves it."""
    held = json.loads((project / "actions/opa.lock.json").read_text())["sha256"]
    assert held == {} or sorted(held) == sorted(NAMES)
