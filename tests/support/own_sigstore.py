"""Sigstore's services of one's own: a Fulcio, a certificate log, both kinds of Rekor, a timestamp authority.

All cryptography is real, so the client verifies their bundles offline against their `trusted_root.json`. Each part can
be told to do what an attacker would have it do.
"""

import base64
import datetime
import hashlib
import json
import struct
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.support.own_timestamps import DAY, OwnAuthority, authority, der

from assay.canonical import canonical
from assay.edges.attestation.envelope import MEDIA_TYPE, PAYLOAD_TYPE, signed_bytes

GITHUB = "https://token.actions.githubusercontent.com"
WORKFLOW = "https://github.com/acme/loans/.github/workflows/assay-reviews.yml@refs/heads/main"
MINUTES = datetime.timedelta(minutes=10)
_CLAIMS = {8: "issuer", 11: "runner", 12: "source", 14: "ref", 15: "repository_id"}


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def spki(public: Any) -> bytes:
    found = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert isinstance(found, bytes)
    return found


def whole(time: datetime.datetime) -> datetime.datetime:
    return time.replace(microsecond=0)


@dataclass(frozen=True)
class Named:
    """Whom a certificate names: by default the judging workflow of acme/loans on its default branch."""

    identity: str = WORKFLOW
    issuer: str = GITHUB
    source: str = "https://github.com/acme/loans"
    ref: str = "refs/heads/main"
    runner: str = "github-hosted"
    repository_id: str = "4711"


class OwnLog:
    """A transparency log: a Merkle tree (RFC 6962) whose state is signed; its kind is 1 or 2, as Rekor's versions."""

    def __init__(self, kind: int) -> None:
        self.kind = kind
        self.key: Any = ec.generate_private_key(ec.SECP256R1()) if kind == 1 else ed25519.Ed25519PrivateKey.generate()
        self.id = hashlib.sha256(spki(self.key.public_key())).digest()
        self.leaves = [b"earlier %d" % each for each in range(5)]

    def sign(self, content: bytes) -> bytes:
        found = self.key.sign(content, ec.ECDSA(hashes.SHA256())) if self.kind == 1 else self.key.sign(content)
        assert isinstance(found, bytes)
        return found

    def enter(self, body: dict[str, Any], time: datetime.datetime) -> dict[str, Any]:
        """The entry of a body with its proof, as a bundle has it."""
        content = canonical(body)
        self.leaves += [content, b"later"]
        index, size = len(self.leaves) - 2, len(self.leaves)
        nodes = [hashlib.sha256(b"\0" + leaf).digest() for leaf in self.leaves]
        root = b64(_root(nodes))
        origin, name = ("own.log - 7", "own.log") if self.kind == 1 else ("own.log", "own.log")
        note = f"{origin}\n{size}\n{root}\n"
        signature = b64(self.id[:4] + self.sign(note.encode()))
        entry = {
            "logIndex": str(index + (1000 if self.kind == 1 else 0)),
            "logId": {"keyId": b64(self.id)},
            "kindVersion": {"kind": body["kind"], "version": body["apiVersion"]},
            "inclusionProof": {
                "logIndex": str(index),
                "rootHash": root,
                "treeSize": str(size),
                "hashes": [b64(each) for each in _path(index, nodes)],
                "checkpoint": {"envelope": f"{note}\n\N{EM DASH} {name} {signature}\n"},
            },
            "canonicalizedBody": b64(content),
        }
        if self.kind == 1:
            seconds = int(time.timestamp())
            promised = {
                "body": b64(content),
                "integratedTime": seconds,
                "logID": self.id.hex(),
                "logIndex": index + 1000,
            }
            entry["integratedTime"] = str(seconds)
            entry["inclusionPromise"] = {"signedEntryTimestamp": b64(self.sign(canonical(promised)))}
        return entry


def _root(nodes: list[bytes]) -> bytes:
    if len(nodes) == 1:
        return nodes[0]
    split = 1 << (len(nodes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _root(nodes[:split]) + _root(nodes[split:])).digest()


def _path(index: int, nodes: list[bytes]) -> list[bytes]:
    if len(nodes) == 1:
        return []
    split = 1 << (len(nodes) - 1).bit_length() - 1
    if index < split:
        return [*_path(index, nodes[:split]), _root(nodes[split:])]
    return [*_path(index - split, nodes[split:]), _root(nodes[:split])]


@dataclass(frozen=True)
class Told:
    """How a bundle is made; the defaults are what honest services do."""

    named: Named = field(default_factory=Named)
    log: int = 1
    delay: datetime.timedelta = datetime.timedelta(minutes=1)
    ends_before: bool = False
    listed: bool = True
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.CODE_SIGNING


class OwnSigstore:
    """The services, with keys of their own; `now` is when they believe to be."""

    def __init__(self, now: datetime.datetime | None = None) -> None:
        self.now = whole(now or datetime.datetime.now(datetime.UTC))
        self._key, self._listing = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self.authority = authority("own fulcio", self._key, self.now - 400 * DAY)
        self.logs = {1: OwnLog(1), 2: OwnLog(2)}
        self.times = OwnAuthority(self.now - 400 * DAY)

    def trusted_root(self) -> dict[str, Any]:
        """The `trusted_root.json` of these services."""
        since = {"start": "2020-01-01T00:00:00Z"}

        def log(key: Any, details: str) -> dict[str, Any]:
            public = {"rawBytes": b64(spki(key)), "keyDetails": details, "validFor": since}
            log_id = {"keyId": b64(hashlib.sha256(spki(key)).digest())}
            return {"baseUrl": "https://own.log", "hashAlgorithm": "SHA2_256", "publicKey": public, "logId": log_id}

        def chain(*certificates: x509.Certificate) -> dict[str, Any]:
            raw = [{"rawBytes": b64(each.public_bytes(Encoding.DER))} for each in certificates]
            own = {"organization": "own", "commonName": "own"}
            return {"subject": own, "uri": "https://own", "certChain": {"certificates": raw}, "validFor": since}

        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [
                log(self.logs[1].key.public_key(), "PKIX_ECDSA_P256_SHA_256"),
                log(self.logs[2].key.public_key(), "PKIX_ED25519"),
            ],
            "certificateAuthorities": [chain(self.authority)],
            "ctlogs": [log(self._listing.public_key(), "PKIX_ECDSA_P256_SHA_256")],
            "timestampAuthorities": [chain(self.times.leaf, self.times.root)],
        }

    def root_bytes(self) -> bytes:
        return json.dumps(self.trusted_root(), indent=2).encode()

    def issue(self, public: Any, told: Told, start: datetime.datetime | None = None) -> x509.Certificate:
        """A certificate of ten minutes, listed in the log of certificates unless told otherwise."""
        begin = start or (self.now - 30 * DAY if told.ends_before else self.now)
        named = told.named
        names: list[x509.GeneralName] = [
            x509.UniformResourceIdentifier(each) if "://" in each else x509.RFC822Name(each)
            for each in named.identity.split(" ")
        ]
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(self.authority.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + MINUTES)
            .add_extension(_signs(), critical=True)
            .add_extension(x509.ExtendedKeyUsage([told.usage]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=True)
        )
        for index, name in _CLAIMS.items():
            if value := getattr(named, name):
                claim = x509.UnrecognizedExtension(
                    x509.ObjectIdentifier(f"1.3.6.1.4.1.57264.1.{index}"), der(0x0C, value.encode())
                )
                builder = builder.add_extension(claim, critical=False)
        bare = builder.sign(self._key, hashes.SHA256())
        return self._listed(builder, bare, begin).sign(self._key, hashes.SHA256()) if told.listed else bare

    def _listed(
        self, builder: x509.CertificateBuilder, bare: x509.Certificate, time: datetime.datetime
    ) -> x509.CertificateBuilder:
        """The certificate with the promise of the log of certificates (RFC 6962)."""
        tbs, issuer = bare.tbs_certificate_bytes, hashlib.sha256(spki(self._key.public_key())).digest()
        stamp = int(time.timestamp() * 1000)
        signed = struct.pack("!BBQH", 0, 0, stamp, 1) + issuer + len(tbs).to_bytes(3) + tbs + b"\0\0"
        signature = self._listing.sign(signed, ec.ECDSA(hashes.SHA256()))
        promise = b"\0" + hashlib.sha256(spki(self._listing.public_key())).digest() + struct.pack("!QH", stamp, 0)
        promise += b"\4\3" + len(signature).to_bytes(2) + signature
        listed = len(promise).to_bytes(2) + promise
        value = der(4, len(listed).to_bytes(2) + listed)
        extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"), value)
        return builder.add_extension(extension, critical=False)

    def body(self, payload: bytes, signature: bytes, certificate: x509.Certificate, kind: int) -> dict[str, Any]:
        """What a log keeps of a signature."""
        if kind == 1:
            verifier = b64(certificate.public_bytes(Encoding.PEM))
            spec: dict[str, Any] = {
                "envelopeHash": {"algorithm": "sha256", "value": hashlib.sha256(signature).hexdigest()},
                "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()},
                "signatures": [{"signature": b64(signature), "verifier": verifier}],
            }
            return {"apiVersion": "0.0.1", "kind": "dsse", "spec": spec}
        raw = {"rawBytes": b64(certificate.public_bytes(Encoding.DER))}
        data = {"algorithm": "SHA2_256", "digest": b64(hashlib.sha256(signed_bytes(payload)).digest())}
        verifying = {"keyDetails": "PKIX_ECDSA_P256_SHA_256", "x509Certificate": raw}
        recorded = {"data": data, "signature": {"content": b64(signature), "verifier": verifying}}
        return {"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": {"hashedRekordV002": recorded}}

    def bundle(self, payload: bytes, told: Told | None = None, **other: Any) -> dict[str, Any]:
        """A bundle of a payload, as Assay writes it."""
        told = replace(told or Told(), **other)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.issue(key.public_key(), told)
        signature = key.sign(signed_bytes(payload), ec.ECDSA(hashes.SHA256()))
        time = self.now + told.delay
        entry = self.logs[told.log].enter(self.body(payload, signature, certificate, told.log), time)
        raw = {"rawBytes": b64(certificate.public_bytes(Encoding.DER))}
        material: dict[str, Any] = {"certificate": raw, "tlogEntries": [entry]}
        if told.log == 2:
            stamp = self.times.stamp(hashlib.sha256(signature).digest(), time)
            material["timestampVerificationData"] = {"rfc3161Timestamps": [{"signedTimestamp": b64(stamp)}]}
        envelope = {"payload": b64(payload), "payloadType": PAYLOAD_TYPE, "signatures": [{"sig": b64(signature)}]}
        return {"mediaType": MEDIA_TYPE, "verificationMaterial": material, "dsseEnvelope": envelope}


def _signs() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
