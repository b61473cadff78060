"""The report of a verification: what was checked, and what stays unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Sentences on what was `checked`, and on what stays `unknown`."""

    checked: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def combine(parts: Iterable[Verification]) -> Verification:
    """One report of several, in order."""
    every = tuple(parts)
    return Verification(
        checked=tuple(sentence for each in every for sentence in each.checked),
        unknown=tuple(sentence for each in every for sentence in each.unknown),
    )
