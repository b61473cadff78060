"""The clock for waiting."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The clock for waiting; tests use one that does not wait."""

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
