"""Which keys and identities count, and when: bounds of time, revocation, and the signer that a bundle names."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.envelope import Envelope
from assay.edges.attestation.keyless.certificate_claims import read_claims
from assay.edges.attestation.keyless.keyless_verification import signing_time
from assay.edges.attestation.keyless.signer_identity import SignerIdentity
from assay.edges.attestation.keys import VerificationKey

_AGAIN = "Sign again with a valid key (`assay sign --key …`)."
_ADD = "Add the key to the trust file if it should count, or sign again with a listed key."


@dataclass(frozen=True, kw_only=True)
class TrustedKey:
    """A public key, and the first and last second in which its signatures count; None if there is no bound.

    For keyless signatures, an identity is in the place of the key, and the seconds are those of the log.
    """

    key: VerificationKey | SignerIdentity
    name: str | None = None
    start: datetime.datetime | None = None
    end: datetime.datetime | None = None
    revoked: datetime.datetime | None = None

    @property
    def shown(self) -> str:
        """The key's name in the trust file with its hint, or only its hint."""
        return self.key.hint if self.name is None else f"`{self.name}` ({self.key.hint})"

    @property
    def is_keyless(self) -> bool:
        """Whether it is an identity, whose signatures have a time that the signer did not choose."""
        return isinstance(self.key, SignerIdentity)

    @property
    def described(self) -> str:
        """What signs, in words: the kind of key and its name, or the identity and its issuer."""
        if isinstance(self.key, SignerIdentity):
            return f"identity {self.shown}, by {self.key.issuer}"
        return f"{self.key.scheme} key {self.shown}"

    def require_key_at(self, signed: datetime.datetime, recorded: datetime.datetime | None) -> None:
        """Raises SignatureError unless the key was valid when it signed, as far as anybody can know.

        Whoever has a revoked key can sign any time. So something that the key alone cannot write must also have
        `recorded` a time before the revocation.
        """
        if self.revoked is not None:
            self._require_unrevoked(self.revoked, signed, recorded)
        if self.start is not None and signed < self.start:
            said = f"valid from {written(self.start)}, but it was signed at {written(signed)}"
            raise SignatureError(f"The key {self.shown} is not yet valid: it is {said}.", hint=_AGAIN)
        if self.end is not None and signed > self.end:
            said = f"expired at {written(self.end)}; the decision was signed at {written(signed)}"
            raise SignatureError(f"The key {self.shown} {said}.", hint=_AGAIN)

    def time_of(self, envelope: Envelope, claimed: datetime.datetime) -> datetime.datetime:
        """When a verified envelope was signed: for an identity the log's time, else the one that the signer claims."""
        if envelope.certified is None or not self.is_keyless:
            return claimed
        return signing_time(envelope.certified)

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
    """The keys and identities that count; `file` is their trust file, or None for a single one."""

    keys: tuple[TrustedKey, ...]
    file: str | None = None

    def signer(self, hint: str) -> TrustedKey:
        """The key that a bundle names; raises SignatureError if it is not one of these."""
        found = next((each for each in self.keys if each.key.hint == hint and not each.is_keyless), None)
        if found is not None:
            return found
        if self.file is None:
            raise SignatureError(
                f"The bundle names the key {hint!r}, but the given key is {_listed(self.keys)}.",
                hint="Name the signer's public key, or ask its owner to sign.",
            )
        raise SignatureError(
            f"The bundle names the key {hint!r}, which {self.file} does not list; it lists {_listed(self.keys)}.",
            hint=_ADD,
        )

    def signer_of(self, envelope: Envelope) -> TrustedKey:
        """The key, or the identity, that an envelope names; raises SignatureError if it is not one of these."""
        if envelope.certified is None:
            return self.signer(envelope.hint)
        claims = read_claims(envelope.certified.certificate)
        identities = [(each, each.key) for each in self.keys if isinstance(each.key, SignerIdentity)]
        for trusted, identity in identities:
            if identity.is_of(claims):
                return trusted
        for _, identity in identities:
            if identity.identity == claims.identity:
                identity.require_claims(claims)
        where = "the given key is" if self.file is None else f"{self.file} lists"
        raise SignatureError(
            f"The bundle is signed keyless, by `{claims.identity}`, but {where} {_listed(self.keys)}.", hint=_ADD
        )


def written(time: datetime.datetime) -> str:
    """A time in the form used everywhere, in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _listed(keys: Sequence[TrustedKey]) -> str:
    return ", ".join(each.shown if each.name else repr(each.key.hint) for each in keys)
