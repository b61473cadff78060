"""A real Git server behind HTTPS on loopback: `git http-backend` that asks for a token, with a certificate of its own."""

from __future__ import annotations

import base64
import contextlib
import datetime
import http.server
import ipaddress
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

TOKEN = "ghs_fromTheJob0123456789"  # noqa: S105  # nobody's
HEADER = "basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@dataclass
class GitServer:
    """What it serves, what it demands, and what it was sent.

    `dies_at` names a service (`git-receive-pack`) at which the connection is cut; `moved_to` redirects everything.
    """

    folder: Path
    url: str
    certificate: Path
    demands: bool = True
    may_write: bool = True
    dies_at: str = ""
    moved_to: str = ""
    seen: list[list[str]] = field(default_factory=list)


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for loopback, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.datetime.now(datetime.UTC)
    named = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(named), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private


@contextlib.contextmanager
def serve_git(folder: Path, certificate: Path, private: Path, host: str = "127.0.0.1") -> Iterator[GitServer]:
    """Serves the bare repositories of a folder until the block ends."""
    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    server = GitServer(folder, f"https://{host}:{listening.server_port}", certificate)
    _Handler.servers[listening.server_port] = server
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    servers: dict[int, GitServer] = {}  # noqa: RUF012  # shared by all on purpose: found by port
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def _answer(self) -> None:
        _, port = self.connection.getsockname()
        server = self.servers[port]
        content = self._content()
        sent = self.headers.get_all("Authorization") or []
        server.seen.append(sent)
        address = urlsplit(self.path)
        if server.dies_at and server.dies_at in self.path:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif server.moved_to:
            self._say(301, {"Location": server.moved_to + self.path}, b"")
        elif server.demands and sent != [HEADER]:
            self._say(401, {"WWW-Authenticate": 'Basic realm="Git"'}, b"")
        elif not server.may_write and "git-receive-pack" in self.path:
            self._say(403, {}, f"Permission denied to bot, who sent {' '.join(sent)}".encode())
        else:
            self._backend(server, address.path, address.query, content)

    def _backend(self, server: GitServer, path: str, query: str, content: bytes) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(server.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": "bot",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(content)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        ended = subprocess.run(["git", "http-backend"], env=environment, input=content, capture_output=True, check=True)
        head, _, body = ended.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self._say(int(headers.pop("Status", "200").split()[0]), headers, body)

    def _content(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline().strip(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _say(self, code: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(code)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
