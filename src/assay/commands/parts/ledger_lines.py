"""Chains on the terminal: entries as rows, and warnings."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay.commands.parts.repository_files import named_folder
from assay.errors import EvaluationError
from assay.ledger.chain import Chain, Unverified
from assay.ledger.entry import Entry, shown_time
from assay.ledger.tag_names import ledger_ref, written_model
from assay.ledger.vouching import Voucher
from assay.options.plain_options import PlainOptions, described

if TYPE_CHECKING:
    from assay.edges.attestation.trust import Trust
    from assay.ledger.promotion_page import Promotion


@dataclass(frozen=True, kw_only=True)
class ChainOptions(PlainOptions):
    """Options of the verbs that read chains."""

    folder: Path = described("Folder of the repository.", Path())  # noqa: RUF009  # what it calls is a field
    model: str | None = described("Model to show. Optional; default: all models of the repository.", None)
    fetch: bool = described("Fetch the tags and ledgers first.", default=False)
    remote: str = described("Git remote to fetch from.", "origin")
    key: str | None = described(
        "Public key, certificate or trust file whose signatures of entries count. Optional; default: the trust file "
        "that the default branch's manifest names, if any.",
        None,
    )


@dataclass(frozen=True)
class ShownChains:
    """The chains as the base takes them, and who vouches for each entry, by tag; empty if no key counts."""

    chains: tuple[Chain, ...]
    vouchers: Mapping[str, Voucher]

    def is_sound(self) -> bool:
        """Whether every tag counts, every ledger is sound, and no entry is forged."""
        return is_sound(self.chains)

    def mark(self, entry: Entry | Unverified | None) -> str:
        """Who vouches for an entry, in words; empty if no key counts."""
        found = None if entry is None else self.vouchers.get(entry.tag)
        if found is None:
            return ""
        return f"vouched for by {found.by}" if found.mark == "vouched for" else found.mark

    def document(self, entry: Entry | Unverified | None) -> dict[str, Any] | None:
        """An entry as a JSON document, with its mark."""
        found, voucher = entry_document(entry), None if entry is None else self.vouchers.get(entry.tag)
        if found is None or voucher is None:
            return found
        return {**found, "signature": voucher.mark, **({"signer": voucher.by} if voucher.by else {})}


def read_chosen(options: ChainOptions, *, quick: bool = False) -> ShownChains:
    """The chains that the options name; raises EvaluationError for a model that has none."""
    from assay.edges.git_base import may_ask_for_signatures
    from assay.edges.git_tags import read_chains

    root = named_folder(options.folder)
    refs = _fetch(root, options) if options.fetch else {}
    wanted = None if options.model is None else [written_model(options.model)]
    with _uncollected():
        chains = read_chains(root, wanted, quick=quick)
    if refs:
        from assay.steps.promoting.seen_ledgers import note_seen

        sound = [chain for chain in chains if chain.broken is None and chain.head == refs.get(ledger_ref(chain.model))]
        note_seen(root, options.remote, refs, [chain.model for chain in sound])
    if options.model is not None and not chains[0].entries and not chains[0].unverified() and not chains[0].broken:
        raise EvaluationError(
            f"This clone knows no registered version of {options.model}.",
            hint="Fetch the tags and the ledger with --fetch, or register a version with `assay register`.",
        )
    if options.key is None and not may_ask_for_signatures(root, options.remote):
        return ShownChains(chains, {})
    return _vouched(root, chains, options)


def _fetch(root: Path, options: ChainOptions) -> dict[str, str]:
    """The remote's refs, after tags and ledgers were fetched; raises PromotionError if a ledger was cut off there."""
    from assay.edges.git_push import fetch_refs, list_remote
    from assay.edges.git_tags import refuse_shallow
    from assay.steps.promoting.seen_ledgers import require_seen

    refuse_shallow(root)
    try:
        fetch_refs(root, options.remote, ["refs/tags/*", "refs/assay/*"])
    except EvaluationError:
        # Lines that were cut off and written again refuse to be fetched; say that, rather than Git's words.
        with contextlib.suppress(EvaluationError):
            require_seen(root, options.remote, list_remote(root, options.remote).refs, options.model)
        raise
    refs = list_remote(root, options.remote).refs
    require_seen(root, options.remote, refs, options.model)
    return refs


def _vouched(root: Path, chains: Iterable[Chain], options: ChainOptions) -> ShownChains:
    """The chains as their models' manifests at the base take them."""
    from assay.edges.git_base import base_of_clone
    from assay.edges.git_tags import read_chain
    from assay.steps.promoting.base_terms import read_terms_of_model
    from assay.steps.promoting.vouched_chain import vouch_for

    given = None if options.key is None else _load_trust(options.key)
    found, base = [], base_of_clone(root, options.remote)
    for chain in chains:
        terms = read_terms_of_model(root, base, chain.model)
        trust = given or terms.trust()
        # A chain that was read quickly has no links, beside which the signatures lie.
        whole = chain if trust is None or chain.links or not chain.entries else read_chain(root, chain.model)
        found.append(vouch_for(root, whole, terms, trust))
    vouchers = {tag: each for chain in found for tag, each in chain.vouchers.items()}
    return ShownChains(tuple(each.chain for each in found), vouchers)


def _load_trust(key: str) -> Trust:
    from assay.edges.attestation.trust_file import load_trust

    return load_trust(key)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Stops garbage collection meanwhile: what is read is kept, so collecting takes long and finds nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def print_promotion(page: Promotion, form: str, place: str) -> None:
    """Prints the page of a promotion, and the place of its tag in a sentence."""
    if form == "json":
        sys.stdout.write(page.content().decode() + "\n")
    else:
        sys.stdout.write(f"{page.message()}\n{printable(place)}\npromotion {page.digest()}\n")


def print_document(document: dict[str, Any]) -> None:
    """Prints a document as JSON."""
    import json

    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def warnings(chains: Iterable[Chain]) -> list[str]:
    """A line for each tag or ledger that does not count."""
    lines = []
    for chain in chains:
        lines += [f"UNVERIFIED  {each.tag}: {each.reason}" for each in chain.unverified()]
        lines += [f"UNVERIFIED  the ledger of {chain.model}: {chain.broken}"] if chain.broken else []
    return [printable(line) for line in lines]


def is_sound(chains: Iterable[Chain]) -> bool:
    """Whether every tag counts and every ledger is sound."""
    return not any(chain.unverified() or chain.broken for chain in chains)


def entry_row(entry: Entry | Unverified, mark: str = "") -> tuple[str, ...]:
    """An entry as the cells of a row; `mark` says who vouches for it."""
    if isinstance(entry, Unverified):
        return "?", "", "UNVERIFIED", entry.tag, entry.reason
    what = {"register": "registered", "promote": "promoted", "rollback": "rolled back"}[entry.event]
    version = entry.version if entry.branch is None else f"{entry.version} from {entry.branch}"
    return (
        str(entry.seq),
        shown_time(entry.time),
        what,
        entry.tag,
        f"{version}  {entry.reason or ''}".strip() + (f"  ({mark})" if mark else ""),
    )


def entry_document(entry: Entry | Unverified | None) -> dict[str, Any] | None:
    """An entry as a JSON document."""
    if entry is None:
        return None
    if isinstance(entry, Unverified):
        return {"tag": entry.tag, "verified": False, "reason": entry.reason}
    known = {name: value for name, value in vars(entry).items() if value is not None}
    return {"tag": entry.tag, "verified": True, **known, "time": shown_time(entry.time)}


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows with aligned columns; the last column is not padded."""
    if not rows:
        return ""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]) - 1)]
    lines = (
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    )
    return "".join(printable(line.rstrip()) + "\n" for line in lines)


def printable(text: str) -> str:
    """Text that cannot move the cursor or start another line."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
