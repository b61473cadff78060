"""What the blocks of a manifest are made of: strict text, dates, paths, and the block itself."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Task = Literal["binary-classification", "multiclass-classification", "regression"]
Risk = Literal["minimal", "limited", "high"]


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("expected words")
    return text


Text = Annotated[str, Field(min_length=1, max_length=4_000), AfterValidator(_words)]
"""Words; blanks alone say nothing, so they name no owner, no reason and nobody who vouches."""
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)]
MODEL_NAME = r"^[a-z][a-z0-9]*([-/][a-z0-9]+)*$"
ModelName = Annotated[str, Field(pattern=MODEL_NAME, max_length=64)]
FilePath = Annotated[str, Field(min_length=1, max_length=1_000, pattern=r"^[^\x00-\x1f\\]+$")]
Class = str | int | bool
Delimiter = Literal[",", ";", "|", ":", "~", "^", "tab", "space"]
Decimal = Literal[".", ","]
Encoding = Literal[
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-5",
    "iso-8859-7",
    "iso-8859-9",
    "iso-8859-15",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "windows-874",
    "koi8-r",
    "koi8-u",
    "macintosh",
    "ibm437",
    "ibm850",
    "shift_jis",
    "euc-jp",
    "iso-2022-jp",
    "gb18030",
    "big5",
    "euc-kr",
]


def listed(value: Any) -> Any:
    """A list as the tuple that frozen blocks keep; anything else as it is."""
    return tuple(value) if isinstance(value, list) else value


def _date(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("expected a date such as 2027-02-01")
    datetime.date.fromisoformat(text)
    return text


def _number(value: Any) -> Any:
    # To Python, `true` is equal to 1.
    if isinstance(value, bool):
        raise ValueError("expected 1")  # noqa: TRY004 - shown as it is
    return value


Version = Annotated[Literal[1], BeforeValidator(_number)]
Date = Annotated[str, AfterValidator(_date)]
# A column may be called by a blank.
Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=4_000)], ...], BeforeValidator(listed)]


class Block(BaseModel):
    """A block of the manifest."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)
