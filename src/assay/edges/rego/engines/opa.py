"""The OPA binary: `opa eval`, run once per batch, without access to the outside world."""

from __future__ import annotations

import dataclasses
import re
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assay.edges.rego import asking_module
from assay.edges.rego.archive import write_folder
from assay.edges.rego.batch import evaluate_batch, parse_object, shorten
from assay.edges.rego.bundle import Bundle
from assay.edges.rego.engines.opa_capabilities import BUNDLE, CAPABILITIES, write_capabilities
from assay.edges.rego.engines.opa_errors import show_errors
from assay.edges.rego.processes import EngineLimits, Finished, Stopped, run_bounded, scratch_folder
from assay.edges.rego.queries import Answer, Query, answer_from
from assay.edges.rego.shared_inputs import SharedInputs, share
from assay.errors import EngineError

FLOOR = (1, 20, 1)
"""Older versions compare wrongly: up to 1.19.1 `1 >= 100.0` is true, and 1.20.0 panics on `0.0 >= 0.7`."""

# The Go runtime reserves far more address space than it uses, so this stops only runaways.
OPA_LIMITS = EngineLimits(memory_bytes=4 * 1024**3)
ASKING = "asking.rego"
_VERSION = re.compile(r"^Version:\s*v?(\d+)\.(\d+)\.(\d+)(\S*)\s*$", re.MULTILINE)
_HOW = "Get OPA from https://www.openpolicyagent.org/docs#1-download-opa, or choose `--engine regorus` for a dry run."


@dataclasses.dataclass(frozen=True, kw_only=True)
class Opa:
    """An OPA binary that is new enough."""

    path: str
    version: str
    limits: EngineLimits = OPA_LIMITS
    name: str = "opa"

    def evaluate(self, bundle: Bundle, queries: Sequence[Query]) -> tuple[Answer, ...]:
        """One answer per query, in order."""
        return evaluate_batch(bundle, queries, self._attempt)

    def _attempt(self, bundle: Bundle, queries: Sequence[Query]) -> tuple[Answer, ...] | Stopped:
        shared, nonce = share(bundle, queries), secrets.token_hex(16)
        with scratch_folder() as folder:
            unfit = write_capabilities(self.path, folder, self.limits, pinned=bundle.pinned)
            if unfit is not None:
                return unfit
            write_folder(bundle, folder / BUNDLE)
            (folder / ASKING).write_text(asking_module.answers(shared), encoding="utf-8")
            flags = ["--format=json", "--stdin-input", "--strict-builtin-errors", f"--capabilities={CAPABILITIES}"]
            flags += [f"--timeout={self.limits.cpu_seconds}s", f"--bundle={BUNDLE}", f"--data={ASKING}"]
            command = [
                self.path,
                "eval",
                *flags,
                f'{{"nonce": "{nonce}", "answers": data.{asking_module.PACKAGE}.answers}}',
            ]
            run = run_bounded(command, content=shared.content({}), folder=folder, limits=self.limits)
        return run if isinstance(run, Stopped) else _answers(run, shared, nonce)


def find_opa(wanted: str | None) -> Opa | None:
    """The OPA binary at a path or by name, else `opa` on PATH; None if none is named and none is there.

    Raises EngineError for a named binary that is missing, and for one that is too old or not OPA.
    """
    path = shutil.which(wanted or "opa")
    if path is None:
        if wanted:
            raise EngineError(f"`{wanted}` does not exist or cannot be run.", hint=_HOW)
        return None
    absolute = str(Path(path).absolute())
    with scratch_folder() as folder:
        run = run_bounded([absolute, "version"], content=b"", folder=folder, limits=OPA_LIMITS)
    found = None if isinstance(run, Stopped) else _VERSION.search(run.output.decode("utf-8", "replace"))
    if found is None:
        raise EngineError(f"{absolute} does not report a version of OPA.", hint=_HOW)
    version = f"{found[1]}.{found[2]}.{found[3]}{found[4]}"
    require_floor(version, absolute)
    return Opa(path=absolute, version=version)


def require_floor(version: str, where: str) -> None:
    """Raises EngineError for an OPA below the oldest allowed version, or with an unreadable version."""
    found = re.fullmatch(r"v?(\d+)\.(\d+)\.(\d+)(\S*)", version)
    numbers = tuple(int(part) for part in found.groups()[:3]) if found else (0, 0, 0)
    early = found is not None and numbers == FLOOR and found[4].startswith("-")
    if numbers < FLOOR or early:
        needed = ".".join(str(part) for part in FLOOR)
        raise EngineError(f"{where} is OPA {version or 'unknown'}; Assay needs {needed} or later.", hint=_HOW)


def _answers(run: Finished, shared: SharedInputs, nonce: str) -> tuple[Answer, ...] | Stopped:
    document = parse_object(run.output)
    if document is None:
        # More lines of a crash contain addresses, which differ from run to run.
        said = shorten(run.errors.decode("utf-8", "replace").strip().partition("\n")[0]) or "it said nothing"
        return Stopped(reason=f"OPA did not answer in JSON: {said}.")
    if document.get("errors") or run.code != 0:
        return Stopped(reason=show_errors(document))
    try:
        value = document["result"][0]["expressions"][0]["value"]
        if value["nonce"] != nonce:
            return Stopped(reason="OPA answered a different question.")
        return shared.answers([_documents(value["answers"][str(number)]) for number in range(len(shared.groups))])
    except (KeyError, IndexError, TypeError, ValueError):
        return Stopped(reason="OPA's answer does not have the expected form.")


def _documents(pairs: list[tuple[str, Any]]) -> dict[str, Answer]:
    return {policy: answer_from(policy, document) for policy, document in pairs}
