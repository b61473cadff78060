"""An OPA server, asked through opa-python-client: one started with the bundle, or a running one."""

from __future__ import annotations

import dataclasses
import importlib.util
import ipaddress
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assay.canonical import canonical
from assay.edges.rego.batch import evaluate_batch, parse_object, shorten
from assay.edges.rego.bundle import Bundle
from assay.edges.rego.engines.opa import OPA_LIMITS, find_opa, require_floor
from assay.edges.rego.engines.opa_capabilities import refuse_beyond_capabilities
from assay.edges.rego.engines.opa_errors import show_errors
from assay.edges.rego.engines.opa_process import HOST, serve
from assay.edges.rego.processes import EngineLimits, Stopped, run_bounded, scratch_folder
from assay.edges.rego.queries import Answer, Query, answer_from, unanswered
from assay.errors import EngineError, install_hint

_CHILD = Path(__file__).with_name("opa_client_child.py")
_MEMORY = 1024**3
_PARAMETERS = {"strict-builtin-errors": "true", "provenance": "true"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Address:
    """The address of a server."""

    host: str
    port: int
    ssl: bool = False
    own: bool = False

    def __str__(self) -> str:
        """The server's name in sentences; our own has a different port each time."""
        address = f"{'https' if self.ssl else 'http'}://{self.host}:{self.port}"
        return "The OPA server" if self.own else f"The OPA server at {address}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class OpaServer:
    """A running server at an address, or a binary that starts one for each batch."""

    where: Address | str
    version: str
    limits: EngineLimits = OPA_LIMITS
    request_seconds: float = 5.0
    name: str = "opa-server"

    def evaluate(self, bundle: Bundle, queries: Sequence[Query]) -> tuple[Answer, ...]:
        """One answer per query, in order, each from a server that has exactly this bundle."""
        return evaluate_batch(bundle, queries, self._attempt, apart=isinstance(self.where, str))

    def _attempt(self, bundle: Bundle, queries: Sequence[Query]) -> tuple[Answer, ...] | Stopped:
        if isinstance(self.where, Address):
            return self._ask(self.where, bundle, queries)
        beyond = refuse_beyond_capabilities(self.where, bundle, self.limits)
        if beyond is not None:
            return beyond
        with serve(self.where, bundle, self.limits) as port:
            if isinstance(port, Stopped):
                return port
            return self._ask(Address(host=HOST, port=port, own=True), bundle, queries)

    def _ask(self, address: Address, bundle: Bundle, queries: Sequence[Query]) -> tuple[Answer, ...] | Stopped:
        questions = [[query.policy, query.input] for query in queries]
        answers = _send(address, questions, self.limits, self.request_seconds)
        if isinstance(answers, Stopped):
            return answers
        if len(answers) != len(queries):
            return Stopped(reason=f"{address} did not get every question.")
        return tuple(
            _answer(query.policy, found, address, bundle.digest) for query, found in zip(queries, answers, strict=True)
        )


def find_server(opa: str | None, url: str | None) -> OpaServer:
    """The server engine; raises EngineError if client, binary or server is missing or unsuitable."""
    if importlib.util.find_spec("opa_client") is None:
        raise EngineError("The OPA server engine needs opa-python-client.", hint=install_hint("opa-server"))
    if url is None:
        binary = find_opa(opa)
        if binary is None:
            raise EngineError("OPA is not on PATH, so no server can be started.")
        return OpaServer(where=binary.path, version=binary.version)
    address = _read_address(url)
    answers = _send(address, [["assay/version", {}]], OPA_LIMITS, OpaServer.request_seconds)
    if isinstance(answers, Stopped):
        raise EngineError(answers.reason)
    reported = _provenance(answers[0]) if answers else None
    if reported is None:
        reason = _reason(answers[0]) if answers else "no response."
        raise EngineError(f"{address} does not answer like OPA: {reason}")
    version = str(reported.get("version", ""))
    require_floor(version, str(address))
    return OpaServer(where=address, version=version)


def _read_address(url: str) -> Address:
    wrong = EngineError(f"`{url}` is not the URL of an OPA server; expected one such as http://127.0.0.1:8181.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or not plain:
        raise wrong
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise EngineError(f"`{url}` would use the network without encryption; use https.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Address(host=host, port=port or (443 if parts.scheme == "https" else 8181), ssl=parts.scheme == "https")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _send(
    address: Address, questions: list[list[Any]], limits: EngineLimits, seconds: float
) -> list[dict[str, Any]] | Stopped:
    """The client's answers; the client has its own process, so that a hanging server cannot block this one."""
    where = {"host": address.host, "port": address.port, "ssl": address.ssl}
    asked = {**where, "seconds": seconds, "parameters": _PARAMETERS, "questions": questions}
    with scratch_folder() as folder:
        run = run_bounded(
            [sys.executable, "-I", "-B", str(_CHILD)],
            content=canonical(asked),
            folder=folder,
            limits=dataclasses.replace(limits, memory_bytes=_MEMORY),
        )
    if isinstance(run, Stopped):
        return Stopped(reason=f"{address}: {run.reason}")
    document = parse_object(run.output) if run.code == 0 else None
    answers = document.get("answers") if document else None
    if not isinstance(answers, list) or not all(isinstance(answer, dict) for answer in answers):
        return Stopped(reason=f"{address}: its client failed.")
    return answers


def _answer(policy: str, found: dict[str, Any], address: Address, revision: str) -> Answer:
    """The answer in a response, only if the server reports that it has this bundle and no other."""
    reported = _provenance(found)
    if reported is None:
        return unanswered(policy, f"{address}: {_reason(found)}")
    bundles = reported.get("bundles")
    revisions = [one.get("revision") for one in bundles.values()] if isinstance(bundles, dict) else []
    if revisions != [revision]:
        loaded = ", ".join(str(one)[:80] for one in revisions) or "no bundle"
        return unanswered(policy, f"{address} has {loaded}; the plan names {revision}.")
    return answer_from(policy, found["response"].get("result"))


def _provenance(found: dict[str, Any]) -> dict[str, Any] | None:
    response = found.get("response")
    reported = response.get("provenance") if isinstance(response, dict) else None
    return reported if isinstance(reported, dict) else None


def _reason(found: dict[str, Any]) -> str:
    if "error" not in found:
        return "the response is not OPA's, or lacks its provenance."
    body = found.get("body")
    return f"{shorten(str(found['error']))}. {show_errors(body) if isinstance(body, dict) and body else ''}".rstrip()
