"""The registration that a release is of: found in the chain, and held against the dossier."""

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
from assay.steps.promoting.requirements import statement_digest


def find_registration(root: Path, model: str, version: str) -> tuple[Chain, Promotion, Entry]:
    """The chain, and the page and the entry of a version; raises EvaluationError where it does not count."""
    chain, tag = read_chain(root, model), version_tag(model, version)
    if chain.broken:
        raise EvaluationError(
            f"The ledger of {model} does not hold: {chain.broken}.", hint="See `assay status`; nothing may follow."
        )
    entry = chain.registered(version)
    if entry is not None:
        return chain, promotion_page(entry, chain.links[entry.seq - 1].tag_object), entry
    stray: Unverified | None = next((each for each in chain.unverified() if each.tag == tag), None)
    if stray is not None:
        raise EvaluationError(f"The tag {tag} does not count: {stray.reason}.", hint="See `assay history`.")
    raise EvaluationError(
        f"{model} {version} is not registered, as far as this clone knows.",
        hint=f"Register it with `assay register --version {version}`, or fetch tags and ledger with --fetch.",
    )


def require_registered(dossier: DossierFolder, pages: Dossier, entry: Entry) -> None:
    """Raises PromotionError unless the dossier is the one whose digests the registration carries."""
    if pages.decision is None or pages.card is None:
        raise PageError("The dossier has no card.", hint="Run `assay card` first.")
    found = {
        "decision": (pages.decision.digest(), entry.decision),
        "card": (pages.card.digest(), entry.card),
        "signed statement": (statement_digest(dossier), entry.statement),
    }
    for what, (held, registered) in found.items():
        if held != registered:
            raise PromotionError(
                f"The {what} of this dossier is {held or 'missing'}, but {entry.model} {entry.version} was registered "
                f"with {registered or 'none'}.",
                hint="Name the dossier that was registered with --dossier; it is signed before it is registered.",
            )


def is_newest(chain: Chain, version: str) -> bool:
    """Whether no higher version is registered that people should be led to: whole, and not retired."""
    usable = [each for each in chain.versions() if not is_prerelease(each) and not chain.retired(each)]
    return version in usable and precedence(version) >= max(map(precedence, usable))


def is_prerelease(version: str) -> bool:
    """Whether a version comes before the one that its numbers name (SemVer 2.0 §9)."""
    return "-" in version.partition("+")[0]
