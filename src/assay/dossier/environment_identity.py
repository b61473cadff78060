"""What identifies the environment that a model ran in: interpreter, installed distributions, requirements."""

from __future__ import annotations

from typing import Literal

from assay.canonical import canonical, digest
from assay.dossier.plan_parts import Digest
from assay.facts.values import Value

ENVIRONMENT_FILE = "environment.json"
MOST_SHOWN = 5
EnvironmentOrigin = Literal["assay", "python", "requirements"]
"""Assay's own interpreter, one that the manifest names, or one that was built from requirements."""


class Distribution(Value):
    """An installed distribution by its normalized name, and its version.

    If it is `editable`, its code lies in a folder that anybody edits, so the version does not say what it is.
    """

    name: str
    version: str
    editable: Literal[True] | None = None


class EnvironmentIdentity(Value):
    """An environment as its own interpreter describes it.

    `python` is the minor version, such as `3.12`; `requirements` is the digest of the file that it was built from.
    Patch versions and platforms are not in it, because honest machines differ in them.
    """

    origin: EnvironmentOrigin
    implementation: str
    python: str
    distributions: tuple[Distribution, ...]
    requirements: Digest | None = None

    def content(self) -> bytes:
        """The canonical bytes, as they are in the dossier."""
        return canonical(self.model_dump(mode="json", exclude_none=True))

    def digest(self) -> str:
        """The digest of the canonical bytes."""
        return digest(self.content())

    @property
    def title(self) -> str:
        """The environment in a few words."""
        counted = f"{len(self.distributions)} distributions"
        built = f", built from requirements {self.requirements[:19]}…" if self.requirements is not None else ""
        return f"{self.implementation} {self.python} with {counted}{built}"


def environment_differences(judged: EnvironmentIdentity, other: EnvironmentIdentity) -> tuple[str, ...]:
    """What differs in another environment, each as a phrase that names both; empty if nothing does."""
    found = []
    if (judged.implementation, judged.python) != (other.implementation, other.python):
        found.append(
            f"the interpreter is {other.implementation} {other.python} instead of {judged.implementation} "
            f"{judged.python}"
        )
    before, after = _versions(judged), _versions(other)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            was, now = before.get(name, "missing"), after.get(name, "missing")
            found.append(f"{name} is {now} instead of {was}")
    if judged.requirements != other.requirements:
        found.append("the requirements differ")
    if judged.origin != other.origin:
        found.append(f"it is named by `{other.origin}` instead of `{judged.origin}`")
    return tuple(found)


def shown_differences(found: tuple[str, ...]) -> str:
    """Differences as one phrase, the first few by name."""
    rest = len(found) - MOST_SHOWN
    return "; ".join(found[:MOST_SHOWN]) + (f"; and {rest} more" if rest > 0 else "")


def _versions(environment: EnvironmentIdentity) -> dict[str, str]:
    versions: dict[str, list[str]] = {}
    for each in environment.distributions:
        versions.setdefault(each.name, []).append(f"{each.version} (editable)" if each.editable else each.version)
    return {name: " and ".join(sorted(found)) for name, found in versions.items()}
