"""Which keys count, and when: bounds of time, revocation, and the signer that a key's hint names."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from assay.edges.attestation.envelope import SignatureError
from assay.edges.attestation.keys import VerificationKey

_AGAIN = "Sign again with a valid key (`assay sign --key …`)."


@dataclass(frozen=True, kw_only=True)
class TrustedKey:
    """A public key, and the first and last second in which its signatures count; None if there is no bound."""

    key: VerificationKey
    name: str | None = None
    start: datetime.datetime | None = None
    end: datetime.datetime | None = None
    revoked: datetime.datetime | None = None

    @property
    def shown(self) -> str:
        """The key's name in the trust file with its hint, or only its hint."""
        return self.key.hint if self.name is None else f"`{self.name}` ({self.key.hint})"

    def require_key_at(self, signed: datetime.datetime, recorded: datetime.datetime | None) -> None:
        """Raises SignatureError unless the key was valid when it signed, as far as anybody can know.

        Whoever has a revoked key can sign any time. So something that the key alone cannot write must also have
        `recorded` a time before the revocation.
        """
        if self.revoked is not None:
            self._require_unrevoked(self.revoked, signed, recorded)
        if self.start is not None and signed < self.start:
            said = f"valid from {written(self.start)}, but the decision says that it was signed at {written(signed)}"
            raise SignatureError(f"The key {self.shown} is not yet valid: it is {said}.", hint=_AGAIN)
        if self.end is not None and signed > self.end:
            said = f"expired at {written(self.end)}; the decision was signed at {written(signed)}"
            raise SignatureError(f"The key {self.shown} {said}.", hint=_AGAIN)

    def bounds(self, now: datetime.datetime) -> str:
        """When the key is in force, in words; empty if it has no bounds."""
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
                f"{said}. The decision claims an earlier time, {written(signed)}, but whoever has the key can "
                "write that, and nothing else confirms it.",
                hint=_AGAIN,
            )
        if recorded >= revoked:
            raise SignatureError(
                f"{said}, and the ledger first names the decision at {written(recorded)}.", hint=_AGAIN
            )


@dataclass(frozen=True, kw_only=True)
class Trust:
    """The keys that count; `file` is their trust file, or None for a single key."""

    keys: tuple[TrustedKey, ...]
    file: str | None = None

    def signer(self, hint: str) -> TrustedKey:
        """The key that a bundle names; raises SignatureError if it is not one of these."""
        found = next((each for each in self.keys if each.key.hint == hint), None)
        if found is not None:
            return found
        if self.file is None:
            raise SignatureError(
                f"The bundle names the key {hint!r}, but the given key is {_listed(self.keys)}.",
                hint="Name the signer's public key, or ask its owner to sign.",
            )
        raise SignatureError(
            f"The bundle names the key {hint!r}, which {self.file} does not list; it lists {_listed(self.keys)}.",
            hint="Add the key to the trust file if it should count, or sign again with a listed key.",
        )


def written(time: datetime.datetime) -> str:
    """A time in the form used everywhere, in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _listed(keys: Sequence[TrustedKey]) -> str:
    return ", ".join(each.shown if each.name else repr(each.key.hint) for each in keys)
