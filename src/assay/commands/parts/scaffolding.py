"""Writes files into a user's repository, never over an existing one."""

from __future__ import annotations

from pathlib import Path

from assay.edges.files import write_atomically
from assay.edges.store import FOLDER

TEMPLATES = Path(__file__).parent.parent / "templates"


def template(name: str) -> str:
    """The text of a template that ships with Assay."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def write_new(path: Path, content: str) -> bool:
    """Writes a file unless it exists; returns whether it was written."""
    if path.exists() or path.is_symlink():
        return False
    write_atomically(path, content.encode())
    return True


def ignore_dossiers(folder: Path) -> bool:
    """Adds the dossiers' folder to `.gitignore`; returns whether that was necessary."""
    path, line = folder / ".gitignore", f"{FOLDER}/"
    known = path.read_text(encoding="utf-8") if path.is_file() else ""
    if line in (each.strip() for each in known.splitlines()):
        return False
    separator = "" if not known or known.endswith("\n") else "\n"
    write_atomically(path, f"{known}{separator}{line}\n".encode())
    return True
