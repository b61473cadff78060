"""The requirements of a model's environment as an input of the plan, and what they do not fix."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assay.canonical import digest
from assay.dossier.plan_parts import PlannedInput
from assay.edges.files import read_beneath
from assay.errors import DataError, ModelError
from assay.manifest.document import Manifest


def requirements_input(root: Path, path: str) -> PlannedInput:
    """A requirements file as an input; raises DataError if it is missing or holds anything but pinned versions."""
    from assay.edges.requirements_grammar import MOST_BYTES, read_requirements

    content = read_beneath(root, path, limit=MOST_BYTES)
    try:
        read_requirements(content, path)
    except ModelError as error:
        raise DataError(f"{error} {error.hint}") from error
    return PlannedInput(role="environment", name="requirements", path=path, digest=digest(content), bytes=len(content))


def requirements_warnings(root: Path, manifest: Manifest) -> Iterator[str]:
    """A sentence on requirements without hashes: they can be judged, but not promoted."""
    environment = manifest.model.environment
    if environment is None or environment.requirements is None:
        return
    from assay.edges.requirements_grammar import MOST_BYTES, first_unhashed, read_requirements

    path = environment.requirements
    bare = first_unhashed(read_requirements(read_beneath(root, path, limit=MOST_BYTES), path))
    if bare is not None:
        yield (
            f"{path}:{bare.line}: `{bare.name}=={bare.version}` has no hash, so the index decides what is installed; "
            "a promotion needs hashes. Write them with `uv pip compile --generate-hashes` or `uv export`."
        )
