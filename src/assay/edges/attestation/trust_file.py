"""The trust file: the public keys and the identities that count, each with its bounds of time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from assay.edges.attestation.certificates import Certificate, read_certificate
from assay.edges.attestation.keyless.signer_identity import GITHUB, SignerIdentity, make_identity
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
from assay.edges.attestation.trust_document import ListedIdentity, ListedKey, TrustFile, read_moment
from assay.edges.files import read_beneath
from assay.errors import ManifestError, Problem, UsageError
from assay.manifest.parsing import problems_of
from assay.manifest.yaml_strict import MAX_BYTES, Document, load

SUFFIXES = (".yaml", ".yml", ".json")
_HINT = "Fix the lines named above; `assay schema trust` prints all keys."
_TEXT = re.compile(rb"\A\s*\{|^trust\s*:", re.MULTILINE)
KeyReader = Callable[[str], bytes]
_LABELS = ("PUBLIC KEY", CERTIFICATE)
_WANTED = "a public key or a certificate"


def load_trust(named: str) -> Trust:
    """The keys that count: a PEM key, a certificate or a trust file, as file, `env:NAME` or text; raises UsageError.

    A workflow of GitHub may be named by its address in place of a key. Messages never repeat the argument, because it
    may be a private key.
    """
    if named.startswith("https://"):
        return Trust(keys=(TrustedKey(key=_workflow(named)),))
    content = read_named(named, MAX_BYTES)
    of_file = BEGIN not in plain_pem(named.encode(errors="replace")) and not named.startswith("env:")
    if (of_file and named.endswith(SUFFIXES)) or _TEXT.search(content):
        reader = _reader(Path(named).parent) if of_file else None
        return read_trust(content, named if of_file else "the trust file", reader)
    if len(content) > MAX_KEY_BYTES:
        raise UsageError("The key's file is larger than any key.", hint=key_hint())
    return Trust(keys=(_trusted(content),))


def read_trust(content: bytes, file: str, reader: KeyReader | None) -> Trust:
    """The keys in a trust file's bytes; `reader` reads the key files beneath its folder, None if it has no folder."""
    if b"PRIVATE KEY-----" in content:
        raise UsageError("The trust file contains a private key.", hint="List only public keys, and replace this key.")
    problems: list[Problem] = []
    try:
        document = load(content, file)
        said = TrustFile.model_validate(document.value)
        keys = tuple(_signers(said, document, reader, problems))
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


def _signers(
    said: TrustFile, document: Document, reader: KeyReader | None, problems: list[Problem]
) -> Iterator[TrustedKey]:
    names, known = dict[str, int](), dict[object, str]()
    places: list[tuple[tuple[str, int, str], ListedKey | ListedIdentity]] = [
        *((("keys", index, "key"), each) for index, each in enumerate(said.keys)),
        *((("identities", index, "identity"), each) for index, each in enumerate(said.identities)),
    ]
    for place, listed in places:
        try:
            key = _trusted_signer(listed, reader)
        except UsageError as error:
            problems.append(document.problem(place, str(error)))
            continue
        # One key under two names would count as two signers, and could survive its own revocation (D8).
        own = replace(key.key, root=None) if isinstance(key.key, SignerIdentity) else key.key.hint
        if own in known:
            problems.append(document.problem(place, f"this {place[2]} is already listed, as `{known[own]}`."))
        if listed.name in names:
            message = f"another {place[2]} has this name, on line {names[listed.name]}."
            problems.append(document.problem((*place[:2], "name"), message))
        known.setdefault(own, listed.name)
        names.setdefault(listed.name, document.line((*place[:2], "name")))
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


def _workflow(named: str) -> SignerIdentity:
    """The identity of a workflow of GitHub that runs for its own repository; raises UsageError.

    `%40` is read as `@`, because GitHub makes a mention of what follows an `@` in a comment.
    """
    try:
        return make_identity(named.replace("%40", "@"), GITHUB)
    except UsageError as error:
        raise UsageError(
            f"The identity is refused: {error}",
            hint="List any other identity in a trust file, with its issuer (`assay schema trust`).",
        ) from error


def _trusted_signer(listed: ListedKey | ListedIdentity, reader: KeyReader | None) -> TrustedKey:
    """A signer with its bounds; whether the root of an identity can be read is seen when a signature is verified."""
    if isinstance(listed, ListedKey):
        return _trusted(_content(listed.key, reader), listed)
    key = make_identity(
        listed.identity,
        listed.issuer,
        repository=listed.repository,
        repository_id=listed.repository_id,
        ref=listed.ref,
        runner=listed.runner,
        root=_content(listed.root, reader) if listed.root else None,
    )
    return TrustedKey(
        key=key,
        name=listed.name,
        start=read_moment(listed.start) if listed.start else None,
        end=read_moment(listed.until, last=True) if listed.until else None,
        revoked=read_moment(listed.revoked) if listed.revoked else None,
    )


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
