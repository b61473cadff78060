"""What a trust file may say: keys, identities, and when each counts."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from assay.edges.attestation.keyless.signer_identity import GITHUB, Runner
from assay.manifest.block_parts import Block, Text, Version

MAX_KEYS = 100
_DATE, _TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
_MOMENT = rf"{_DATE}({_TIME})?"


def read_moment(text: str, *, last: bool = False) -> datetime.datetime:
    """A time, or the first or last second of a date, in UTC."""
    if not re.fullmatch(_DATE, text):
        return datetime.datetime.fromisoformat(text)
    return datetime.datetime.fromisoformat(f"{text}T{'23:59:59' if last else '00:00:00'}+00:00")


def _moment(text: str) -> str:
    if not re.fullmatch(_MOMENT, text):
        raise ValueError("expected a UTC time such as 2026-11-20T12:00:00Z, or a date")
    datetime.datetime.fromisoformat(text)
    return text


Moment = Annotated[str, AfterValidator(_moment), Field(json_schema_extra={"pattern": f"^{_MOMENT}$"})]


class ListedSigner(Block):
    """A key or an identity that counts, and when."""

    # An empty time is refused, not ignored: an unfinished `revoked:` must not keep the key valid.

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@/-]*$", max_length=64)] = Field(
        description="Name of the key for people, such as `ci-2026`; each key needs a different name."
    )
    start: Moment = Field(
        default_factory=str,
        alias="from",
        description="The key's signatures count from this time; a date means its first second, UTC.",
    )
    until: Moment = Field(
        default_factory=str,
        description="The key's signatures count until this time; a date means its last second, UTC.",
    )
    revoked: Moment = Field(
        default_factory=str,
        description="The key is not trusted from this time on; a signature counts only if a ledger shows that it "
        "was earlier.",
    )

    @model_validator(mode="after")
    def _require_order(self) -> Self:
        if self.start and self.until and read_moment(self.start) > read_moment(self.until, last=True):
            raise ValueError("`from` lies after `until`")
        return self


class ListedKey(ListedSigner):
    """A public key that counts, and when."""

    key: Text = Field(
        description="Public key or certificate: PEM text, or a PEM file in or below the trust file's folder."
    )


class ListedIdentity(ListedSigner):
    """An identity whose keyless signatures count, and when; it is compared whole, without patterns."""

    identity: Text = Field(
        description="What the certificate names: a workflow, as `https://github.com/OWNER/NAME/.github/workflows/"
        "FILE.yml@refs/heads/BRANCH`, another address, or a mail address."
    )
    issuer: Text = Field(description=f"Who checked the identity; for GitHub Actions `{GITHUB}`.")
    repository: Text = Field(
        default_factory=str,
        description="Repository that the workflow must have run for, as `owner/name`. Default: the workflow's own.",
    )
    repository_id: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,18}$")] = Field(
        default_factory=str,
        description="GitHub's number of that repository, as text; a repository made later under its name has another.",
    )
    ref: Text = Field(
        default_factory=str,
        description="Branch or tag that the workflow must have run for, such as `refs/heads/main`. Default: the "
        "workflow's own, if it runs for its own repository.",
    )
    runner: Runner = Field(
        default="github-hosted", description="Kind of runner: what runs on one's own is what others left there."
    )
    root: Text = Field(
        default_factory=str,
        description="File of trusted roots (`trusted_root.json`), in or below the trust file's folder. Default: that "
        "of Sigstore's public services, as its client brings it.",
    )


def _listed(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if not 0 < len(value) <= MAX_KEYS:
        raise ValueError(f"expected 1 to {MAX_KEYS} entries")
    return tuple(value)


class TrustFile(Block):
    """The keys and identities whose signatures count; at least one."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["keys"]}, {"required": ["identities"]}]})

    trust: Version = Field(description="Version of this format: 1.")
    keys: Annotated[tuple[ListedKey, ...], BeforeValidator(_listed)] = Field(
        default_factory=tuple,
        description="The keys that count; keep replaced keys, so that their earlier signatures still count.",
        json_schema_extra={"minItems": 1, "maxItems": MAX_KEYS},
    )
    identities: Annotated[tuple[ListedIdentity, ...], BeforeValidator(_listed)] = Field(
        default_factory=tuple,
        description="The identities whose keyless signatures count, such as the workflow that judges.",
        json_schema_extra={"minItems": 1, "maxItems": MAX_KEYS},
    )

    @model_validator(mode="after")
    def _require_one(self) -> Self:
        if not self.keys and not self.identities:
            raise ValueError("expected `keys`, `identities`, or both")
        return self
