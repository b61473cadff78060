"""Evaluates policies with regorus; uses only the standard library and regorus.

Run as `python -I -B regorus_child.py`. Reads one JSON object: `nonce`, the `builtins` that policies may call, `files`
(path and text), `data`, `policies` (for each its own files and data), `values` (JSON texts), and `groups`: each with
the `shape` of its input, whose numbers are those of values, its `policies`, and the `query` for all their documents.
Writes one object with the nonce, and for each group a document or an error per policy; no entry is undefined. Numbers
of seconds and bytes are limited by whoever starts it.
"""

from __future__ import annotations

import functools
import importlib
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def evaluate_together(regorus: Any, asked: dict[str, Any], inputs: list[str], read: Callable[[str, str], None]) -> Any:
    """The documents of each group by policy, from one engine that has all files; raises an error of any policy."""
    engine = started(regorus, asked["files"], asked["data"], read)
    engine.add_policy("asking.rego", asked["asking"])
    found = []
    for group, given in zip(asked["groups"], inputs):  # noqa: B905 - Python 3.8
        pairs = ask(engine, group["query"], given)
        found.append({policy: {"document": document} for policy, document in pairs})
    return found


def evaluate_apart(regorus: Any, asked: dict[str, Any], inputs: list[str], read: Callable[[str, str], None]) -> Any:
    """The same, from an engine for each policy, so that the right one has the error."""
    found: list[dict[str, Any]] = [{} for _ in inputs]
    for policy, own in asked["policies"].items():
        asking = [number for number, group in enumerate(asked["groups"]) if policy in group["policies"]]
        try:
            engine = started(regorus, [asked["files"][number] for number in own["files"]], own["data"], read)
        except (RuntimeError, ValueError) as error:
            for number in asking:
                found[number][policy] = {"error": str(error)}
            continue
        for number in asking:
            try:
                found[number][policy] = {"document": ask(engine, "data." + policy.replace("/", "."), inputs[number])}
            except (RuntimeError, ValueError) as error:
                found[number][policy] = {"error": str(error)}
    return found


def started(regorus: Any, files: list[Any], data: Any, read: Callable[[str, str], None]) -> Any:
    """An engine with some files and data; `read` raises an error for a file that is refused."""
    engine = regorus.Engine()
    for path, text in files:
        read(path, text)
        engine.add_policy(path, text)
    engine.add_data_json(json.dumps(data))
    return engine


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


def ask(engine: Any, query: str, given: str) -> Any:
    """The value of a query for one input; raises ValueError if it is undefined."""
    engine.set_input_json(given)
    results = json.loads(engine.eval_query_as_json(query)).get("result")
    if not results:
        raise ValueError("undefined")
    return results[0]["expressions"][0]["value"]


def written(shape: dict[str, Any], values: list[str]) -> str:
    """An input as JSON, put together from texts."""
    fields = []
    for name, value in shape.items():
        text = written(value, values) if isinstance(value, dict) else values[value]
        fields.append(f"{json.dumps(name)}:{text}")
    return "{" + ",".join(fields) + "}"


def main() -> None:
    """Reads the questions, writes the answers."""
    asked = json.loads(sys.stdin.buffer.read())
    regorus = importlib.import_module("regorus")
    read = reader(regorus, frozenset(asked["builtins"]))
    inputs = [written(group["shape"], asked["values"]) for group in asked["groups"]]
    try:
        answers = evaluate_together(regorus, asked, inputs, read)
    except (RuntimeError, ValueError):
        answers = evaluate_apart(regorus, asked, inputs, read)
    json.dump({"nonce": asked["nonce"], "answers": answers}, sys.stdout)


main()
