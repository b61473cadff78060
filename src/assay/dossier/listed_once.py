"""What a page lists once: a second entry of one name would contradict the first, and the last would count."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pydantic import AfterValidator


def listed_once(name: str) -> AfterValidator:
    """A validator of a page's list: raises ValueError if two of its entries have the same attribute `name`."""

    def refuse_repeated(items: tuple[Any, ...]) -> tuple[Any, ...]:
        often = [each for each, times in Counter(getattr(item, name) for item in items).items() if times > 1]
        if often:
            raise ValueError(f"`{often[0]}` is listed twice")
        return items

    return AfterValidator(refuse_repeated)
