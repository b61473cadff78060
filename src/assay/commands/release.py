"""Publish a registered version as a GitHub release.

Its assets are everything that is needed to verify the version: `assay verify` reads the downloaded folder.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from assay.commands.parts.dossier_location import locate_dossier
from assay.commands.parts.github_connection import connected
from assay.errors import OPEN, PageError, UsageError
from assay.ledger.tag_names import written_version
from assay.steps.deciding.engine_options import EngineOptions
from assay.steps.promoting.required_signatures import require_signed
from assay.steps.promoting.requirements import require_open
from assay.steps.releasing.assets import make_assets
from assay.steps.releasing.notes import release_text
from assay.steps.releasing.registered import find_registration, is_newest, is_prerelease, require_registered
from assay.steps.signing.statements import CARD_BUNDLE

if TYPE_CHECKING:
    from assay.edges.github.releases import Release

GROUP = "release"


class Options(EngineOptions):
    """Options of `release`: those of `decide`, because only what is judged again is released."""

    version: str = Field(description="Registered version to release, such as 1.2.3, or its tag. Required.")
    key: str | None = Field(
        None,
        description="Public key, certificate or trust file that the dossier's signatures must match: a file, "
        "`env:NAME` or text. Optional; default: signatures are not verified.",
    )
    fetch: bool = Field(default=False, description="Fetch the model's tags and ledger first.")
    remote: str = Field("origin", description="Git remote to fetch from.")
    allow_embedded_engine: bool = Field(
        default=False, description="Allow the embedded engine to judge the release if OPA is not installed."
    )


def run(options: Options) -> int:
    """Publishes the release, or finds it published by an identical earlier request; needs `contents: write`."""
    from assay.edges.github.releases import publish_release

    wanted = _wanted(options)
    done = publish_release(connected(os.environ), wanted)
    if options.format == "json":
        document = {"tag": wanted.tag, "page": done.page, "published": done.published, "uploaded": list(done.uploaded)}
        sys.stdout.write(json.dumps({**document, "assets": sorted(wanted.assets)}, indent=2) + "\n")
    else:
        outcome = "Released" if done.published else "Already released:"
        sys.stdout.write(f"{outcome} {wanted.title} with {len(wanted.assets)} assets: {done.page}\n")
    return OPEN


def _wanted(options: Options) -> Release:
    """The release of a dossier that is verified, open and registered; made without asking GitHub."""
    from assay.edges.github.releases import Release

    dossier, engine = locate_dossier(options), options.engine_wanted()
    pages = require_open(dossier, options.stage, engine, embedded=options.allow_embedded_engine).pages
    if pages.plan is None or pages.decision is None:
        raise PageError("The dossier has no decision.")
    version = _version(options.version, pages.plan.model)
    if options.expect is not None and pages.decision.digest() != options.expect:
        raise PageError(f"The decision is {pages.decision.digest()}, but {options.expect} was expected.")
    if options.fetch:
        _fetch(dossier.root, pages.plan.model, options.remote)
    chain, registration, entry = find_registration(dossier.root, pages.plan.model, version)
    require_registered(dossier, pages, entry)
    signer = require_signed(dossier, pages, options.key, chain)
    assets = make_assets(dossier, pages, registration)
    return Release(
        tag=registration.tag,
        tag_object=registration.tag_object,
        title=f"{registration.model} {registration.version}",
        text=release_text(pages, registration, bundle=assets.get(CARD_BUNDLE), verified=signer is not None),
        assets=assets,
        prerelease=is_prerelease(version),
        latest=is_newest(chain, version),
    )


def _version(text: str, model: str) -> str:
    """The version in a version or a tag; raises UsageError for the tag of another model."""
    named, tagged, version = text.rpartition("@")
    if tagged and named != model:
        raise UsageError(f"{text[:80]!r} is not a tag of {model}, the model of the dossier.")
    return written_version(version.removeprefix("v"))


def _fetch(root: Path, model: str, remote: str) -> None:
    from assay.edges.git_push import fetch_refs
    from assay.edges.git_tags import refuse_shallow
    from assay.ledger.tag_names import ledger_ref

    refuse_shallow(root)
    fetch_refs(root, remote, [f"refs/tags/{model}@*", f"refs/tags/{model}#*", ledger_ref(model)])
