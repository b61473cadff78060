"""The code of a `python` model as an input of the plan: which files it is, and their digest."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath

from assay.dossier.plan_parts import PlannedInput
from assay.edges.code_content import digest_code, listing_digest
from assay.edges.code_tree import CodeTree, find_code_tree
from assay.edges.data_files import find_source
from assay.edges.models import MODEL_FORMATS
from assay.errors import DataError
from assay.manifest.document import Manifest
from assay.manifest.model_blocks import Artifact
from assay.tables.source import ReadingLimits

WITHHELD_ROLES = frozenset({"data", "profile", "predictions", "reviews"})


def runs_code(artifact: Artifact | None) -> bool:
    """Whether a model is code of the repository, which then is an input."""
    known = artifact is not None and artifact.format in MODEL_FORMATS.names()
    return known and artifact is not None and MODEL_FORMATS.load(artifact.format).EXECUTES == "repository_code"


def withheld(file: str, manifest: Manifest, inputs: Iterable[PlannedInput]) -> tuple[str, ...]:
    """The paths that are never code, sorted: data with labels, earlier answers, reviews, the manifest, its policies.

    `file` is the manifest's. What judges has digests of its own; as code it would make another model of every new bar.
    """
    judging = [file, *([manifest.policies] if manifest.policies is not None else [])]
    paths = [*judging, *(each.path for each in inputs if each.role in WITHHELD_ROLES)]
    return tuple(sorted({PurePosixPath(path).as_posix() for path in paths}))


def planned_code(root: Path, file: str, manifest: Manifest, inputs: Iterable[PlannedInput]) -> CodeTree:
    """The code of a manifest's model in the work tree; raises DataError if there is none."""
    artifact = manifest.model.artifact
    return find_code_tree(root, None if artifact is None else artifact.code, withheld(file, manifest, inputs))


def code_input(root: Path, file: str, manifest: Manifest, inputs: Collection[PlannedInput]) -> PlannedInput:
    """The code as an input; raises DataError if it cannot be read, or if one of its files is a data set's copy."""
    listed = digest_code(planned_code(root, file, manifest, inputs))
    data = dict(_data_files(root, inputs))
    for entry in listed:
        if entry.digest in data:
            raise DataError(
                f"`{entry.path}` has the content of the data set `{data[entry.digest]}`, so the model would see its "
                "labels; remove the copy, or name only the model's files under `model.artifact.code`."
            )
    return PlannedInput(
        role="code", name="code", path=".", digest=listing_digest(listed), bytes=sum(each.bytes for each in listed)
    )


def _data_files(root: Path, inputs: Iterable[PlannedInput]) -> Iterator[tuple[str, str]]:
    """The digests of the planned data, file by file where they are here, each with the name of its data set."""
    for each in inputs:
        if each.role == "data":
            yield each.digest, each.name
            if (root / each.path).is_dir():
                with contextlib.suppress(DataError):
                    parts = find_source(root, each.path, ReadingLimits(bytes=1 << 62)).parts
                    yield from ((part.digest, each.name) for part in parts)
