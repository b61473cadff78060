"""Waiting as long as GitHub asks, and repeating only requests that may be repeated."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from github import GithubException, RateLimitExceededException
from urllib3 import BaseHTTPResponse, Retry
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import MaxRetryError

from assay.edges.github.clock import Clock

REPEATABLE = frozenset({"GET", "HEAD", "PATCH", "PUT", "DELETE"})
UNTOLD_SECONDS, FIRST_SECONDS = 60.0, 1.0


@dataclass(kw_only=True)
class Budget:
    """The seconds that a run may still spend on waiting."""

    seconds: float


class Patience(Retry):
    """Decides for each answer whether to repeat the request, and after how many seconds."""

    def __init__(self, *, clock: Clock, budget: Budget, pause: float = 0.0, **settings: Any) -> None:
        settings = {"allowed_methods": REPEATABLE, "raise_on_status": False, "redirect": False, **settings}
        super().__init__(**settings)
        self.clock, self.budget, self.pause = clock, budget, pause

    def new(self, **changes: Any) -> Self:
        """The same patience with fewer tries left."""
        return super().new(clock=self.clock, budget=self.budget, pause=self.pause, **changes)

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:  # noqa: ARG002, FBT001, FBT002  # urllib3's signature
        """Whether an answer allows another try; a POST that ended in 5xx may have been executed."""
        limited = status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
        return limited or (status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and method.upper() in REPEATABLE)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """The patience left after an answer; raises PyGithub's error if waiting does not help."""
        limited = response is not None and response.status in (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
        seconds = self._told(response) if limited and response is not None else FIRST_SECONDS * 2 ** len(self.history)
        if seconds > self.budget.seconds:
            if limited and response is not None:
                raise _refusal(response)
            raise MaxRetryError(_pool, url or "", error)  # type: ignore[arg-type]  # urllib3 passes None itself
        fewer = super().increment(method, url, response, error, _pool, _stacktrace)
        fewer.pause = seconds
        return fewer

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:  # noqa: ARG002  # urllib3's signature
        """Waits as long as the last answer asked."""
        self.budget.seconds -= self.pause
        self.clock.sleep(self.pause)

    def _told(self, response: BaseHTTPResponse) -> float:
        """The seconds that GitHub asks to wait; raises the refusal if it is not about a limit."""
        after = response.headers.get("Retry-After", "")
        if after.isascii() and after.isdigit():
            return float(after)
        reset = response.headers.get("X-RateLimit-Reset", "")
        if response.headers.get("X-RateLimit-Remaining") == "0" and reset.isascii() and reset.isdigit():
            return max(1.0, float(reset) - self.clock.now() + 1.0)
        refusal = _refusal(response)
        if is_limit(refusal):
            if self.budget.seconds < UNTOLD_SECONDS or not self.total:
                raise refusal
            return UNTOLD_SECONDS
        raise refusal


def is_limit(refusal: GithubException) -> bool:
    """Whether a refusal says that too much was asked; PyGithub knows GitHub's sentences for that, but not all."""
    limited = refusal.status == HTTPStatus.TOO_MANY_REQUESTS or isinstance(refusal, RateLimitExceededException)
    return limited or (refusal.status == HTTPStatus.FORBIDDEN and "rate limit" in str(refusal.data).lower())


def _refusal(response: BaseHTTPResponse) -> GithubException:
    """The error that PyGithub would raise; the body is read here, so PyGithub cannot read it again."""
    from github.Requester import Requester

    content = response.read(decode_content=True)
    try:
        data = json.loads(content)
    except ValueError:
        data = {}
    return Requester.createException(response.status, dict(response.headers), data if isinstance(data, dict) else {})
