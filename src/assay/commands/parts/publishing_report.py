"""A report on publishing: what was published, what GitHub refused, and what failed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from assay.edges.github.client import GitHubError
from assay.errors import AssayError
from assay.render.wording.sanitized import printable


@dataclass(kw_only=True)
class PublishingReport:
    """What was published, what GitHub refused, and what failed."""

    done: dict[str, str] = field(default_factory=dict)
    refused: list[AssayError] = field(default_factory=list)
    failed: list[AssayError] = field(default_factory=list)

    @property
    def errors(self) -> list[AssayError]:
        """What was not published, and why."""
        return [*self.refused, *self.failed]

    def attempt(self, name: str, publish: Callable[[], str | None]) -> None:
        """Publishes one thing and records the result; None means that there was nothing to publish."""
        try:
            done = publish()
        except AssayError as error:
            refused = isinstance(error, GitHubError) and error.kind in ("refused", "absent")
            (self.refused if refused else self.failed).append(error)
        else:
            self.done |= {} if done is None else {name: done}

    def write(self) -> None:
        """Prints one line for each thing that was or was not published."""
        for name, what in self.done.items():
            sys.stdout.write(f"{name:<8} {what}\n")
        for error in self.errors:
            # GitHub's words come after others, so they cannot start a command of the runner.
            sys.stdout.write(f"{'refused' if error in self.refused else 'failed':<8} {_line(error)}\n")


def _line(error: AssayError) -> str:
    return printable(f"{error} {error.hint}")
