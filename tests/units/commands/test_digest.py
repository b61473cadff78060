"""`assay digest` says what a file holds, and nothing of what is no file."""

import hashlib
import json
from pathlib import Path

from tests.support.command_line import Assay


def test_it_is_the_sha256_of_the_bytes(tmp_path: Path, assay: Assay) -> None:
    (tmp_path / "page.json").write_bytes(b"{}")
    expected = "sha256:" + hashlib.sha256(b"{}").hexdigest()
    assert assay("digest", str(tmp_path / "page.json")).out == f"{expected}  {tmp_path / 'page.json'}\n"
    said = json.loads(assay("digest", str(tmp_path / "page.json"), "--format", "json").out)
    assert said == {"path": str(tmp_path / "page.json"), "digest": expected, "bytes": 2}


def test_what_is_no_file_has_no_digest(tmp_path: Path, assay: Assay) -> None:
    for name in ("nowhere", "nowhere/page.json", "."):
        ended = assay("digest", str(tmp_path / name))
        assert (ended.code, ended.out) == (2, "")
