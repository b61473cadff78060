"""The context of a check: the manifest's part of what it may know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assay.dossier.plan_parts import ManifestChange
from assay.facts.check_parts import CheckContext, Recipe
from assay.manifest.document import Class, Data, Manifest

if TYPE_CHECKING:
    from assay.facts.profiles import Profile


def features(data: Data, columns: Iterable[str]) -> tuple[str, ...]:
    """The columns the model sees: those the manifest lists, else all but label, id, time, score and sensitive ones."""
    if data.features is not None:
        return data.features
    withheld = {data.label, data.id, data.time, data.score, *data.sensitive}
    return tuple(column for column in columns if column not in withheld)


def seed_for(check: str, digests: Iterable[str]) -> int:
    """A check's own seed, from the contents of the inputs: the same files give the same draws."""
    content = "\n".join([check, *sorted(digests)]).encode()
    return int.from_bytes(hashlib.sha256(content).digest()[:8], "big")


def make_check_context(
    manifest: Manifest,
    *,
    columns: Mapping[str, Mapping[str, str]],
    as_of: str,
    stage: str | None = None,
    seed: int = 0,
    predicted: Sequence[str] = (),
    recipes: Sequence[Recipe] = (),
    classes: Sequence[Class] = (),
    artifact: Mapping[str, object] | None = None,
    changes: Sequence[ManifestChange] | None = None,
    reviews: dict[str, Any] | None = None,
    profiles: Mapping[str, Profile] | None = None,
) -> CheckContext:
    """The context from the manifest, a stage of it and the data sets' columns (`columns[set][column]` is a type name)."""
    data, model = manifest.data, manifest.model
    every = dict.fromkeys(column for found in columns.values() for column in found)
    return CheckContext(
        task=model.task,
        sets=tuple(name for name, each in data.sets.items() if each.profile is None) if data else (),
        profiled=tuple(name for name, each in data.sets.items() if each.profile is not None) if data else (),
        columns=columns,
        profiles=profiles or {},
        label=data.label if data else None,
        id=data.id if data else None,
        time=data.time if data else None,
        sensitive=data.sensitive if data else (),
        features=features(data, every) if data else (),
        predicted=tuple(predicted),
        recipes=tuple(recipes),
        classes=tuple(classes),
        positive=model.positive if model.task == "binary-classification" else None,
        threshold=model.threshold,
        seed=seed,
        as_of=as_of,
        model=model.model_dump(mode="json", exclude={"artifact", "environment", "limits"}),
        roles={name: role.model_dump(mode="json") for name, role in manifest.roles.items()},
        approvals=manifest.stages[stage].approvals if stage in manifest.stages else (),
        artifact=dict(artifact or {}),
        changes=None if changes is None else tuple(each.model_dump(mode="json") for each in changes),
        reviews=reviews,
    )
