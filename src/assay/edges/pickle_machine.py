"""Reads what a pickle's operations do, one by one, without importing, making or calling anything.

A pickle has no loops and no conditions, so the names that its operations give are all that it can ask for. What this
machine cannot settle, or what no pickler writes, it refuses.
"""

from __future__ import annotations

import pickletools
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections.abc import Callable
from typing import IO, Any, cast

from assay.edges.pickle_list import LISTED
from assay.edges.pickle_source import PickleSource, UnreadableError
from assay.edges.pickle_stack import PickleStack
from assay.edges.pickle_values import Made, Mapping, Name, Use, is_dotted

MOST_OPERATIONS, OLD = 10_000_000, 3
RECONSTRUCTOR, ENCODER = "copyreg._reconstructor", "_codecs.encode"
"""What old protocols call for objects, and for bytes."""
EMPTY_BASES = ("builtins.object", "builtins.dict", "builtins.list", "builtins.tuple")
PARTIAL = "functools.partial"
RETURNING = (ENCODER, "numpy._core.multiarray.scalar", "numpy.core.multiarray.scalar")
"""What may give back the very thing that it was given, or nothing that has a state."""
SEEDS = ("numpy.random.bit_generator.__pyx_unpickle_SeedSequence",)
"""What stands in a state where the values of slots could stand, and has none."""


class PickleMachine(PickleStack):
    """The stack, the memory and the names of one pickle."""

    def __init__(self, source: PickleSource, built: Callable[[PickleMachine], None]) -> None:
        """Reads from a source; `built` is told of each object on the stack that got its state."""
        super().__init__()
        self.source, self.asked = source, set[str]()
        self._built, self._start, self._protocol = built, source.tell(), 0
        self._frame_end: int | None = None
        self._calling: dict[str, Callable[[Any], None]] = {
            "GLOBAL": self._global,
            "STACK_GLOBAL": lambda _: self._name(*self.take(2)),
            "INST": self._instance,
            "OBJ": self._object,
            "REDUCE": lambda _: self._call(*self.take(2), how="called"),
            "NEWOBJ": self._new,
            "NEWOBJ_EX": self._new_with_words,
            "BUILD": self._build,
        }

    def run(self) -> None:
        """Reads up to the end of the pickle; raises UnreadableError for what cannot be settled."""
        try:
            self._read()
        except UnreadableError:
            raise
        except (ValueError, IndexError, KeyError, TypeError, OverflowError, MemoryError) as problem:
            raise UnreadableError("It is not a pickle, or a damaged one.") from problem

    def outside_frames(self) -> bool:
        """Whether no frame goes on here, so that what follows need not be an operation."""
        return self._frame_end in (None, self.source.tell())

    def include(self, nested: PickleMachine) -> None:
        """Takes over the names of a pickle within this one."""
        self.asked |= nested.asked
        for name, ways in nested.uses.items():
            for how in ways:
                self.use(name, how)

    def _read(self) -> None:
        for count, (operation, argument, place) in enumerate(pickletools.genops(cast("IO[bytes]", self.source))):
            if count >= MOST_OPERATIONS:
                raise UnreadableError(f"It has more than {MOST_OPERATIONS:,} operations.")
            name = operation.name
            self._keep_frame(name, argument, place or 0)
            if name == "PROTO":
                self._keep_protocol(argument, place or 0)
            elif name in self._calling:
                self._calling[name](argument)
            elif name not in ("FRAME", "STOP") and not self.push(name, argument):
                raise UnreadableError(f"It has the operation {name}, whose meaning lies outside the file.")
        if not self.outside_frames() or len(self.stack) != 1 or self.below:
            raise UnreadableError("It ends too early.")

    def _keep_frame(self, name: str, argument: Any, place: int) -> None:
        """Frames follow each other, and each ends with an operation; unpicklers differ in what they make of others."""
        here = self.source.tell()
        if self._frame_end is not None and place >= self._frame_end:
            self._frame_end = None
        if self._frame_end is not None and (here > self._frame_end or name == "FRAME"):
            raise UnreadableError("One of its frames does not end with an operation.")
        if name == "FRAME":
            self._frame_end = here + argument

    def _keep_protocol(self, argument: Any, place: int) -> None:
        if place != self._start:
            raise UnreadableError("It names its protocol twice.")
        self._protocol = argument

    def _global(self, argument: Any) -> None:
        module, _, name = str(argument).partition(" ")
        self._name(module, name)

    def _name(self, module: Any, name: Any) -> None:
        if not is_dotted(module) or not is_dotted(name):
            raise UnreadableError("It asks for a name that it only makes while it is loaded.")
        self.asked.add(f"{module} {name}")
        if self._protocol < OLD:
            module, name = NAME_MAPPING.get((module, name), (IMPORT_MAPPING.get(module, module), name))
        found = Name(module, name)
        self.use(str(found), "named")
        self.stack.append(found)

    def _instance(self, argument: Any) -> None:
        arguments = tuple(self.take_marked())
        self._global(argument)
        self._call(self.stack.pop(), arguments, how="called")

    def _object(self, _argument: Any) -> None:
        called, *arguments = self.take_marked()
        self._call(called, tuple(arguments), how="called")

    def _new(self, _argument: Any) -> None:
        arguments = self.take(1)[0]
        self._call(self.stack.pop(), arguments, how="called" if arguments else "built")

    def _new_with_words(self, _argument: Any) -> None:
        called, arguments, words = self.take(3)
        plain = not arguments and isinstance(words, Mapping) and words.whole and not words.values
        self._call(called, arguments, how="built" if plain else "called")

    def _call(self, called: Any, arguments: Any, *, how: Use) -> None:
        if not isinstance(called, Name) or not isinstance(arguments, tuple):
            raise UnreadableError("It calls what has no name.")
        name = str(called)
        if name == PARTIAL:
            # What counts is the function, and this one may be listed for that alone.
            if len(arguments) != 1 or not isinstance(arguments[0], Name):
                raise UnreadableError("It calls a part of what has no name.")
            name = f"{PARTIAL}({arguments[0]})"
        self.use(name, how)
        if name == ENCODER and arguments[1:] != ("latin1",):
            raise UnreadableError("It encodes a text as no pickler does.")
        if name == RECONSTRUCTOR:
            name, arguments = self._reconstructed(arguments), ()
        self.stack.append(Made(name, arguments))

    def _reconstructed(self, arguments: tuple[Any, ...]) -> str:
        """The class of an object that an old protocol makes; its base may be called with what the file says."""
        if len(arguments) != 3 or not all(isinstance(each, Name) for each in arguments[:2]):  # noqa: PLR2004
            raise UnreadableError("It makes an object of a class that has no name.")
        name, base = map(str, arguments[:2])
        self.use(name, "built")
        if base not in EMPTY_BASES:
            self.use(base, "called")
        return name

    def _build(self, _argument: Any) -> None:
        state = self.take(1)[0]
        target = self.stack[-1]
        if not isinstance(target, Made) or target.name in RETURNING or not _is_new(target.name):
            raise UnreadableError("It changes a class or a function, or what may be one.")
        if target.name.startswith(PARTIAL) and not _is_part(target.name, state):
            raise UnreadableError("It changes which function a part calls.")
        _require_plain_state(state)
        target.state = state
        self._built(self)


def _is_new(name: str) -> bool:
    """Whether what a name makes is surely a new object: by the list, or because it is a class by its letters."""
    return name in LISTED or name.rpartition(".")[2].rpartition(":")[2].lstrip("_")[:1].isupper()


def _is_part(name: str, state: Any) -> bool:
    """Whether a state is that of a function with some of its arguments, and of the function that was named."""
    return isinstance(state, tuple) and isinstance(state[0], Name) and name == f"{PARTIAL}({state[0]})"


def _require_plain_state(state: Any) -> None:
    """Raises UnreadableError for a state whose attributes cannot be settled, or that would change an object's class."""
    if isinstance(state, (Made, Name)):
        raise UnreadableError("The state of one of its objects cannot be settled.")
    parts = state if isinstance(state, tuple) and len(state) == 2 else (state,)  # noqa: PLR2004 - with slots
    for part in parts:
        if isinstance(part, Mapping) and any(key.startswith("__") for key in part.values):
            raise UnreadableError("It sets an attribute that Python itself uses.")
    slots = parts[1] if len(parts) > 1 else None
    if (isinstance(slots, Made) and slots.name not in SEEDS) or (isinstance(slots, Mapping) and not slots.whole):
        raise UnreadableError("The state of one of its objects cannot be settled.")
