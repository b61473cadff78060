"""Verify a dossier, then sign its card and its decision."""

from __future__ import annotations

import datetime
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from assay import DISTRIBUTION
from assay.commands.parts.dossier_location import locate_dossier
from assay.edges.attestation.envelope import MAX_BUNDLE_BYTES, read_envelope
from assay.edges.attestation.keys import PASSWORD, SigningKey
from assay.edges.attestation.signing_keys import load_signer
from assay.edges.files import read_beneath
from assay.errors import CLOSED, OPEN, PageError
from assay.steps.deciding.engine_options import EngineOptions
from assay.steps.signing.signatures import TIME_FORMAT, sign_dossier, verify_after_decision
from assay.steps.signing.statements import DECISION_BUNDLE
from assay.steps.verifying.dossier_verification import verify_dossier

GROUP = "release"
POSITIONAL = ("folder",)


def _time(text: str) -> str:
    try:
        return datetime.datetime.strptime(text, TIME_FORMAT).replace(tzinfo=datetime.UTC).strftime(TIME_FORMAT)
    except ValueError as error:
        raise ValueError("expected a UTC time such as 2026-11-20T12:00:00Z") from error


class Options(EngineOptions):
    """Options of `sign`: those of `decide`, because only what is judged again is signed."""

    folder: Path | None = Field(
        None, description="Folder of the dossier. Optional; default: the dossier of the manifest and stage."
    )
    key: str = Field(
        description=f"Private key (ECDSA P-256 or Ed25519): a PEM file or env:NAME; its password is in {PASSWORD}. Or "
        "`keyless`: the job's own identity. Required."
    )
    time: Annotated[str, AfterValidator(_time)] | None = Field(
        None, description="Time of the signature in UTC, such as 2026-11-20T12:00:00Z. Optional; default: now."
    )


def run(options: Options) -> int:
    """Writes both bundles and prints their digests; returns 1 if the signed gate is closed."""
    located = options if options.folder is None else options.model_copy(update={"dossier": options.folder})
    dossier = locate_dossier(located)
    key = load_signer(options.key, os.environ.get(PASSWORD) or None)
    engine = options.engine_wanted()
    pages = verify_dossier(dossier, engine).pages
    decision = pages.decision
    if decision is None:
        raise PageError("The dossier has no decision.")
    if options.expect is not None and decision.digest() != options.expect:
        raise PageError(f"The decision is {decision.digest()}, but {options.expect} was expected.")
    time = options.time or datetime.datetime.now(datetime.UTC).strftime(TIME_FORMAT)
    verify_after_decision(pages, datetime.datetime.strptime(time, TIME_FORMAT).replace(tzinfo=datetime.UTC))
    versions = {"assay": version(DISTRIBUTION), engine.name: engine.version}
    written = sign_dossier(dossier, pages, key, time=time, versions=versions)
    signer = read_envelope(read_beneath(dossier.folder, DECISION_BUNDLE, limit=MAX_BUNDLE_BYTES, error=PageError)).named
    if options.format == "json":
        report = {"verdict": decision.verdict, "key": signer, "time": time, "written": written}
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{name} {found}\n" for name, found in written.items()))
        kind = f"{key.public.scheme} key" if isinstance(key, SigningKey) else "identity"
        sys.stdout.write(f"Signed by the {kind} {signer}; the gate is {decision.verdict}.\n")
    return OPEN if decision.verdict == "open" else CLOSED
