"""Standard output and error as a runner of GitHub Actions reads them: only lines of ours are commands to it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

# The runner looks for the first at the start of a line only, and for the others anywhere.
_COMMAND = re.compile(r"(?<=[\r\n])[^\S\r\n]*:(?=:)|##(?=(?:vso)?\[)")
_IN_JSON = re.compile(r"#(?=#(?:vso)?\[)")
_UNFINISHED = re.compile(r"#{1,2}(?:v|vs|vso)?\Z")
_LINE_END = re.compile(r"[\r\n]")


class GuardedStream:
    """A text stream in which no line is a command to a runner, whatever is written, and in however many pieces."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._before = "\n"

    def write(self, text: str) -> int:
        """Writes text with every command broken up: by a space, or in JSON by an escape that means the same."""
        shown = text
        if self._before == "\n" and text[:1] in ("{", "["):
            shown = _IN_JSON.sub(r"\\u0023", text)
        whole = self._before + shown
        guarded = _COMMAND.sub(lambda found: found.group() + " ", whole)[len(self._before) :]
        self._before = _unfinished(whole)
        self._stream.write(guarded)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Writes several texts."""
        for line in lines:
            self.write(line)

    def command(self, text: str) -> None:
        """Writes whole lines as they are, for commands that are meant."""
        self._stream.write(text)
        self._before = "\n"

    def __getattr__(self, name: str) -> Any:
        """Everything else is the stream's."""
        return getattr(self._stream, name)


def _unfinished(written: str) -> str:
    """What matters of the last line for what is written next: whether it has begun, and the start of a command."""
    *lines, last = _LINE_END.split(written)
    if lines and last.strip() in ("", ":"):
        return "\n" + last.strip()
    begun = _UNFINISHED.search(last)
    return "\0" + (begun.group() if begun else "")


@contextmanager
def guarded_streams() -> Iterator[None]:
    """Guards standard output and error for as long as the context lasts."""
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", GuardedStream(stream)) for stream in streams)
    guards = sys.stdout, sys.stderr
    try:
        yield
    finally:
        sys.stdout = streams[0] if sys.stdout is guards[0] else sys.stdout
        sys.stderr = streams[1] if sys.stderr is guards[1] else sys.stderr


def write_commands(text: str) -> None:
    """Writes commands to the runner, as lines of standard output."""
    if isinstance(sys.stdout, GuardedStream):
        sys.stdout.command(text)
    else:
        sys.stdout.write(text)
