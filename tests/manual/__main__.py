"""Writes the reference pages and removes those that nothing makes any more."""

from __future__ import annotations

from pathlib import Path

from tests.manual.reference import FOLDER, reference_pages


def main() -> None:
    """Writes all pages."""
    folder = Path(__file__).parents[2] / FOLDER
    pages = reference_pages()
    for path in folder.rglob("*.md"):
        if path.relative_to(folder).as_posix() not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


main()
