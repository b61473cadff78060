"""What can go wrong on demand: refusals, limits, lost answers, cut connections."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

Effect = Literal["answer", "apply_then_answer", "cut", "apply_then_cut", "starter"]


@dataclass
class Fault:
    """A fault that strikes requests that match, `times` times after letting `after` of them pass.

    `answer` refuses with `status`; `apply_then_answer` carries the request out first and then lies;
    `cut` closes the connection, before or after; `starter` leaves an empty asset behind and answers 502.
    """

    method: str
    path: str
    effect: Effect = "answer"
    status: int = 502
    message: str = "Server Error"
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    after: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Whether this request is struck; counts it."""
        if method != self.method or not re.search(self.path, path) or not self.times:
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True


def secondary_limit(method: str, path: str, *, seconds: int | None = 7, status: int = 403, times: int = 1) -> Fault:
    """GitHub's secondary rate limit, with or without the seconds to wait."""
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return Fault(method, path, status=status, message=message, headers=headers, times=times)


def abuse_detection(method: str, path: str) -> Fault:
    """The secondary rate limit in the words of older servers, which do not call it one."""
    message = "You have triggered an abuse detection mechanism. Please wait a few minutes before you try again."
    return Fault(method, path, status=403, message=message)


def primary_limit(method: str, path: str, *, reset: int) -> Fault:
    """GitHub's primary rate limit, which ends at a time."""
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    return Fault(method, path, status=403, message="API rate limit exceeded for installation.", headers=headers)


def fault_from(document: dict[str, Any]) -> Fault:
    """A fault from JSON, for a server in another process."""
    return Fault(**document)
