"""Reads policies with regorus and gives their syntax trees: a script of the standard library and regorus.

Run as `python -I -B syntax_child.py`. Reads one JSON object: `files`, each a path and its text; writes one with the
syntax tree or the error of each. Nothing is evaluated.
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
    """Reads the files, writes the trees."""
    asked = json.loads(sys.stdin.buffer.read())
    regorus = importlib.import_module("regorus")
    json.dump({"trees": [read(regorus, path, text) for path, text in asked["files"]]}, sys.stdout)


main()
