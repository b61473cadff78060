"""What was told on GitHub, what was refused and why, and what failed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from assay.edges.github.client import GitHubError
from assay.errors import AssayError
from assay.render.wording.sanitized import printable


@dataclass(kw_only=True)
class PublishingReport:
    """What was published, what was refused and why, and what failed."""

    done: dict[str, str] = field(default_factory=dict)
    refused: list[AssayError] = field(default_factory=list)
    failed: list[AssayError] = field(default_factory=list)

    @property
    def errors(self) -> list[AssayError]:
        """What was not published, and why."""
        return [*self.refused, *self.failed]

    def trying(self, name: str, publish: Callable[[], str | None]) -> None:
        """Publishes one thing, unless there is nothing to say of it; a failure keeps nothing else from being tried."""
        try:
            done = publish()
        except AssayError as error:
            refused = isinstance(error, GitHubError) and error.kind in ("refused", "absent")
            (self.refused if refused else self.failed).append(error)
        else:
            self.done |= {} if done is None else {name: done}

    def write(self) -> None:
        """Prints what was done, and what was not; a line each."""
        for name, what in self.done.items():
            sys.stdout.write(f"{name:<8} {what}\n")
        for error in self.errors:
            # GitHub's own words stand within the line, so they cannot begin a command of the runner.
            sys.stdout.write(f"{'refused' if error in self.refused else 'failed':<8} {_line(error)}\n")


def _line(error: AssayError) -> str:
    return printable(f"{error} {error.hint}")
