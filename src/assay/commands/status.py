"""Show which version is in which stage, and tags that do not count."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from assay.commands.parts.ledger_lines import (
    ChainOptions,
    ShownChains,
    entry_document,
    print_document,
    read_chosen,
    table,
    warnings,
)
from assay.errors import CLOSED, OPEN
from assay.ledger.chain import Chain, Unverified
from assay.ledger.entry import Entry, shown_time

GROUP = "promote"


@dataclass(frozen=True, kw_only=True)
class Options(ChainOptions):
    """Options of `status`."""


def run(options: Options) -> int:
    """Prints the stages of each model; returns 1 if a tag or a ledger is unverified."""
    shown = read_chosen(options, quick=True)
    chains, sound = shown.chains, shown.is_sound()
    if options.format == "json":
        print_document({"sound": sound, "models": [_document(each, shown) for each in chains]})
        return OPEN if sound else CLOSED
    for chain in chains:
        if chain.entries:
            sys.stdout.write(
                f"{chain.model}: {_registered(chain)}\n{table([_row(chain, each, shown) for each in chain.stages()])}"
            )
    if not any(chain.entries for chain in chains):
        sys.stdout.write("This clone knows no registered version.\n")
    sys.stdout.write("".join(f"{line}\n" for line in warnings(chains)))
    return OPEN if sound else CLOSED


def _registered(chain: Chain) -> str:
    versions = chain.versions()
    return f"{len(versions)} registered, the highest is {versions[-1]}" if versions else "none registered"


def _row(chain: Chain, stage: str, shown: ShownChains) -> tuple[str, ...]:
    current = chain.current(stage)
    if not isinstance(current, Entry):
        return f"  {stage}", "UNVERIFIED", "", current.tag if isinstance(current, Unverified) else ""
    retired = " (retired)" if chain.retired(current.version) else ""
    mark = shown.mark(current)
    tag = f"{current.tag}  ({mark})" if mark else current.tag
    return f"  {stage}", current.version + retired, shown_time(current.time), tag


def _document(chain: Chain, shown: ShownChains) -> dict[str, object]:
    return {
        "model": chain.model,
        "versions": list(chain.versions()),
        "stages": {stage: shown.document(chain.current(stage)) for stage in chain.stages()},
        "unverified": [entry_document(each) for each in chain.unverified()],
        "broken": chain.broken,
    }
