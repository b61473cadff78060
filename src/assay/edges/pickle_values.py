"""What a pickle's operations put on the stack, as far as it matters for what loading calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

Use = Literal["named", "built", "called"]
"""How a name is used: as a value, to make an object without arguments, or in any other way."""
MOST_TEXT, MOST_KEYS = 300, 10_000
_MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


@dataclass(frozen=True)
class Name:
    """A module's name for a class or function; one within another has a colon before it."""

    module: str
    name: str

    def __str__(self) -> str:
        """The name as facts and manifests write it."""
        return f"{self.module}{':' if '.' in self.name else '.'}{self.name}"


@dataclass(eq=False)
class Made:
    """What a call of a name made, its arguments, its last state, and the state that was found sound."""

    name: str
    arguments: tuple[Any, ...] = ()
    state: Any = None
    settled: Any = None


@dataclass(eq=False)
class Mapping:
    """A dictionary: its values by text; `whole` if nothing else is in it, `sealed` if nothing more may come in."""

    values: dict[str, Any] = field(default_factory=dict)
    whole: bool = True
    sealed: bool = False

    def put(self, key: Any, value: Any) -> None:
        """Remembers a value by its key, if the key is a text; raises ValueError if it is sealed."""
        if self.sealed:
            raise ValueError("what was found sound may not change")
        if isinstance(key, str) and (len(self.values) < MOST_KEYS or key in self.values):
            self.values[key] = value
        else:
            self.whole = False


class Plain:
    """A list, a set, a number or bytes, of which only the kind matters."""


LIST, SET, OTHER = Plain(), Plain(), Plain()


def is_dotted(text: object) -> bool:
    """Whether a value is a name, or names with dots between them."""
    return isinstance(text, str) and len(text) <= MOST_TEXT and _MODULE.fullmatch(text) is not None
