"""The terms of promotions: what the manifest of the protected branch demands, whatever the promoted commit says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from assay.edges.git import list_blobs_at, read_at
from assay.errors import AssayError, EvaluationError, UsageError
from assay.manifest.document import FILE, Manifest, Stage
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import MAX_BYTES
from assay.steps.planning.pointers import read_bounded

if TYPE_CHECKING:
    from assay.edges.attestation.trust import Trust


@dataclass(frozen=True, kw_only=True)
class BaseTerms:
    """The manifest at the base, None if the base has none; `commit` is None if there is no base."""

    root: Path
    file: str
    commit: str | None
    manifest: Manifest | None

    def stage(self, name: str) -> Stage:
        """What the base says of a stage; a stage that it does not name has the defaults."""
        graph = self.manifest.stage_graph() if self.manifest is not None else {}
        return graph.get(name, Stage())

    def asking(self) -> tuple[str, ...]:
        """The stages whose entries must be signed."""
        graph = self.manifest.stage_graph() if self.manifest is not None else {}
        return tuple(name for name, stage in graph.items() if stage.signed)

    def vouched_by(self, stage: str) -> str | None:
        """Who vouches for files of predictions at a stage."""
        return None if self.manifest is None else self.stage(stage).vouched_by

    def valid_days(self, stage: str, judging: Manifest) -> int:
        """For how many days a decision on a stage is valid; the judging manifest counts if the base has none."""
        graph = (self.manifest or judging).stage_graph()
        return graph.get(stage, Stage()).valid_days

    def trust(self) -> Trust | None:
        """The keys that count at the base; None if its manifest names no trust file. Raises EvaluationError."""
        named = self.manifest.trust if self.manifest is not None else None
        if named is None or self.commit is None:
            return None
        from assay.edges.attestation.trust_file import read_trust

        named = (PurePosixPath(self.file).parent / named).as_posix()
        where, folder = f"{named} at {self.commit[:12]}", PurePosixPath(named).parent
        try:
            return read_trust(self._read(named), where, lambda key: self._read((folder / key).as_posix()))
        except AssayError as error:
            raise EvaluationError(f"The keys that count cannot be read: {error}", hint=error.hint) from error

    def _read(self, path: str) -> bytes:
        if self.commit is None or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise UsageError(f"`{path}` is outside the repository.")
        content = read_bounded(self.root, self.commit, path, MAX_BYTES)
        if content is None:
            raise UsageError(f"`{path}` is not in the commit {self.commit[:12]}.", hint="Commit it on that branch.")
        return content


def read_terms_of_model(root: Path, commit: str | None, model: str) -> BaseTerms:
    """The terms of a model by the manifest that names it, in whatever folder it lies.

    Raises EvaluationError if none names it and one cannot be read, because that one might.
    """
    unread: EvaluationError | None = None
    files = [] if commit is None else [each for each in list_blobs_at(root, commit) if PurePosixPath(each).name == FILE]
    for file in sorted(files, key=lambda each: (each.count("/"), each)):
        try:
            terms = read_terms(root, commit, file)
        except EvaluationError as error:
            unread = error
            continue
        if terms.manifest is not None and terms.manifest.model.name == model:
            return terms
    if unread is not None:
        raise unread
    return BaseTerms(root=root, file=FILE, commit=commit, manifest=None)


def read_terms(root: Path, commit: str | None, file: str) -> BaseTerms:
    """The terms at a base; raises EvaluationError for a manifest that cannot be read, because it might forbid."""
    content = None if commit is None else read_at(root, commit, file)
    if commit is None or content is None:
        return BaseTerms(root=root, file=file, commit=commit, manifest=None)
    try:
        _, manifest, problems = read_manifest(content, file)
    except AssayError as error:
        manifest, problems = None, getattr(error, "problems", [str(error)])
    if manifest is None or problems:
        raise EvaluationError(
            f"The manifest of the protected branch cannot be read ({commit[:12]}): {problems[0]}",
            hint="Fix it there first: it says what a promotion needs.",
        )
    return BaseTerms(root=root, file=file, commit=commit, manifest=manifest)
