"""What looks look at: the clone, its manifests and its workflows."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assay.commands.parts.github_connection import connected
from assay.commands.parts.workflow_files import PLACE
from assay.commands.parts.workflow_reading import ReadWorkflow, calling_assay, judged_stages, read_workflow
from assay.edges.files import read_beneath
from assay.edges.git_process import run_git
from assay.edges.git_repository import find_work_tree
from assay.errors import AssayError, DataError, ManifestError
from assay.manifest.document import DEFAULT_STAGE, FILE, Manifest
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import MAX_BYTES

if TYPE_CHECKING:
    from assay.edges.github.settings import RepositorySettings

_DEPTH, _MOST, _PATIENCE = 4, 200, 20.0
_REMOTE = re.compile(r"[:/]([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+?)(?:\.git)?/?$")


@dataclass(frozen=True, kw_only=True)
class PlacedManifest:
    """A valid manifest and its folder, relative to the top of the repository."""

    folder: Path
    manifest: Manifest

    @property
    def shown(self) -> str:
        """The manifest's path."""
        return (self.folder / FILE).as_posix()


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """A folder of a clone; each part is read once."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def settings(self) -> RepositorySettings:
        """GitHub's settings, by the job's token; raises GitHubError without one, or without a repository's name."""
        from assay.edges.github.settings import RepositorySettings

        named = self.environment.get("GITHUB_REPOSITORY", "") or self._repository()
        return RepositorySettings(
            client=connected({**self.environment, "GITHUB_REPOSITORY": named}, patience=_PATIENCE)
        )

    @property
    def has_token(self) -> bool:
        """Whether there is a token to ask GitHub with."""
        return any(self.environment.get(name) for name in ("ASSAY_GITHUB_TOKEN", "GITHUB_TOKEN"))

    def _repository(self) -> str:
        """The `owner/name` that the remote `origin` has, empty if it has none."""
        found = _REMOTE.search(self.git("remote", "get-url", "origin"))
        return found[1] if found else ""

    @cached_property
    def top(self) -> Path:
        """The top of the clone; raises UsageError where there is none."""
        return find_work_tree(self.folder)

    @cached_property
    def manifests(self) -> list[PlacedManifest]:
        """Every manifest of the repository; raises ManifestError for one that is not valid, DataError for none."""
        found = [self._manifest(path) for path in _paths(self.top)]
        if not found:
            raise DataError(f"The repository has no `{FILE}`.", hint="Run `assay init`.")
        return found

    @cached_property
    def workflows(self) -> list[ReadWorkflow]:
        """Every workflow; raises AssayError for one that cannot be read."""
        folder = self.top / PLACE
        names = sorted(each.name for each in folder.glob("*") if each.suffix in (".yml", ".yaml"))
        return [self._workflow((PLACE / each).as_posix()) for each in names[:_MOST]]

    @cached_property
    def calling(self) -> list[ReadWorkflow]:
        """The workflows that run Assay; raises DataError if there are none."""
        found = calling_assay(self.workflows)
        if not found:
            raise DataError("No workflow uses Assay's actions.", hint="Run `assay init`.")
        return found

    @cached_property
    def contexts(self) -> tuple[str, ...]:
        """The statuses that the workflows set: one for each model and each stage that they judge."""
        stages = judged_stages(self.workflows) or (DEFAULT_STAGE,)
        return tuple(f"assay/{each.manifest.model.name}/{stage}" for each in self.manifests for stage in stages)

    def git(self, *arguments: str) -> str:
        """What Git says in the clone, empty where it refuses."""
        ended = run_git(self.top, *arguments)
        return ended.stdout.decode(errors="replace").strip() if ended.returncode == 0 else ""

    def _manifest(self, path: Path) -> PlacedManifest:
        shown = path.as_posix()
        content = read_beneath(self.top, shown, limit=MAX_BYTES, error=DataError)
        _, manifest, problems = read_manifest(content, shown)
        if manifest is None or problems:
            raise ManifestError(problems)
        return PlacedManifest(folder=path.parent, manifest=manifest)

    def _workflow(self, path: str) -> ReadWorkflow:
        try:
            return read_workflow(read_beneath(self.top, path, limit=MAX_BYTES, error=DataError), path)
        except AssayError as error:
            raise DataError(f"A workflow could not be read: {error}", hint="") from error


def _paths(top: Path) -> list[Path]:
    """The manifests of a clone, those in hidden folders and in repositories of their own left out."""
    found = []
    for here, folders, files in os.walk(top):
        inside = Path(here).relative_to(top)
        deep = len(inside.parts) >= _DEPTH
        folders[:] = [] if deep else sorted(each for each in folders if not _apart(Path(here) / each))
        found += [inside / FILE] if FILE in files else []
    return found[:_MOST]


def _apart(folder: Path) -> bool:
    return folder.name.startswith((".", "node_modules", "__pycache__")) or any(
        (folder / each).exists() for each in (".git", "pyvenv.cfg")
    )
