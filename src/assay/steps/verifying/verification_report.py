"""What verifying has to tell: what was checked and holds, and what could not be known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Sentences on what was `checked`, and on what stays `unknown`."""

    checked: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def together(parts: Iterable[Verification]) -> Verification:
    """All that was told, in order."""
    every = tuple(parts)
    return Verification(
        checked=tuple(said for each in every for said in each.checked),
        unknown=tuple(said for each in every for said in each.unknown),
    )
