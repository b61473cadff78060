"""The server: routes, holds tokens to their permissions and everything to the description, and writes a journal.

`python -m tests.support.fakegithub.server seed.json` runs it as a process: it prints its address, and answers
`GET /_/journal`, `GET /_/comments`, `GET /_/statuses`, `GET /_/releases` and `POST /_/faults` besides the API.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.support.fakegithub import answers, answers_on_releases, answers_on_settings
from tests.support.fakegithub.calling import HANDLERS, NEEDED, Answer, Call, Refused
from tests.support.fakegithub.contract import Answered, Asked, Operation, fill, find_operation, violations
from tests.support.fakegithub.faults import Fault, fault_from
from tests.support.fakegithub.world import Repository, Token, World

ENTERPRISE = "/api/v3"
ROOMS = (answers, answers_on_releases, answers_on_settings)  # they register what they answer


@dataclass(frozen=True)
class Journaled:
    """A request that was answered, and how; `status` 0: the connection was cut."""

    method: str
    path: str
    operation: str
    status: int
    login: str


class FakeGitHub:
    """A world behind an address on loopback; a context manager."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.journal: list[Journaled] = []
        self.violations: list[str] = []
        self.faults: list[Fault] = []
        self.lock = threading.RLock()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fault(self, fault: Fault) -> None:
        """Adds a fault."""
        self.faults.append(fault)

    def calls(self, operation: str = "") -> list[Journaled]:
        """The journal, or its requests of one operation."""
        return [each for each in self.journal if operation in ("", each.operation)]

    def answer(self, asked: Asked, authorization: str) -> Answer | None:
        """The answer to a request; None: the connection is cut."""
        with self.lock:
            operation = find_operation(asked.method, asked.path)
            token = self._token(authorization)
            fault = next((each for each in self.faults if each.strikes(asked.method, asked.path)), None)
            answer = self._answer(asked, operation, token, fault)
            status = 0 if answer is None else answer.status
            name = operation.id if operation else "unknown"
            self.journal.append(Journaled(asked.method, asked.path, name, status, token.login if token else ""))
            return answer

    def _token(self, authorization: str) -> Token | None:
        scheme, _, text = authorization.partition(" ")
        return self.world.tokens.get(text) if scheme.lower() in ("token", "bearer") else None

    def _answer(
        self, asked: Asked, operation: Operation | None, token: Token | None, fault: Fault | None
    ) -> Answer | None:
        if token is None:
            return Refused(401, "Bad credentials").answer
        if operation is None or operation.id not in HANDLERS:
            self.violations.append(f"{asked.method} {asked.path} is not an operation of the pruned description")
            return Refused(404, "Not Found").answer
        struck = None if fault is None else Answer(fault.status, {"message": fault.message}, fault.headers)
        if fault is not None and fault.effect in ("answer", "cut"):
            return struck if fault.effect == "answer" else None
        answer = self._carry_out(asked, operation, token, fault)
        if fault is None or answer.status >= 400:
            return answer
        return None if fault.effect == "apply_then_cut" else struck

    def _carry_out(self, asked: Asked, operation: Operation, token: Token, fault: Fault | None) -> Answer:
        wrong = violations(operation, asked, None)
        if wrong:
            self.violations += wrong
            return Refused(422, "Validation Failed").answer
        if not _allowed(token, operation):
            kind = "integration" if token.installation else "personal access token"
            return Refused(403, f"Resource not accessible by {kind}").answer
        is_json = asked.content_type.startswith("application/json")
        body = json.loads(asked.body) if asked.body and is_json else None
        call = Call(self.world, operation, token, asked.host_url, asked.query, body, asked.body or b"")
        try:
            if fault is not None and fault.effect == "starter":
                answers_on_releases.put_asset(call, asked.query["name"], b"", "starter")
                return Answer(200)
            answer = HANDLERS[operation.id](call)
        except Refused as refused:
            return refused.answer
        answer.body = fill(operation, answer.status, answer.body)
        content = None if answer.body is None else json.dumps(answer.body).encode()
        self.violations += violations(operation, asked, Answered(answer.status, "application/json", content))
        return answer


def _allowed(token: Token, operation: Operation) -> bool:
    needed = NEEDED[operation.id]
    return not needed or any(token.permissions.get(name) in levels for name, levels in needed)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fake: FakeGitHub) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm, wbufsize = True, -1
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name of the standard library
        """Says nothing: the journal does."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length) if length else None
        parts = urlsplit(self.path)
        if parts.path.startswith("/_/"):
            self._send(self._told(parts.path, content))
            return
        prefix = ENTERPRISE if parts.path.startswith(f"{ENTERPRISE}/") else ""
        kind = (self.headers.get("Content-Type") or "").split(";")[0]
        asked = Asked(
            f"{self.server.fake.url}{prefix}",
            parts.path.removeprefix(prefix),
            self.command,
            kind,
            content,
            dict(parse_qsl(parts.query)),
            dict(self.headers.items()),
        )
        answer = self.server.fake.answer(asked, self.headers.get("Authorization") or "")
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(answer)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815  # http.server finds them by these names

    def _send(self, answer: Answer) -> None:
        content = b"" if answer.status == 204 else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def _told(self, path: str, content: bytes | None) -> Answer:
        """What a test in another process asks of the server itself."""
        fake = self.server.fake
        repositories = fake.world.repositories.items()
        with fake.lock:
            if path == "/_/faults" and content:
                fake.fault(fault_from(json.loads(content)))
            shown: dict[str, Any] = {
                "/_/journal": {"journal": [asdict(each) for each in fake.journal], "violations": fake.violations},
                "/_/comments": {name: list(held.comments.values()) for name, held in repositories},
                "/_/statuses": {name: held.statuses for name, held in repositories},
                "/_/releases": {
                    name: {"releases": list(held.releases.values()), "assets": list(held.assets.values())}
                    for name, held in repositories
                },
            }
            return Answer(200, json.loads(json.dumps(shown.get(path, {}))))


def seeded(document: dict[str, Any]) -> World:
    """A world from JSON: lists of keyword arguments for `World.token`, `.pull`, `.review`, `.commit` and `.team`."""
    world = World()
    for name, given in document.get("repositories", {}).items():
        repository: Repository = world.repository(name)
        for key, value in given.items():
            setattr(repository, key, value)
    for text, given in document.get("tokens", {}).items():
        world.token(text, **given)
    for slug, members in document.get("teams", {}).items():
        world.team(slug, *members)
    for kind in ("pull", "review", "commit", "event"):
        for given in document.get(f"{kind}s", ()):
            getattr(world, kind)(**given)
    return world


def main(seed: str) -> None:
    """Runs a server until its standard input ends."""
    with FakeGitHub(seeded(json.loads(Path(seed).read_text(encoding="utf-8")))) as fake:
        sys.stdout.write(fake.url + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
