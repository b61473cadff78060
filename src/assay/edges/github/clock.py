"""What waiting goes by."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What waiting goes by; tests give one that does not wait."""

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
