"""Materials: the records that some checks read besides data and predictions; a check sees only the one it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.dossier.check_context import Material
from assay.dossier.plan_parts import ManifestChange
from assay.manifest.document import Model, Role


@dataclass(frozen=True, kw_only=True)
class Declaration(Material):
    """What the manifest declares: owner, intended use, risks and roles."""

    model: Model
    roles: Mapping[str, Role]


@dataclass(frozen=True, kw_only=True)
class ArtifactInspection(Material):
    """What is known about the model's file without loading it; None stands for what could not be found out.

    `executes` says what code loading it can run, `types` names the types in it, `note` is a sentence for people.
    """

    format: str
    digest: str | None = None
    bytes: int | None = None
    executes: str | None = None
    types: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DataDigests(Material):
    """The digest of each data set's content, as the plan lists it, by its name."""

    digests: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Confinement(Material):
    """Whether the model `answered`, and whether its process was `shut_in`: None where nobody knows."""

    answered: bool
    shut_in: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ManifestChanges(Material):
    """The differences between this change and the base that judges it, as the plan lists them."""

    listed: tuple[ManifestChange, ...]
