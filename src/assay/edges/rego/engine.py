"""Choice of the engine that judges: OPA if there is one, else the embedded regorus."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from assay.edges.rego.queries import Answer, Engine, Query
from assay.errors import EngineError

__all__ = ["Answer", "Engine", "EngineName", "Query", "choose_engine"]

EngineName = Literal["auto", "opa", "opa-server", "regorus"]


def choose_engine(
    name: EngineName, *, opa: str | None = None, opa_url: str | None = None, lock: Path | None = None
) -> Engine:
    """The engine of a name; raises EngineError if it is missing, too old or contradicts the other options.

    `auto` is the server at `opa_url` if one is named, else the OPA binary at `opa` or on PATH, else regorus. An OPA
    that is too old or not in the `lock` is an error, never a reason to use another engine; and a lock excludes
    regorus, because only OPA can satisfy it.
    """
    if lock is not None and (name == "opa-server" or opa_url is not None):
        raise EngineError("A lock is for a binary of OPA, not for a server.", hint="Leave out --opa-lock.")
    if opa_url is not None and name not in ("auto", "opa-server"):
        raise EngineError(f"`--opa-url` names a server, but `--engine {name}` uses none.", hint="Leave one out.")
    if name == "opa-server" or opa_url is not None:
        from assay.edges.rego.engines.opa_server import find_server

        return find_server(opa, opa_url)
    if name != "regorus":
        from assay.edges.rego.engines.opa import find_opa

        found = find_opa(opa)
        if found is not None:
            if lock is not None:
                from assay.edges.rego.engines.opa_lock import require_lock

                require_lock(lock, found.path)
            return found
        if name == "opa" or lock is not None:
            raise EngineError("OPA is not on PATH.")
    from assay.edges.rego.engines.regorus import find_regorus

    return find_regorus()
