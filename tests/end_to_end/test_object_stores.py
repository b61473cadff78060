"""Data in object stores, read by the real clients from a loopback store that speaks as much of S3 and GCS as they ask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

CSV = b"id,x\n" + b"".join(f"{index},{index % 7}\n".encode() for index in range(1000))
MODIFIED = "Fri, 20 Nov 2026 00:00:00 GMT"


class Store(BaseHTTPRequestHandler):
    """One bucket, `models`, that holds `train/a.csv`."""

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        path = unquote(asked.path)
        if path == "/models/train/a.csv":
            self._object() if "AWS4-HMAC-SHA256" in self.headers.get("Authorization", "") else self._end(403)
        elif path.endswith("/models/o/train/a.csv"):
            if "alt=media" in asked.query:
                self._object()
            else:
                described = {
                    "kind": "storage#object", "name": "train/a.csv", "bucket": "models", "size": str(len(CSV)),
                    "generation": "1", "metageneration": "1", "contentType": "text/csv", "storageClass": "STANDARD",
                    "updated": "2026-11-20T00:00:00.000Z", "timeCreated": "2026-11-20T00:00:00.000Z", "etag": "e",
                }  # fmt: skip
                self._end(200, json.dumps(described).encode(), {"Content-Type": "application/json"})
        else:
            self._end(404)

    do_HEAD = do_GET  # noqa: N815

    def _object(self) -> None:
        headers = {"ETag": '"e"', "Last-Modified": MODIFIED, "Accept-Ranges": "bytes", "Content-Type": "text/csv"}
        ranged = self.headers.get("Range")
        if ranged is None:
            return self._end(200, CSV, headers)
        first, last = ranged.removeprefix("bytes=").split("-")
        part = CSV[int(first) : int(last or len(CSV)) + 1]
        headers["Content-Range"] = f"bytes {first}-{int(first) + len(part) - 1}/{len(CSV)}"
        return self._end(206, part, headers)

    def _end(self, status: int, content: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def measured(store: str, folder: Path, address: str, **more: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GOOGLE_", "FSSPEC_"))}
    given = {
        "HOME": str(folder), "AWS_ENDPOINT_URL": store, "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "eu-west-1",
        "STORAGE_EMULATOR_HOST": store, "FSSPEC_GS_TOKEN": "anon", "AWS_MAX_ATTEMPTS": "1",
    }  # fmt: skip
    asked = ("measure", "data_contract", "--data", f"train={address}", "--set", "on=train", "--set", f"rules={RULES}")
    command = [sys.executable, "-m", "assay", *asked, "--format", "json"]
    environment = clean | given | more
    return subprocess.run(command, check=False, env=environment, cwd=folder, capture_output=True, text=True, timeout=60)


RULES = "{rows: {at_least: 500}, x: {range: [0, 6]}}"
SECRETS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}


@pytest.mark.parametrize("scheme", ["s3", "gs", "gcs"])
def test_an_object_is_read_like_a_file(store: str, tmp_path: Path, scheme: str) -> None:
    pytest.importorskip("s3fs")
    (tmp_path / "a.csv").write_bytes(CSV)
    there = measured(store, tmp_path, f"{scheme}://models/train/a.csv", **SECRETS)
    assert there.returncode == 0, there.stderr
    here = measured(store, tmp_path, "a.csv")
    assert json.loads(there.stdout) == json.loads(here.stdout)


@pytest.mark.parametrize(
    "address", ["s3://models/train/none.csv", "gs://models/train/none.csv", "s3://models/train/a.csv"]
)
def test_an_object_that_is_not_there_or_not_ours(store: str, tmp_path: Path, address: str) -> None:
    pytest.importorskip("s3fs")
    secrets = SECRETS if "none" in address else {}
    ended = measured(store, tmp_path, address, **secrets)
    assert ended.returncode == 3, (ended.returncode, ended.stderr)
    assert f"`{address}` could not be fetched" in ended.stderr
    assert "Traceback" not in ended.stderr
