"""Asks an OPA server through opa-python-client; uses only the standard library and that client.

Run as `python -I -B opa_client_child.py`. Reads one JSON object: `host`, `port`, `ssl`, `seconds` (time-out of one
request), `parameters` of each request, and `questions` (package path and input each); writes one with a list of
`response` or `error`. Uploads nothing.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any


def ask(client: Any, request_error: type[Exception], asked: dict[str, Any], question: list[Any]) -> dict[str, Any]:
    """The server's response for one input, or the error."""
    package, given = question
    try:
        response = client.query_rule(given, package, query_params=asked["parameters"])
        json.dumps(response, allow_nan=False)
    except request_error as error:
        return explain(error)
    except (ValueError, RecursionError) as error:
        return {"error": f"the response cannot be read ({type(error).__name__})"}
    return {"response": response}


def explain(error: Exception) -> dict[str, Any]:
    """The error of a failed request; OPA puts its reasons into the body."""
    response = getattr(error, "response", None)
    if response is None:
        # The client's own messages contain addresses, which differ from run to run.
        return {"error": f"no response ({type(error).__name__})"}
    try:
        body = response.json()
    except ValueError:
        body = None
    return {"error": f"HTTP status {response.status_code}", "body": body if isinstance(body, dict) else {}}


def main() -> None:
    """Reads the questions, writes the answers."""
    asked = json.loads(sys.stdin.buffer.read())
    requests = importlib.import_module("requests")
    # A redirect would lose the question.
    requests.sessions.DEFAULT_REDIRECT_LIMIT = 0
    client = importlib.import_module("opa_client").OpaClient(
        host=asked["host"], port=asked["port"], ssl=asked["ssl"], retries=0, timeout=asked["seconds"]
    )
    answers = [ask(client, requests.RequestException, asked, question) for question in asked["questions"]]
    json.dump({"answers": answers}, sys.stdout)


main()
