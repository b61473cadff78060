"""Sleeps by `select`: libfaketime refuses to sleep to an absolute time of the monotonic clock, as Python does."""

import select
import time


def _sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = _sleep
