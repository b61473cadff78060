"""The evidence on a plan's data and predictions, each file held against its digest."""

from __future__ import annotations

from collections.abc import Mapping

from assay.canonical import digest, parse
from assay.dossier.check_context import CheckContext, make_check_context
from assay.dossier.pages import Evidence, Plan, Predictions
from assay.edges.data_files import find_source, find_sources, limits_of
from assay.edges.files import read_beneath
from assay.edges.model_run import inspect_model
from assay.edges.store import DossierFolder
from assay.errors import DataError, PageError
from assay.facts.profiles import MAX_BYTES, Profile, read_profile
from assay.manifest.document import Manifest
from assay.steps.collecting.rounds import measure_all, start
from assay.steps.planning.planned_inputs import require_planned_inputs
from assay.steps.predicting.prediction_files import FORMAT, NOTHING_LOADED
from assay.tables.addressing import Table
from assay.tables.source import Source

MAX_REVIEWS = 16 * 1024 * 1024


def measure_plan(dossier: DossierFolder, manifest: Manifest, plan: Plan, predictions: Predictions) -> Evidence:
    """The evidence on a plan's data and some predictions, each file held against its digest."""
    from assay.tables.answering import Tables

    require_planned_inputs(dossier.root, plan.inputs, "model", "code")
    data = _planned_data(dossier, manifest, plan)
    answers = read_predictions(dossier, predictions)
    columns = {each.name: dict(each.columns or {}) for each in plan.inputs if each.role in ("data", "profile")}
    context = make_check_context(
        manifest,
        columns=columns,
        as_of=plan.as_of,
        stage=plan.stage,
        predicted=[each.set for each in predictions.sets if each.recipe is None],
        recipes=[recipe for recipe in plan.recipes if recipe.id],
        classes=predictions.classes,
        artifact=_artifact(dossier, manifest, plan),
        changes=plan.changes,
        reviews=_reviews(dossier, plan),
        profiles=_profiles(dossier, plan),
    )
    with Tables(data, answers, context.id) as tables:
        measuring = [start(check, _seeded(context, check.seed)) for check in plan.checks]
        measurements = measure_all(measuring, tables.answer)
    return Evidence(parents={"plan": plan.digest(), "predictions": predictions.digest()}, measurements=measurements)


def _planned_data(dossier: DossierFolder, manifest: Manifest, plan: Plan) -> dict[str, Source]:
    inputs = {planned.name: planned for planned in plan.inputs if planned.role == "data"}
    paths = {name: planned.path for name, planned in inputs.items()}
    found = find_sources(dossier.root, paths, limits_of(manifest.data))
    for name, source in found.items():
        if source.digest != inputs[name].digest:
            raise DataError(f"`{inputs[name].path}` is not the file that was planned: it is {source.digest}.")
    return found


def _profiles(dossier: DossierFolder, plan: Plan) -> dict[str, Profile]:
    """The profiles that were planned, each read once and held against its digest."""
    found: dict[str, Profile] = {}
    for planned in plan.inputs:
        if planned.role == "profile":
            content = read_beneath(dossier.root, planned.path, limit=MAX_BYTES)
            if digest(content) != planned.digest:
                raise DataError(f"`{planned.path}` is not the profile that was planned: it is {digest(content)}.")
            found[planned.name] = read_profile(content, planned.path)
    return found


def read_predictions(dossier: DossierFolder, predictions: Predictions) -> Mapping[Table, Source]:
    """The files of predictions by table; raises PageError where one is not what the page says."""
    from assay.tables.scores import read_scores, scores_digest

    found: dict[Table, Source] = {}
    folder = dossier.path("predictions")
    for each in predictions.sets:
        source = find_source(folder, each.file)
        read = read_scores(source)
        if scores_digest(read.ids, read.scores, read.columns) != each.digest:
            raise PageError(f"predictions/{each.file} was changed after predictions.json was written.")
        found[Table(each.set, each.recipe)] = source
    return found


def _artifact(dossier: DossierFolder, manifest: Manifest, plan: Plan) -> dict[str, object]:
    artifact = manifest.model.artifact
    if artifact is None:
        return {}
    planned = next((each for each in plan.inputs if each.role in ("model", "code", "predictions")), None)
    content = {"digest": planned.digest, "bytes": planned.bytes} if planned else {}
    if artifact.format == FORMAT:
        return {"format": FORMAT, **content, **NOTHING_LOADED}
    path = dossier.root / artifact.path if artifact.path else dossier.root
    return {"format": artifact.format, **content, **inspect_model(artifact.format, path)}


def _reviews(dossier: DossierFolder, plan: Plan) -> dict[str, object] | None:
    """The snapshot of reviews that was planned, read once and held against its digest."""
    planned = next((each for each in plan.inputs if each.role == "reviews"), None)
    if planned is None:
        return None
    content = read_beneath(dossier.root, planned.path, limit=MAX_REVIEWS)
    if digest(content) != planned.digest:
        raise DataError(f"`{planned.path}` is not the snapshot that was planned.")
    found = parse(content, planned.path)
    return found if isinstance(found, dict) else None


def _seeded(context: CheckContext, seed: str) -> CheckContext:
    from dataclasses import replace

    return replace(context, seed=int(seed))
