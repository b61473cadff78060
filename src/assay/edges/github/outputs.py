"""The job's outputs and its summary: files that the runner reads."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from assay.edges.github.client import GitHubError
from assay.edges.github.posted_text import MOST_IN_SUMMARY, WITHHELD, HarmfulTextError, require_harmless

MAX_SUMMARY = 1_000_000
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def write_outputs(environment: Mapping[str, str], values: Mapping[str, str]) -> bool:
    """Appends outputs to GITHUB_OUTPUT, and whether there is one; no value can end its own block (F21, G4)."""
    path = environment.get("GITHUB_OUTPUT", "")
    if not path:
        return False
    lines = []
    for name, value in values.items():
        if not _NAME.fullmatch(name):
            raise GitHubError(f"`{name}` cannot be the name of an output.", kind="invalid")
        delimiter = f"assay_{secrets.token_hex(16)}"
        # The runner also ends lines at a carriage return, which no output needs.
        lines.append(f"{name}<<{delimiter}\n{value.replace(chr(13), ' ')}\n{delimiter}\n")
    _append(Path(path), "".join(lines), "GITHUB_OUTPUT")
    return True


def write_summary(environment: Mapping[str, str], text: str, *, limit: int = MAX_SUMMARY) -> bool:
    """Appends Markdown to the job's summary and says whether there is one; cut at a line where it is too long.

    If the text contains markup that no renderer writes, it writes a fixed text instead and raises HarmfulTextError.
    """
    path = environment.get("GITHUB_STEP_SUMMARY", "")
    if not path:
        return False
    shown = cut(text, limit)
    try:
        require_harmless(shown, what="summary", most=MOST_IN_SUMMARY)
    except HarmfulTextError:
        _append(Path(path), WITHHELD + "\n", "GITHUB_STEP_SUMMARY")
        raise
    _append(Path(path), shown + "\n", "GITHUB_STEP_SUMMARY")
    return True


def cut(text: str, limit: int) -> str:
    """A text of at most `limit` bytes, cut at the end of a line with a note."""
    content = text.encode(errors="replace")
    if len(content) <= limit:
        return content.decode()
    note = "\n\nCut here, because GitHub shows no more; the dossier has the full text.\n"
    kept = content[: limit - len(note.encode())].decode(errors="ignore")
    return kept[: kept.rfind("\n") + 1 or None].rstrip("\n") + note


def _append(path: Path, text: str, name: str) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
    except OSError as error:
        raise GitHubError(f"The file of {name} could not be written: {error.strerror}.", kind="invalid") from error
