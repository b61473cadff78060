"""The columns to compare, their roles, and the reason if one cannot be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assay.checks.drift.facts import Role
from assay.checks.drift.spec import Spec
from assay.dossier.check_context import CheckContext
from assay.tables.addressing import SCORE
from assay.tables.type_families import family

Kinds = Mapping[str, str]


@dataclass(frozen=True)
class ChosenColumn:
    """A column to compare; `fault` says why it cannot be compared, which is a finding."""

    name: str
    role: Role
    kind: str
    fault: str | None = None


def choose(spec: Spec, context: CheckContext, reference: Kinds, current: Kinds) -> tuple[ChosenColumn, ...]:
    """The columns that the block and the manifest choose; those that only one side has are findings."""
    roles: dict[str, Role] = {}
    if "features" in spec.parts or "missingness" in spec.parts:
        roles |= dict.fromkeys(_features(spec, context, {**reference, **current}), "feature")
    if "labels" in spec.parts and context.label is not None:
        roles[context.label] = "label"
    if "predictions" in spec.parts:
        roles |= dict.fromkeys(_scores(context, {**reference, **current}), "prediction")
    return tuple(_chosen(name, role, reference, current) for name, role in roles.items())


def choose_features(spec: Spec, context: CheckContext, reference: Kinds, current: Kinds) -> tuple[ChosenColumn, ...]:
    """The features for the joint distribution: all but those of types that cannot be compared."""
    found = (
        _chosen(name, "feature", reference, current) for name in _features(spec, context, {**reference, **current})
    )
    return tuple(each for each in found if each.kind != "other")


def _chosen(name: str, role: Role, reference: Kinds, current: Kinds) -> ChosenColumn:
    kind = reference.get(name, current.get(name, "other"))
    return ChosenColumn(name, role, kind, _fault(name, reference, current))


def _features(spec: Spec, context: CheckContext, every: Kinds) -> Iterable[str]:
    if spec.columns is not None:
        return spec.columns
    excluded = set(spec.exclude or ())
    withheld = {context.label, context.id, context.time, context.group, *context.sensitive}
    known = [name for name in every if not name.startswith("@")]
    usual = [name for name in context.features if name in every] or [name for name in known if name not in withheld]
    return [name for name in usual if name not in excluded]


def _scores(context: CheckContext, every: Kinds) -> Iterable[str]:
    """The columns of predictions: one, or one for each class of a multiclass model once they are known."""
    several = context.task == "multiclass-classification"
    return [name for name in every if name.startswith(f"{SCORE}:")] if several else [SCORE]


def _fault(name: str, reference: Kinds, current: Kinds) -> str | None:
    if name not in current:
        return "it is not a column of the current data" if name in reference else "neither side has the column"
    if name not in reference:
        return "it is not a column of the reference"
    before, now = reference[name], current[name]
    return None if family(before) == family(now) else f"its type changed from {before} to {now}"
