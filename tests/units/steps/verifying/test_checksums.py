"""The checksums of a release are what `sha256sum --check` reads, and a folder is held against them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from assay.errors import PageError
from assay.steps.verifying.checksums import CHECKSUMS, is_release, make_checksums, verify_checksums

FILES = {"card.md": b"# A card\n", "decision.json": b"{}", "plan.json": b""}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / CHECKSUMS).write_bytes(make_checksums(FILES))
    return tmp_path


def test_the_shells_own_program_reads_them(release: Path) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("This system has no sha256sum.")
    command = ["sha256sum", "--check", "--strict", CHECKSUMS]
    ended = subprocess.run(command, cwd=release, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == [f"{name}: OK" for name in sorted(FILES)]


def test_what_is_as_listed_is_said_and_what_is_absent_is_named(release: Path) -> None:
    (said,) = verify_checksums(release)
    assert "3 of 3" in said
    (release / "plan.json").unlink()
    (said,) = verify_checksums(release)
    assert "2 of 3" in said
    assert said.endswith("plan.json")


def test_a_folder_without_them_is_no_release(release: Path) -> None:
    assert is_release(release)
    (release / CHECKSUMS).unlink()
    assert not is_release(release)
    assert verify_checksums(release) == ()


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_changed_file_is_refused(release: Path, name: str) -> None:
    (release / name).write_bytes(FILES[name] + b" ")
    with pytest.raises(PageError, match=name):
        verify_checksums(release)


def test_a_link_is_not_followed(release: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (release / "card.md").rename(tmp_path_factory.mktemp("elsewhere") / "card.md")
    (release / "card.md").symlink_to("nowhere")
    with pytest.raises(PageError, match=r"card\.md"):
        verify_checksums(release)


@pytest.mark.parametrize("more", [b"no line of checksums\n", b"A" * 64 + b"  card.md\n", b"a" * 64 + b"  ../card.md\n"])
def test_a_line_of_another_form_spoils_the_list(release: Path, more: bytes) -> None:
    (release / CHECKSUMS).write_bytes(make_checksums(FILES) + more)
    with pytest.raises(PageError):
        verify_checksums(release)


def test_what_is_wrong_is_told_with_what_to_do(release: Path) -> None:
    good = (release / CHECKSUMS).read_bytes()
    for content in (b"", b"no line\n", good + b"\xff\n"):
        (release / CHECKSUMS).write_bytes(content)
        with pytest.raises(PageError) as caught:
            verify_checksums(release)
        assert str(caught.value) == "checksums.txt is not a list of checksums."
        assert caught.value.hint == "Download it again."
    (release / CHECKSUMS).write_bytes(good)
    (release / "plan.json").write_bytes(b"x")
    with pytest.raises(PageError) as caught:
        verify_checksums(release)
    assert str(caught.value) == "plan.json is not the file that checksums.txt lists."
    assert caught.value.hint == "Download it again."


def test_the_sentence_is_whole(release: Path) -> None:
    assert verify_checksums(release) == ("checksums.txt: 3 of 3 files are here and match",)
    for name in ("plan.json", "card.md"):
        (release / name).unlink()
    assert verify_checksums(release) == (
        "checksums.txt: 1 of 3 files are here and match; missing, so not verified: card.md, plan.json",
    )


def test_a_list_that_is_a_link_or_too_large_is_refused(release: Path) -> None:
    (release / "real").write_bytes((release / CHECKSUMS).read_bytes())
    (release / CHECKSUMS).unlink()
    (release / CHECKSUMS).symlink_to(release / "real")
    with pytest.raises(PageError):
        verify_checksums(release)
    (release / CHECKSUMS).unlink()
    (release / CHECKSUMS).write_bytes(b"a" * (2 << 20))
    with pytest.raises(PageError):
        verify_checksums(release)
