"""Verify a dossier: digests, decision, inputs and signatures.

It digests every page and input again, plans and judges again, and renders the card again. It lists what it verified
and what it could not.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
from pathlib import Path

from pydantic import Field

from assay.commands.parts.dossier_location import locate_dossier
from assay.dossier.pages import Decision
from assay.edges.attestation.trust import Trust
from assay.edges.attestation.trust_file import load_trust
from assay.edges.store import DossierFolder
from assay.errors import CLOSED, OPEN, PageError
from assay.steps.deciding.engine_options import EngineOptions
from assay.steps.signing.signatures import is_signed, verify_signatures
from assay.steps.verifying.checksums import verify_checksums
from assay.steps.verifying.dossier_verification import VerifiedDossier, verify_dossier
from assay.steps.verifying.renderings import verify_renderings
from assay.steps.verifying.verification_report import Verification, together

GROUP = "look"
POSITIONAL = ("folder",)


class Options(EngineOptions):
    """Options of `verify`: those of `decide`, how much to do again, and whose signatures count."""

    folder: Path | None = Field(
        None, description="Folder of the dossier. Optional; default: the dossier of the manifest and stage."
    )
    recollect: bool = Field(default=False, description="Measure again from data and predictions as well.")
    key: str | None = Field(
        None,
        description="Public key, certificate or trust file to verify the signatures with: a file or env:NAME. Unsigned "
        "dossiers are then refused.",
    )


def run(options: Options) -> int:
    """Prints what was checked; 0 only if all of it holds and the gate is open, 1 if it holds and the gate is closed."""
    located = options if options.folder is None else options.model_copy(update={"dossier": options.folder})
    dossier = locate_dossier(located)
    key = None if options.key is None else load_trust(options.key)
    engine = options.engine_wanted()
    held = verify_dossier(dossier, engine, recollect=options.recollect)
    decision = held.pages.decision
    if decision is None:
        raise PageError("The dossier has no decision.")
    named = options.folder is not None or options.dossier is not None
    if not named and decision.stage != options.stage:
        raise PageError(f"The dossier judged for the stage `{decision.stage}`, not for `{options.stage}`.")
    if options.expect is not None and decision.digest() != options.expect:
        raise PageError(f"The decision is {decision.digest()}, but {options.expect} was expected.")
    shown = (*verify_renderings(dossier, held.pages), *verify_checksums(dossier.folder))
    signatures = _signatures(dossier, held, key)
    told = together(
        [Verification(checked=(*held.said, *shown), unknown=held.unknown), signatures, _origin(dossier, options.key)]
    )
    standing, ended = _waivers(decision)
    verdict = "closed" if ended else decision.verdict
    checked = [*told.checked, *standing, *ended]
    if options.format == "json":
        known = {"holds": True, "verdict": verdict, "signatures_checked": key is not None}
        report = {**known, "checked": checked, "unknown": list(told.unknown)}
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        about = f"{decision.model} → {decision.stage} as of {decision.as_of}"
        unknown = ["Not known from this:", *(f"  {said}" for said in told.unknown)] if told.unknown else []
        sys.stdout.write("\n".join([*checked, *unknown, f"The dossier holds; the gate is {verdict}: {about}.\n"]))
    return OPEN if verdict == "open" else CLOSED


def _waivers(decision: Decision) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Waivers that the decision rests on: those in force, and those that ended, so that what they opened is closed."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    waived = [(each.policy, each.waiver) for each in decision.rulings if each.effect == "block" and each.waiver]
    standing = (
        f"the waiver of {policy} is in force until {by.expires}" for policy, by in waived if by.expires >= today
    )
    ended = (f"the waiver of {policy} ended on {by.expires}" for policy, by in waived if by.expires < today)
    return tuple(standing), tuple(ended)


def _signatures(dossier: DossierFolder, held: VerifiedDossier, key: Trust | None) -> Verification:
    if key is not None:
        said = verify_signatures(dossier, held.pages, key, now=datetime.datetime.now(datetime.UTC))
        return Verification(
            checked=said, unknown=("whether the signer's clock was right: the time is the signer's own word",)
        )
    if is_signed(dossier):
        return Verification(
            unknown=("who made it: signatures were not checked: name the signer's public key with --key",)
        )
    return Verification(unknown=("who made it: the dossier is not signed",))


def _origin(dossier: DossierFolder, named: str | None) -> Verification:
    """A key that lies in what is judged says nothing of those who could have changed both."""
    if named is None or "-----BEGIN" in named or named.startswith("env:"):
        return Verification()
    path = Path(os.path.realpath(named))
    if not path.is_relative_to(dossier.root):
        return Verification()
    said = f"whether {path.relative_to(dossier.root)} is to be trusted: it lies in this checkout"
    return Verification(unknown=(f"{said}, so whoever changed the one can have changed the other",))
