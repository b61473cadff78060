"""A timestamp of an authority (RFC 3161) in one form: what its signature does not cover is left out or follows.

An authority may put certificates beside its signature, and nothing signs them or the name of the algorithm.
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.edges.attestation.bundle_fields import SignatureError

_SEQUENCE, _SET, _NUMBER, _OCTETS, _ATTRIBUTES = 0x30, 0x31, 0x02, 0x04, 0xA0
_LONG = 0x80
_DATA = bytes.fromhex("06092a864886f70d010702")  # signedData
_SHA2 = tuple(bytes.fromhex(f"060960864801650304020{each}") for each in (1, 2, 3))
_ECDSA = dict(zip(_SHA2, (bytes.fromhex(f"06082a8648ce3d04030{each}") for each in (2, 3, 4)), strict=True))
_TEXT = "The bundle is refused: its timestamp is not of the form that Assay writes."


def plain_token(answer: bytes) -> bytes:
    """An authority's answer (DER) as it is kept; raises SignatureError if it is no timestamp signed by ECDSA.

    It is kept without certificates and unsigned attributes, and the algorithm is the one of its digest.
    """
    try:
        status, token = _parts(answer, _SEQUENCE)
        granted = [value for _, value in _values(_inside(status, _SEQUENCE))][:1]
        kind, wrapped = _parts(token, _SEQUENCE)
        version, _, content, *_, signers = _parts(_inside(wrapped, _ATTRIBUTES), _SEQUENCE)
        (signer,) = [each for each, _ in _values(_inside(signers, _SET))]
        own, issued, hashed, attributes, _, signature, *_ = _parts(signer, _SEQUENCE)
        algorithm = _ECDSA[next(each for each, _ in _values(_inside(hashed, _SEQUENCE)))]
    except (ValueError, KeyError, IndexError, StopIteration) as error:
        raise SignatureError(_TEXT) from error
    if granted not in ([b"\0"], [b"\1"]) or kind != _DATA or attributes[0] != _ATTRIBUTES or signature[0] != _OCTETS:
        raise SignatureError(_TEXT)
    kept = _made(_SEQUENCE, own, issued, hashed, attributes, _made(_SEQUENCE, algorithm), signature)
    data = _made(_SEQUENCE, version, _made(_SET, hashed), content, _made(_SET, kept))
    return _made(
        _SEQUENCE, _made(_SEQUENCE, _made(_NUMBER, granted[0])), _made(_SEQUENCE, kind, _made(_ATTRIBUTES, data))
    )


def _parts(content: bytes, tag: int) -> list[bytes]:
    """The values within a value, each whole."""
    return [each for each, _ in _values(_inside(content, tag))]


def _inside(content: bytes, tag: int) -> bytes:
    ((whole, inner),) = _values(content)
    if whole[0] != tag:
        raise ValueError(tag)
    return inner


def _values(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The values that follow each other, each whole and without its head; raises ValueError if one is cut off."""
    while content:
        size, start = content[1], 2
        if size > _LONG:
            start = 2 + size - _LONG
            size = int.from_bytes(content[2:start], "big")
        end = start + size
        if end > len(content):
            raise ValueError(end)
        yield content[:end], content[start:end]
        content = content[end:]


def _made(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8 or 1, "big")
    head = length if len(content) < _LONG else bytes([_LONG + len(length)]) + length
    return bytes([tag]) + head + content
