"""A model's chain with what the base demands of its entries: who vouches for each, and what counts as promoted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from assay.edges.attestation.trust import Trust
from assay.edges.git_signatures import EntrySignature
from assay.errors import EvaluationError
from assay.ledger.chain import Chain
from assay.ledger.entry import Entry
from assay.ledger.promotion_page import Promotion, PromotionError
from assay.ledger.vouching import Voucher, require_vouched
from assay.steps.promoting.base_terms import BaseTerms, read_terms
from assay.steps.promoting.chain_reading import KnownChain, read_known
from assay.steps.promoting.chain_writing import Signer
from assay.steps.promoting.entry_signatures import sign_entry, verify_entry_signature, vouchers_of


@dataclass(frozen=True, kw_only=True)
class VouchedChain:
    """A chain as the base takes it, and who vouches for each entry, by tag; empty if nobody says which keys count."""

    chain: Chain
    vouchers: Mapping[str, Voucher] = field(default_factory=dict)


def vouch_for(root: Path, chain: Chain, terms: BaseTerms, trust: Trust | None) -> VouchedChain:
    """The chain by the keys that count; raises EvaluationError if a stage asks for signatures and no key counts."""
    asking = terms.asking()
    if trust is None:
        if asking:
            raise EvaluationError(
                f"{' and '.join(asking)} ask for signed entries, but nobody says which keys count.",
                hint="Name a trust file in the default branch's manifest (`trust`).",
            )
        return VouchedChain(chain=chain)
    vouchers = vouchers_of(root, chain, trust)
    return VouchedChain(chain=require_vouched(chain, vouchers, asking), vouchers=vouchers)


def read_demanded(
    root: Path, model: str, remote: str | None, branch: str | None, file: str
) -> tuple[KnownChain, BaseTerms]:
    """The chain of clone and remote, as the base takes it, and the base's terms."""
    known = read_known(root, model, remote, branch)
    terms = read_terms(root, known.branch.base, file)
    return replace(known, chain=vouch_for(root, known.chain, terms, terms.trust()).chain), terms


def signer_of_entries(terms: BaseTerms, stage: str, key: str | None, password: str | None) -> Signer | None:
    """What signs the entries of a stage, None if nothing needs to; raises PromotionError if a key is missing."""
    trust = terms.trust()
    if key is None:
        if stage in terms.asking():
            raise PromotionError(
                f"{stage} takes only entries that are signed.",
                hint="Give the private key with --signing-key; its public key must be in the manifest's trust file.",
            )
        return None

    def sign(entry: Entry, page: Promotion) -> EntrySignature:
        signature = sign_entry(entry, page, key, password)
        if trust is not None:
            verify_entry_signature(entry, page, signature, trust)
        return signature

    return sign
