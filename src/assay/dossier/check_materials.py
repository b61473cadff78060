"""Materials: the records that some checks read besides data and predictions; a check sees only the one it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import Field

from assay.canonical import PREFIX, parse
from assay.dossier.at_base import changed_set, is_at_base, of_base, plain
from assay.dossier.check_context import Material
from assay.dossier.plan_parts import ManifestChange, PlannedInput
from assay.facts.values import Count, Value
from assay.manifest.document import Role
from assay.manifest.model_blocks import Model

NOT_PLANNED = "The plan does not name the content that the base had."


@dataclass(frozen=True, kw_only=True)
class Declaration(Material):
    """What the manifest declares: owner, intended use, risks and roles."""

    model: Model
    roles: Mapping[str, Role]


class PickleReading(Value):
    """What a pickled file asks for, read without loading it."""

    read: bool = Field(description="Whether the file could be read to its end.")
    why: str = Field(description="Why it could not be read to its end.")
    names: Count = Field(description="Number of names that the file asks for.")
    outside: tuple[str, ...] = Field(
        description="Names neither on the list of harmless names nor added by the manifest."
    )
    added: tuple[str, ...] = Field(description="Names that the manifest adds to the list.")
    pinned: bool = Field(description="Whether the manifest has the digest of the bytes that were read.")


@dataclass(frozen=True, kw_only=True)
class ArtifactInspection(Material):
    """What is known about the model's file without loading it; None stands for what could not be found out.

    `executes` says what code loading it can run, `types` names the types in it, `note` is a sentence for people.
    """

    format: str
    digest: str | None = None
    bytes: int | None = None
    executes: str | None = None
    types: tuple[str, ...] = ()
    note: str = ""
    pickle: PickleReading | None = None


@dataclass(frozen=True, kw_only=True)
class DataDigests(Material):
    """The digest of each data set's content, as the plan lists it, by its name."""

    digests: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Confinement(Material):
    """Whether the model `answered`, and whether its process was `shut_in`: None where nobody knows."""

    answered: bool
    shut_in: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ManifestChanges(Material):
    """The differences between this change and the base that judges it, as the plan lists them."""

    listed: tuple[ManifestChange, ...]


@dataclass(frozen=True, kw_only=True)
class DataAtBase(Material):
    """The evaluated data sets that `differ` from the base, and what is known of their content there.

    `tables` names the table of each one's content at the base, `lacking` says why others have none, `digests` are of
    all tables, and `unanswered` are those whose rows at the base the model was asked for, and has no answers to.
    """

    differ: tuple[str, ...]
    lacking: Mapping[str, str]
    tables: Mapping[str, str]
    digests: Mapping[str, str]
    unanswered: tuple[str, ...] = ()


def data_at_base(
    changes: Iterable[ManifestChange], inputs: Iterable[PlannedInput], asked: Iterable[str], answered: Iterable[str]
) -> DataAtBase:
    """What a plan says of the base's data; `asked` and `answered` are the tables of its recipes and of the answers."""
    listed = {name: each for each in changes if (name := changed_set(each)) is not None}
    data = tuple(inputs)
    found = {plain(each.name): each for each in of_base(data)}
    lacking = {
        name: each.lacking or NOT_PLANNED
        for name, each in listed.items()
        if each.lacking or not _is(each, found.get(name))
    }
    at_base = ({plain(name) for name in names if is_at_base(name)} for names in (asked, answered))
    rows_asked, rows_answered = at_base
    return DataAtBase(
        differ=tuple(listed),
        lacking=lacking,
        tables={name: each.name for name, each in found.items() if each.role == "data" and name not in lacking},
        digests={each.name: each.digest for each in data if each.role == "data"},
        unanswered=tuple(sorted(rows_asked - rows_answered)),
    )


def _is(change: ManifestChange, found: PlannedInput | None) -> bool:
    """Whether an input is the content that a change says the base had; DVC's pointer names it by an MD5."""
    if found is None:
        return False
    before = parse((change.before or "null").encode(), "a change")
    return not (isinstance(before, str) and before.startswith(PREFIX)) or before == found.digest
