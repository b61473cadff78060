"""A policy bundle: an exact list of files, with the digest that a plan names."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from assay.canonical import canonical, digest
from assay.edges.files import read_beneath
from assay.edges.rego.metadata import Policy, read_policy
from assay.edges.rego.portable_inputs import find_unsafe
from assay.edges.rego.refusals import LIBRARY, refuse_data_keys, refuse_forbidden
from assay.errors import ManifestError, PolicyError
from assay.manifest.yaml_strict import load

MAX_FILE_BYTES, MAX_FILES = 256 * 1024, 1_000
DATA_FILE = "data.yaml"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_RESERVED = frozenset(
    ("system", "package", "import", "default", "else", "some", "every", "in", "if", "contains", "with", "as", "not")
)
_LAYOUT = "Put a policy into <family>/<policy>/<policy>.rego, with <policy>_test.rego and data.yaml beside it."


@dataclasses.dataclass(frozen=True)
class PolicyFile:
    """A file of the bundle; `path` is relative to the folder that it was read from."""

    path: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        """The digest of the file's bytes."""
        return digest(self.content)

    @property
    def package(self) -> tuple[str, ...]:
        """The family and the name of the file's package, from its path."""
        return tuple(self.path.split("/")[:-1])


@dataclasses.dataclass(frozen=True)
class Bundle:
    """The policies, the library and their data, sorted by path; `read_bundle` has checked them.

    `pinned` says that the manifest lets OPA alone judge, so that policies may use what only OPA answers so.
    """

    files: tuple[PolicyFile, ...]
    pinned: bool = False

    @cached_property
    def digest(self) -> str:
        """The digest of the canonical list of paths, digests and sizes."""
        entries = sorted((file.path, file.digest, len(file.content)) for file in self.files)
        return digest(canonical([{"path": path, "digest": found, "bytes": size} for path, found, size in entries]))

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """The policies by id; files in `lib/` are not policies."""
        return tuple(
            read_policy(file.path, file.content.decode(), file.package)
            for file in self.modules
            if file.package[0] != LIBRARY
        )

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of the policies."""
        return frozenset("/".join(file.package) for file in self.modules if file.package[0] != LIBRARY)

    @property
    def modules(self) -> tuple[PolicyFile, ...]:
        """The Rego files."""
        return tuple(file for file in self.files if file.path.endswith(".rego"))

    @cached_property
    def data(self) -> dict[str, Any]:
        """The content of the `data.yaml` files, each at its package's path."""
        found: dict[str, Any] = {}
        for file in self.files:
            if file.path.endswith(f"/{DATA_FILE}"):
                family, name = file.package
                found.setdefault(family, {})[name] = _read_data(file)
        return found

    def alone(self, policy: str) -> Bundle:
        """The library and one policy, to ask it without the others."""
        wanted = self._by_package.get(tuple(policy.split("/")), ())
        return dataclasses.replace(self, files=tuple(sorted((*self._library, *wanted), key=lambda file: file.path)))

    @cached_property
    def _by_package(self) -> dict[tuple[str, ...], list[PolicyFile]]:
        found: dict[tuple[str, ...], list[PolicyFile]] = {}
        for file in self.files:
            found.setdefault(file.package, []).append(file)
        return found

    @cached_property
    def _library(self) -> tuple[PolicyFile, ...]:
        return tuple(file for file in self.files if file.package[0] == LIBRARY)


def read_bundle(folders: Sequence[Path], *, described: bool = True) -> Bundle:
    """The bundle in some folders; raises PolicyError, with the path, for any file that does not belong there.

    A copy of the same folder has the same digest; tests (`_test.rego`) are not part of the bundle. Without `described`
    nothing asks what the policies are for, so their METADATA are not read.
    """
    bundle = _sound_bundle(read_policy_files(folders))
    if described:
        _ = bundle.policies
    return bundle


def read_policy_files(folders: Sequence[Path]) -> tuple[PolicyFile, ...]:
    """The files of the bundle in some folders; raises PolicyError for any file that does not belong there."""
    files: dict[str, PolicyFile] = {}
    for folder in folders:
        for path in _list_files(folder):
            if path in files:
                raise PolicyError(f"{folder / path}: another folder has this policy too; rename one of them.")
            files[path] = PolicyFile(path, read_beneath(folder, path, limit=MAX_FILE_BYTES, error=PolicyError))
            if len(files) > MAX_FILES:
                raise PolicyError(f"{folder} has more than {MAX_FILES:,} policy files.")
    return tuple(files[path] for path in sorted(files))


@lru_cache(maxsize=8)
def _sound_bundle(files: tuple[PolicyFile, ...]) -> Bundle:
    """The bundle of some files, looked at once in a run however many steps read it; raises PolicyError."""
    bundle = Bundle(files)
    _refuse_unsound(bundle)
    return bundle


def _list_files(folder: Path) -> Iterator[str]:
    """The paths of a folder's policy files, without tests; raises PolicyError for any other file."""
    if folder.is_symlink() or not folder.is_dir():
        raise PolicyError(f"{folder} is not a folder of policies.", hint=_LAYOUT)
    for here, folders, names in os.walk(folder, onerror=_refuse_unreadable):
        folders.sort()
        for name in sorted([*folders, *names]):
            path = (Path(here) / name).relative_to(folder).as_posix()
            if _belongs(path, Path(here) / name, is_folder=name in folders) and not path.endswith("_test.rego"):
                yield path


def _belongs(path: str, entry: Path, *, is_folder: bool) -> bool:
    """Whether a path is a policy file, not a folder that may contain some; raises PolicyError for anything else."""
    parts = path.split("/")
    named = all(_NAME.fullmatch(part) and part not in _RESERVED and not part.endswith("_test") for part in parts[:2])
    if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
        raise PolicyError(f"{entry} is a link or not a regular file; put the policy itself there.")
    if is_folder and len(parts) <= 2 and named:  # noqa: PLR2004 - family and policy
        return False
    policy = parts[-2] if len(parts) == 3 else ""  # noqa: PLR2004 - family, policy and file
    if is_folder or not policy or not named or parts[-1] not in (f"{policy}.rego", f"{policy}_test.rego", DATA_FILE):
        raise PolicyError(f"{entry} does not belong among policies.", hint=_LAYOUT)
    return True


def _refuse_unreadable(error: OSError) -> None:
    raise PolicyError(f"{error.filename} could not be read: {error.strerror}.") from error


def _refuse_unsound(bundle: Bundle) -> None:
    """Raises PolicyError unless every file is text, has the right package, and mentions only what a policy may."""
    sources = {file.package: _text(file) for file in bundle.modules}
    for file in bundle.modules:
        refuse_forbidden(file.path, sources[file.package], file.package)
    for file in bundle.files:
        if file.path.endswith(f"/{DATA_FILE}"):
            if file.package not in sources:
                raise PolicyError(f"{file.path} has no policy beside it.", hint=_LAYOUT)
            refuse_data_keys(file.path, _read_data(file), sources[file.package])


def _text(file: PolicyFile) -> str:
    try:
        source = file.content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = file.content[: error.start].count(b"\n") + 1
        raise PolicyError(f"{file.path}:{line}: the file is not UTF-8 text.") from error
    if "\x00" in source or source.startswith("\ufeff"):
        raise PolicyError(f"{file.path}:1: the file has a NUL or begins with a byte-order mark.")
    return source


def _read_data(file: PolicyFile) -> dict[str, Any]:
    try:
        document = load(file.content, file.path)
    except ManifestError as error:
        raise PolicyError(str(error), hint="Policy data are plain YAML: names and values.") from error
    if not isinstance(document.value, dict):
        raise PolicyError(f"{file.path}:1:1: expected a block of `name: value` lines.")
    unsafe = find_unsafe(document.value)
    if unsafe:
        raise PolicyError(f"{file.path}: {unsafe}")
    return document.value
