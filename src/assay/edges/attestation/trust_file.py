"""The trust file: the public keys that count, each with its bounds of time."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from assay.edges.attestation.certificates import Certificate, read_certificate
from assay.edges.attestation.keys import (
    CERTIFICATE,
    MAX_KEY_BYTES,
    VerificationKey,
    key_hint,
    read_block,
    read_named,
    read_verification_key,
)
from assay.edges.attestation.pem_text import BEGIN, plain_pem
from assay.edges.attestation.ssh_signature import PUBLIC as SSH_PUBLIC
from assay.edges.attestation.ssh_signature import read_ssh_key
from assay.edges.attestation.trust import Trust, TrustedKey
from assay.edges.files import read_beneath
from assay.errors import ManifestError, Problem, UsageError
from assay.manifest.block_parts import Block, Text, Version
from assay.manifest.parsing import problems_of
from assay.manifest.yaml_strict import MAX_BYTES, Document, load

MAX_KEYS = 100
SUFFIXES = (".yaml", ".yml", ".json")
_HINT = "Fix the lines named above; `assay schema trust` prints all keys."
_DATE, _TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
_MOMENT = rf"{_DATE}({_TIME})?"
_TEXT = re.compile(rb"\A\s*\{|^trust\s*:", re.MULTILINE)
KeyReader = Callable[[str], bytes]
_LABELS = ("PUBLIC KEY", CERTIFICATE)
_WANTED = "a public key or a certificate"


def _moment(text: str) -> str:
    if not re.fullmatch(_MOMENT, text):
        raise ValueError("expected a UTC time such as 2026-11-20T12:00:00Z, or a date")
    datetime.datetime.fromisoformat(text)
    return text


Moment = Annotated[str, AfterValidator(_moment), Field(json_schema_extra={"pattern": f"^{_MOMENT}$"})]


class ListedKey(Block):
    """A public key that counts, and when."""

    # An empty time is refused, not ignored: an unfinished `revoked:` must not keep the key valid.

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@/-]*$", max_length=64)] = Field(
        description="Name of the key for people, such as `ci-2026`; each key needs a different name."
    )
    key: Text = Field(
        description="Public key or certificate: PEM text, or a PEM file in or below the trust file's folder."
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


def _listed(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if not 0 < len(value) <= MAX_KEYS:
        raise ValueError(f"expected 1 to {MAX_KEYS} keys")
    return tuple(value)


class TrustFile(Block):
    """The keys whose signatures count."""

    trust: Version = Field(description="Version of this format: 1.")
    keys: Annotated[tuple[ListedKey, ...], BeforeValidator(_listed)] = Field(
        description="The keys that count; keep replaced keys, so that their earlier signatures still count.",
        json_schema_extra={"minItems": 1, "maxItems": MAX_KEYS},
    )


def load_trust(named: str) -> Trust:
    """The keys that count: a PEM key, a certificate or a trust file, as file, `env:NAME` or text; raises UsageError.

    Messages never repeat the argument, because it may be a private key.
    """
    content = read_named(named, MAX_BYTES)
    of_file = BEGIN not in plain_pem(named.encode(errors="replace")) and not named.startswith("env:")
    if (of_file and named.endswith(SUFFIXES)) or _TEXT.search(content):
        reader = _reader(Path(named).parent) if of_file else None
        return read_trust(content, named if of_file else "the trust file", reader)
    if len(content) > MAX_KEY_BYTES:
        raise UsageError("The key's file is larger than any key.", hint=key_hint())
    return Trust(keys=(_trusted(content),))


def read_moment(text: str, *, last: bool = False) -> datetime.datetime:
    """A time, or the first or last second of a date, in UTC."""
    if not re.fullmatch(_DATE, text):
        return datetime.datetime.fromisoformat(text)
    return datetime.datetime.fromisoformat(f"{text}T{'23:59:59' if last else '00:00:00'}+00:00")


def read_trust(content: bytes, file: str, reader: KeyReader | None) -> Trust:
    """The keys in a trust file's bytes; `reader` reads the key files beneath its folder, None if it has no folder."""
    if b"PRIVATE KEY-----" in content:
        raise UsageError("The trust file contains a private key.", hint="List only public keys, and replace this key.")
    problems: list[Problem] = []
    try:
        document = load(content, file)
        said = TrustFile.model_validate(document.value)
        keys = tuple(_keys(said, document, reader, problems))
    except ValidationError as error:
        problems = _problems(error, document)
    except ManifestError as error:
        problems = error.problems
    if problems:
        raise ManifestError(problems, hint=_HINT)
    return Trust(keys=keys, file=file)


def _problems(error: ValidationError, document: Document) -> list[Problem]:
    if isinstance(document.value, dict):
        return problems_of(error, document, (), TrustFile)
    return [document.problem((), "expected a block that begins with `trust: 1`")]


def _keys(
    said: TrustFile, document: Document, reader: KeyReader | None, problems: list[Problem]
) -> Iterator[TrustedKey]:
    names, hints = dict[str, int](), dict[str, str]()
    for index, listed in enumerate(said.keys):
        place = ("keys", index, "key")
        try:
            key = _trusted(_content(listed.key, reader), listed)
        except UsageError as error:
            problems.append(document.problem(place, str(error)))
            continue
        # One key under two names would count as two signers, and could survive its own revocation (D8).
        if key.key.hint in hints:
            problems.append(document.problem(place, f"this key is already listed, as `{hints[key.key.hint]}`."))
        if listed.name in names:
            message = f"another key has this name, on line {names[listed.name]}."
            problems.append(document.problem(("keys", index, "name"), message))
        hints.setdefault(key.key.hint, listed.name)
        names.setdefault(listed.name, document.line(("keys", index, "name")))
        yield key


def _reader(folder: Path) -> KeyReader:
    return lambda key: read_beneath(folder, key, limit=MAX_KEY_BYTES, error=UsageError)


def _content(key: str, reader: KeyReader | None) -> bytes:
    if "-----BEGIN" in key or key.encode().startswith(SSH_PUBLIC):
        return key.encode()
    if reader is None:
        raise UsageError("expected PEM text: this trust file is not a file, so it has no folder for key files.")
    if Path(key).is_absolute() or ".." in Path(key).parts:
        raise UsageError(f"`{key}` is outside the trust file's folder.")
    return reader(key)


def _key_or_certificate(content: bytes) -> VerificationKey | Certificate:
    if content.startswith(SSH_PUBLIC):
        return read_ssh_key(content)
    label, pem = read_block(content, _LABELS, _WANTED)
    return read_certificate(pem) if label == CERTIFICATE else read_verification_key(pem)


def _trusted(content: bytes, listed: ListedKey | None = None) -> TrustedKey:
    """A key with its bounds from the trust file, and those of its certificate if it is one."""
    found = _key_or_certificate(content)
    starts = [found.start] if isinstance(found, Certificate) else []
    ends = [found.end] if isinstance(found, Certificate) else []
    if listed is not None:
        starts += [read_moment(listed.start)] if listed.start else []
        ends += [read_moment(listed.until, last=True)] if listed.until else []
    return TrustedKey(
        key=found.key if isinstance(found, Certificate) else found,
        name=None if listed is None else listed.name,
        start=max(starts, default=None),
        end=min(ends, default=None),
        revoked=read_moment(listed.revoked) if listed is not None and listed.revoked else None,
    )
