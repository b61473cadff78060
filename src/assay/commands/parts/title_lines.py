"""Names with their titles, one a line."""

from __future__ import annotations

from collections.abc import Mapping


def title_lines(titles: Mapping[str, str]) -> list[str]:
    """An indented line for each name, with the titles below each other."""
    width = max((len(name) for name in titles), default=0)
    return [f"  {name:<{width}}  {title}".rstrip() for name, title in titles.items()]
