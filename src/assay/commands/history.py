"""List every registration, promotion and rollback in order."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from assay.commands.parts.ledger_lines import (
    ChainOptions,
    entry_row,
    print_document,
    read_chosen,
    table,
    warnings,
)
from assay.errors import CLOSED, OPEN

GROUP = "promote"


@dataclass(frozen=True, kw_only=True)
class Options(ChainOptions):
    """Options of `history`."""


def run(options: Options) -> int:
    """Prints the entries of each model, oldest first; returns 1 if a tag or a ledger is unverified."""
    shown = read_chosen(options)
    chains, sound = shown.chains, shown.is_sound()
    if options.format == "json":
        models = {chain.model: [shown.document(entry) for entry in chain.entries] for chain in chains}
        print_document({"sound": sound, "models": models})
        return OPEN if sound else CLOSED
    for chain in chains:
        if chain.entries:
            rows = [entry_row(entry, shown.mark(entry)) for entry in chain.entries]
            sys.stdout.write(f"{chain.model}\n{table([('  ' + row[0], *row[1:]) for row in rows])}")
    if not any(chain.entries for chain in chains):
        sys.stdout.write("This clone knows no registered version.\n")
    sys.stdout.write("".join(f"{line}\n" for line in warnings(chains)))
    return OPEN if sound else CLOSED
