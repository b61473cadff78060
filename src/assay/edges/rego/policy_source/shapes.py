"""A shape: the names and kinds of values that a document can have; a policy may read only what is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

Where = tuple[str, ...]
"""The place of a shape in the input; `*` stands for any item."""
KINDS = {"any": "anything", "array": "a list", "boolean": "true or false", "null": "null", "number": "a number"}
KINDS |= {"object": "an object", "set": "a set", "string": "text"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Shape:
    """What a value can be: its kinds, an object's fields, other items, and the texts that are possible.

    `values` is the shape of a list's items and of an object's values outside `fields`; None if there are none. `texts`
    is None if any text is possible; `spelled` are the texts that the policy itself spells out. `whole` is 1 if a number
    can only be whole, and 2 if it cannot be negative either.
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
        """Whether nothing is known about it."""
        return "any" in self.kinds

    @property
    def is_known(self) -> bool:
        """Whether something is known about it, and it can exist at all."""
        return bool(self.kinds) and not self.is_any

    def described(self) -> str:
        """Its kinds in words."""
        return " or ".join(KINDS[kind] for kind in sorted(self.kinds))


def _of(kind: str) -> Shape:
    return Shape(kinds=frozenset({kind}), texts=None if kind in ("string", "any") else frozenset())


ANY, NUMBER, TEXT, BOOLEAN, NULL = (_of(kind) for kind in ("any", "number", "string", "boolean", "null"))
WHOLE, NATURAL = (Shape(kinds=NUMBER.kinds, whole=rank) for rank in (1, 2))
NEVER = Shape(kinds=frozenset())


def text(*texts: str, spelled: bool = False) -> Shape:
    """A text that can only be one of these."""
    found = frozenset(texts)
    return Shape(kinds=TEXT.kinds, texts=found, spelled=found if spelled else frozenset())


def items(kind: str, values: Shape | None) -> Shape:
    """A list or a set of values."""
    return Shape(kinds=frozenset({kind}), values=values)


def named(fields: Mapping[str, Shape], values: Shape | None = None) -> Shape:
    """An object with these fields; if `values` is given, it can also have other fields of that shape."""
    return Shape(kinds=frozenset({"object"}), fields=dict(fields), values=values)


def merge(shapes: Iterable[Shape | None]) -> Shape:
    """A value that has one of several shapes."""
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
    """What any key of it can hold."""
    return ANY if shape.is_any else merge([*shape.fields.values(), shape.values])


def every_key(shape: Shape) -> Shape:
    """What its keys can be: names of an object, numbers of a list, members of a set."""
    if shape.is_any:
        return ANY
    found = [NATURAL] if "array" in shape.kinds else []
    if "object" in shape.kinds:
        found.append(TEXT if shape.values is not None and shape.kinds == {"object"} else text(*shape.fields))
        found += [TEXT] if shape.values is not None else []
    return merge([*found, shape.values if "set" in shape.kinds else None])


def unordered(shape: Shape) -> Shape:
    """A list or a set with its items in any order."""
    return shape if shape.is_any else replace(shape, fields={}, values=every_value(shape))


def at(shape: Shape, name: str) -> Shape | None:
    """What a name can hold; None if it cannot exist."""
    if shape.is_any:
        return ANY
    return shape.fields.get(name, shape.values)


def of_value(value: Any) -> Shape:
    """The shape of a known value."""
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
    """The shape of a known number; a number such as 1.0 does not count as whole."""
    return NUMBER if not isinstance(value, int) else NATURAL if value >= 0 else WHOLE


def placed(shape: Shape, place: Where = ()) -> Shape:
    """The shape with the place of each part set."""
    return replace(
        shape,
        fields={name: placed(each, (*place, name)) for name, each in shape.fields.items()},
        values=placed(shape.values, (*place, "*")) if shape.values is not None else None,
        place=place,
    )
