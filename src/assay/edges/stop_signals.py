"""Signals that ask a process to stop: they end a run as Ctrl-C does, with an exit code of their own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from assay.errors import TERMINATED

SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """The signals that came; `code` is the exit code that the first one asks for, None before."""

    def __init__(self) -> None:
        self.code: int | None = None

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """While this lasts, such a signal interrupts the main thread; one that was ignored before stays ignored."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.getsignal(each) for each in SIGNALS}
        heeded = [each for each, handler in before.items() if handler == signal.SIG_DFL]
        try:
            for each in heeded:
                signal.signal(each, self._stop)
            yield
        finally:
            for each in heeded:
                signal.signal(each, before[each])

    def _stop(self, number: int, _frame: FrameType | None) -> NoReturn:
        self.code = self.code or TERMINATED - signal.SIGTERM + number
        # A second one must not end what cleans up after the first.
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt
