"""Files are written into a repository, and never over one that is there."""

from pathlib import Path

import pytest

from assay.commands.parts.scaffolding import TEMPLATES, ignore_dossiers, template, write_new


@pytest.mark.parametrize("before", ["mine", "", None])
def test_a_file_that_is_there_is_kept(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / "assay.yaml"
    if before is not None:
        path.write_text(before)
    assert write_new(path, "ours") is (before is None)
    assert path.read_text() == ("ours" if before is None else before)


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    assert write_new(tmp_path / "link", "ours") is False
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, ".assay/\n"),
        ("*.pyc", "*.pyc\n.assay/\n"),
        ("*.pyc\n", "*.pyc\n.assay/\n"),
        ("a\n  .assay/  \nb", None),
        (".assay", ".assay\n.assay/\n"),
    ],
)
def test_dossiers_are_ignored_once(tmp_path: Path, before: str | None, after: str | None) -> None:
    path = tmp_path / ".gitignore"
    if before is not None:
        path.write_text(before)
    assert ignore_dossiers(tmp_path) is (after is not None)
    assert path.read_text() == (after or before)
    assert ignore_dossiers(tmp_path) is False


def test_every_template_ships() -> None:
    files = [path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.suffix in (".yml", ".md")]
    assert "workflow/assay.yml" in files
    assert all(template(name) for name in files)
