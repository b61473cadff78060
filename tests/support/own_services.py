"""Sigstore's services of one's own on a port of this machine, and a job on GitHub whose identity they believe."""

import base64
import contextlib
import datetime
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.support.own_sigstore import GITHUB, MINUTES, WORKFLOW, Named, OwnSigstore, Told

BEARER = "own-request-token"


@dataclass
class Services:
    """The services, where they listen, what they were asked (path, body), and which of them fail."""

    own: OwnSigstore
    url: str
    named: Named = field(default_factory=Named)
    log: int = 1
    asked: list[tuple[str, Any]] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)

    def config(self) -> bytes:
        """The client's trust configuration."""
        service = {"url": self.url, "validFor": {"start": "2020-01-01T00:00:00Z"}, "operator": "own"}
        signing = {
            "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
            "caUrls": [{**service, "majorApiVersion": 1}],
            "oidcUrls": [],
            "rekorTlogUrls": [{**service, "majorApiVersion": self.log}],
            "tsaUrls": [{**service, "url": f"{self.url}/api/v1/timestamp", "majorApiVersion": 1}],
            "rekorTlogConfig": {"selector": "ANY"},
            "tsaConfig": {"selector": "ANY"},
        }
        kind = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json"
        document = {"mediaType": kind, "trustedRoot": self.own.trusted_root(), "signingConfig": signing}
        return json.dumps(document).encode()

    def enter_job(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The environment of a job that may ask for an identity (`id-token: write`)."""
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{self.url}/token?api-version=2.0")
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", BEARER)

    def answer(self, path: str, body: bytes, headers: Any) -> tuple[str, bytes]:
        """The kind and content of an answer."""
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        if path.startswith("/token"):
            assert headers["Authorization"] == f"bearer {BEARER}"
            assert "audience=sigstore" in path
            return "application/json", json.dumps({"value": self._token(now)}).encode()
        if path == "/api/v1/timestamp":
            return "application/timestamp-reply", self.own.times.answer(body, now)
        asked = json.loads(body)
        if path == "/api/v2/signingCert":
            assert headers["Authorization"] == f"Bearer {self._token(None)}"
            request = x509.load_pem_x509_csr(base64.b64decode(asked["certificateSigningRequest"]))
            issued = self.own.issue(request.public_key(), Told(named=self.named), start=now)
            chain = [each.public_bytes(Encoding.PEM).decode() for each in (issued, self.own.authority)]
            given = {"signedCertificateEmbeddedSct": {"chain": {"certificates": chain}}}
            return "application/json", json.dumps(given).encode()
        return "application/json", json.dumps(self._enter(asked, now)).encode()

    def _token(self, now: datetime.datetime | None) -> str:
        """An identity token of GitHub's form; nobody here verifies its signature, as Fulcio would."""
        if now is not None:
            begin, end = int(now.timestamp()), int((now + MINUTES).timestamp())
            own = {"job_workflow_ref": self.named.identity.removeprefix("https://github.com/")}
            claims = {"aud": "sigstore", "sub": "repo:acme/loans:ref:refs/heads/main", "iss": GITHUB, **own}
            parts = (
                {"alg": "RS256", "typ": "JWT"},
                {**claims, "iat": begin, "nbf": begin, "exp": end},
                {"sig": "none"},
            )
            texts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
            self.token = b".".join(texts).decode()
        return self.token

    def _enter(self, asked: dict[str, Any], now: datetime.datetime) -> dict[str, Any]:
        """The log's answer: as of Rekor 1, which gets the envelope, or as of Rekor 2, which gets a digest."""
        if self.log == 2:
            request = asked["hashedRekordRequestV002"]
            raw = request["signature"]["verifier"]["x509Certificate"]["rawBytes"]
            data = {"algorithm": "SHA2_256", "digest": request["digest"]}
            verifier = {"keyDetails": "PKIX_ECDSA_P256_SHA_256", "x509Certificate": {"rawBytes": raw}}
            spec = {"data": data, "signature": {"content": request["signature"]["content"], "verifier": verifier}}
            return self.own.logs[2].enter(
                {"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": {"hashedRekordV002": spec}}, now
            )
        proposed = asked["spec"]["proposedContent"]
        envelope = json.loads(proposed["envelope"])
        certificate = x509.load_pem_x509_certificate(base64.b64decode(proposed["verifiers"][0]))
        payload, signature = (
            base64.b64decode(each) for each in (envelope["payload"], envelope["signatures"][0]["sig"])
        )
        entry = self.own.logs[1].enter(self.own.body(payload, signature, certificate, 1), now)
        proof = entry["inclusionProof"]
        hexadecimal = {
            "logIndex": int(proof["logIndex"]),
            "treeSize": int(proof["treeSize"]),
            "rootHash": base64.b64decode(proof["rootHash"]).hex(),
            "hashes": [base64.b64decode(each).hex() for each in proof["hashes"]],
            "checkpoint": proof["checkpoint"]["envelope"],
        }
        promise = entry["inclusionPromise"]["signedEntryTimestamp"]
        return {
            "aa" * 32: {
                "body": entry["canonicalizedBody"],
                "integratedTime": int(entry["integratedTime"]),
                "logID": self.own.logs[1].id.hex(),
                "logIndex": int(entry["logIndex"]),
                "verification": {"inclusionProof": hexadecimal, "signedEntryTimestamp": promise},
            }
        }


@contextlib.contextmanager
def serve(log: int = 1, named: Named | None = None) -> Iterator[Services]:
    """The services on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            services.asked.append((self.path, body))
            fails = any(part in self.path for part in services.failing)
            kind, content = ("text/plain", b"\x1b[31mno") if fails else services.answer(self.path, body, self.headers)
            self.send_response(503 if fails else 201 if self.command == "POST" else 200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    services = Services(OwnSigstore(), f"http://127.0.0.1:{server.server_port}", named or Named(identity=WORKFLOW), log)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
