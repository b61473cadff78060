"""Which keys count, and when: bounds of time, revocation, and a signer found by the hint of its key."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from assay.edges.attestation.envelope import SignatureError
from assay.edges.attestation.keys import VerificationKey

_AGAIN = "Sign again with a key that is in force (`assay sign --key …`)."


@dataclass(frozen=True, kw_only=True)
class TrustedKey:
    """A public key, and the first and last second in which what it signs counts; None where there is no bound."""

    key: VerificationKey
    name: str | None = None
    start: datetime.datetime | None = None
    end: datetime.datetime | None = None
    revoked: datetime.datetime | None = None

    @property
    def shown(self) -> str:
        """The key as people know it: by its name in the trust file, else by its hint."""
        return self.key.hint if self.name is None else f"`{self.name}` ({self.key.hint})"

    def require_key_at(self, signed: datetime.datetime, recorded: datetime.datetime | None) -> None:
        """Raises SignatureError unless the key was in force when it signed, as far as that can be known.

        Whoever holds a revoked key can write any time into what it signs. So the time must also be `recorded` by
        something that the key alone cannot write, from before the revocation.
        """
        if self.revoked is not None:
            self._require_unrevoked(self.revoked, signed, recorded)
        if self.start is not None and signed < self.start:
            said = f"valid from {written(self.start)} on, and the decision says it was signed at {written(signed)}"
            raise SignatureError(f"The key {self.shown} is not yet valid: it is {said}.", hint=_AGAIN)
        if self.end is not None and signed > self.end:
            said = f"expired at {written(self.end)}; the decision was signed at {written(signed)}"
            raise SignatureError(f"The key {self.shown} {said}.", hint=_AGAIN)

    def bounds(self, now: datetime.datetime) -> str:
        """When the key is in force, as words; empty where it has no bounds."""
        said = [f"from {written(self.start)}"] if self.start else []
        said += [f"until {written(self.end)}" + (", so no longer" if now > self.end else "")] if self.end else []
        said += [f"revoked at {written(self.revoked)}"] if self.revoked else []
        return ", ".join(said)

    def _require_unrevoked(
        self, revoked: datetime.datetime, signed: datetime.datetime, recorded: datetime.datetime | None
    ) -> None:
        said = f"The key {self.shown} was revoked at {written(revoked)}"
        if signed >= revoked:
            raise SignatureError(f"{said}; the decision was signed at {written(signed)}.", hint=_AGAIN)
        if recorded is None:
            raise SignatureError(
                f"{said}. The decision says it was signed before, at {written(signed)}, but whoever holds the key "
                "can write that, and nothing else shows it.",
                hint=_AGAIN,
            )
        if recorded >= revoked:
            raise SignatureError(
                f"{said}, and the ledger first names the decision at {written(recorded)}.", hint=_AGAIN
            )


@dataclass(frozen=True, kw_only=True)
class Trust:
    """The keys that count; `file` is the trust file they come from, None for one key that was named."""

    keys: tuple[TrustedKey, ...]
    file: str | None = None

    def signer(self, hint: str) -> TrustedKey:
        """The key that a bundle names; raises SignatureError where it is none of these."""
        found = next((each for each in self.keys if each.key.hint == hint), None)
        if found is not None:
            return found
        if self.file is None:
            raise SignatureError(
                f"The bundle names the key {hint!r}, but the given key is {_listed(self.keys)}.",
                hint="Name the public key of the one who signed, or ask them to sign.",
            )
        raise SignatureError(
            f"The bundle names the key {hint!r}, which {self.file} does not list; it lists {_listed(self.keys)}.",
            hint="Add the key to the trust file if it is to count, or sign again with one that is listed.",
        )


def written(time: datetime.datetime) -> str:
    """A time as it is written everywhere, in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _listed(keys: Sequence[TrustedKey]) -> str:
    return ", ".join(each.shown if each.name else repr(each.key.hint) for each in keys)
