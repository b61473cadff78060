"""People: which accounts hold which roles, which are one person, and which are bots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from assay.manifest.document import Role
from assay.reviews.snapshot import Account, ReviewSnapshot

MEMBERSHIPS = ("active", "pending", "none")


def login_key(login: str) -> str | None:
    """A login as GitHub compares it, without case; None for one that no account can have, such as a homoglyph."""
    return login.lower() if login.isascii() and login.strip() == login and login else None


class People:
    """What a snapshot and a manifest say about accounts, by id.

    `roles` are the manifest's, `persons` names the accounts of each person who has
    several, `bots` names accounts and e-mail addresses of bots.
    """

    def __init__(
        self,
        snapshot: ReviewSnapshot,
        roles: Mapping[str, Role],
        persons: Mapping[str, Sequence[str]] | None = None,
        bots: Iterable[str] = (),
    ) -> None:
        self._roles = roles
        self._persons = persons or {}
        self.bots = frozenset(key for name in bots if (key := login_key(name)) is not None)
        self._answers = {key: row for row in snapshot.permissions if (key := login_key(row.login)) is not None}
        self._permissions = {row.id: row.permission for row in snapshot.permissions if row.id is not None}
        self._memberships = {(row.team.lower(), row.user): row.state for row in snapshot.memberships}

    @cached_property
    def _users(self) -> dict[str, frozenset[int]]:
        """The ids of the accounts that each role names."""
        return {
            role: frozenset(found for name in named.users if (found := self._id_of(name)) is not None)
            for role, named in self._roles.items()
        }

    def _id_of(self, name: str) -> int | None:
        answer = self._answers.get(login_key(name) or "")
        return answer.id if answer else None

    def roles_of(self, user: int) -> tuple[str, ...]:
        """The roles that an account holds, named as a user or as an active member of a team."""
        return tuple(
            role
            for role, named in sorted(self._roles.items())
            if user in self._users[role]
            or any(self._memberships.get((team.lower(), user)) == "active" for team in named.teams)
        )

    def permission_of(self, user: int) -> str | None:
        """What an account may do in the repository; None if the snapshot does not say."""
        return self._permissions.get(user)

    def unresolved(self) -> tuple[str, ...]:
        """The logins of roles that the snapshot does not cover; a login that no account can have holds no role."""
        named = {name for role in self._roles.values() for name in role.users}
        return tuple(sorted(name for name in named if (key := login_key(name)) and key not in self._answers))

    def unanswered_teams(self, user: int) -> tuple[str, ...]:
        """The teams of roles whose answer about an account is missing."""
        teams = {team for role in self._roles.values() for team in role.teams}
        known = self._memberships
        return tuple(sorted(team for team in teams if known.get((team.lower(), user)) not in MEMBERSHIPS))

    def is_bot(self, account: Account) -> bool:
        """Whether an account is a bot: by kind, by name, or because the manifest lists it."""
        key = login_key(account.login) or ""
        return account.kind != "User" or key.endswith("[bot]") or key in self.bots

    def person_of(self, account: Account) -> str:
        """The person behind an account: as mapped, else the account itself."""
        return self._mapped(account) or f"#{account.id}"

    def is_unmapped(self, account: Account) -> bool:
        """Whether persons are named, and this account belongs to none of them."""
        return bool(self._persons) and self._mapped(account) is None

    def _mapped(self, account: Account) -> str | None:
        for person, names in sorted(self._persons.items()):
            for name in names:
                found = self._id_of(name)
                if found == account.id or (found is None and login_key(name) == (login_key(account.login) or "")):
                    return person
        return None
