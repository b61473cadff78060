"""Check a dossier again: every page's digest, the decision by judging anew, and the signatures by a key."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

from pydantic import Field

from assay.commands.parts.dossiers import locate_dossier
from assay.edges.signing.trust import Trust
from assay.edges.signing.trust_file import load_trust
from assay.edges.store import Dossier
from assay.errors import CLOSED, OPEN, PageError
from assay.pages import Decision
from assay.steps import decide
from assay.steps.releasing.checksums import hold_checksums
from assay.steps.verifying.faces import hold_faces
from assay.steps.verifying.holding import Held, hold_dossier
from assay.steps.verifying.signatures import hold_signatures, is_signed

POSITIONAL = ("folder",)


class Options(decide.Options):
    """Options of `verify`: those of `decide`, how much to do again, and whose signatures count."""

    folder: Path | None = Field(None, description="The dossier; left out: the one of the manifest and stage.")
    recollect: bool = Field(default=False, description="Measure again from data and predictions as well.")
    key: str | None = Field(
        None,
        description="Public key of the signer, a certificate, or a trust file of keys, as a file or env:NAME; unsigned "
        "dossiers are then refused.",
    )


def run(options: Options) -> int:
    """Prints what was checked; 0 only if all of it holds and the gate is open, 1 if it holds and the gate is closed."""
    located = options if options.folder is None else options.model_copy(update={"dossier": options.folder})
    dossier = locate_dossier(located)
    key = None if options.key is None else load_trust(options.key)
    engine = options.engine_wanted()
    held = hold_dossier(dossier, engine, recollect=options.recollect)
    decision = held.pages.decision
    if decision is None:
        raise PageError("The dossier has no decision.")
    named = options.folder is not None or options.dossier is not None
    if not named and decision.stage != options.stage:
        raise PageError(f"The dossier judged for the stage `{decision.stage}`, not for `{options.stage}`.")
    if options.expect is not None and decision.digest() != options.expect:
        raise PageError(f"The decision is {decision.digest()}, but {options.expect} was expected.")
    shown = (*hold_faces(dossier, held.pages), *hold_checksums(dossier.folder))
    said = [*held.said, *shown, *_signatures(dossier, held, key)]
    ended = _ended_waivers(decision)
    verdict = "closed" if ended else decision.verdict
    if options.format == "json":
        report = {"holds": True, "verdict": verdict, "signatures_checked": key is not None, "checked": [*said, *ended]}
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        about = f"{decision.model} → {decision.stage} as of {decision.as_of}"
        sys.stdout.write("\n".join([*said, *ended, f"The dossier holds; the gate is {verdict}: {about}.\n"]))
    return OPEN if verdict == "open" else CLOSED


def _ended_waivers(decision: Decision) -> tuple[str, ...]:
    """Waivers that the decision rests on and that have ended since: what they opened is closed today."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    waived = [(ruling.policy, ruling.waiver) for ruling in decision.rulings if ruling.effect == "block"]
    return tuple(
        f"the waiver of {policy} ended on {waiver.expires}"
        for policy, waiver in waived
        if waiver and waiver.expires < today
    )


def _signatures(dossier: Dossier, held: Held, key: Trust | None) -> tuple[str, ...]:
    if key is not None:
        return hold_signatures(dossier, held.pages, key, now=datetime.datetime.now(datetime.UTC))
    if is_signed(dossier):
        return ("signatures were not checked: name the signer's public key with --key",)
    return ("the dossier is not signed",)
