"""A shape: every name and kind of value that a document can have; what a policy looks at must be in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

Where = tuple[str, ...]
"""Where a shape lies in the input; `*` stands for any item."""
KINDS = {"any": "anything", "array": "a list", "boolean": "true or false", "null": "null", "number": "a number"}
KINDS |= {"object": "an object", "set": "a set", "string": "text"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Shape:
    """What a value can be: its kinds, the names of an object, what else it can hold, the only texts it can be.

    `values` are items, and what lies at names other than the `fields`; None where there are none. `texts` is None for
    any text; those that a policy itself spells out are `spelled`. `whole` is 1 for a number that can only be whole, 2
    where it cannot be negative either.
    """

    kinds: frozenset[str]
    fields: Mapping[str, Shape] = field(default_factory=dict)
    values: Shape | None = None
    texts: frozenset[str] | None = frozenset()
    spelled: frozenset[str] = frozenset()
    whole: int = 0
    place: Where | None = None

    @property
    def is_any(self) -> bool:
        """Whether nothing is known of it."""
        return "any" in self.kinds

    @property
    def is_known(self) -> bool:
        """Whether something is known of it, and it can be there at all."""
        return bool(self.kinds) and not self.is_any

    def told(self) -> str:
        """Its kinds in words."""
        return " or ".join(KINDS[kind] for kind in sorted(self.kinds))


def _of(kind: str) -> Shape:
    return Shape(kinds=frozenset({kind}), texts=None if kind in ("string", "any") else frozenset())


ANY, NUMBER, TEXT, BOOLEAN, NULL = (_of(kind) for kind in ("any", "number", "string", "boolean", "null"))
WHOLE, NATURAL = (Shape(kinds=NUMBER.kinds, whole=rank) for rank in (1, 2))
NEVER = Shape(kinds=frozenset())


def text(*texts: str, spelled: bool = False) -> Shape:
    """Text that can only be one of some."""
    found = frozenset(texts)
    return Shape(kinds=TEXT.kinds, texts=found, spelled=found if spelled else frozenset())


def items(kind: str, values: Shape | None) -> Shape:
    """A list or a set of values."""
    return Shape(kinds=frozenset({kind}), values=values)


def named(fields: Mapping[str, Shape], values: Shape | None = None) -> Shape:
    """An object with these names, and others where `values` says what lies there."""
    return Shape(kinds=frozenset({"object"}), fields=dict(fields), values=values)


def merge(shapes: Iterable[Shape | None]) -> Shape:
    """What is one of some shapes."""
    return reduce(_merge, (each for each in shapes if each is not None), NEVER)


def _merge(one: Shape, other: Shape) -> Shape:
    if one is other or not other.kinds or one.is_any:
        return one
    if not one.kinds or other.is_any:
        return other
    names = {*one.fields, *other.fields}
    values = [each for each in (one.values, other.values) if each is not None]
    return Shape(
        kinds=one.kinds | other.kinds,
        fields={name: merge((one.fields.get(name), other.fields.get(name))) for name in names},
        values=merge(values) if values else None,
        texts=None if one.texts is None or other.texts is None else one.texts | other.texts,
        spelled=one.spelled | other.spelled,
        whole=min((each.whole for each in (one, other) if "number" in each.kinds), default=0),
        place=one.place if one.place == other.place else None,
    )


def every_value(shape: Shape) -> Shape:
    """What lies at some name or number of it."""
    return ANY if shape.is_any else merge([*shape.fields.values(), shape.values])


def every_key(shape: Shape) -> Shape:
    """The names or numbers at which something lies."""
    if shape.is_any:
        return ANY
    found = [NATURAL] if "array" in shape.kinds else []
    if "object" in shape.kinds:
        found.append(TEXT if shape.values is not None and shape.kinds == {"object"} else text(*shape.fields))
        found += [TEXT] if shape.values is not None else []
    return merge([*found, shape.values if "set" in shape.kinds else None])


def unordered(shape: Shape) -> Shape:
    """A list or a set, its items in any order."""
    return shape if shape.is_any else replace(shape, fields={}, values=every_value(shape))


def at(shape: Shape, name: str) -> Shape | None:
    """What lies at a name; None where nothing can."""
    if shape.is_any:
        return ANY
    return shape.fields.get(name, shape.values)


def of_value(value: Any) -> Shape:
    """The shape of a value that is known."""
    if isinstance(value, Mapping):
        return named({str(key): of_value(each) for key, each in value.items()})
    if isinstance(value, (list, tuple)):
        return items("array", merge(map(of_value, value)) if value else None)
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, (int, float)):
        return of_number(value)
    if isinstance(value, str):
        return text(value)
    return NULL


def of_number(value: float) -> Shape:
    """A number that is known; one that is not written as a whole number counts as none."""
    return NUMBER if not isinstance(value, int) else NATURAL if value >= 0 else WHOLE


def placed(shape: Shape, place: Where = ()) -> Shape:
    """The shape with every part's place in it."""
    return replace(
        shape,
        fields={name: placed(each, (*place, name)) for name, each in shape.fields.items()},
        values=placed(shape.values, (*place, "*")) if shape.values is not None else None,
        place=place,
    )
