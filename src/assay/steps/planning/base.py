"""What judges: the manifest and policies of this checkout, or those of a base revision."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from assay.canonical import digest
from assay.changes import Difference, manifest_change
from assay.edges.files import digest_beneath, read_beneath, write_atomically
from assay.edges.git import find_commit, list_at, read_at
from assay.edges.rego.bundle import Bundle, read_bundle
from assay.errors import DataError, PolicyError, UsageError
from assay.manifest import Manifest
from assay.planned import ManifestChange, PlannedInput
from assay.yaml_strict import MAX_BYTES, Document

MAX_DATA_BYTES = 512 * 1024 * 1024
_POINTER = b"version https://git-lfs.github.com/spec/"
_POINTER_DIGEST = re.compile(rb"^oid (sha256:[0-9a-f]{64})$", re.MULTILINE)


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
        return self.checkout_manifest()

    def checkout_manifest(self) -> bytes:
        """The bytes of this checkout's manifest."""
        return read_beneath(self.root, self.file, limit=MAX_BYTES, error=UsageError)

    def bundle(self, shipped: Path, manifest: Manifest) -> Bundle:
        """The shipped policies, and the repository's own where the manifest names a folder."""
        if manifest.policies is None:
            return read_bundle([shipped])
        if self.commit is None:
            return read_bundle([shipped, self.root / manifest.policies])
        paths = list_at(self.root, self.commit, manifest.policies)
        if not paths:
            raise PolicyError(f"`{manifest.policies}` holds no policies at the base, {self.commit[:12]}.")
        with tempfile.TemporaryDirectory() as name:
            for path in paths:
                inside = Path(path).relative_to(Path(manifest.policies))
                write_atomically(Path(name) / "own" / inside, read_at(self.root, self.commit, path) or b"")
            return read_bundle([shipped, Path(name) / "own"])


def choose_judge(root: Path, file: str, base: str | None) -> Judge:
    """The base revision's manifest and policies if it has a manifest, else this checkout's."""
    if base is None:
        return Judge(root, file)
    commit = find_commit(root, base)
    return Judge(root, file, commit if read_at(root, commit, file) is not None else None, base)


def content_changes(
    judge: Judge, manifest: Manifest, evaluated: Collection[str], inputs: Collection[PlannedInput], document: Document
) -> Iterator[ManifestChange]:
    """What differs from the base in the data sets that the model is evaluated on, and in the repository's own policies.

    Training data are the head's to change, as the model is; they are in `evaluated` only where they are scored too.
    """
    if judge.commit is None:
        return
    for each in inputs:
        if each.role == "data" and each.name in evaluated:
            before = _known_digest(judge.root, judge.commit, each)
            if before != each.digest:
                place = ("data", "sets", each.name)
                difference = Difference(place=(*place, "content"), before=before, after=each.digest)
                yield manifest_change(difference, holds=False, file=document.file, line=document.line((*place, "path")))
    if manifest.policies is not None:
        yield from _policy_changes(judge.root, judge.commit, manifest.policies)


def _known_digest(root: Path, commit: str, planned: PlannedInput) -> str:
    """The digest that a data file had at a commit, or why it cannot be told, which is no match."""
    if planned.bytes > MAX_DATA_BYTES:
        return f"not compared: the file has more than {MAX_DATA_BYTES:,} bytes"
    content = read_at(root, commit, planned.path)
    if content is None:
        return "not in Git at the base"
    if content.startswith(_POINTER):
        found = _POINTER_DIGEST.search(content)
        return found[1].decode() if found else "a Git LFS pointer without a digest"
    return digest(content)


def _policy_changes(root: Path, commit: str, folder: str) -> Iterator[ManifestChange]:
    """The files of a folder of policies that are not what they were; tests of policies judge nothing."""
    before = {path: digest(read_at(root, commit, path) or b"") for path in list_at(root, commit, folder)}
    after = {path: _digest_of(root, path) for path in _list_files(root, folder)}
    for path in sorted(before | after):
        if before.get(path) != after.get(path) and not path.endswith("_test.rego"):
            inside = Path(path).relative_to(Path(folder)).as_posix()
            difference = Difference(place=("policies", inside), before=before.get(path), after=after.get(path))
            yield manifest_change(difference, holds=False, file=path, line=1)


def _list_files(root: Path, folder: str) -> Iterator[str]:
    """The paths of what lies in a folder, links as well, relative to `root`."""
    for here, folders, names in os.walk(root / folder):
        linked = [name for name in folders if (Path(here) / name).is_symlink()]
        yield from ((Path(here) / name).relative_to(root).as_posix() for name in (*names, *linked))


def _digest_of(root: Path, path: str) -> str:
    try:
        return digest_beneath(root, path)[0]
    except DataError as error:
        return str(error)
