"""The trusted root: whose certificates, logs and timestamps count; read from files only, not fetched or cached."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from assay.errors import EvaluationError, UsageError, install_hint

if TYPE_CHECKING:
    from sigstore.models import ClientTrustConfig, TrustedRoot

EXTRA = "sigstore"
MAX_ROOT_BYTES = 64 * 1024
_PUBLIC = "https://tuf-repo-cdn.sigstore.dev"


class KeylessUnavailableError(EvaluationError):
    """Keyless signatures cannot be made or verified here; it says nothing about a signature."""


def require_sigstore() -> None:
    """Raises KeylessUnavailableError if Sigstore's client is not installed."""
    try:
        import sigstore.models  # noqa: F401
    except ImportError as error:
        raise KeylessUnavailableError(
            "Keyless signatures need Sigstore's client, which is not installed.", hint=install_hint(EXTRA)
        ) from error


@cache
def load_root(content: bytes | None) -> TrustedRoot:
    """The root in a file's content, or the one that comes with Sigstore's client; raises UsageError.

    The client's own would be read through a cache in the user's home, and refreshed over the network.
    """
    require_sigstore()
    from sigstore.models import TrustedRoot
    from sigstore_models.trustroot import v1

    found = shipped("trusted_root.json") if content is None else content
    try:
        root = TrustedRoot(v1.TrustedRoot.from_json(found))
        if not (root.get_fulcio_certs() and root._inner.tlogs and root._inner.ctlogs):  # noqa: SLF001  # no other way
            raise ValueError("it lacks certificates or logs")  # noqa: TRY301
    except Exception as error:  # foreign bytes: whatever the client raises, there is no root
        said = " ".join(str(error).split())[:200]
        raise UsageError(
            f"The file of trusted roots cannot be read: {said}",
            hint="Expected a `trusted_root.json` of Sigstore, as `cosign trusted-root create` writes it.",
        ) from error
    return root


def load_services(content: bytes | None) -> ClientTrustConfig:
    """The services that sign and their root: those in a client's configuration, or Sigstore's public ones."""
    require_sigstore()
    from sigstore.models import ClientTrustConfig
    from sigstore_models.trustroot import v1

    try:
        if content is not None:
            return ClientTrustConfig(v1.ClientTrustConfig.from_json(content))
        return ClientTrustConfig(
            v1.ClientTrustConfig(
                media_type=ClientTrustConfig.ClientTrustConfigType.CONFIG_0_1.value,
                trusted_root=v1.TrustedRoot.from_json(shipped("trusted_root.json")),
                signing_config=v1.SigningConfig.from_json(shipped("signing_config.v0.2.json")),
            )
        )
    except Exception as error:
        said = " ".join(str(error).split())[:200]
        raise UsageError(
            f"The configuration of Sigstore's services cannot be read: {said}",
            hint="Give a client's trust configuration, as `sigstore --trust-config` takes it.",
        ) from error


def shipped(name: str) -> bytes:
    """A file about Sigstore's public services that comes with its client; raises KeylessUnavailableError."""
    from importlib.resources import files
    from urllib.parse import quote

    try:
        return files("sigstore._store").joinpath(quote(_PUBLIC, safe=""), name).read_bytes()
    except (OSError, ModuleNotFoundError) as error:
        raise KeylessUnavailableError(
            f"This release of Sigstore's client does not bring {name}.",
            hint="Name a file of trusted roots in the trust file (`root`), or install an earlier release.",
        ) from error
