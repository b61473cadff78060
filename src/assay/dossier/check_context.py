"""The context of a check: the manifest's part of what it may know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assay.dossier.plan_parts import ManifestChange
from assay.facts.check_parts import Recipe
from assay.manifest.document import Class, Data, Manifest

if TYPE_CHECKING:
    from assay.facts.profiles import Profile


@dataclass(frozen=True, kw_only=True)
class CheckContext:
    """What a check may know besides the answers to its questions: the plan's part, and nothing looked at.

    `predicted` holds the data sets that have predictions; `classes` the model's classes in score order
    (empty for regression); `positive` the class whose probability is the score; `seed` is this check's own;
    `approvals` the roles that the stage asks for. `sets` are those that have rows; `profiled` those that have a profile
    instead, which is in `profiles` once it was read; `columns` maps the columns of both to their types.
    """

    task: str
    sets: tuple[str, ...]
    profiled: tuple[str, ...] = ()
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    label: str | None = None
    id: str | None = None
    time: str | None = None
    sensitive: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    predicted: tuple[str, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    classes: tuple[str | int | bool, ...] = ()
    positive: str | int | bool | None = None
    threshold: float = 0.5
    level: float = 0.95
    seed: int = 0
    as_of: str = ""
    model: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Any] = field(default_factory=dict)
    approvals: tuple[str, ...] = ()
    artifact: dict[str, Any] = field(default_factory=dict)
    changes: tuple[dict[str, Any], ...] | None = None
    reviews: dict[str, Any] | None = None

    def on(self, requested: str | tuple[str, ...] | None) -> tuple[str, ...]:
        """The data sets a check looks at: those requested, else `holdout`, else `test`, else the only one there is."""
        if requested is not None:
            return (requested,) if isinstance(requested, str) else requested
        for usual in ("holdout", "test"):
            if usual in self.sets:
                return (usual,)
        return self.sets if len(self.sets) == 1 else ()


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
    """The context from the manifest, a stage of it and its data sets' columns (`columns[set][column]` is a type)."""
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
