"""The block of `artifact`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from assay.facts.check_parts import CheckSpec

_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


_SIZE = r"^\s*<=\s*([0-9]+(?:\.[0-9]+)?)\s*([kMG]?i?B)?\s*$"


def _size(text: object) -> object:
    if not isinstance(text, str):
        return text
    found = re.match(_SIZE, text)
    if not found:
        raise ValueError('expected a size such as "<= 100 MB" (kB, MB, GB, KiB, MiB, GiB)')
    return round(float(found[1]) * _UNITS[(found[2] or "").lower()])


class Bars(CheckSpec):
    """Bounds on the model's file."""

    size: Annotated[int, BeforeValidator(_size, json_schema_input_type=str), Field(ge=0)] | None = Field(
        None, description='The largest size, such as "<= 100 MB".'
    )


class Spec(CheckSpec):
    """Bounds on the model's file. Optional."""

    bars: Bars = Field(Bars(), description='Bounds, such as {size: "<= 100 MB"}.')
