"""The context of a check: the manifest's part of what it may know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from assay.manifest.block_parts import Class
from assay.manifest.data_blocks import Data
from assay.manifest.document import Manifest

if TYPE_CHECKING:
    from assay.facts.profiles import Profile


@dataclass(frozen=True, kw_only=True)
class DataContext:
    """What is known of the data: the data sets by name, and what their columns are.

    `sets` are those that have rows; `profiled` those that have a profile instead, which is in `profiles` once it was
    read; `columns` maps the columns of both to their types.
    """

    sets: tuple[str, ...]
    profiled: tuple[str, ...] = ()
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    label: str | None = None
    id: str | None = None
    time: str | None = None
    group: str | None = None
    sensitive: tuple[str, ...] = ()
    nobody_concerned: str | None = None
    features: tuple[str, ...] = ()

    def on(self, requested: str | tuple[str, ...] | None) -> tuple[str, ...]:
        """The data sets a check looks at: those requested, else `holdout`, else `test`, else the only one there is."""
        if requested is not None:
            return (requested,) if isinstance(requested, str) else requested
        for usual in ("holdout", "test"):
            if usual in self.sets:
                return (usual,)
        return self.sets if len(self.sets) == 1 else ()


@dataclass(frozen=True, kw_only=True)
class AnswerContext:
    """What is known of the model's answers: what it predicts, and which data sets it answered.

    `predicted` holds the data sets that have predictions; `classes` the model's classes in score order (empty for
    regression); `positive` the class whose probability is the score.
    """

    task: str
    predicted: tuple[str, ...] = ()
    classes: tuple[Class, ...] = ()
    positive: Class | None = None
    threshold: float = 0.5


@dataclass(frozen=True, kw_only=True)
class CheckContext(DataContext, AnswerContext):
    """What a check may know besides the answers to its questions: its part of the plan, and nothing measured.

    `seed` is this check's own.
    """

    level: ClassVar[float] = 0.95
    """The confidence level if a check's block names none."""

    seed: int = 0
    as_of: str = ""


class Material:
    """A record besides data and predictions; only a check that names it as its `MATERIAL` sees it."""

    INPUT: ClassVar[str | None] = None
    """The role of the planned input that contains it; without this input, no policy consults its checks."""


M = TypeVar("M", bound=Material | None)


@dataclass(frozen=True, kw_only=True)
class MaterialContext(CheckContext, Generic[M]):
    """The context of a check that names a material; `material` is None if there is none."""

    material: M


@dataclass(frozen=True)
class CheckContexts:
    """The contexts of all checks: what all of them may know, and the materials, each for those that name it."""

    shared: CheckContext
    materials: tuple[Material, ...] = ()

    def about(self, material: type[Material] | None, *, seed: int = 0) -> CheckContext:
        """The context of a check with its `MATERIAL` and its own seed."""
        known = {each.name: getattr(self.shared, each.name) for each in fields(self.shared)} | {"seed": seed}
        if material is None:
            return CheckContext(**known)
        found = next((each for each in self.materials if type(each) is material), None)
        return MaterialContext(**known, material=found)


def features(data: Data, columns: Iterable[str]) -> tuple[str, ...]:
    """The columns the model sees: those the manifest lists, else all but those with a role and those it withholds."""
    if data.listed_features is not None:
        return data.listed_features
    withheld = {data.label, data.id, data.time, data.group, data.score, *data.about_people, *data.withheld}
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
    predicted: Sequence[str] = (),
    classes: Sequence[Class] = (),
    profiles: Mapping[str, Profile] | None = None,
) -> CheckContext:
    """The context from the manifest and its data sets' columns (`columns[set][column]` is a type)."""
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
        group=data.group if data else None,
        sensitive=data.about_people if data else (),
        nobody_concerned=data.nobody_concerned if data else None,
        features=features(data, every) if data else (),
        predicted=tuple(predicted),
        classes=tuple(classes),
        positive=model.positive if model.task == "binary-classification" else None,
        threshold=model.threshold,
        as_of=as_of,
    )
