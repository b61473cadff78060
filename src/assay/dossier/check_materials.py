"""What few checks are about besides data and answers, each a record that a check names to see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.dossier.check_context import Material
from assay.dossier.plan_parts import ManifestChange
from assay.manifest.document import Model, Role


@dataclass(frozen=True, kw_only=True)
class Declaration(Material):
    """What the manifest declares about ownership, use and risk."""

    model: Model
    roles: Mapping[str, Role]


@dataclass(frozen=True, kw_only=True)
class ArtifactInspection(Material):
    """The model's file as it was found without loading it; what nobody could find out is None.

    `executes` says what loading it can run, `types` names the types it holds, `note` is a sentence.
    """

    format: str
    digest: str | None = None
    bytes: int | None = None
    executes: str | None = None
    types: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ManifestChanges(Material):
    """What differs from the base that judges, as the plan lists it."""

    listed: tuple[ManifestChange, ...]
