"""Evaluates policies with regorus; uses only the standard library and regorus.

Run as `python -I -B regorus_child.py`. Reads one JSON object: `nonce`, the `builtins` that policies may call, and
`policies`, each with its `query`, `files` (path and text), `data` and `inputs`; writes one with the nonce, and per
policy its documents or an error. Numbers of seconds and bytes are limited by whoever starts it.
"""

from __future__ import annotations

import functools
import importlib
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def evaluate(regorus: Any, policy: dict[str, Any], read: Callable[[str, str], None]) -> list[dict[str, Any]]:
    """One document or error per input of a policy; `read` raises an error for a file that is refused."""
    engine = regorus.Engine()
    try:
        for path, text in policy["files"]:
            read(path, text)
            engine.add_policy(path, text)
        engine.add_data_json(json.dumps(policy["data"]))
    except (RuntimeError, ValueError) as error:
        return [{"error": str(error)}] * len(policy["inputs"])
    return [ask(engine, policy["query"], asked) for asked in policy["inputs"]]


def reader(regorus: Any, builtins: frozenset[str]) -> Callable[[str, str], None]:
    """Looks at the calls of each file once, however many policies share it."""

    @functools.cache
    def read(path: str, text: str) -> None:
        engine = regorus.Engine()
        engine.add_policy(path, text)
        for module in json.loads(engine.get_ast_as_json()):
            refuse_unknown(module, builtins)

    return read


def refuse_unknown(module: dict[str, Any], builtins: frozenset[str]) -> None:
    """Raises ValueError for a call of what is neither a rule nor a built-in that may be called."""
    own = {name_of(rule)[0] for rule in module["ast"]["rules"]}
    text = module["source"]["contents"].encode()
    spans = [each.get("as") for each in module["ast"]["imports"]]
    imported = {name_of(each)[-1] for each in module["ast"]["imports"]}
    imported |= {text[span["start"] : span["end"]].decode() for span in spans if span}
    pending: list[Any] = [module["ast"]["rules"]]
    while pending:
        found = pending.pop()
        pending += found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
        if isinstance(found, dict) and isinstance(found.get("Call"), dict):
            name = name_of({"refr": found["Call"]["fcn"]})
            if name[0] not in {"data", *own, *imported} and ".".join(name) not in builtins:
                line = found["Call"]["span"]["line"]
                raise ValueError(f"{module['source']['file']}:{line}: `{'.'.join(name)}` may not be called")


def name_of(node: Any) -> list[str]:
    """The names of a rule's head, or of a reference, as far as they are spelled out."""
    while "refr" not in node and "Var" not in node:
        node = node["head"] if "head" in node else next(iter(node.values()))
    names: list[str] = []
    node = node.get("refr", node)
    while "Var" not in node:
        ((kind, body),) = node.items()
        if kind not in ("RefDot", "RefBrack"):
            return ["", *names[::-1]]
        names.append(body["field"][1] if kind == "RefDot" else "*")
        node = body["refr"]
    return [node["Var"]["value"], *names[::-1]]


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
    read = reader(regorus, frozenset(asked["builtins"]))
    answers = {name: evaluate(regorus, policy, read) for name, policy in asked["policies"].items()}
    json.dump({"nonce": asked["nonce"], "answers": answers}, sys.stdout)


main()
