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
from assay.steps.signing.signatures import is_signed, signer_of, verify_signatures
from assay.steps.verifying.checksums import verify_checksums
from assay.steps.verifying.dossier_verification import VerifiedDossier, verify_dossier
from assay.steps.verifying.renderings import verify_renderings
from assay.steps.verifying.verification_report import Verification, combine

GROUP = "look"
POSITIONAL = ("folder",)


class Options(EngineOptions):
    """Options of `verify`: those of `decide`, what to do again, and whose signatures count."""

    folder: Path | None = Field(
        None, description="Folder of the dossier. Optional; default: the dossier of the manifest and stage."
    )
    recollect: bool = Field(default=False, description="Measure again from data and predictions as well.")
    key: str | None = Field(
        None,
        description="Public key, certificate or trust file to verify the signatures with: a file or env:NAME; or the "
        "address of the GitHub workflow that signed. Unsigned dossiers are then refused.",
    )


def run(options: Options) -> int:
    """Prints what was checked; returns 0 if the gate of a valid dossier is open, 1 if it is closed."""
    located = options if options.folder is None else options.model_copy(update={"dossier": options.folder})
    dossier = locate_dossier(located)
    key = None if options.key is None else load_trust(options.key)
    engine = options.engine_wanted()
    verified = verify_dossier(dossier, engine, recollect=options.recollect)
    decision = verified.pages.decision
    if decision is None:
        raise PageError("The dossier has no decision.")
    # A stage that is given with a folder is asked about; only without both is it the folder's to say.
    asked = "stage" in options.model_fields_set or (options.folder is None and options.dossier is None)
    if asked and decision.stage != options.stage:
        raise PageError(f"The dossier is for the stage `{decision.stage}`, not for `{options.stage}`.")
    if options.expect is not None and decision.digest() != options.expect:
        raise PageError(f"The decision is {decision.digest()}, but {options.expect} was expected.")
    files = (*verify_renderings(dossier, verified.pages), *verify_checksums(dossier.folder))
    pages = Verification(checked=(*verified.checked, *files), unknown=verified.unknown)
    found = combine([pages, _signatures(dossier, verified, key), _origin(dossier, options.key)])
    valid, expired = _waivers(decision)
    verdict = "closed" if expired else decision.verdict
    checked = [*found.checked, *valid, *expired]
    if options.format == "json":
        known = {"holds": True, "verdict": verdict, "signatures_checked": key is not None}
        report = {**known, "checked": checked, "unknown": list(found.unknown)}
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        about = f"{decision.model} → {decision.stage} as of {decision.as_of}"
        unknown = ["Not verified:", *(f"  {sentence}" for sentence in found.unknown)] if found.unknown else []
        sys.stdout.write("\n".join([*checked, *unknown, f"The dossier is valid; the gate is {verdict}: {about}.\n"]))
    return OPEN if verdict == "open" else CLOSED


def _waivers(decision: Decision) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences on the decision's waivers: those that are valid, and those that expired and so close the gate."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    waived = [(each.policy, each.waiver) for each in decision.rulings if each.effect == "block" and each.waiver]
    valid = (f"the waiver of {policy} is valid until {by.expires}" for policy, by in waived if by.expires >= today)
    expired = (f"the waiver of {policy} expired on {by.expires}" for policy, by in waived if by.expires < today)
    return tuple(valid), tuple(expired)


def _signatures(dossier: DossierFolder, verified: VerifiedDossier, key: Trust | None) -> Verification:
    if key is not None:
        checked = verify_signatures(dossier, verified.pages, key, now=datetime.datetime.now(datetime.UTC))
        if signer_of(dossier, key).is_keyless:
            return Verification(checked=checked)
        return Verification(checked=checked, unknown=("the time of the signature: only the signer's clock gave it",))
    if is_signed(dossier):
        return Verification(unknown=("the signatures: give the signer's public key with --key to verify them",))
    return Verification(unknown=("the author of the dossier: it is not signed",))


def _origin(dossier: DossierFolder, named: str | None) -> Verification:
    """A sentence on a key beside the dossier: who changed the dossier could have changed the key."""
    if named is None or "-----BEGIN" in named or named.startswith(("env:", "https://")):
        return Verification()
    path = Path(os.path.realpath(named))
    if not path.is_relative_to(dossier.root):
        return Verification()
    sentence = f"the origin of {path.relative_to(dossier.root)}: the key lies beside the dossier or in its repository"
    return Verification(unknown=(f"{sentence}, so the author of the dossier could have replaced it",))
