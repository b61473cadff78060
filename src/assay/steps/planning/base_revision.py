"""Where the manifest and policies that judge come from: this checkout, or a base revision."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from assay.edges.files import read_beneath, write_atomically
from assay.edges.git import find_commit, list_at, read_at
from assay.edges.git_push import fetch_commit
from assay.edges.github.event_base import AUTO, find_event_base
from assay.edges.rego.bundle import MAX_FILE_BYTES, Bundle, read_bundle
from assay.errors import AssayError, PolicyError, UsageError
from assay.manifest.document import Manifest
from assay.manifest.yaml_strict import MAX_BYTES
from assay.steps.planning.isolation_need import SITUATION, needs_isolation
from assay.steps.planning.pickled_model import SITUATION as PICKLE
from assay.steps.planning.pickled_model import is_pickle
from assay.steps.planning.pointers import read_bounded

BASE_REMOTE = "Git remote to fetch the base commit from if this clone lacks it."
_FULL_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NO_COMMIT = re.compile(r"0{40}|0{64}")
_ZEROS = "Name the commit that the change is compared with, or omit `--base` to judge this checkout by itself."


@dataclass(frozen=True)
class Judge:
    """Where the manifest and policies that judge are read from: a commit, or this checkout if there is none."""

    root: Path
    file: str
    commit: str | None = None
    base: str | None = None

    def situations(self, manifest: Manifest, stage: str) -> frozenset[str]:
        """The situations (`assay.dossier.plan_parts.Situation`) that this judgement is in."""
        found = set[str]()
        if self.commit is not None:
            found.add("change")
        elif self.base is not None:
            found.add("first_manifest")
        if stage in manifest.stages and manifest.stages[stage].approvals:
            found.add("approvals")
        if manifest.data is not None and manifest.data.label is not None:
            found.add("labelled")
        if needs_isolation(manifest, stage):
            found.add(SITUATION)
        if is_pickle(manifest):
            found.add(PICKLE)
        return frozenset(found)

    def manifest(self) -> bytes:
        """The bytes of the manifest that judges."""
        if self.commit is not None:
            return read_bounded(self.root, self.commit, self.file, MAX_BYTES) or b""
        return self.checkout_manifest()

    def checkout_manifest(self) -> bytes:
        """The bytes of this checkout's manifest."""
        return read_beneath(self.root, self.file, limit=MAX_BYTES, error=UsageError)

    def bundle(self, shipped: Path, manifest: Manifest) -> Bundle:
        """The shipped policies, and the repository's own if the manifest names a folder."""
        if manifest.policies is None:
            return read_bundle([shipped])
        if self.commit is None:
            return read_bundle([shipped, self.root / manifest.policies])
        paths = list_at(self.root, self.commit, manifest.policies)
        if not paths:
            raise PolicyError(f"The folder `{manifest.policies}` has no policies at the base {self.commit[:12]}.")
        with tempfile.TemporaryDirectory() as name:
            for path in (each for each in paths if not each.endswith("_test.rego")):
                inside = Path(path).relative_to(Path(manifest.policies))
                content = read_bounded(self.root, self.commit, path, MAX_FILE_BYTES) or b""
                write_atomically(Path(name) / "own" / inside, content)
            return read_bundle([shipped, Path(name) / "own"])


def choose_judge(root: Path, file: str, base: str | None, remote: str) -> Judge:
    """The base revision's manifest and policies if it has a manifest, else this checkout's, as a first manifest.

    `auto` is the commit that the run's event on GitHub compares with, if there is one.
    GitHub names no commit, by zeros, only before the push that creates a branch; raises UsageError elsewhere.
    """
    if base == AUTO:
        base = find_event_base(root, remote)
    if base is None:
        return Judge(root, file)
    if _NO_COMMIT.fullmatch(base):
        from assay.edges.github.creation import creates_branch

        if not creates_branch():
            raise UsageError(
                "`--base` is all zeros, but this run is not of a push that created the branch.", hint=_ZEROS
            )
        return Judge(root, file, base=base)
    commit = find_or_fetch(root, base, remote)
    return Judge(root, file, commit if read_at(root, commit, file) is not None else None, base)


def find_or_fetch(root: Path, revision: str, remote: str) -> str:
    """The commit that a revision names; a full id is fetched if this clone lacks the commit."""
    try:
        return find_commit(root, revision)
    except UsageError as missing:
        if not _FULL_ID.fullmatch(revision):
            raise
        try:
            fetch_commit(root, remote, revision)
        except AssayError as error:
            raise UsageError(str(missing), hint=f"{missing.hint} {error}") from error
    return find_commit(root, revision)
