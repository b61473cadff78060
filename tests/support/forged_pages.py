"""Pages that somebody changed, with every later page made to fit: what one without a key can do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assay.canonical import canonical, digest
from assay.dossier.pages import PAGES


def forge(dossier: Path, name: str, change: Callable[[Any], None]) -> None:
    """Changes a page, and makes every later page name the changed ones."""
    renamed: dict[bytes, bytes] = {}
    for kind in PAGES:
        path = dossier / f"{kind.name}.json"
        content = before = path.read_bytes()
        for old, new in renamed.items():
            content = content.replace(old, new)
        if kind.name == name:
            document = json.loads(content)
            change(document)
            content = canonical(document)
        renamed[digest(before).encode()] = digest(content).encode()
        path.write_bytes(content)
    for face in ("card.md", "card.html", "assay.sarif", "junit.xml"):
        (dossier / face).unlink(missing_ok=True)
