"""Show which version was in each stage at a given time."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from assay.commands.parts.ledger_lines import (
    ChainOptions,
    ShownChains,
    print_document,
    read_chosen,
    table,
    warnings,
)
from assay.errors import CLOSED, OPEN
from assay.ledger.chain import Unverified
from assay.ledger.entry import Entry, read_time, shown_time
from assay.options.plain_options import described

GROUP = "promote"
POSITIONAL = ("time",)


@dataclass(frozen=True, kw_only=True)
class Options(ChainOptions):
    """Options of `at`."""

    time: str = described("Time, such as 2026-11-20T14:30:00Z; a date alone means its first second, UTC.")


def run(options: Options) -> int:
    """Prints each stage's version at that time; returns 1 if a tag or a ledger is unverified."""
    seconds = read_time(options.time)
    shown = read_chosen(options)
    chains, sound = shown.chains, shown.is_sound()
    then = [(chain, chain.until(seconds)) for chain in chains]
    if options.format == "json":
        models = {now.model: {stage: shown.document(old.current(stage)) for stage in now.stages()} for now, old in then}
        print_document({"sound": sound, "time": shown_time(seconds), "models": models})
        return OPEN if sound else CLOSED
    for now, old in then:
        if now.entries:
            sys.stdout.write(f"{now.model} at {shown_time(seconds)}\n")
            sys.stdout.write(
                table([_row(stage, old.current(stage), shown) for stage in now.stages()]) or "  not in any stage\n"
            )
    sys.stdout.write("".join(f"{line}\n" for line in warnings(chains)))
    return OPEN if sound else CLOSED


def _row(stage: str, entry: Entry | Unverified | None, shown: ShownChains) -> tuple[str, ...]:
    if isinstance(entry, Entry):
        mark = shown.mark(entry)
        return f"  {stage}", entry.version, f"{entry.tag}  ({mark})" if mark else entry.tag
    return f"  {stage}", "nothing" if entry is None else "UNVERIFIED", ""
