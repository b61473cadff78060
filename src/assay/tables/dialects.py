"""How a text file is written: its delimiter, encoding and decimal mark, as far as they were declared."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_CHARACTERS = {"tab": "\t", "space": " "}
_CODECS = {"windows-874": "cp874", "macintosh": "mac_roman", "shift_jis": "cp932", "euc-kr": "cp949", "big5": "cp950"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    # The mark of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)


@dataclass(frozen=True)
class Dialect:
    """What was declared of a text file, in the words of a manifest; None if nothing was.

    `place` is where it can be declared: a data set's place in the manifest, `--` for flags, empty for nowhere.
    """

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    place: str = ""

    def separator(self, usual: str) -> str:
        """The character that separates fields; `usual` is that of the format."""
        return _CHARACTERS.get(self.delimiter, self.delimiter) if self.delimiter is not None else usual

    def declared(self) -> dict[str, str]:
        """The options that were declared, with their values."""
        every = {"delimiter": self.delimiter, "encoding": self.encoding, "decimal": self.decimal}
        return {name: value for name, value in every.items() if value is not None}

    def advice(self, **options: str) -> str:
        """What to write, in words, so that a file of these options is read."""
        if self.place == "--":
            return "give " + " ".join(f"--{name} {shown(value)}" for name, value in options.items())
        if self.place:
            lines = " and ".join(f"`{name}: {shown(value)}`" for name, value in options.items())
            return f"write {lines} beneath {self.place}"
        return "save it as UTF-8 with commas, or as Parquet"


PLAIN = Dialect()


def shown(value: str) -> str:
    """An option's value as YAML and shells read it."""
    return value if len(value) > 1 else f'"{value}"'


def delimiter_of(character: str) -> str:
    """A separator in the word of a manifest."""
    return next((word for word, each in _CHARACTERS.items() if each == character), character)


def codec_of(encoding: str) -> str:
    """Python's name of an encoding, in the form that its usual writers use."""
    return _CODECS.get(encoding, encoding)


def byte_order_mark(start: bytes) -> tuple[bytes, str, str] | None:
    """The byte order mark that a file starts with: its bytes, the encoding, and the codec of what follows it."""
    return next((mark for mark in _MARKS if start.startswith(mark[0])), None)
