"""Data at an address: fetched once, in bounds, from where it is allowed."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assay.edges import remote
from assay.edges.data_files import find_source
from assay.errors import DataError
from assay.tables.reading import read
from assay.tables.source import ReadingLimits

CSV = b"a,b\n" + b"".join(f"{index},x\n".encode() for index in range(1000))
FILES = {"/d/a.csv": CSV, "/d/a.csv.gz": gzip.compress(CSV), "/d/cut.csv": CSV, "/d/none": CSV}


class Server(ThreadingHTTPServer):
    """A loopback server that counts the files it gave."""

    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.asked.append(f"{self.command} {self.path}")
        if self.path == "/d/away.csv":
            self.send_response(302)
            self.send_header("Location", "/d/a.csv")
            self.end_headers()
            return
        content = FILES.get(self.path)
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        if content is not None and self.command == "GET":
            self.wfile.write(content[:100] if "cut" in self.path else content)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(remote, "_fetched", {})
    made = Server(("127.0.0.1", 0), Handler)
    made.asked = []
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def address(server: Server, path: str) -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


def test_a_file_at_an_address_is_read_like_any_other(server: Server, tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    (tmp_path / "a.csv").write_bytes(CSV)
    plain = find_source(tmp_path, "a.csv")
    source = find_source(tmp_path, address(server, "/d/a.csv"))
    assert (source.digest, source.bytes) == (plain.digest, plain.bytes)
    assert source.name == address(server, "/d/a.csv")
    assert (read(source)["a"] == read(plain)["a"]).all()
    assert source.path.stat().st_mode & 0o077 == 0 or source.path.parent.stat().st_mode & 0o077 == 0
    packed = find_source(tmp_path, address(server, "/d/a.csv.gz"))
    assert len(read(packed)["a"]) == 1000


def test_an_address_is_fetched_once_in_a_run(server: Server, tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    first = find_source(tmp_path, address(server, "/d/a.csv"))
    asked = list(server.asked)
    assert find_source(tmp_path, address(server, "/d/a.csv")) == first
    assert server.asked == asked


@pytest.mark.parametrize(
    ("path", "limits", "sentence"),
    [
        ("/d/missing.csv", ReadingLimits(), "could not be fetched"),
        ("/d/cut.csv", ReadingLimits(), "could not be fetched"),
        ("/d/a.csv", ReadingLimits(bytes=1000), "has more than 1,000 bytes"),
        ("/d/none", ReadingLimits(), "no known data format"),
        ("/d/", ReadingLimits(), "could not be fetched|in no format"),
    ],
)
def test_what_cannot_be_fetched_is_an_error_of_data(
    server: Server, tmp_path: Path, path: str, limits: ReadingLimits, sentence: str
) -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(DataError, match=sentence):
        find_source(tmp_path, address(server, path), limits)
    assert not any(each.is_file() for folder in remote._folders for each in Path(folder.name).rglob("*cut.csv"))


def test_a_server_that_is_gone(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(DataError, match="could not be fetched"):
        find_source(tmp_path, "http://127.0.0.1:9/a.csv")


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("http://example.com/a.csv", "read without encryption; use https"),
        ("http://127.0.0.1.example.com/a.csv", "read without encryption"),
        ("ftp://example.com/a.csv", "`ftp://` is not supported"),
        ("file:///etc/passwd.csv", "`file://` is not supported"),
        ("local:///etc/a.csv", "`local://` is not supported"),
        ("simplecache::https://example.com/a.csv", "is not supported"),
        ("https://user:secret@example.com/a.csv", "no user, password"),
        ("https://example.com/a.csv?token=secret", "no user, password"),
        ("https://example.com/a.csv#part", "no user, password"),
        ("https:///a.csv", "names no file"),
        ("https://example.com", "names no file"),
        ("https://[/a.csv", "not a URL"),
    ],
)
def test_addresses_that_are_not_allowed(tmp_path: Path, path: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as caught:
        find_source(tmp_path, path)
    assert "secret" not in str(caught.value)


def test_without_the_extra_the_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(remote.importlib, "import_module", gone)
    with pytest.raises(DataError, match="needs the extra `remote`") as caught:
        find_source(tmp_path, "https://example.com/a.csv")
    assert "assay-ml[remote]" in caught.value.hint
