"""Evaluates policies with regorus; uses only the standard library and regorus.

Run as `python -I -B regorus_child.py`. Reads one JSON object: `nonce`, and `policies`, each with its `query`, `files`
(path and text), `data` and `inputs`; writes one with the nonce, and per policy its documents or an error. Numbers of
seconds and bytes are limited by whoever starts it.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any


def evaluate(regorus: Any, policy: dict[str, Any]) -> list[dict[str, Any]]:
    """One document or error per input of a policy."""
    engine = regorus.Engine()
    try:
        for path, text in policy["files"]:
            engine.add_policy(path, text)
        engine.add_data_json(json.dumps(policy["data"]))
    except (RuntimeError, ValueError) as error:
        return [{"error": str(error)}] * len(policy["inputs"])
    return [ask(engine, policy["query"], asked) for asked in policy["inputs"]]


def ask(engine: Any, query: str, asked: Any) -> dict[str, Any]:
    """The document for one input, or the error."""
    try:
        engine.set_input_json(json.dumps(asked, ensure_ascii=False, allow_nan=False))
        results = json.loads(engine.eval_query_as_json(query)).get("result")
    except (RuntimeError, ValueError) as error:
        return {"error": str(error)}
    return {"document": results[0]["expressions"][0]["value"]} if results else {"error": "undefined"}


def main() -> None:
    """Reads the questions, writes the answers."""
    asked = json.loads(sys.stdin.buffer.read())
    regorus = importlib.import_module("regorus")
    answers = {name: evaluate(regorus, policy) for name, policy in asked["policies"].items()}
    json.dump({"nonce": asked["nonce"], "answers": answers}, sys.stdout)


main()
