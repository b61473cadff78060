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


def describe() -> dict[str, object]:
    """The implementation, the version and the sorted names and versions of what is installed."""
    found = set()
    for each in metadata.distributions():
        about: Any = each.metadata  # None if it is broken, on old versions
        name = str(about["Name"] or "") if about is not None else ""
        version = str(about["Version"] or "") if about is not None else ""
        found.add((re.sub(r"[^A-Za-z0-9]+", "-", name).lower(), version))
    return {
        "implementation": sys.implementation.name,
        "version": ".".join(map(str, sys.version_info[:3])),
        "distributions": sorted(found),
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(describe()), encoding="utf-8")
