"""A patient client for one repository on GitHub, and its errors in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlsplit

from assay.edges.github.clock import Clock
from assay.errors import EvaluationError

if TYPE_CHECKING:
    from github import Github
    from github.Repository import Repository

Kind = Literal["refused", "absent", "invalid", "limited", "unsure"]
API = "https://api.github.com"
SECONDS, PATIENCE, PAGE = 30, 600.0, 100
MAX_PAGES = 50
MOST_REASONS, MOST_SAID = 10, 400
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class GitHubError(EvaluationError):
    """GitHub refused, could not be reached, or gave an invalid answer; `unsure` says a write may have happened."""

    default_hint = "Nothing was decided; run it again once GitHub answers."

    def __init__(self, message: str, *, kind: Kind, status: int = 0, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Client:
    """A client for a repository on GitHub; `repository` is PyGithub's object, made without a request."""

    github: Github
    repository: Repository
    name: str
    url: str

    def path(self, *parts: str | int) -> str:
        """An API path of the repository, with each part percent-encoded (F17)."""
        return "/".join((f"/repos/{self.name}", *(quote(str(part), safe="") for part in parts)))

    def get(self, path: str, *, permission: str = "contents: read", parameters: dict[str, Any] | None = None) -> Any:
        """The JSON at a path (`client.path("pulls", 7, "reviews")`), a list with all its pages; raises GitHubError."""
        found: list[Any] = []
        for page in range(1, MAX_PAGES + 1):
            asked = {**(parameters or {}), "per_page": PAGE, "page": page}
            headers, data = self.call("GET", path, permission=permission, parameters=asked)
            if not isinstance(data, list):
                return data
            found += data
            # A full page without a link may have lost it, so the next page is requested anyway.
            if 'rel="next"' not in headers.get("link", "") and len(data) < PAGE:
                return found
        raise GitHubError(f"`{path}` has more than {MAX_PAGES * PAGE:,} entries.", kind="invalid")

    def call(
        self, verb: str, path: str, *, permission: str, parameters: dict[str, Any] | None = None, body: Any = None
    ) -> tuple[dict[str, str], Any]:
        """One request: the answer's headers (names in lower case) and JSON; raises GitHubError."""
        with explained_errors(f"{verb} {path}", permission):
            headers, data = self.github.requester.requestJsonAndCheck(verb, path, parameters=parameters, input=body)
        return {name.lower(): value for name, value in headers.items()}, data


def connect(*, url: str, token: str, repository: str, clock: Clock | None = None, patience: float = PATIENCE) -> Client:
    """A client for `owner/name`, made without a request. Raises GitHubError for arguments that cannot work.

    Waits as long as GitHub asks on 403 and 429, at most `patience` seconds in total; repeats reads and
    idempotent writes on 5xx and lost connections, but never a POST, which may have been executed.
    """
    base = url.rstrip("/") or API
    parts = urlsplit(base)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise GitHubError(f"`{base}` is not an https URL, so Assay sends it no token.", kind="invalid")
    if not re.fullmatch(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", repository):
        raise GitHubError(f"`{repository}` is not `owner/name`.", kind="invalid", hint="Set GITHUB_REPOSITORY.")
    if not token.strip():
        hint = "Pass `GITHUB_TOKEN: ${{ github.token }}` (or ASSAY_GITHUB_TOKEN) in the step's environment."
        raise GitHubError("GitHub needs a token, and there is none.", kind="refused", hint=hint)
    from github import Auth, Github

    from assay.edges.github.waiting import Budget, Patience

    retry = Patience(clock=clock or Clock(), budget=Budget(seconds=patience), total=5)
    github = Github(
        auth=Auth.Token(token.strip()),
        base_url=base,
        timeout=SECONDS,
        per_page=PAGE,
        retry=retry,
        user_agent="assay",
        lazy=True,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
    return Client(github=github, repository=github.get_repo(repository), name=repository, url=base)


@contextmanager
def explained_errors(what: str, permission: str) -> Iterator[None]:
    """Turns any error of PyGithub into GitHubError; `what` names the request, `permission` what it needs."""
    import requests
    from github import GithubException

    try:
        yield
    except GithubException as error:
        raise _explained(error, what, permission) from error
    except requests.RequestException as error:
        cause = type(error).__name__
        raise GitHubError(f"GitHub could not be reached for {what} ({cause}).", kind="unsure") from error
    except AssertionError as error:  # PyGithub's way to refuse the URL of another host
        raise GitHubError(f"GitHub's answer to {what} points to another host.", kind="invalid") from error


def _explained(error: Any, what: str, permission: str) -> GitHubError:
    from assay.edges.github.waiting import is_limit

    status, said = int(error.status), _said(error.data)
    answer = f"({status}{': ' + said if said else ''})"
    add = f"Add `{permission}` to the job's `permissions:`"
    if status == HTTPStatus.UNAUTHORIZED:
        message = f"GitHub does not accept the token {answer}."
        return GitHubError(message, kind="refused", status=status, hint="Pass the job's own `github.token`.")
    if is_limit(error):
        hint = "Run it again later; everything done so far stays done."
        message = f"GitHub's rate limit was reached, and waiting took too long: {what} {answer}."
        return GitHubError(message, kind="limited", status=status, hint=hint)
    if status == HTTPStatus.FORBIDDEN:
        hint = f"{add}; a pull request from a fork never gets it."
        return GitHubError(f"GitHub refused {what} {answer}.", kind="refused", status=status, hint=hint)
    if status == HTTPStatus.NOT_FOUND:
        hint = f"{add}, or check the name: GitHub hides everything that a token may not see."
        return GitHubError(f"GitHub found nothing at {what} {answer}.", kind="absent", status=status, hint=hint)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return GitHubError(f"GitHub failed at {what} {answer}.", kind="unsure", status=status)
    return GitHubError(f"GitHub did not accept {what} {answer}.", kind="invalid", status=status)


def _said(data: Any) -> str:
    """GitHub's own message with its reasons, on one line, shortened, and never a command to a runner (G3).

    An answer of 422 says only "Validation Failed" in its message; what is wrong is in its errors.
    """
    if not isinstance(data, dict):
        return ""
    listed = data.get("errors")
    reasons = [_reason(each) for each in listed[:MOST_REASONS]] if isinstance(listed, list) else []
    # One that the message says already is not repeated.
    message = str(data.get("message") or "")
    told = [message, *(each for each in dict.fromkeys(reasons) if each and each not in message)]
    text = " ".join("; ".join(part.rstrip(".") for part in told if part).replace("##[", "## [").split())
    return "".join(sign for sign in text if sign.isprintable())[:MOST_SAID].rstrip(".")


def _reason(error: Any) -> str:
    """One reason of GitHub: its message, or the field and the code, such as `Release.tag_name already_exists`."""
    if not isinstance(error, dict):
        return str(error)
    if error.get("message"):
        return str(error["message"])
    field = ".".join(str(error[name]) for name in ("resource", "field") if error.get(name))
    return f"{field} {error.get('code') or ''}".strip()
