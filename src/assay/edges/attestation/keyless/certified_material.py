"""What a bundle carries in place of a key: the certificate, the log's entry with its proof, and one source of time.

Sigstore's client leaves some fields unread, and takes them in several spellings. Here each field has one spelling, and
those that the client does not verify must say what the verified ones say, so no byte of a bundle is free.
"""

from __future__ import annotations

import base64
import datetime
import json
import re
from dataclasses import dataclass
from typing import Any

from assay.edges.attestation.bundle_fields import decoded, fields, require
from assay.edges.attestation.keyless.timestamp_token import plain_token

INCLUDED_V1, INCLUDED_V2 = ("dsse", "0.0.1"), ("hashedrekord", "0.0.2")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_CHECKPOINT = re.compile(
    r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*\n"
    "\N{EM DASH} (?P<name>[^\\s]+) (?P<signature>[A-Za-z0-9+/=]+)\n"
)
_ENTRY = ("logIndex", "logId", "kindVersion", "inclusionProof", "canonicalizedBody")
_PROOF = ("logIndex", "rootHash", "treeSize")
_PROMISED = ("integratedTime", "inclusionPromise")
_STAMPS = "timestampVerificationData"


@dataclass(frozen=True, kw_only=True)
class CertifiedMaterial:
    """The signing certificate (DER), the id of the log, and the time of the log; unverified.

    `logged` is None where an authority's timestamp, `stamp` (DER), says the time in the log's place.
    """

    certificate: bytes
    log_id: bytes
    logged: datetime.datetime | None
    stamp: bytes | None


def read_certified(material: Any) -> CertifiedMaterial:
    """The verification material of a keyless bundle; raises SignatureError for any other form."""
    stamped = isinstance(material, dict) and _STAMPS in material
    names = ("certificate", "tlogEntries", *((_STAMPS,) if stamped else ()))
    found = fields(material, "verificationMaterial", *names)
    certificate = fields(found["certificate"], "certificate", "rawBytes")["rawBytes"]
    entries = found["tlogEntries"]
    require(isinstance(entries, list) and len(entries) == 1, "there must be exactly one entry of a transparency log")
    entry = fields(entries[0], "the log's entry", *_ENTRY, *(() if stamped else _PROMISED))
    _require_proof(entry, stamped=stamped)
    logged = None
    if not stamped:
        seconds = _number(entry["integratedTime"], "integratedTime")
        require(0 < seconds < 2**35, "integratedTime is no time of this age")
        logged = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
        promise = fields(entry["inclusionPromise"], "inclusionPromise", "signedEntryTimestamp")
        decoded(promise["signedEntryTimestamp"], "signedEntryTimestamp")
    return CertifiedMaterial(
        certificate=decoded(certificate, "the certificate"),
        log_id=decoded(fields(entry["logId"], "logId", "keyId")["keyId"], "keyId"),
        logged=logged,
        stamp=_stamp(found[_STAMPS]) if stamped else None,
    )


def plain_material(material: dict[str, Any]) -> dict[str, Any]:
    """The material that Sigstore's client wrote, in the form that is read here.

    Where the log promised the entry at a time, authorities' timestamps are left out: one source of time is verified.
    """
    (entry,) = material["tlogEntries"]
    proof = entry["inclusionProof"]
    promised = bool(entry.get("inclusionPromise"))
    envelope = proof["checkpoint"]["envelope"]
    kept = {name: entry[name] for name in (*_ENTRY, *(_PROMISED if promised else ())) if name != "inclusionProof"}
    kept["inclusionProof"] = {
        **{name: proof[name] for name in _PROOF},
        "hashes": list(proof.get("hashes") or ()),
        "checkpoint": {"envelope": _signed_by_log(envelope, base64.b64decode(entry["logId"]["keyId"]))},
    }
    plain = {"certificate": {"rawBytes": material["certificate"]["rawBytes"]}, "tlogEntries": [kept]}
    if promised:
        return plain
    stamps = [base64.b64decode(each["signedTimestamp"]) for each in material[_STAMPS]["rfc3161Timestamps"]]
    plainly = [{"signedTimestamp": base64.b64encode(plain_token(each)).decode()} for each in stamps[:1]]
    return {**plain, _STAMPS: {"rfc3161Timestamps": plainly}}


def _signed_by_log(checkpoint: str, log_id: bytes) -> str:
    """A checkpoint with the log's own signature only; witnesses may have added theirs."""
    head, _, tail = checkpoint.partition("\n\n")
    own = [line for line in tail.splitlines() if base64.b64decode(line.split(" ")[-1])[:4] == log_id[:4]]
    return f"{head}\n\n{''.join(line + chr(10) for line in own[:1])}"


def _require_proof(entry: dict[str, Any], *, stamped: bool) -> None:
    """Raises SignatureError unless the entry's fields agree; the client verifies hashes and signatures."""
    kind = fields(entry["kindVersion"], "kindVersion", "kind", "version")
    expected = INCLUDED_V2 if stamped else INCLUDED_V1
    said = "/".join(expected)
    require((kind["kind"], kind["version"]) == expected, f"the log's entry must be {said} beside this kind of time")
    body = _body(decoded(entry["canonicalizedBody"], "canonicalizedBody"))
    require((body.get("kind"), body.get("apiVersion")) == expected, "the log's entry is of another kind than it says")
    proof = fields(entry["inclusionProof"], "inclusionProof", *_PROOF, "hashes", "checkpoint")
    index, size = _number(proof["logIndex"], "logIndex"), _number(proof["treeSize"], "treeSize")
    own = _number(entry["logIndex"], "logIndex")
    require(not stamped or own == index, "the entry and its proof have different places in the log")
    require(isinstance(proof["hashes"], list), "the proof's hashes must be a list")
    for each in proof["hashes"]:
        decoded(each, "a hash of the proof")
    text = fields(proof["checkpoint"], "checkpoint", "envelope")["envelope"]
    require(isinstance(text, str), "the checkpoint must be text")
    point = _CHECKPOINT.fullmatch(text)
    if point is None:
        require(condition=False, otherwise="the log's checkpoint must be signed once, by the log")
        return
    decoded(point["signature"], "the checkpoint's signature")
    require(
        point["origin"] == point["name"] or point["origin"].startswith(f"{point['name']} - "),
        "the log's checkpoint is signed under another name",
    )
    require(index < size == int(point["size"]), "the proof is for another size of the log than its checkpoint")
    decoded(proof["rootHash"], "rootHash")
    require(proof["rootHash"] == point["root"], "the proof is for another state of the log than its checkpoint")


def _body(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    require(isinstance(document, dict), "the log's entry cannot be read")
    return dict(document)


def _stamp(data: Any) -> bytes:
    stamps = fields(data, _STAMPS, "rfc3161Timestamps")["rfc3161Timestamps"]
    require(isinstance(stamps, list) and len(stamps) == 1, "there must be exactly one timestamp")
    token = decoded(fields(stamps[0], "the timestamp", "signedTimestamp")["signedTimestamp"], "the timestamp")
    require(plain_token(token) == token, "its timestamp has parts that nobody signed")
    return token


def _number(text: Any, name: str) -> int:
    require(isinstance(text, str) and _NUMBER.fullmatch(text) is not None, f"{name} must be digits as text")
    return int(text)
