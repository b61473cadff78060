"""Policies of a release are packed to the same bytes anywhere, and only what was packed so is unpacked."""

from __future__ import annotations

import gzip
import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from assay.edges.rego import packed
from assay.edges.rego.bundle import MAX_FILE_BYTES, Bundle, PolicyFile, read_bundle
from assay.edges.rego.packed import pack, unpacked
from assay.errors import PolicyError

POLICIES = Path(__file__).parents[4] / "policies"
ENTRY = "policies/quality/clears_bars/clears_bars.rego"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle([POLICIES])


def test_packed_and_unpacked_it_is_the_same_bundle(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "policies.tar.gz").write_bytes(pack(bundle))
    with unpacked(tmp_path) as folder:
        assert read_bundle([folder]).digest == bundle.digest
    assert not folder.exists()


def test_other_programs_unpack_it_too(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "policies.tar.gz").write_bytes(pack(bundle))
    subprocess.run(["tar", "xzf", "policies.tar.gz"], cwd=tmp_path, check=True)
    assert read_bundle([tmp_path / "policies"]).digest == bundle.digest
    with unpacked(tmp_path) as folder:
        assert folder == tmp_path / "policies"


def test_the_bytes_say_nothing_of_machine_or_time(bundle: Bundle) -> None:
    content = pack(bundle)
    assert content == pack(Bundle(tuple(bundle.files)))
    assert gzip.decompress(content)
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        entries = tar.getmembers()
    assert [each.name for each in entries] == sorted(each.name for each in entries)
    assert {(each.mtime, each.uid, each.gid, each.uname, each.gname, each.mode) for each in entries} == {
        (0, 0, 0, "", "", 0o644)
    }


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 200_000])
def test_files_of_any_size(size: int) -> None:
    content = pack(Bundle((PolicyFile("quality/big/big.rego", b"#" * size),)))
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        (entry,) = tar.getmembers()
    assert entry.size == size


def archive(
    name: str = ENTRY, *, kind: bytes = tarfile.REGTYPE, content: bytes = b"package a", times: int = 1
) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for _ in range(times):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname, entry.size = kind, "/etc/passwd", len(content)
            tar.addfile(entry, io.BytesIO(content))
    return made.getvalue()


SOUND = archive()
BAD = {
    "upwards": archive("policies/../../evil/evil.rego"),
    "absolute": archive("/policies/quality/a/a.rego"),
    "elsewhere": archive("evil/quality/a/a.rego"),
    "another kind of file": archive("policies/quality/a/a.py"),
    "control sign": archive("policies/quality/a/a\n.rego"),
    "symbolic link": archive(kind=tarfile.SYMTYPE, content=b""),
    "hard link": archive(kind=tarfile.LNKTYPE, content=b""),
    "device": archive(kind=tarfile.CHRTYPE, content=b""),
    "folder": archive(kind=tarfile.DIRTYPE, content=b""),
    "twice": archive(times=2),
    "large": archive(content=b"#" * (MAX_FILE_BYTES + 1)),
    "cut": SOUND[:-20],
    "longer": SOUND + b"garbage",
    "empty": b"",
    "no archive": b"nonsense",
    "no tar": gzip.compress(b"nonsense" * 200),
    "other bytes": SOUND[:30] + b"\xff\xff\xff\xff" + SOUND[34:],
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_anything_else_is_refused(content: bytes, tmp_path: Path) -> None:
    """G13: no link, no path that leads elsewhere, nothing twice, nothing more."""
    (tmp_path / "policies.tar.gz").write_bytes(content)
    with pytest.raises(PolicyError, match=r"policies\.tar\.gz"), unpacked(tmp_path):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["policies.tar.gz"]


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that unpacks to more than the limit; the limit is lowered so that the test is quick."""
    monkeypatch.setattr(packed, "MAX_BYTES", 1_000_000)
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 1_000_000
    (tmp_path / "policies.tar.gz").write_bytes(bomb)
    with pytest.raises(PolicyError, match="more than 1,000,000 bytes"), unpacked(tmp_path):
        pass


def test_a_link_in_its_place_is_not_followed(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(pack(bundle))
    (tmp_path / "policies.tar.gz").symlink_to("real")
    with pytest.raises(PolicyError, match="symbolic link"), unpacked(tmp_path):
        pass
