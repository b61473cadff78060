"""List every registration, promotion and rollback in order."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from assay.commands.parts.ledger_lines import (
    ChainOptions,
    entry_document,
    entry_row,
    is_sound,
    print_document,
    read_asked,
    table,
    warned,
)
from assay.errors import CLOSED, OPEN

GROUP = "promote"


@dataclass(frozen=True, kw_only=True)
class Options(ChainOptions):
    """Options of `history`."""


def run(options: Options) -> int:
    """Prints the entries of each model, oldest first; 1 where a tag or a ledger is unverified."""
    chains = read_asked(options)
    sound = is_sound(chains)
    if options.format == "json":
        said = {chain.model: [entry_document(entry) for entry in chain.entries] for chain in chains}
        print_document({"sound": sound, "models": said})
        return OPEN if sound else CLOSED
    for chain in chains:
        if chain.entries:
            sys.stdout.write(
                f"{chain.model}\n{table([('  ' + row[0], *row[1:]) for row in map(entry_row, chain.entries)])}"
            )
    if not any(chain.entries for chain in chains):
        sys.stdout.write("No version is registered, as far as this clone knows.\n")
    sys.stdout.write("".join(f"{line}\n" for line in warned(chains)))
    return OPEN if sound else CLOSED
