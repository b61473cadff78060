"""Answers of the model itself: it gets features without labels and returns scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay.canonical import digest
from assay.dossier.at_base import plain
from assay.dossier.check_context import features
from assay.dossier.environment_identity import EnvironmentIdentity
from assay.dossier.pages import Plan
from assay.edges.code_tree import CodeTree
from assay.edges.environments import Interpreter, built_interpreter, named_interpreter, own_interpreter
from assay.edges.files import read_beneath
from assay.edges.isolation import ProcessLimits
from assay.edges.isolation_levels import SHUT_IN, Request
from assay.edges.line_ends import content_line_end_advice
from assay.edges.model_job import FeatureTable
from assay.edges.model_run import ModelRun, run_model
from assay.edges.store import FOLDER
from assay.errors import ModelError
from assay.facts.check_parts import Recipe
from assay.manifest.block_parts import Class
from assay.manifest.document import Manifest
from assay.manifest.model_blocks import Artifact
from assay.steps.planning.planned_code import planned_code
from assay.steps.predicting.row_order import draw_order, put_back
from assay.tables.source import Source

if TYPE_CHECKING:
    import numpy as np

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A plan whose recipes must be answered, with its repository, its dossier, and the manifest with its file."""

    root: Path
    dossier: Path
    file: str
    manifest: Manifest
    plan: Plan

    @property
    def artifact(self) -> Artifact:
        """The model's file; raises ModelError if the manifest names none."""
        if self.manifest.model.artifact is None:
            raise ModelError("The manifest names no model.")
        return self.manifest.model.artifact


@dataclass(frozen=True)
class PlannedRows:
    """A planned data set: its file, the types of its columns, and the ids of its rows as text."""

    source: Source
    columns: Mapping[str, str]
    ids: Any


@dataclass(frozen=True)
class PlannedRecipe:
    """A recipe with the rows that it changes: what the model must score."""

    recipe: Recipe
    rows: PlannedRows


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The scores of the recipes that were answered, each rows × 1 or rows × classes.

    `isolation` is the level at which the model answered, `accepted` what the system accepted of it. `shut_in` says
    whether its process opened only what is listed; None if nobody knows.
    `environment` is the one that the model ran in, None if no model ran; `python` is its full version.
    """

    recipes: Sequence[PlannedRecipe]
    scores: Sequence[Any]
    classes: tuple[Class, ...]
    isolation: str
    seconds: float
    accepted: Mapping[str, Any] = field(default_factory=dict)
    environment: EnvironmentIdentity | None = None
    python: str | None = None
    shut_in: bool | None = None

    def columns(self, number: int) -> tuple[str, ...]:
        """The names of the score columns of one recipe's answers."""
        from assay.tables.addressing import SCORE

        several = self.scores[number].shape[1] > 1
        return tuple(f"{SCORE}:{name}" for name in self.classes) if several else (SCORE,)

    def digest(self, number: int) -> str:
        """The digest of one recipe's ids and rounded scores."""
        from assay.tables.scores import scores_digest

        return scores_digest(self.recipes[number].rows.ids, self.scores[number], list(self.columns(number)))


def ask_model(asked: Asked, recipes: Sequence[PlannedRecipe], isolation: Request) -> Answers:
    """The model's answers to all recipes, from one process; raises ModelError."""
    model, artifact = asked.manifest.model, asked.artifact
    planned = next((each for each in asked.plan.inputs if each.role == "model"), None)
    found = _interpreter(asked)
    interpreter = found.path
    run = ModelRun(
        format=artifact.format,
        interpreter=interpreter,
        artifact=asked.root / artifact.path if artifact.path else None,
        digest=planned.digest if planned else None,
        callable=artifact.callable,
        code=_code(asked),
        root=asked.root,
        code_digest=next((each.digest for each in asked.plan.inputs if each.role == "code"), None),
        task=model.task,
        positive=model.positive,
        trust=artifact.trust,
        trusted_types=artifact.trusted_types,
        limits=ProcessLimits(
            seconds=model.limits.seconds,
            memory_bytes=model.limits.memory * MEGABYTE,
            loading_bytes=model.limits.loading and model.limits.loading * MEGABYTE,
        ),
        hidden=_hidden(asked),
        isolation=isolation,
    )
    orders = {each.recipe.set: draw_order(asked.plan, each.recipe.set, len(each.rows.ids)) for each in recipes}
    answered = run_model(run, _tables(asked, recipes, orders))
    return Answers(
        recipes=recipes,
        scores=[
            put_back(scores, orders[each.recipe.set]) for each, scores in zip(recipes, answered.scores, strict=True)
        ],
        classes=answered.classes,
        isolation=answered.isolation.level,
        seconds=round(answered.seconds, 3),
        accepted={name: value for name, value in asdict(answered.isolation).items() if name != "level"},
        environment=found.environment,
        python=found.version,
        shut_in=answered.isolation.level in SHUT_IN,
    )


def _code(asked: Asked) -> CodeTree | None:
    """The code that was planned, found again; its copy is compared with the plan."""
    planned = any(each.role == "code" for each in asked.plan.inputs)
    return planned_code(asked.root, asked.file, asked.manifest, asked.plan.inputs) if planned else None


def _interpreter(asked: Asked) -> Interpreter:
    environment = asked.manifest.model.environment
    if environment is None:
        return own_interpreter(asked.root)
    if environment.python is not None:
        return named_interpreter(asked.root, environment.python)
    path = environment.requirements or ""
    content = read_beneath(asked.root, path, limit=MEGABYTE, error=ModelError)
    planned = [each.digest for each in asked.plan.inputs if each.role == "environment"]
    if digest(content) not in planned:
        advice = "".join(content_line_end_advice(content, each) for each in planned)
        raise ModelError(f"`{path}` is not what was planned.{advice}", hint="Restore it, or run `assay plan` again.")
    return built_interpreter(content, path)


def _tables(
    asked: Asked, recipes: Sequence[PlannedRecipe], orders: Mapping[str, np.ndarray[Any, Any]]
) -> list[FeatureTable]:
    """The features of each recipe, in the order of its data set; each file is read once."""
    from assay.tables.recipes import apply_recipe

    read: dict[str, dict[str, Any]] = {}
    tables = []
    for recipe, rows in ((each.recipe, each.rows) for each in recipes):
        columns = read[recipe.set] = read.get(recipe.set) or _features(asked, recipe.set, rows)
        if recipe.changes:
            columns, _ = apply_recipe(recipe, columns)
        drawn = {name: values[orders[recipe.set]] for name, values in columns.items()}
        tables.append(FeatureTable(name=f"{recipe.set} {recipe.id}".strip(), columns=drawn))
    return tables


def _features(asked: Asked, name: str, rows: PlannedRows) -> dict[str, Any]:
    from assay.tables.reading import read

    data = asked.manifest.data
    if not len(rows.ids):
        raise ModelError(f"The data set `{name}` has no rows for the model to score.")
    # The model sees the same columns of the base's data as of the change's.
    of_change = next(
        (each.columns for each in asked.plan.inputs if each.role == "data" and each.name == plain(name)), None
    )
    return read(rows.source, features(data, of_change or rows.columns) if data else ())


def _hidden(asked: Asked) -> tuple[Path, ...]:
    """Paths with labels or earlier answers."""
    planned = [asked.root / each.path for each in asked.plan.inputs if each.role in ("data", "predictions")]
    return tuple(path for path in (*planned, asked.dossier, asked.root / FOLDER, asked.root / ".git") if path.exists())
