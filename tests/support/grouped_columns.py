"""Tables of which several rows belong to one person, and what a check finds in them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.driving import measured, source_of

from assay.dossier.check_context import CheckContext


def facts_of(
    folder: Path, check: Any, block: Mapping[str, Any], context: CheckContext, **sets: Mapping[str, Any]
) -> Any:
    """A check's facts about columns, which are written as CSV; None and NaN are missing."""
    sources = {}
    for name, columns in sets.items():
        path = folder / f"{name}.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for row in zip(*columns.values(), strict=True):
                writer.writerow(["" if each is None or each != each else each for each in row])  # noqa: PLR0124  # NaN
        sources[name] = source_of(path)
    return measured(check, check.Spec.model_validate(block), context, sources)
