"""Parses policies with regorus and prints their syntax trees: a script that imports only regorus.

Run as `python -I -B syntax_child.py`. It reads one JSON object, whose `files` are pairs of path and text, and writes
one with a syntax tree or an error for each. It evaluates nothing.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any


def read(regorus: Any, path: str, text: str) -> dict[str, Any]:
    """The syntax tree of one file, or the error."""
    engine = regorus.Engine()
    try:
        engine.add_policy(path, text)
        return {"tree": json.loads(engine.get_ast_as_json())[0]["ast"]}
    except (RuntimeError, ValueError) as error:
        return {"error": str(error)}


def main() -> None:
    """Reads the files and writes the trees."""
    asked = json.loads(sys.stdin.buffer.read())
    regorus = importlib.import_module("regorus")
    json.dump({"trees": [read(regorus, path, text) for path, text in asked["files"]]}, sys.stdout)


main()
