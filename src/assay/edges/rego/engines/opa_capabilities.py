"""The capabilities of OPA: everything except access to the outside."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from assay.edges.rego.archive import write_folder
from assay.edges.rego.batch import parse_object
from assay.edges.rego.bundle import Bundle
from assay.edges.rego.engines.opa_errors import show_errors
from assay.edges.rego.portable_builtins import reason_against
from assay.edges.rego.processes import EngineLimits, Finished, Stopped, run_bounded, scratch_folder
from assay.edges.rego.refusals import FORBIDDEN_BUILTINS

CAPABILITIES, BUNDLE = "capabilities.json", "bundle"
_FEATURES_OF_OPA = ("template_strings",)
_MAX_OUTPUT = 4 * 1024 * 1024


def write_capabilities(opa: str, folder: Path, limits: EngineLimits, *, pinned: bool) -> Stopped | None:
    """Writes what this OPA may do: the built-ins that every engine evaluates alike, and no host to fetch schemas from.

    If only OPA judges (`pinned`), it may use every built-in that is neither forbidden nor known to be wrong.
    """
    larger = dataclasses.replace(limits, output_bytes=_MAX_OUTPUT)
    run = run_bounded([opa, "capabilities", "--current"], content=b"", folder=folder, limits=larger)
    found = parse_object(run.output) if isinstance(run, Finished) else None
    builtins = found.get("builtins") if found else None
    if found is None or not isinstance(builtins, list):
        return Stopped(reason="OPA does not report its capabilities, so they cannot be limited.")
    kept = [one for one in builtins if isinstance(one, dict) and _is_allowed(str(one.get("name")), pinned=pinned)]
    features = [each for each in found.get("features") or () if each not in _FEATURES_OF_OPA]
    text = json.dumps({**found, "builtins": kept, "features": features, "allow_net": []})
    (folder / CAPABILITIES).write_text(text, encoding="utf-8")
    return None


def refuse_beyond_capabilities(opa: str, bundle: Bundle, limits: EngineLimits) -> Stopped | None:
    """Why a bundle must not go to a server, which has no capabilities file; None if it may."""
    with scratch_folder() as folder:
        unfit = write_capabilities(opa, folder, limits, pinned=bundle.pinned)
        if unfit is not None:
            return unfit
        write_folder(bundle, folder / BUNDLE)
        command = [opa, "check", "--format=json", f"--capabilities={CAPABILITIES}", "--bundle", BUNDLE]
        run = run_bounded(command, content=b"", folder=folder, limits=limits)
    if isinstance(run, Stopped):
        return run
    return None if run.code == 0 else Stopped(reason=show_errors(parse_object(run.errors) or {}))


def _is_allowed(name: str, *, pinned: bool) -> bool:
    return not name.startswith(FORBIDDEN_BUILTINS) and reason_against(name, pinned=pinned) is None
