"""Who vouches for the entries of a chain, and what a stage that asks for signatures takes as promoted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from assay.ledger.chain import Chain, Unverified, Unvouched
from assay.ledger.entry import Entry

Mark = Literal["vouched for", "unsigned", "forged"]


@dataclass(frozen=True)
class Voucher:
    """Whether a key that counts vouches for an entry: `by` is the key, or why its signature is refused."""

    mark: Mark
    by: str = ""


UNSIGNED = Voucher("unsigned")


def require_vouched(chain: Chain, vouchers: Mapping[str, Voucher], asking: Collection[str]) -> Chain:
    """The chain in which stages that ask for signatures have no entry that nobody vouches for.

    A forged entry counts nowhere. `vouchers` are by tag; an entry without one is unsigned.
    """
    entries = tuple(_held(entry, vouchers.get(_tag(entry), UNSIGNED), asking) for entry in chain.entries)
    return replace(chain, entries=entries)


def _tag(entry: Entry | Unverified) -> str:
    return entry.tag


def _held(entry: Entry | Unverified, voucher: Voucher, asking: Collection[str]) -> Entry | Unverified:
    if not isinstance(entry, Entry) or voucher.mark == "vouched for":
        return entry
    if voucher.mark == "forged":
        return Unverified(entry.tag, f"its signature is forged: {voucher.by}")
    if entry.stage in asking:
        return Unvouched(entry.tag, f"nobody signed it, and {entry.stage} asks for a signature")
    return entry
