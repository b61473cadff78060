"""Which columns seem to be about people, by their names."""

from __future__ import annotations

import re

PEOPLE = (
    "sex",
    "gender",
    "male",
    "female",
    "race",
    "ethnicity",
    "black",
    "hispanic",
    "hispan",
    "age",
    "religion",
    "disability",
    "nationality",
)
ATTRIBUTES = frozenset(("sex", "gender", "race", "ethnicity", "religion", "nationality", "disability"))
"""Words that name such a column also among others; an age may be that of a car."""


def is_about_people(column: str) -> bool:
    """Whether a column is named as attributes of people are."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower()
    return column.lower() in PEOPLE or not ATTRIBUTES.isdisjoint(re.split(r"[^a-z]+", words))
