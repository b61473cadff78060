"""The registration of a release: found in the chain and compared with the dossier."""

from __future__ import annotations

from pathlib import Path

from assay.dossier.page_set import Dossier
from assay.edges.git_tags import read_chain
from assay.edges.store import DossierFolder
from assay.errors import EvaluationError, PageError
from assay.ledger.chain import Chain, Unverified
from assay.ledger.entry import Entry
from assay.ledger.promotion_page import Promotion, PromotionError, promotion_page
from assay.ledger.tag_names import precedence, version_tag
from assay.steps.promoting.judged_environment import environment_digest
from assay.steps.promoting.requirements import statement_digest


def find_registration(root: Path, model: str, version: str) -> tuple[Chain, Promotion, Entry]:
    """The chain, and a version's page and entry; raises EvaluationError if the version does not count."""
    chain, tag = read_chain(root, model), version_tag(model, version)
    if chain.broken:
        raise EvaluationError(
            f"The ledger of {model} is broken: {chain.broken}.",
            hint="See `assay status`; a broken ledger accepts no new entries.",
        )
    entry = chain.registered(version)
    if entry is not None:
        return chain, promotion_page(entry, chain.links[entry.seq - 1].tag_object), entry
    stray: Unverified | None = next((each for each in chain.unverified() if each.tag == tag), None)
    if stray is not None:
        raise EvaluationError(f"The tag {tag} does not count: {stray.reason}.", hint="See `assay history`.")
    raise EvaluationError(
        f"This clone knows no registration of {model} {version}.",
        hint=f"Register it with `assay register --version {version}`, or fetch the tags and the ledger with --fetch.",
    )


def require_registered(dossier: DossierFolder, pages: Dossier, entry: Entry) -> None:
    """Raises PromotionError unless the registration has the dossier's digests."""
    if pages.decision is None or pages.card is None:
        raise PageError("The dossier has no card.", hint="Run `assay card` first.")
    found = {
        "decision": (pages.decision.digest(), entry.decision),
        "card": (pages.card.digest(), entry.card),
        "signed statement": (statement_digest(dossier), entry.statement),
        "environment": (environment_digest(dossier), entry.environment),
    }
    for what, (here, registered) in found.items():
        if here != registered:
            raise PromotionError(
                f"The {what} of this dossier is {here or 'missing'}, but {entry.model} {entry.version} was registered "
                f"with {registered or 'none'}.",
                hint="Give the dossier that was registered with --dossier; sign a dossier before you register it.",
            )


def is_newest(chain: Chain, version: str) -> bool:
    """Whether no higher version is registered, not counting prereleases and retired versions."""
    usable = [each for each in chain.versions() if not is_prerelease(each) and not chain.retired(each)]
    return version in usable and precedence(version) >= max(map(precedence, usable))


def is_prerelease(version: str) -> bool:
    """Whether a version is a prerelease (SemVer 2.0 §9)."""
    return "-" in version.partition("+")[0]
