"""Names of tags: Assay reads all of GTO's grammar and writes a stricter, lower-case one."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Literal

from assay.errors import UsageError

MAX_NAME, MAX_TAG = 64, 250
_NAME = r"[a-zA-Z0-9](?:[a-zA-Z0-9\-/_]*[a-zA-Z0-9])?"
_NUMBER = r"(?:0|[1-9][0-9]*)"
_PART = r"(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z\-][0-9a-zA-Z\-]*)"
SEMVER = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PART}(?:\.{_PART})*)?(?:\+[0-9a-zA-Z\-]+(?:\.[0-9a-zA-Z\-]+)*)?"
_TAG = re.compile(
    rf"(?P<artifact>(?:[a-zA-Z0-9\-_./]+=)?{_NAME})"
    rf"(?:(?:#(?P<stage>{_NAME})|@v(?P<version>{SEMVER}))(?P<cancel>!?)|@(?P<mark>deprecated|created))"
    r"(?:#(?P<counter>[0-9]{1,15}))?"
)
_VERSION = re.compile(SEMVER)
_MODEL = re.compile(r"[a-z][a-z0-9]*(?:[-/][a-z0-9]+)*")
_STAGE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LEDGER = "refs/assay/"

Kind = Literal["register", "assign", "deregister", "unassign", "deprecated", "created"]


@dataclass(frozen=True, kw_only=True)
class TagName:
    """The parts of a tag's name; `version` is without its `v`."""

    artifact: str
    kind: Kind
    version: str | None = None
    stage: str | None = None
    counter: int | None = None


def read_tag_name(text: str) -> TagName | None:
    """The parts of a name in GTO's grammar; None if it is not in that grammar."""
    found = _TAG.fullmatch(text) if len(text) <= MAX_TAG else None
    if found is None:
        return None
    artifact, stage, version, cancel, mark, counter = found.groups()
    kind: Kind = "assign" if stage else "register"
    if cancel:
        kind = "unassign" if stage else "deregister"
    elif mark:
        kind = "created" if mark == "created" else "deprecated"
    number = None if counter is None else int(counter)
    return TagName(artifact=artifact, kind=kind, version=version, stage=stage, counter=number)


def version_tag(model: str, version: str) -> str:
    """The tag that registers a version: `model@v1.2.3`; raises UsageError for names that Assay does not write."""
    return f"{written_model(model)}@v{written_version(version)}"


def stage_tag(model: str, stage: str, seq: int) -> str:
    """The tag that moves a stage: `model#stage#n`; raises UsageError for names that Assay does not write."""
    if seq < 1:
        raise UsageError(f"Places in the chain count from 1; `{seq}` is not one.")
    return f"{written_model(model)}#{written_stage(stage)}#{seq}"


def written_model(text: str) -> str:
    """A model's name, if it may be written into a tag."""
    if len(text) > MAX_NAME or not _MODEL.fullmatch(text):
        raise UsageError(f"A model's name is in lower case, with words joined by `-` or `/`, not {text[:80]!r}.")
    return text


def written_stage(text: str) -> str:
    """A stage's name, if it may be written into a tag."""
    if len(text) > MAX_NAME or not _STAGE.fullmatch(text):
        raise UsageError(f"A stage's name is in lower case, with words joined by `-`, not {text[:80]!r}.")
    return text


def written_version(text: str) -> str:
    """A version, if it may be written into a tag: SemVer 2.0 in lower case, without its `v`."""
    if not (_is_lower(text) and _VERSION.fullmatch(text)):
        raise UsageError(f"Write a version as 1.2.3 or 1.2.3-rc.1 (SemVer, lower case), not {text[:80]!r}.")
    return text


@functools.lru_cache(maxsize=64)
def _is_name(model: str, stage: str) -> bool:
    short = max(len(model), len(stage)) <= MAX_NAME
    return short and _MODEL.fullmatch(model) is not None and _STAGE.fullmatch(stage) is not None


def is_written(model: str, stage: str, version: str) -> bool:
    """Whether model, stage and version are names that Assay writes; the version already matches SEMVER."""
    return _is_name(model, stage) and _is_lower(version)


def _is_lower(text: str) -> bool:
    return len(text) <= MAX_NAME and text == text.lower() and not text.endswith(".lock")


def precedence(version: str) -> tuple[object, ...]:
    """A key that orders versions as SemVer 2.0 §11 says; build metadata (`+…`) is ignored."""
    core, _, before = version.partition("+")[0].partition("-")
    numbers = tuple(map(int, core.split(".")))
    if not before:
        return (*numbers, (1, ()))
    parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in before.split(".") if part)
    return (*numbers, (0, parts))


def ledger_ref(model: str) -> str:
    """The ref of a model's ledger. A `/` becomes `=`, because a ref cannot lie beneath another."""
    return _LEDGER + written_model(model).replace("/", "=")


def model_of_ledger(ref: str) -> str | None:
    """The model whose ledger a ref is; None if it is not a ledger."""
    model = ref.removeprefix(_LEDGER).replace("=", "/")
    return model if ref.startswith(_LEDGER) and _MODEL.fullmatch(model) and len(model) <= MAX_NAME else None
