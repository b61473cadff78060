"""Whose keyless signatures count: one name and one issuer, compared whole; for a workflow, where it ran as well."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.keyless.certificate_claims import CertificateClaims
from assay.errors import UsageError

GITHUB = "https://token.actions.githubusercontent.com"
Runner = Literal["github-hosted", "self-hosted"]
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?"
_REF = r"refs/(?:heads|tags)/[A-Za-z0-9](?:[A-Za-z0-9._/#+=@-]*[A-Za-z0-9_#+=-])?"
REPOSITORY, REF = re.compile(f"{_NAME}/{_NAME}"), re.compile(_REF)
_WORKFLOW = re.compile(
    rf"(?P<server>https://[A-Za-z0-9.-]+)/(?P<repository>{_NAME}/{_NAME})/\.github/workflows/"
    rf"(?P<file>[A-Za-z0-9._-]+\.ya?ml)@(?P<ref>{_REF}|[0-9a-f]{{40}}|[0-9a-f]{{64}})"
)
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~@:/#+=%-]*)?")
_MAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
MAX_LENGTH = 500
_WHOLE = "An identity is compared whole, so patterns and other characters are refused."
_AGAIN = "Sign again where the trust file expects it, or change the trust file on the default branch."


@dataclass(frozen=True, kw_only=True)
class SignerIdentity:
    """An identity that counts, and its issuer.

    For a workflow: `source`, the address of the repository that it ran for, and its `ref`; `repository_id` is GitHub's
    number of that repository, which a repository of the same name made later does not have. `root` is the content of a
    file of trusted roots, None for the one that comes with Sigstore's client.
    """

    identity: str
    issuer: str
    source: str = ""
    ref: str = ""
    runner: Runner = "github-hosted"
    repository_id: str = ""
    root: bytes | None = None

    @property
    def scheme(self) -> str:
        """How it signs."""
        return "keyless"

    @property
    def hint(self) -> str:
        """The identity, by which people know it."""
        return self.identity

    def is_of(self, claims: CertificateClaims) -> bool:
        """Whether claims name this identity, by this issuer, run there."""
        return all(expected == found for _, expected, found in self._compared(claims))

    def require_claims(self, claims: CertificateClaims) -> None:
        """Raises SignatureError with the first claim that is not this identity's."""
        for what, expected, found in self._compared(claims):
            if expected != found:
                said = f"`{found[:MAX_LENGTH]}`" if found else "nothing"
                raise SignatureError(
                    f"The certificate is for another {what}: it says {said}, but `{expected}` is expected.", hint=_AGAIN
                )

    def _compared(self, claims: CertificateClaims) -> tuple[tuple[str, str, str], ...]:
        run = (
            ("repository", self.source, claims.source),
            ("ref of the run", self.ref, claims.ref),
            ("kind of runner", self.runner, claims.runner),
        )
        number = (("repository, by GitHub's number", self.repository_id, claims.repository_id),)
        return (
            ("identity", self.identity, claims.identity),
            ("issuer", self.issuer, claims.issuer),
            *(run if self.source else ()),
            *(number if self.repository_id else ()),
        )


def make_identity(
    identity: str,
    issuer: str,
    *,
    repository: str = "",
    ref: str = "",
    runner: Runner = "github-hosted",
    repository_id: str = "",
    root: bytes | None = None,
) -> SignerIdentity:
    """An identity that counts; raises UsageError for one that more than one party could have.

    A workflow counts only if it ran for one repository and one ref: its own, unless others are named. A workflow that
    is called from other repositories has its own name wherever it runs.
    """
    if len(issuer) > MAX_LENGTH or _ADDRESS.fullmatch(issuer) is None or issuer.endswith("/"):
        raise UsageError("the issuer must be an address such as `https://token.actions.githubusercontent.com`.")
    workflow = None if len(identity) > MAX_LENGTH else _WORKFLOW.fullmatch(identity)
    if workflow is None:
        if issuer == GITHUB or issuer.startswith(f"{GITHUB}/") or "/.github/" in identity:
            raise UsageError(
                "expected a workflow on a branch or tag, as "
                f"`https://github.com/OWNER/NAME/.github/workflows/FILE.yml@refs/heads/BRANCH`. {_WHOLE}"
            )
        if repository or ref or repository_id:
            raise UsageError("`repository`, `repository_id` and `ref` are for workflows only.")
        if len(identity) > MAX_LENGTH or not (_ADDRESS.fullmatch(identity) or _MAIL.fullmatch(identity)):
            raise UsageError(f"expected an address that begins with `https://`, or a mail address. {_WHOLE}")
        return SignerIdentity(identity=identity, issuer=issuer, root=root)
    if repository and REPOSITORY.fullmatch(repository) is None:
        raise UsageError("`repository` must be `owner/name`.")
    own = not repository or repository == workflow["repository"]
    ref = ref or (workflow["ref"] if own else "")
    if REF.fullmatch(ref) is None:
        raise UsageError(
            "`ref` must say for which branch or tag the workflow runs, such as `refs/heads/main`: it is named by a "
            "commit, or runs for another repository."
        )
    if repository_id and not repository_id.isascii():
        raise UsageError("`repository_id` must be a number.")
    return SignerIdentity(
        identity=identity,
        issuer=issuer,
        source=f"{workflow['server']}/{repository or workflow['repository']}",
        ref=ref,
        runner=runner,
        repository_id=repository_id,
        root=root,
    )
