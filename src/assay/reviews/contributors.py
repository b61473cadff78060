"""Who made a change: its author, the authors, committers and co-authors of its commits, and who pushed by force."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.reviews.people import People, login_key
from assay.reviews.snapshot import Account, CoAuthor, ReviewSnapshot

PUSHED = "head_ref_force_pushed"
_NO_REPLY = re.compile(r"(?:([1-9]\d{0,15})\+)?([a-z0-9][a-z0-9_-]*)@users\.noreply\.github\.com")
Unknown = tuple[str, str]


def contributors(snapshot: ReviewSnapshot, people: People) -> tuple[dict[str, list[str]], list[Unknown]]:
    """The persons who made the change, and how; and the parts whose maker is unknown, and why."""
    involved: dict[str, list[str]] = {}
    unknown: list[Unknown] = []
    accounts = _accounts(snapshot)
    for how, account, about in _made(snapshot):
        if account is None:
            unknown.append((f"unknown_{how.removeprefix('commit_')}", about))
        else:
            involved.setdefault(people.person_of(account), []).append(how)
    emails = _emails(snapshot)
    for commit in snapshot.commits:
        for each in commit.co_authors:
            if (login_key(each.email) or "") in people.bots:
                continue
            found = _co_author(each, accounts, emails)
            if found is None:
                unknown.append(("unknown_co_author", f"{commit.sha[:12]} {each.email}".strip()))
            else:
                involved.setdefault(people.person_of(found), []).append("co_author")
    return involved, unknown


def _made(snapshot: ReviewSnapshot) -> Iterator[tuple[str, Account | None, str]]:
    pull = snapshot.pull_request
    yield "author", pull.author, f"#{pull.number}"
    for commit in snapshot.commits:
        yield "commit_author", commit.author, commit.sha
        yield "committer", commit.committer, commit.sha
    for event in snapshot.events:
        if event.event == PUSHED:
            yield "pusher", event.actor, event.created_at


def _accounts(snapshot: ReviewSnapshot) -> dict[int | str, Account]:
    """The accounts that a trailer's no-reply address can mean, by id and by login: all in the snapshot."""
    seen = [review.author for review in snapshot.reviews]
    seen += [account for _, account, _ in _made(snapshot)]
    found: dict[int | str, Account] = {}
    for account in seen:
        if account is not None:
            found[account.id] = account
            found[login_key(account.login) or ""] = account
    return found


def _emails(snapshot: ReviewSnapshot) -> dict[str, Account]:
    """The e-mail addresses that GitHub itself gave an account in this change."""
    found: dict[str, Account] = {}
    for commit in snapshot.commits:
        for email, account in ((commit.author_email, commit.author), (commit.committer_email, commit.committer)):
            if account is not None and email:
                found[email.lower()] = account
    return found


def _co_author(trailer: CoAuthor, accounts: dict[int | str, Account], emails: dict[str, Account]) -> Account | None:
    """The account that a trailer's address belongs to; None if it is unknown."""
    email = trailer.email.lower()
    no_reply = _NO_REPLY.fullmatch(email)
    if no_reply is None:
        return emails.get(email)
    number, login = no_reply.groups()
    if number is not None:
        # An account that neither reviewed nor committed is known by its number alone.
        return accounts.get(int(number)) or Account(id=int(number), login=login, kind="User")
    return accounts.get(login)
