"""A timestamp authority (RFC 3161) of one's own, written in DER by hand."""

import datetime
import hashlib
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_SIGNED, _STAMPED, _SHA256 = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4", "2.16.840.1.101.3.4.2.1"
_KIND, _DIGEST, _SIGNER = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.16.2.47"
_ECDSA, _POLICY = "1.2.840.10045.4.3.2", "1.3.6.1.4.1.57264.2"
DAY = datetime.timedelta(days=1)


def der(tag: int, *parts: bytes) -> bytes:
    """A value in DER."""
    content = b"".join(parts)
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8) or b"\0"
    size = length if len(content) < 128 else bytes([0x80 + len(length)]) + length
    return bytes([tag]) + size + content


def number(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1))


def identifier(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray([first * 40 + second])
    for each in rest:
        groups = [each & 127]
        while each := each >> 7:
            groups.append(128 + (each & 127))
        content += bytes(reversed(groups))
    return der(6, bytes(content))


def authority(
    name: str, key: ec.EllipticCurvePrivateKey, start: datetime.datetime, *, leaf_of: x509.Certificate | None = None,
    issuer_key: ec.EllipticCurvePrivateKey | None = None,
) -> x509.Certificate:  # fmt: skip
    """A root, or the certificate of a timestamp authority that a root issued."""
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, name), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    signing = issuer_key or key
    is_root = leaf_of is None
    usage = x509.KeyUsage(
        digital_signature=not is_root, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=is_root, crl_sign=is_root, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if leaf_of is None else leaf_of.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + 3650 * DAY)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if not is_root:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(signing, hashes.SHA256())


class OwnAuthority:
    """A root and an authority below it, which stamps any time that it is told."""

    def __init__(self, start: datetime.datetime) -> None:
        root_key, self._key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self.root = authority("own time root", root_key, start)
        self.leaf = authority("own time", self._key, start, leaf_of=self.root, issuer_key=root_key)

    def answer(self, request: bytes, time: datetime.datetime) -> bytes:
        """The answer to a request, with its nonce."""
        at = request.index(b"\x04\x20") + 2
        rest = request[at + 32 :]
        nonce = rest[: 2 + rest[1]] if rest[:1] == b"\x02" else b""
        return self.stamp(request[at : at + 32], time, nonce)

    def stamp(self, hashed: bytes, time: datetime.datetime, nonce: bytes = b"") -> bytes:
        """A timestamp of a SHA-256."""
        sha256 = der(0x30, identifier(_SHA256))
        info = der(
            0x30, number(1), identifier(_POLICY), der(0x30, sha256, der(4, hashed)), number(int.from_bytes(os.urandom(8))),
            der(0x18, time.strftime("%Y%m%d%H%M%SZ").encode()), nonce,
        )  # fmt: skip
        certificate = hashlib.sha256(self.leaf.public_bytes(Encoding.DER)).digest()
        attributes = sorted(
            der(0x30, identifier(kind), der(0x31, value))
            for kind, value in (
                (_KIND, identifier(_STAMPED)),
                (_DIGEST, der(4, hashlib.sha256(info).digest())),
                (_SIGNER, der(0x30, der(0x30, der(0x30, der(4, certificate))))),
            )
        )
        signature = self._key.sign(der(0x31, *attributes), ec.ECDSA(hashes.SHA256()))
        signer = der(
            0x30, number(1), der(0x30, self.leaf.issuer.public_bytes(), number(self.leaf.serial_number)), sha256,
            der(0xA0, *attributes), der(0x30, identifier(_ECDSA)), der(4, signature),
        )  # fmt: skip
        content = der(0x30, identifier(_STAMPED), der(0xA0, der(4, info)))
        signed = der(0x30, number(3), der(0x31, sha256), content, der(0x31, signer))
        return der(0x30, der(0x30, number(0)), der(0x30, identifier(_SIGNED), der(0xA0, signed)))
