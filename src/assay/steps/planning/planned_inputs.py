"""The inputs of a plan by digest: data sets with their columns, the model, its code and environment."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from assay.canonical import digest
from assay.dossier.at_base import columns_of_change, of_change
from assay.dossier.page_set import manifest_of
from assay.dossier.pages import ManifestPage
from assay.dossier.plan_parts import PlannedInput
from assay.edges.data_files import digest_data, find_data_set
from assay.edges.files import digest_beneath, open_beneath, read_beneath
from assay.edges.model_folders import digest_model_input, is_folder
from assay.edges.model_formats import load_format
from assay.edges.models import MODEL_FORMATS
from assay.edges.pointer_files import LONGEST, require_content
from assay.edges.tree_line_ends import code_line_end_advice, data_line_end_advice
from assay.errors import DataError, Place, Problem
from assay.facts.profiles import MAX_BYTES, read_profile
from assay.manifest.data_blocks import Data
from assay.manifest.document import Manifest
from assay.manifest.model_blocks import Artifact
from assay.manifest.parsing import nearest_name
from assay.manifest.yaml_strict import Document
from assay.reviews.snapshot import MAX_SNAPSHOT_BYTES, require_snapshot
from assay.steps.planning.planned_code import code_input, planned_code, runs_code
from assay.steps.planning.planned_groups import group_problems
from assay.steps.planning.planned_requirements import requirements_input
from assay.tables.source import Source

PREDICTIONS = "predictions"


@dataclass(frozen=True)
class Inputs:
    """The inputs that were found, their problems, and the files of the data sets by name."""

    found: tuple[PlannedInput, ...]
    problems: tuple[Problem, ...]
    sources: Mapping[str, Source] = field(default_factory=dict)

    def columns(self) -> dict[str, dict[str, str]]:
        """The columns of each data set and profile of the change, with their types."""
        return columns_of_change(self.found)


def find_inputs(root: Path, manifest: Manifest, document: Document, reviews: str | None = None) -> Inputs:
    """Every input that the manifest names; an input that cannot be read is a problem at its line."""
    found: list[PlannedInput] = []
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    for place, role, name, path in _named_files(manifest):
        try:
            if role == "data":
                sources[name] = find_data_set(root, path, manifest.data, name)
                found.append(_of_source(name, path, sources[name]))
            elif role == "environment":
                found.append(requirements_input(root, path))
            else:
                found.append(profile_input(root, name, path) if role == "profile" else _file(root, role, name, path))
        except DataError as error:
            problems.append(document.problem(place, str(error)))
    if reviews is not None:
        require_snapshot(read_beneath(root, reviews, limit=MAX_SNAPSHOT_BYTES), reviews)
        found.append(_file(root, "reviews", "reviews", reviews))
    artifact = manifest.model.artifact
    if artifact is not None and runs_code(artifact):
        try:
            found.append(code_input(root, document.file, manifest, found))
        except DataError as error:
            problems.append(document.problem(("model", "artifact"), str(error)))
    inputs = Inputs(tuple(found), ())
    problems += _artifact_problems(root, manifest, document, inputs.found)
    if manifest.policies is not None:
        problems += _policy_problems(root, manifest.policies, document)
    if manifest.data is not None:
        problems += _role_problems(manifest.data, inputs.columns(), document)
        problems += group_problems(root, manifest.data, of_change(inputs.found), document)
    return Inputs(tuple(found), tuple(problems), sources)


def require_planned_inputs(root: Path, page: ManifestPage, inputs: Collection[PlannedInput], *roles: str) -> None:
    """Raises DataError for an input of some roles whose digest is not the planned one; `inputs` are all of the plan."""
    for planned in inputs:
        if planned.role in roles:
            require_planned_input(root, page, inputs, planned)


def require_planned_input(
    root: Path, page: ManifestPage, inputs: Collection[PlannedInput], planned: PlannedInput
) -> None:
    """Raises DataError unless one of the plan's `inputs` has the planned digest."""
    found = _digest(root, page, planned, inputs)
    if found != planned.digest:
        named = "The model's code" if planned.role == "code" else f"`{planned.path}`"
        raise DataError(
            f"{named} is not what was planned: its digest is {found}.{_line_ends(root, page, inputs, planned)}"
        )


def _line_ends(root: Path, page: ManifestPage, inputs: Collection[PlannedInput], planned: PlannedInput) -> str:
    if planned.role == "code":
        return code_line_end_advice(planned_code(root, page.file, manifest_of(page), inputs), planned.digest)
    return data_line_end_advice(root, planned.path, planned.digest)


def _digest(root: Path, page: ManifestPage, planned: PlannedInput, inputs: Collection[PlannedInput]) -> str:
    if planned.role == "code":
        return code_input(root, page.file, manifest_of(page), inputs).digest
    if planned.role == "model":
        return digest_model_input(root, planned.path)[0]
    return digest_data(root, planned.path) if planned.role == "data" else digest_beneath(root, planned.path)[0]


def _named_files(manifest: Manifest) -> Iterable[tuple[Place, str, str, str]]:
    for name, data_set in (manifest.data.sets if manifest.data else {}).items():
        if data_set.path is not None:
            yield ("data", "sets", name, "path"), "data", name, data_set.path
        if data_set.profile is not None:
            yield ("data", "sets", name, "profile"), "profile", name, data_set.profile
    artifact, environment = manifest.model.artifact, manifest.model.environment
    if artifact is not None and artifact.path is not None:
        yield ("model", "artifact", "path"), "model", "model", artifact.path
    for name, path in (artifact.predictions if artifact else {}).items():
        yield ("model", "artifact", "predictions", name), "predictions", name, path
    if environment is not None and environment.requirements is not None:
        yield ("model", "environment", "requirements"), "environment", "requirements", environment.requirements


def data_input(root: Path, name: str, path: str, data: Data | None) -> PlannedInput:
    """A data set as an input, with its columns; raises DataError."""
    return _of_source(name, path, find_data_set(root, path, data, name))


def _of_source(name: str, path: str, source: Source) -> PlannedInput:
    from assay.tables.reading import schema

    return PlannedInput(
        role="data", name=name, path=path, digest=source.digest, bytes=source.bytes, columns=schema(source)
    )


def profile_input(root: Path, name: str, path: str) -> PlannedInput:
    """A profile as an input, with the columns that it stands for; raises DataError."""
    content = read_beneath(root, path, limit=MAX_BYTES)
    require_content(path, content[:LONGEST], len(content))
    kinds = read_profile(content, path).kinds()
    return PlannedInput(role="profile", name=name, path=path, digest=digest(content), bytes=len(content), columns=kinds)


def _file(root: Path, role: str, name: str, path: str) -> PlannedInput:
    if role == "model":
        found, size = digest_model_input(root, path)
    else:
        with open_beneath(root, path) as descriptor:
            require_content(path, os.pread(descriptor, LONGEST, 0), os.fstat(descriptor).st_size)
        found, size = digest_beneath(root, path)
    return PlannedInput.model_validate({"role": role, "name": name, "path": path, "digest": found, "bytes": size})


def _policy_problems(root: Path, folder: str, document: Document) -> Iterable[Problem]:
    path = PurePosixPath(folder)
    if path.is_absolute() or ".." in path.parts:
        yield document.problem(("policies",), f"`{folder}` is outside the repository.")
    elif not (root / path).is_dir() or (root / path).is_symlink():
        yield document.problem(("policies",), f"the folder `{folder}` does not exist.")


def _code_problems(
    root: Path, manifest: Manifest, artifact: Artifact, inputs: Collection[PlannedInput], document: Document
) -> Iterable[Problem]:
    """A function whose module is not among the model's code, and code that is named for a model of another format."""
    if runs_code(artifact):
        module = (artifact.callable or "").partition(":")[0]
        path = module.replace(".", "/")
        # Without the input its own problem was told.
        if module and any(each.role == "code" for each in inputs):
            kinds = planned_code(root, document.file, manifest, inputs).kinds
            if not {f"{path}.py", f"{path}/__init__.py"} & set(kinds):
                message = f"the model's code has no Python file for `{module}`; `git add` it, or name it under `code`."
                yield document.problem(("model", "artifact", "callable"), message)
        return
    for name in ("callable", "code"):
        if getattr(artifact, name) is not None:
            message = f"only `format: python` has a `{name}`; a model of the format `{artifact.format}` is its file."
            yield document.problem(("model", "artifact", name), message)


def _artifact_problems(
    root: Path, manifest: Manifest, document: Document, inputs: Collection[PlannedInput]
) -> Iterable[Problem]:
    """A model format that does not exist, or whose loading can execute any code without `trust`."""
    artifact = manifest.model.artifact
    if artifact is None:
        return
    yield from _code_problems(root, manifest, artifact, inputs, document)
    if artifact.format == PREDICTIONS:
        return
    place, known = ("model", "artifact", "format"), (*MODEL_FORMATS.names(), PREDICTIONS)
    if artifact.format not in known:
        listed = ", ".join(f"`{each}`" for each in known)
        message = f"there is no model format `{artifact.format}`; the formats are {listed}."
        yield document.problem(place, message, nearest=nearest_name(artifact.format, known))
        return
    described = load_format(artifact.format)
    if artifact.path is not None and is_folder(root, artifact.path) is not described.FOLDER:
        kind = "a folder with a file `MLmodel`" if described.FOLDER else "a file"
        message = f"a model of the format `{artifact.format}` is {kind}; `{artifact.path}` is not."
        yield document.problem(("model", "artifact", "path"), message)
    if described.EXECUTES == "arbitrary_code" and artifact.trust != "pickle":
        yield document.problem(
            place,
            f"loading a model of the format `{artifact.format}` can execute any code in it. Save it with "
            "`skops.io.dump`, or, if you made it yourself and accept the risk, add `trust: pickle`.",
        )


def _role_problems(data: Data, columns: dict[str, dict[str, str]], document: Document) -> Iterable[Problem]:
    """Columns that have a role in `data` but are in no data set."""
    every = sorted({column for found in columns.values() for column in found})
    if not every:
        return
    named: list[tuple[Place, str]] = [
        ((role,), column)
        for role in ("label", "id", "time", "group", "score")
        if (column := getattr(data, role)) is not None
    ]
    for role, columns_named in (("sensitive", data.about_people), ("features", data.listed_features or data.withheld)):
        named += [((role, index), column) for index, column in enumerate(columns_named)]
    for place, column in named:
        if column not in every:
            message = f"no data set has a column `{column}`."
            yield document.problem(("data", *place), message, nearest=nearest_name(column, every))
    for index, column in enumerate(data.listed_features or ()):
        if column in (data.label, data.score):
            yield document.problem(
                ("data", "features", index), f"`{column}` contains the answer, so the model must not see it."
            )
