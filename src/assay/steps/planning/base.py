"""What judges: the manifest and policies of this checkout, or those of a base revision."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from assay.edges.files import read_beneath, write_atomically
from assay.edges.git import find_commit, list_at, read_at
from assay.edges.rego.bundle import Bundle, read_bundle
from assay.errors import UsageError
from assay.manifest import Manifest
from assay.yaml_strict import MAX_BYTES


@dataclass(frozen=True)
class Judge:
    """Where manifest and policies are read from: a commit, or this checkout where there is none."""

    root: Path
    file: str
    commit: str | None = None
    base: str | None = None

    def situations(self, manifest: Manifest, stage: str) -> frozenset[str]:
        """Which situations of `assay.planned.Situation` hold."""
        found = set[str]()
        if self.commit is not None:
            found.add("change")
        elif self.base is not None:
            found.add("first_manifest")
        if stage in manifest.stages and manifest.stages[stage].approvals:
            found.add("approvals")
        return frozenset(found)

    def manifest(self) -> bytes:
        """The bytes of the manifest that judges."""
        if self.commit is not None:
            return read_at(self.root, self.commit, self.file) or b""
        return read_beneath(self.root, self.file, limit=MAX_BYTES, error=UsageError)

    def bundle(self, shipped: Path, manifest: Manifest) -> Bundle:
        """The shipped policies, and the repository's own where the manifest names a folder."""
        if manifest.policies is None:
            return read_bundle([shipped])
        if self.commit is None:
            return read_bundle([shipped, self.root / manifest.policies])
        with tempfile.TemporaryDirectory() as name:
            for path in list_at(self.root, self.commit, manifest.policies):
                inside = Path(path).relative_to(Path(manifest.policies))
                write_atomically(Path(name) / "own" / inside, read_at(self.root, self.commit, path) or b"")
            return read_bundle([shipped, Path(name) / "own"])


def choose_judge(root: Path, file: str, base: str | None) -> Judge:
    """The base revision's manifest and policies if it has a manifest, else this checkout's."""
    if base is None:
        return Judge(root, file)
    commit = find_commit(root, base)
    return Judge(root, file, commit if read_at(root, commit, file) is not None else None, base)
