"""Describes the interpreter that runs it: implementation, version and installed distributions, as JSON in a file.

This script uses only the standard library and runs as `python -s -B environment_child.py FILE`. The manifest names the
interpreter, so the script keeps to Python 3.8.
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and sys.path[0] == __file__.rpartition("/")[0]:
    del sys.path[0]

import json
import re
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

PATH_OUTSIDE = "a-path-outside-the-environment"
"""Stands in the list for folders that a path file names."""


def describe(root: str = "") -> dict[str, object]:
    """The implementation, the version, and the sorted names and versions of what is installed.

    Each comes with whether its code is in a folder of its own, where anybody edits it. What is in the folder `root` is
    left out.
    """
    found = set()
    for each in metadata.distributions():
        about: Any = each.metadata  # None if it is broken, on old versions
        name = str(about["Name"] or "") if about is not None else ""
        version = str(about["Version"] or "") if about is not None else ""
        place = _edited_place(each)
        if place is None or not (root and _is_beneath(place, root)):
            found.add((re.sub(r"[^A-Za-z0-9]+", "-", name).lower(), version, place is not None))
    if any(_is_named_elsewhere(path) and not (root and _is_beneath(_real(path), root)) for path in sys.path):
        found.add((PATH_OUTSIDE, "", True))
    return {
        "implementation": sys.implementation.name,
        "version": ".".join(map(str, sys.version_info[:3])),
        "distributions": sorted(found),
    }


def _edited_place(distribution: Any) -> str | None:
    """The folder of an editable installation; None for what is installed in the interpreter's own folders."""
    try:
        direct = json.loads(distribution.read_text("direct_url.json") or "{}")
    except ValueError:
        direct = {}
    if isinstance(direct, dict) and (direct.get("dir_info") or {}).get("editable") is True:
        return str(Path(url2pathname(urlsplit(str(direct.get("url"))).path)).resolve())
    place = _real(distribution.locate_file(""))
    return place if _is_named_elsewhere(place) else None


def _is_named_elsewhere(path: str) -> bool:
    """Whether a path is in none of the interpreter's own folders."""
    return not any(_is_beneath(_real(path), _real(own)) for own in (sys.prefix, sys.base_prefix))


def _real(path: Any) -> str:
    return str(Path(str(path)).resolve())


def _is_beneath(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(describe(*sys.argv[2:3])), encoding="utf-8")
