"""The evidence on a plan's data and predictions; the digest of each file is verified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from assay.canonical import digest
from assay.dossier.at_base import columns_at_base, columns_of_change, is_at_base, plain
from assay.dossier.check_context import Material, make_check_context
from assay.dossier.check_materials import Confinement, DataDigests, ManifestChanges, data_at_base
from assay.dossier.page_set import manifest_of
from assay.dossier.pages import Evidence, ManifestPage, Measurement, Plan, Predictions
from assay.edges.data_files import find_data_sets
from assay.edges.files import read_beneath
from assay.edges.line_ends import content_line_end_advice
from assay.edges.store import DossierFolder
from assay.edges.tree_line_ends import data_line_end_advice
from assay.errors import DataError
from assay.facts.profiles import MAX_BYTES, Profile, read_profile
from assay.manifest.document import Manifest
from assay.steps.collecting.artifact_inspection import inspect_artifact
from assay.steps.collecting.predicted_files import read_predictions
from assay.steps.collecting.rounds import measure_all, start
from assay.steps.planning.check_contexts import with_materials
from assay.steps.planning.planned_inputs import require_planned_inputs
from assay.tables.addressing import Table
from assay.tables.source import Source

MAX_REVIEWS = 16 * 1024 * 1024
T = TypeVar("T")


def measure_plan(dossier: DossierFolder, page: ManifestPage, plan: Plan, predictions: Predictions) -> Evidence:
    """The evidence on a plan's data and predictions; raises DataError for a file that was not planned."""
    from assay.tables.answering import Tables

    manifest = manifest_of(page)
    require_planned_inputs(dossier.root, page, plan.inputs, "model", "code")
    read = _Read(
        data=_planned_data(dossier, manifest, plan),
        answers=read_predictions(dossier, predictions),
        profiles=_profiles(dossier, plan),
    )
    found = tuple(_materials(dossier, page, plan, predictions))
    reviews = _reviews(dossier, plan)
    measurements = list[Measurement]()
    for base in (False, True):
        checks = [each for each in plan.checks if is_at_base(each.id) is base]
        if not checks:
            continue
        seen = read.at_base() if base else read
        shared = make_check_context(
            manifest,
            columns=columns_at_base(plan.inputs) if base else columns_of_change(plan.inputs),
            as_of=plan.as_of,
            predicted=[each.set for each in seen.answers if each.recipe is None and not is_at_base(each.set)],
            classes=predictions.classes,
            profiles=seen.profiles,
        )
        contexts = with_materials(shared, manifest, stage=plan.stage, reviews=reviews, found=found)
        with Tables(seen.data, seen.answers, shared.id) as tables:
            measurements += measure_all([start(check, contexts) for check in checks], tables.answer)
    return Evidence(
        parents={"plan": plan.digest(), "predictions": predictions.digest()}, measurements=tuple(measurements)
    )


@dataclass(frozen=True, kw_only=True)
class _Read:
    """What was read: data and answers as files, profiles as they are; the base's data are among them, marked."""

    data: Mapping[str, Source]
    answers: Mapping[Table, Source]
    profiles: Mapping[str, Profile]

    def at_base(self) -> _Read:
        """The same, where the base's data and their answers take the places of the change's."""
        base = {plain(name) for name in (*self.data, *self.profiles) if is_at_base(name)}
        return _Read(
            data=_placed(self.data),
            answers={
                Table(plain(table.set), table.recipe): each
                for table, each in self.answers.items()
                if is_at_base(table.set) or table.set not in base
            },
            profiles=_placed(self.profiles),
        )


def _placed(found: Mapping[str, T]) -> dict[str, T]:
    """What was read by plain names, with the base's in place of the change's."""
    changed = {name: each for name, each in found.items() if not is_at_base(name)}
    return {**changed, **{plain(name): each for name, each in found.items() if is_at_base(name)}}


def _planned_data(dossier: DossierFolder, manifest: Manifest, plan: Plan) -> dict[str, Source]:
    inputs = {planned.name: planned for planned in plan.inputs if planned.role == "data"}
    paths = {name: planned.path for name, planned in inputs.items()}
    found = find_data_sets(dossier.root, paths, manifest.data)
    for name, source in found.items():
        if source.digest != inputs[name].digest:
            advice = data_line_end_advice(dossier.root, paths[name], inputs[name].digest)
            raise DataError(f"`{paths[name]}` is not the file that was planned: its digest is {source.digest}.{advice}")
    return found


def _profiles(dossier: DossierFolder, plan: Plan) -> dict[str, Profile]:
    """The profiles that were planned, each read once and verified by its digest."""
    found: dict[str, Profile] = {}
    for planned in plan.inputs:
        if planned.role == "profile":
            content = read_beneath(dossier.root, planned.path, limit=MAX_BYTES)
            if digest(content) != planned.digest:
                advice = content_line_end_advice(content, planned.digest)
                raise DataError(
                    f"`{planned.path}` is not the profile that was planned: its digest is {digest(content)}.{advice}"
                )
            found[planned.name] = read_profile(content, planned.path)
    return found


def _materials(dossier: DossierFolder, page: ManifestPage, plan: Plan, predictions: Predictions) -> Iterator[Material]:
    """How the model was isolated, and its file and the listed changes, where there are any."""
    yield Confinement(answered=bool(plan.recipes), shut_in=predictions.shut_in)
    if (inspected := inspect_artifact(dossier.root, page, plan)) is not None:
        yield inspected
    yield DataDigests(digests={each.name: each.digest for each in plan.inputs if each.role == "data"})
    if plan.changes is not None:
        yield ManifestChanges(listed=plan.changes)
        answered = [each.set for each in predictions.sets if each.recipe is None]
        yield data_at_base(plan.changes, plan.inputs, [each.set for each in plan.recipes if not each.id], answered)


def _reviews(dossier: DossierFolder, plan: Plan) -> bytes | None:
    """The snapshot of reviews that was planned, read once and verified by its digest."""
    planned = next((each for each in plan.inputs if each.role == "reviews"), None)
    if planned is None:
        return None
    content = read_beneath(dossier.root, planned.path, limit=MAX_REVIEWS)
    if digest(content) != planned.digest:
        advice = content_line_end_advice(content, planned.digest)
        raise DataError(
            f"`{planned.path}` is not the snapshot that was planned: its digest is {digest(content)}.{advice}"
        )
    return content
