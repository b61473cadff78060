"""The stack and the memory of a pickle: what its operations put there, and gather into tuples, lists and the like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assay.edges.pickle_source import UnreadableError
from assay.edges.pickle_values import LIST, MOST_TEXT, OTHER, SET, Made, Mapping, Name, Use

MOST_NAMES = 500
NUMBERS = ("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4")
TEXTS = ("UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8")
CONSTANTS: dict[str, Any] = {
    "NONE": None,
    "NEWTRUE": True,
    "NEWFALSE": False,
    "EMPTY_TUPLE": (),
    "EMPTY_LIST": LIST,
    "EMPTY_SET": SET,
    **dict.fromkeys(("FLOAT", "BINFLOAT", "STRING", "BINSTRING", "SHORT_BINSTRING"), OTHER),
    **dict.fromkeys(("SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "BYTEARRAY8"), OTHER),
}
WRAPPER = Name("joblib.numpy_pickle", "NumpyArrayWrapper")
"""Its objects make joblib read on in the file, so nothing else may get hold of it and make one."""


class PickleStack:
    """Values, marks, remembered values, and the uses of names."""

    def __init__(self) -> None:
        """Starts empty."""
        self.uses = dict[str, set[Use]]()
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self._memory: dict[int, Any] = {}
        self._doing: dict[str, Callable[[], object]] = {
            "MARK": self._mark,
            "POP": self._pop,
            "POP_MARK": self.take_marked,
            "DUP": lambda: self.stack.append(self.stack[-1]),
            "EMPTY_DICT": lambda: self.stack.append(Mapping()),
            "TUPLE": lambda: self._gather(tuple),
            "TUPLE1": lambda: self.stack.append(tuple(self.take(1))),
            "TUPLE2": lambda: self.stack.append(tuple(self.take(2))),
            "TUPLE3": lambda: self.stack.append(tuple(self.take(3))),
            "LIST": lambda: self._gather(lambda _: LIST),
            "FROZENSET": lambda: self._gather(lambda _: OTHER),
            "DICT": lambda: self._gather(_as_mapping),
            "APPEND": lambda: self._grow(self.take(1), LIST),
            "APPENDS": lambda: self._grow(self.take_marked(), LIST),
            "ADDITEMS": lambda: self._grow(self.take_marked(), SET),
            "SETITEM": lambda: self._put(self.take(2)),
            "SETITEMS": lambda: self._put(self.take_marked()),
        }

    def use(self, name: str, how: Use) -> None:
        """Remembers how a name is used."""
        self.uses.setdefault(name, set()).add(how)
        if len(self.uses) > MOST_NAMES:
            raise UnreadableError(f"It asks for more than {MOST_NAMES} names.")

    def push(self, name: str, argument: Any) -> bool:
        """Does an operation on values alone; False if there is none of this name."""
        if name in NUMBERS:
            self.stack.append(argument)
        elif name in TEXTS:
            self.stack.append(argument if len(argument) <= MOST_TEXT else OTHER)
        elif name in CONSTANTS:
            self.stack.append(CONSTANTS[name])
        elif name in ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"):
            self._memory[len(self._memory) if name == "MEMOIZE" else _place(argument)] = self.stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self.stack.append(self._memory[_place(argument)])
        elif name in self._doing:
            self._doing[name]()
        else:
            return False
        return True

    def take(self, count: int) -> list[Any]:
        """The uppermost values, which are taken from the stack."""
        if len(self.stack) < count:
            raise UnreadableError("It takes more values than it has.")
        taken = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return _without_wrapper(taken)

    def take_marked(self) -> list[Any]:
        """The values above the latest mark."""
        taken, self.stack = self.stack, self.below.pop()
        return _without_wrapper(taken)

    def _mark(self) -> None:
        self.below.append(self.stack)
        self.stack = []

    def _pop(self) -> None:
        if self.stack:
            self.stack.pop()
        else:
            self.take_marked()

    def _gather(self, make: Any) -> None:
        items = self.take_marked()
        self.stack.append(make(items))

    def _grow(self, _items: list[Any], kind: object) -> None:
        """Adds to what is uppermost; an object's own method is a use of its class."""
        target = self.stack[-1]
        if isinstance(target, Made):
            self.use(target.name, "called")
        elif target is not kind:
            raise UnreadableError("It adds values to what is no list or set.")

    def _put(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, Made):
            self.use(target.name, "called")
        elif isinstance(target, Mapping):
            _fill(target, items)
        else:
            raise UnreadableError("It sets an item of what is no dictionary.")


def _as_mapping(items: list[Any]) -> Mapping:
    made = Mapping()
    _fill(made, items)
    return made


def _fill(target: Mapping, items: list[Any]) -> None:
    for key, value in zip(items[::2], items[1::2], strict=True):
        target.put(key, value)


def _without_wrapper(taken: list[Any]) -> list[Any]:
    if any(type(each) is Name and each == WRAPPER for each in taken):
        raise UnreadableError("It hands on what joblib reads arrays with.")
    return taken


def _place(argument: Any) -> int:
    place = int(argument)
    if place < 0:
        raise UnreadableError("It remembers a value at no place.")
    return place
