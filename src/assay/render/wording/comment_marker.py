"""The hidden line that identifies a comment."""

from __future__ import annotations

import hashlib
import re

_MOST_MARKED = 160


_UNSAFE = re.compile(rb"[^a-z0-9/-]|(?<=-)-|-\Z|\A-")


def marker(model: str, stage: str) -> str:
    """The hidden first line that identifies a comment: `<!-- assay:<model>:<stage> -->`.

    Names that no manifest allows are percent-encoded, or digested if they are long, so that no two lines are the same.
    """
    return f"<!-- assay:{_marked(model)}:{_marked(stage)} -->"


def _marked(name: str) -> str:
    encoded = _UNSAFE.sub(lambda found: f"%{found.group()[0]:02x}".encode(), name.encode()).decode()
    return encoded if len(encoded) <= _MOST_MARKED else hashlib.sha256(name.encode()).hexdigest()
