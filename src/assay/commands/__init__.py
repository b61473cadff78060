"""Commands: the verbs that are not steps."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Literal, Protocol

from assay.registry import Registry

if TYPE_CHECKING:
    from assay.options.plain_options import PlainOptions
    from assay.options.step_options import Options as CommonOptions

Group = Literal["judge", "look", "release", "promote", "repository"]


class Command(Protocol):
    """A command: its options, where help lists it, and what it does."""

    Options: type[CommonOptions | PlainOptions]
    """The command's options; flags, `ASSAY_*` variables and help follow from its fields."""

    GROUP: Group = "look"
    """The heading of `assay --help` that lists the command."""

    POSITIONAL: tuple[str, ...] = ()
    """The options without a flag, in their order."""

    @abstractmethod
    def run(self, options: Any) -> int:
        """Runs the command and returns an exit code; raises AssayError."""
        ...


COMMANDS = Registry("assay.commands", Command)  # type: ignore[type-abstract]  # read, not made
