"""A running server is believed only while it holds exactly the planned bundle; its faults open nothing (E6, E7)."""

import contextlib
import dataclasses
import http.server
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assay.edges.rego.archive import archive
from assay.edges.rego.bundle import Bundle
from assay.edges.rego.engine import Query, choose_engine
from assay.edges.rego.engines.opa_server import Address, OpaServer
from assay.errors import EngineError

BundleOf = Callable[[dict[str, str]], Bundle]
SOUND = "proven if input.sound == true\n"
PROOF = {"proven": True}


def provenance(revision: str, version: str = "1.21.1") -> dict[str, Any]:
    return {"version": version, "bundles": {"bundle.tar.gz": {"revision": revision}}}


def good(revision: str) -> bytes:
    return json.dumps({"provenance": provenance(revision), "result": PROOF}).encode()


# What a faulty server answers, by the policy's name: status and body, for the revision that was planned.
FAULTS: dict[str, Callable[[str], tuple[int, bytes]]] = {
    "undefined": lambda revision: (200, json.dumps({"provenance": provenance(revision)}).encode()),
    "null": lambda revision: (200, json.dumps({"provenance": provenance(revision), "result": None}).encode()),
    "bare_true": lambda revision: (200, json.dumps({"provenance": provenance(revision), "result": True}).encode()),
    "no_provenance": lambda _: (200, json.dumps({"result": PROOF}).encode()),
    "no_bundle": lambda _: (200, json.dumps({"provenance": {"version": "1.21.1"}, "result": PROOF}).encode()),
    "other_bundle": lambda _: (200, good("sha256:" + 64 * "0")),
    "two_bundles": lambda revision: (
        200,
        json.dumps(
            {"provenance": {"bundles": {"a": {"revision": revision}, "b": {"revision": "x"}}}, "result": PROOF}
        ).encode(),
    ),
    "failed": lambda revision: (500, good(revision)),
    "unavailable": lambda revision: (503, good(revision)),
    "forbidden": lambda revision: (403, good(revision)),
    "moved": lambda _: (302, b""),
    "truncated": lambda revision: (200, good(revision)[:-4]),
    "web_page": lambda _: (200, b"<html>Please log in to the proxy</html>"),
    "empty": lambda _: (200, b""),
    "listed": lambda _: (200, b"[]"),
    "not_a_number": lambda revision: (200, good(revision).replace(b"true", b"NaN")),
    "huge": lambda revision: (200, good(revision).replace(b"true", b'"' + b"a" * 5_000_000 + b'"')),
    "dropped": lambda _: (0, b""),
    "hung": lambda _: (-1, b""),
}


@contextlib.contextmanager
def serving(answer: Callable[[str], tuple[int, bytes]]) -> Iterator[int]:
    """The port of a real HTTP server; status 0 drops the connection, -1 hangs."""
    ending = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = answer(self.path.split("?")[0])
            if status == -1:
                ending.wait(10)
            if status <= 0:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", "/v1/data/quality/good")
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        ending.set()
        server.shutdown()
        server.server_close()


def at(port: int) -> OpaServer:
    server = OpaServer(where=Address(host="127.0.0.1", port=port), version="1.21.1", request_seconds=1.0)
    return dataclasses.replace(server, limits=dataclasses.replace(server.limits, wall_seconds=10.0))


def test_faults_of_a_server_are_errors_and_its_good_answers_still_count_e6_e7(bundle_of: BundleOf) -> None:
    small = [name for name in FAULTS if name != "huge"]
    bundle = bundle_of({f"quality/{name}": SOUND for name in [*small, "good"]})

    def answer(path: str) -> tuple[int, bytes]:
        name = path.rsplit("/", 1)[1]
        return FAULTS[name](bundle.digest) if name in FAULTS else (200, good(bundle.digest))

    queries = [Query(policy=f"quality/{name}", input={"sound": True}) for name in [*small, "good"]]
    with serving(answer) as port:
        *faulty, last = at(port).evaluate(bundle, queries)
    assert last.document == PROOF
    assert [answer.policy for answer in faulty if answer.document is not None or not answer.error] == []


@pytest.mark.parametrize("fault", ["huge", "hung"])
def test_a_fault_ends_within_the_limits_e7(fault: str, bundle_of: BundleOf) -> None:
    bundle = bundle_of({"quality/good": SOUND})
    started = time.monotonic()
    with serving(lambda _: FAULTS[fault](bundle.digest)) as port:
        (answer,) = at(port).evaluate(bundle, [Query(policy="quality/good", input={})])
    assert time.monotonic() - started < 10
    assert answer.document is None
    assert answer.error


@pytest.mark.parametrize("version", ["1.20.0", "0.70.0", "", "unknown"])
def test_a_running_server_that_is_too_old_is_an_error(version: str) -> None:
    body = json.dumps({"provenance": provenance("x", version)}).encode()
    with serving(lambda _: (200, body)) as port, pytest.raises(EngineError, match=r"needs 1\.20\.1 or later"):
        choose_engine("opa-server", opa=None, opa_url=f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("fault", ["no_provenance", "failed", "web_page", "dropped", "listed"])
def test_what_is_no_opa_is_an_error_before_anything_is_asked_e7(fault: str) -> None:
    with serving(lambda _: FAULTS[fault]("x")) as port, pytest.raises(EngineError, match="does not answer like OPA"):
        choose_engine("auto", opa=None, opa_url=f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def running(opa: str, bundle: Bundle, folder: Path) -> Iterator[str]:
    """The address of a real OPA server that somebody else started with a bundle."""
    (folder / "theirs.tar.gz").write_bytes(archive(bundle))
    with serving(lambda _: (200, b"")) as port:
        pass
    flags = [f"--addr=127.0.0.1:{port}", "--log-level=error", "--skip-version-check"]
    server = subprocess.Popen([opa, "run", "--server", *flags, "--bundle", str(folder / "theirs.tar.gz")])
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def choose_when_ready(url: str) -> OpaServer:
    for _ in range(20):
        with contextlib.suppress(EngineError):
            engine = choose_engine("opa-server", opa=None, opa_url=url)
            assert isinstance(engine, OpaServer)
            return engine
    raise AssertionError("the server did not start")


def test_a_running_server_with_the_planned_bundle_judges(opa: str, bundle_of: BundleOf, tmp_path: Path) -> None:
    bundle = bundle_of({"quality/sound": SOUND})
    with running(opa, bundle, tmp_path) as url:
        engine = choose_when_ready(url)
        (answer,) = engine.evaluate(bundle, [Query(policy="quality/sound", input={"sound": True})])
    assert engine.name == "opa-server"
    assert answer.document == PROOF


def test_a_running_server_with_another_bundle_is_not_believed(opa: str, bundle_of: BundleOf, tmp_path: Path) -> None:
    theirs = bundle_of({"quality/sound": "proven := true\n"})
    ours = bundle_of({"quality/sound": SOUND})
    with running(opa, theirs, tmp_path) as url:
        (answer,) = choose_when_ready(url).evaluate(ours, [Query(policy="quality/sound", input={"sound": True})])
    assert answer.document is None
    assert theirs.digest in str(answer.said)
    assert ours.digest in str(answer.said)


def test_the_client_ignores_proxies_of_the_environment(
    opa: str, bundle_of: BundleOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    engine = choose_engine("opa-server", opa=opa, opa_url=None)
    bundle = bundle_of({"quality/sound": SOUND})
    (answer,) = engine.evaluate(bundle, [Query(policy="quality/sound", input={"sound": True})])
    assert answer.document == PROOF


def test_our_server_ends_with_us_even_if_we_are_killed(
    opa: str, bundle_of: BundleOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle_of({"quality/sound": SOUND})
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    program = f"""
import os, signal
from pathlib import Path
from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.engines.opa import OPA_LIMITS
from assay.edges.rego.engines.opa_process import serve
with serve({opa!r}, read_bundle([Path({str(tmp_path / "policies")!r})]), OPA_LIMITS) as port:
    print(port, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert closes(int(killed.stdout))


def closes(port: int) -> bool:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return True
        except ConnectionResetError:
            pass  # it ended while it was asked
        time.sleep(0.05)
    return False


def test_reasons_are_the_same_each_time(opa: str, bundle_of: BundleOf) -> None:
    """A ruling quotes the reason, so a port or an address in it would change the decision's digest."""
    engine = choose_engine("opa-server", opa=opa, opa_url=None)
    bundle = bundle_of({"quality/broken": "x := 1 / input.zero\n"})
    asked = [Query(policy="quality/broken", input={"zero": 0})]
    assert engine.evaluate(bundle, asked) == engine.evaluate(bundle, asked)
