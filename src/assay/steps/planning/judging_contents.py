"""The contents that judge besides the manifest: evaluation data and policies, compared with a commit."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assay.canonical import digest, parse
from assay.dossier.check_context import CheckContexts
from assay.dossier.document_differences import Difference, manifest_change
from assay.dossier.plan_parts import ManifestChange, PlannedInput
from assay.edges.files import digest_beneath, read_beneath
from assay.edges.git import list_at
from assay.edges.line_ends import ADVICE
from assay.edges.rego.bundle import MAX_FILE_BYTES
from assay.edges.tree_line_ends import data_have_other_line_ends
from assay.errors import AssayError, DataError, ManifestError
from assay.manifest.document import Manifest
from assay.manifest.yaml_strict import MAX_BYTES, Document, load
from assay.reviews.snapshot import MAX_SNAPSHOT_BYTES, read_snapshot
from assay.steps.planning.base_revision import Judge, find_or_fetch
from assay.steps.planning.blocks import CheckBlock, compared_sets, scored_sets
from assay.steps.planning.pointers import digest_at, read_bounded


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What may differ from a commit besides the manifest; `evaluated` names the data sets that the model is judged by.

    The head may change training data, as it may change the model. They are in `evaluated` only if the model scores them
    too, or if other data are compared with them.
    """

    manifest: Manifest
    document: Document
    evaluated: Collection[str]
    inputs: Collection[PlannedInput]

    def changes(self, root: Path, commit: str) -> Iterator[ManifestChange]:
        """The differences from a commit in evaluation data and in the repository's own policies."""
        for each in self.inputs:
            if each.role in ("data", "profile") and each.name in self.evaluated:
                before = digest_at(root, commit, each, self._pointer(each.name))
                if before != each.digest:
                    _refuse_converted(root, each.path, before, digest_at(root, "HEAD", each, None))
                    place = ("data", "sets", each.name)
                    difference = Difference(place=(*place, "content"), before=before, after=each.digest)
                    line = self.document.line((*place, "path" if each.role == "data" else "profile"))
                    yield manifest_change(difference, applies=False, file=self.document.file, line=line)
        if self.manifest.policies is not None:
            yield from _policy_changes(root, commit, self.manifest.policies)
        if self.manifest.trust is not None:
            yield from _trust_changes(root, commit, self.manifest.trust)

    def _pointer(self, name: str) -> str | None:
        data = self.manifest.data
        return data.sets[name].dvc if data is not None and name in data.sets else None


def evaluated_sets(blocks: Mapping[str, CheckBlock], contexts: CheckContexts) -> frozenset[str]:
    """The data sets that the model is judged by, or that others are compared with."""
    return frozenset(
        name for block in blocks.values() for name in (*scored_sets(block, contexts), *compared_sets(block, contexts))
    )


def mark_reviewed(
    changes: Iterable[ManifestChange], judge: Judge, contents: Contents, reviews: str, remote: str
) -> tuple[ManifestChange, ...]:
    """The changes, marked `reviewed` if the reviewed commit has the same manifest, policies and data as this checkout.

    They are not if that commit or the reviews cannot be read: then nobody is known to have seen this checkout.
    """
    committed = read_bounded(judge.root, "HEAD", judge.file, MAX_BYTES) or b""
    _refuse_converted(judge.root, judge.file, digest(committed), digest(committed))
    try:
        snapshot = read_snapshot(parse(read_beneath(judge.root, reviews, limit=MAX_SNAPSHOT_BYTES), reviews))
        head = find_or_fetch(judge.root, snapshot.pull_request.head, remote)
        same = read_bounded(judge.root, head, judge.file, MAX_BYTES) == judge.checkout_manifest()
        same = same and not any(contents.changes(judge.root, head))
    except AssayError:
        same = False
    return tuple(each.model_copy(update={"reviewed": same}) for each in changes)


def _refuse_converted(root: Path, path: str, before: str | None, committed: str | None) -> None:
    """Raises DataError if a file of the checkout is the commit's but for its line ends, and Git has no change."""
    if before is not None and committed == before and data_have_other_line_ends(root, path, before):
        raise DataError(f"`{path}` is not what its commit holds.{ADVICE}")


def _digest_at(root: Path, commit: str, path: str, limit: int) -> str | None:
    content = read_bounded(root, commit, path, limit)
    return None if content is None else digest(content)


def _policy_changes(root: Path, commit: str, folder: str) -> Iterator[ManifestChange]:
    """The changes in a folder of policies; tests of policies do not count."""
    listed = [path for path in list_at(root, commit, folder) if not path.endswith("_test.rego")]
    before = {path: digest(read_bounded(root, commit, path, MAX_FILE_BYTES) or b"") for path in listed}
    after = {path: _digest_of(root, path) for path in _list_files(root, folder) if not path.endswith("_test.rego")}
    for path in sorted(before | after):
        if before.get(path) != after.get(path):
            _refuse_converted(root, path, before.get(path), _digest_at(root, "HEAD", path, MAX_FILE_BYTES))
            inside = Path(path).relative_to(Path(folder)).as_posix()
            difference = Difference(place=("policies", inside), before=before.get(path), after=after.get(path))
            yield manifest_change(difference, applies=False, file=path, line=1)


def _trust_changes(root: Path, commit: str, file: str) -> Iterator[ManifestChange]:
    """The changes of the trust file and of the key files that it names, at the commit or here."""
    now = _content_of(root, file)
    then = read_bounded(root, commit, file, MAX_BYTES)
    named = {file, *key_files(now, file), *key_files(then, file)}
    for path in sorted(named):
        before, after = _digest_at(root, commit, path, MAX_BYTES), _digest_of(root, path)
        if before != after:
            _refuse_converted(root, path, before, _digest_at(root, "HEAD", path, MAX_BYTES))
            difference = Difference(place=("trust", path), before=before, after=after)
            yield manifest_change(difference, applies=False, file=path, line=1)


def _content_of(root: Path, path: str) -> bytes | None:
    try:
        return read_beneath(root, path, limit=MAX_BYTES)
    except DataError:
        return None


def key_files(content: bytes | None, file: str) -> Iterator[str]:
    """The files of keys and roots in a trust file; one that cannot be read names none, and differs as a whole."""
    try:
        document = load(content or b"", file).value
    except ManifestError:
        return
    for block, field in (("keys", "key"), ("identities", "root")):
        listed = document.get(block) if isinstance(document, dict) else None
        for each in listed if isinstance(listed, list) else ():
            named = each.get(field) if isinstance(each, dict) else None
            path = PurePosixPath(file).parent / str(named or "")
            # The text of a key, PEM or SSH, is no path.
            is_text = isinstance(named, str) and ("\n" in named or (field == "key" and " " in named))
            if isinstance(named, str) and named and not is_text and ".." not in path.parts:
                yield path.as_posix()


def _list_files(root: Path, folder: str) -> Iterator[str]:
    """The paths of the files and links in a folder, relative to `root`."""
    for here, folders, names in os.walk(root / folder):
        linked = [name for name in folders if (Path(here) / name).is_symlink()]
        yield from ((Path(here) / name).relative_to(root).as_posix() for name in (*names, *linked))


def _digest_of(root: Path, path: str) -> str:
    try:
        return digest_beneath(root, path)[0]
    except DataError as error:
        return str(error)
