"""The record of the environment that a model ran in: a file beside a dossier's pages, which signatures cover."""

from __future__ import annotations

from pydantic import ValidationError

from assay.canonical import parse
from assay.dossier.environment_identity import ENVIRONMENT_FILE, EnvironmentIdentity
from assay.edges.files import read_beneath, write_atomically
from assay.edges.store import DossierFolder
from assay.errors import PageError

MOST_BYTES = 4 << 20
_AGAIN = "Run `assay predict` again, then the steps after it."


def write_environment_record(dossier: DossierFolder, environment: EnvironmentIdentity) -> None:
    """Writes the record, completely or not at all."""
    dossier.guard()
    write_atomically(dossier.path(ENVIRONMENT_FILE), environment.content())


def read_environment_record(dossier: DossierFolder) -> EnvironmentIdentity | None:
    """The record, None if there is none; raises PageError for one that Assay does not write so."""
    path = dossier.path(ENVIRONMENT_FILE)
    if not path.exists() and not path.is_symlink():
        return None
    content = read_beneath(dossier.folder, ENVIRONMENT_FILE, limit=MOST_BYTES, error=PageError)
    try:
        found = EnvironmentIdentity.model_validate(parse(content, ENVIRONMENT_FILE))
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in detail["loc"])
        raise PageError(f"{ENVIRONMENT_FILE} is not an environment: {place}: {detail['msg']}.", hint=_AGAIN) from error
    if found.content() != content:
        raise PageError(f"{ENVIRONMENT_FILE} is not in the form that Assay writes.", hint=_AGAIN)
    return found
