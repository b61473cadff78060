"""The base's data, put where every step reads them: from its commit, the stores of Git LFS and DVC, or a folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assay.dossier.at_base import FOLDER, at_base, changed_set, of_base, plain
from assay.dossier.check_context import features
from assay.dossier.plan_parts import ManifestChange, PlannedInput
from assay.edges.data_files import digest_data
from assay.edges.data_stores import copy_verified, dvc_objects, lfs_objects
from assay.edges.files import digest_beneath, write_atomically
from assay.edges.git import list_blobs_at, read_blobs, versions_of
from assay.edges.git_lfs import read_lfs_pointer
from assay.edges.remote import is_remote
from assay.errors import AssayError, DataError, PageError
from assay.manifest.document import Manifest
from assay.manifest.yaml_strict import MAX_BYTES
from assay.steps.planning.folders import blobs_in, digest_folder_at
from assay.steps.planning.planned_inputs import data_input, profile_input
from assay.steps.planning.pointers import MAX_DATA_BYTES, read_bounded, read_pointer

MOST_VERSIONS = 100


@dataclass(frozen=True, kw_only=True)
class BaseCommit:
    """Where the base's data are looked for: a commit of the repository, and a folder that holds them, if one is given.

    A file of the folder counts only with the digest that the commit's pointer names.
    """

    root: Path
    commit: str
    given: Path | None = None


def find_base_data(
    base: BaseCommit, manifest: Manifest, inputs: Sequence[PlannedInput], changes: Iterable[ManifestChange]
) -> tuple[tuple[PlannedInput, ...], tuple[ManifestChange, ...]]:
    """The base's data sets that differ from the change's, as inputs, and the changes; some say what is `lacking`."""
    found: list[PlannedInput] = []
    told: list[ManifestChange] = []
    planned = {each.name: each for each in inputs if each.role in ("data", "profile")}
    for change in changes:
        name = changed_set(change)
        if name is None or name not in planned:
            told.append(change)
            continue
        try:
            found.append(_find(base, manifest, planned[name]))
            told.append(change)
        except AssayError as error:
            hint = f" {error.hint}" if error.hint != error.default_hint else ""
            lacking = f"`{planned[name].path}` as it is at the base cannot judge: {error}{hint}"
            told.append(change.model_copy(update={"lacking": lacking}))
    return tuple(found), tuple(told)


def read_base_data(root: Path, manifest: Manifest, inputs: Iterable[PlannedInput]) -> tuple[PlannedInput, ...]:
    """The base's data among some inputs, read again where they lie; raises DataError."""
    return tuple(
        profile_input(root, each.name, each.path)
        if each.role == "profile"
        else data_input(root, each.name, each.path, manifest.data)
        for each in of_base(inputs)
    )


def put_base_data(base: BaseCommit, manifest: Manifest, planned: PlannedInput) -> str:
    """Puts the base's content of a data set or profile into its place; returns the path. Raises AssayError."""
    if is_remote(planned.path):
        raise DataError("nothing at the base says what the URL gave then.")
    _refuse_links(base.root)
    try:
        return _put_all(base, manifest, planned)
    except OSError as problem:
        raise PageError(
            f"The base's data could not be written: {problem.strerror}.", hint="Free some space or fix the permissions."
        ) from problem


def _put_all(base: BaseCommit, manifest: Manifest, planned: PlannedInput) -> str:
    folder = base.root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = PurePosixPath(planned.path).name
    with tempfile.TemporaryDirectory(dir=folder, prefix="part-") as partial:
        for inside, content in _content(base, manifest, planned):
            _put(base, content, Path(partial) / name / inside if inside else Path(partial) / name, planned, inside)
        found = digest_data if planned.role == "data" else lambda root, path: digest_beneath(root, path)[0]
        named = found(Path(partial), name).partition(":")[2][:16]
        target = folder / named / name
        if target.is_dir():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        (Path(partial) / name).replace(target)
    return f"{FOLDER}/{named}/{name}"


def restore_base_data(root: Path, commit: str, manifest: Manifest, planned: PlannedInput) -> None:
    """Puts the base's data into their place again, if a commit of their file's history has the planned content."""
    data_set = manifest.data.sets.get(plain(planned.name)) if manifest.data is not None else None
    path = None if data_set is None else data_set.path or data_set.profile
    if data_set is None or path is None or is_remote(path):
        return
    there = planned.model_copy(update={"name": plain(planned.name), "path": path})
    for each in versions_of(root, commit, [path, data_set.dvc or f"{path}.dvc"], MOST_VERSIONS):
        try:
            if put_base_data(BaseCommit(root=root, commit=each), manifest, there) == planned.path:
                return
        except AssayError:
            continue


def _find(base: BaseCommit, manifest: Manifest, planned: PlannedInput) -> PlannedInput:
    path, name = put_base_data(base, manifest, planned), at_base(planned.name)
    if planned.role == "profile":
        return profile_input(base.root, name, path)
    found = data_input(base.root, name, path, manifest.data)
    seen = features(manifest.data, planned.columns or {}) if manifest.data is not None else ()
    absent = [each for each in seen if each in (planned.columns or {}) and each not in (found.columns or {})]
    if absent:
        named = ", ".join(f"`{each}`" for each in absent[:5])
        raise DataError(f"the data lacked {named}, which the model sees now.", hint="")
    return found


@dataclass(frozen=True)
class _Pointed:
    """A file that is not in Git itself: its digest, or its MD5."""

    places: tuple[Path, ...]
    sha256: str | None = None
    md5: str | None = None


def _content(base: BaseCommit, manifest: Manifest, planned: PlannedInput) -> Iterator[tuple[str, bytes | _Pointed]]:
    """The files of a data set at the commit, each by its path in the folder; a file has none."""
    root, commit, path = base.root, base.commit, planned.path
    if digest_folder_at(root, commit, path, MAX_DATA_BYTES) is not None:
        blobs = blobs_in(list_blobs_at(root, commit, path), path)
        for (inside, _), content in zip(blobs.items(), read_blobs(root, list(blobs.values())), strict=True):
            yield inside, _pointed(base, content)
        return
    whole = read_bounded(root, commit, path, MAX_DATA_BYTES)
    if whole is not None:
        yield "", _pointed(base, whole)
        return
    data = manifest.data
    named = data.sets[planned.name].dvc if data is not None and planned.name in data.sets else None
    named = named or f"{path}.dvc"
    pointer = read_bounded(root, commit, named, MAX_BYTES)
    if pointer is None:
        raise DataError("it was neither in Git nor in Git LFS there, and had no pointer of DVC.", hint="")
    md5 = read_pointer(pointer, named, path).md5
    yield "", _Pointed(tuple(dvc_objects(root, md5)), md5=md5)


def _pointed(base: BaseCommit, content: bytes) -> bytes | _Pointed:
    pointer = read_lfs_pointer(content)
    return content if pointer is None else _Pointed(tuple(lfs_objects(base.root, pointer[0])), sha256=pointer[0])


def _put(base: BaseCommit, content: bytes | _Pointed, target: Path, planned: PlannedInput, inside: str) -> None:
    if isinstance(content, bytes):
        write_atomically(target, content)
        return
    given = () if base.given is None else (base.given / planned.path / inside,)
    for place in (*content.places, *given):
        if copy_verified(place, target, sha256=content.sha256, md5=content.md5):
            return
    store = "Git LFS" if content.sha256 is not None else "DVC"
    elsewhere = "" if base.given is None else ", and the folder of `--base-data` holds another file or none"
    raise DataError(
        f"{store} has it, but not in this clone{elsewhere}.",
        hint="Fetch it (`git lfs fetch origin BASE`, or `dvc fetch` in a clone of the base), or name a folder that "
        "holds the base's data with `--base-data`.",
    )


def _refuse_links(root: Path) -> None:
    """Raises PageError if writing could reach another folder."""
    parts = PurePosixPath(FOLDER).parts
    linked = next(
        (root.joinpath(*parts[: n + 1]) for n in range(len(parts)) if root.joinpath(*parts[: n + 1]).is_symlink()), None
    )
    if linked is not None:
        raise PageError(
            f"{linked.name} is a symbolic link; the base's data need a folder of their own.", hint="Remove it."
        )
