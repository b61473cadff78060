"""Signatures by SSH keys (SSHSIG): made by `ssh-keygen -Y sign`, which also asks agents, and verified here."""

from __future__ import annotations

import base64
import binascii
import hashlib
import subprocess
import tempfile
from pathlib import Path

from assay.edges.attestation.bundle_fields import SignatureError
from assay.edges.attestation.keyless.signer_identity import SignerIdentity
from assay.edges.attestation.keys import VerificationKey, verification_key
from assay.errors import EvaluationError, UsageError

NAMESPACE = "promotion@assay-ml.github.io"
SECONDS = 60
PUBLIC = (b"ssh-ed25519 ", b"ecdsa-sha2-nistp256 ")
PRIVATE = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MAGIC, _VERSION = b"SSHSIG", 1
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}


def read_ssh_key(text: bytes) -> VerificationKey:
    """The public key in a line such as `ssh-ed25519 AAAA… name`; raises UsageError."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key

    lines = [line.strip() for line in text.splitlines() if line.strip()]
    try:
        return verification_key(load_ssh_public_key(lines[0] if len(lines) == 1 else b""))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError("The SSH public key could not be read; expected one line of a `.pub` file.") from error


def sign_by_ssh(content: bytes, key: Path) -> bytes:
    """The armoured signature of some bytes, by a private key's file or by the agent that holds a public key's file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "entry"
        file.write_bytes(content)
        command = ["ssh-keygen", "-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(key), str(file)]
        try:
            ended = subprocess.run(  # noqa: S603  # a fixed program, arguments as a list
                command, capture_output=True, check=False, timeout=SECONDS, stdin=subprocess.DEVNULL
            )
            if ended.returncode == 0:
                return file.with_name("entry.sig").read_bytes()
        except FileNotFoundError as error:
            raise EvaluationError(
                "`ssh-keygen` is not installed.", hint="Install OpenSSH, or give a PEM key."
            ) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EvaluationError(f"`ssh-keygen` did not sign ({type(error).__name__}).") from error
    said = " ".join(ended.stderr.decode(errors="replace").split())[:200]
    raise EvaluationError(f"`ssh-keygen` did not sign: {said or 'it gave no reason'}.", hint="Is the key in the agent?")


def signing_ssh_key(armoured: bytes) -> VerificationKey:
    """The key that a signature names, unverified; raises SignatureError."""
    return read_ssh_key(_named_key(_parts(armoured)[0]))


def verify_by_ssh(armoured: bytes, content: bytes, key: VerificationKey | SignerIdentity) -> None:
    """Raises SignatureError unless the key signed the content for promotions, and for nothing else."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    named, namespace, reserved, algorithm, signature = _parts(armoured)
    if isinstance(key, SignerIdentity):
        raise SignatureError("The SSH signature is by a key, but an identity is expected.")
    if read_ssh_key(_named_key(named)).hint != key.hint or namespace != NAMESPACE.encode() or reserved:
        raise SignatureError("The SSH signature is by another key, or for another purpose.")
    if algorithm not in _HASHES:
        raise SignatureError("The SSH signature uses an unknown hash.")
    signed = _MAGIC + b"".join(map(_string, (namespace, reserved, algorithm, _HASHES[algorithm](content).digest())))
    kind, rest = _take(signature)
    value, end = _take(rest)
    try:
        if isinstance(key.public, ec.EllipticCurvePublicKey):
            first, last = _take(value)
            second, more = _take(last)
            if kind != b"ecdsa-sha2-nistp256" or more or end:
                raise SignatureError("The SSH signature is malformed.")
            pair = encode_dss_signature(int.from_bytes(first, "big"), int.from_bytes(second, "big"))
            key.public.verify(pair, signed, ec.ECDSA(hashes.SHA256()))
        else:
            if kind != b"ssh-ed25519" or end:
                raise SignatureError("The SSH signature is malformed.")
            key.public.verify(value, signed)
    except InvalidSignature as error:
        raise SignatureError("The SSH signature is not valid: the entry or the signature was changed.") from error


def _parts(armoured: bytes) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    """Key, namespace, reserved bytes, hash and signature of an armoured signature; raises SignatureError."""
    text = armoured.decode("ascii", errors="replace").strip()
    within = text.removeprefix(_BEGIN).removesuffix(_END) if text.startswith(_BEGIN) and text.endswith(_END) else "?"
    try:
        blob = base64.b64decode("".join(within.split()), validate=True)
    except (ValueError, binascii.Error) as error:
        raise SignatureError("The SSH signature is not armoured as `ssh-keygen` writes it.") from error
    start = len(_MAGIC) + 4
    if blob[:start] != _MAGIC + _VERSION.to_bytes(4, "big"):
        raise SignatureError("The SSH signature has an unknown version.")
    rest, found = blob[start:], []
    for _ in range(5):
        part, rest = _take(rest)
        found.append(part)
    if rest:
        raise SignatureError("The SSH signature is malformed.")
    key, namespace, reserved, algorithm, signature = found
    return key, namespace, reserved, algorithm, signature


def _named_key(blob: bytes) -> bytes:
    kind, _ = _take(blob)
    return kind + b" " + base64.b64encode(blob)


def _take(content: bytes) -> tuple[bytes, bytes]:
    """The first string of some bytes, and what follows it."""
    size = int.from_bytes(content[:4], "big")
    if len(content) < 4 + size:
        raise SignatureError("The SSH signature is truncated.")
    return content[4 : 4 + size], content[4 + size :]


def _string(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content
