"""An error in words: the section of the manual's page on errors."""

from __future__ import annotations

import re
import textwrap
from functools import cache
from typing import Any

from assay.documents.shipped import shipped_folder
from assay.options.flags import WIDTH

PAGE = "troubleshooting.md"
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


@cache
def error_sections() -> dict[str, str]:
    """Each section of the page by its heading, as Markdown."""
    text = (shipped_folder("docs") / PAGE).read_text(encoding="utf-8")
    return {head: body.strip() for head, body in re.findall(r"(?ms)^## (\S+)\n(.*?)(?=^## |\Z)", text)}


def error_titles() -> dict[str, str]:
    """The first sentence of each section."""
    return {name: " ".join(text.partition("\n\n")[0].split()).partition(". ")[0] for name, text in _plain().items()}


def _plain() -> dict[str, str]:
    return {name: _LINK.sub(r"\1", text) for name, text in error_sections().items()}


def error_document(name: str) -> dict[str, Any]:
    """The section as data."""
    return {"error": {"id": name, "text": error_sections()[name]}}


def error_lines(name: str) -> list[str]:
    """The section as lines of text; a link is shown by its words."""
    lines = [f"{name}: an error of Assay", ""]
    for block in re.split(r"\n(?=- )|\n\n", _plain()[name]):
        item = block.startswith("- ")
        before = lines[-1] if lines else ""
        lines += [""] if before and not (item and before.startswith(("- ", "  "))) else []
        lines += textwrap.wrap(" ".join(block.split()), WIDTH, subsequent_indent="  " if item else "")
    return lines
