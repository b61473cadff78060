"""The words of Rego text, so that strings and comments are never mistaken for code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PATTERN = re.compile(
    r"""(?P<space>\s+)|(?P<comment>\#[^\n]*)|(?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`)"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?P<mark>.)""",
    re.DOTALL,
)
_ENDS_A_TERM = (")", "]", "}")


@dataclass(frozen=True, kw_only=True)
class Token:
    """A word of code; `kind` is `name`, `text` (quoted), `number` or `mark`. Lines count from 1."""

    kind: str
    text: str
    line: int


def read_tokens(source: str) -> Iterator[Token]:
    """The words of some Rego, without spaces and comments; other characters become marks."""
    line = 1
    for match in _PATTERN.finditer(source):
        kind, text = match.lastgroup, match.group()
        if kind not in ("space", "comment"):
            yield Token(kind=str(kind), text=text, line=line)
        line += text.count("\n")


def is_field(tokens: Sequence[Token], index: int) -> bool:
    """Whether a name is a field of the word before it (`input.name`), not a separate name."""
    if index < 2 or tokens[index - 1].text != ".":  # noqa: PLR2004 - a term and a dot
        return False
    before = tokens[index - 2]
    return before.kind in ("name", "text") or before.text in _ENDS_A_TERM


def read_reference(tokens: Sequence[Token], index: int) -> tuple[str, ...]:
    """The dotted names from an index on: `("data", "lib", "bars")`."""
    names = [tokens[index].text]
    while index + 2 < len(tokens) and tokens[index + 1].text == "." and tokens[index + 2].kind == "name":
        index += 2
        names.append(tokens[index].text)
    return tuple(names)
