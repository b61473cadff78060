"""The manifest that judges a change: the base's, with the head's tighter bars and added checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from assay.canonical import canonical
from assay.dossier.check_context import CheckContexts
from assay.dossier.document_differences import (
    DESCRIPTIVE,
    Difference,
    differences,
    is_same,
    manifest_change,
    path_of,
    put_place,
    read_place,
    tightens,
)
from assay.dossier.plan_parts import ManifestChange
from assay.errors import ManifestError, Place, Problem
from assay.facts.check_parts import Bar
from assay.manifest.document import Manifest
from assay.manifest.yaml_strict import Document
from assay.steps.planning.blocks import CheckBlock, default_block, read_blocks
from assay.steps.planning.roles import role_problems


@dataclass(frozen=True, kw_only=True)
class ReadManifest:
    """A manifest as it was read: its text with places, its types, and its check blocks."""

    document: Document
    manifest: Manifest
    blocks: Mapping[str, CheckBlock]

    def written(self, place: Place) -> Any:
        """The file's value at a place, or None."""
        return read_place(self.document.value, place)


@dataclass(frozen=True)
class _PlacedDifference:
    """A difference; if it `holds`, the judging manifest has `value` at its place."""

    difference: Difference
    holds: bool = False
    value: Any = None

    @property
    def applies(self) -> bool:
        return self.holds or path_of(self.difference.place) in DESCRIPTIVE


def read_checked(document: Document, manifest: Manifest | None, problems: list[Problem]) -> ReadManifest:
    """A manifest with its check blocks; adds their problems, and raises ManifestError if the manifest is not valid."""
    blocks, block_problems = read_blocks(document.value.get("checks"), document)
    problems += block_problems
    if manifest is None:
        raise ManifestError(problems)
    problems += role_problems(manifest, blocks, document)
    return ReadManifest(document=document, manifest=manifest, blocks=blocks)


def lock(
    base: ReadManifest, head: ReadManifest, contexts: CheckContexts
) -> tuple[ReadManifest, tuple[ManifestChange, ...]]:
    """The manifest that judges, and every difference between base and head; `contexts` are made from the base.

    Tighter bars, added checks and texts that describe the model come from the head, everything else from the base.
    A place that the head has gets the head's line, so that readers find it.
    """
    found = [*_of_manifest(base, head), *_of_checks(base, head, contexts)]
    value = base.document.value
    for each in found:
        if each.applies:
            value = put_place(value, each.difference.place, each.value)
    kept, dropped = _waivers(base.manifest, head.manifest)
    if dropped:
        # Positions move when an entry goes, so the list is written as a whole.
        value = put_place(value, ("waivers",), [base.written(("waivers", index)) for index in kept])
    document = replace(
        base.document,
        value=value,
        keys={**base.document.keys, **head.document.keys},
        values={**base.document.values, **head.document.values},
    )
    judging = read_checked(document, Manifest.model_validate(value), problems := list[Problem]())
    if problems:
        raise ManifestError(problems)
    return judging, tuple(_change(each, base, head) for each in found)


def _change(found: _PlacedDifference, base: ReadManifest, head: ReadManifest) -> ManifestChange:
    """A difference with its line in the head's manifest, or in the base's if the head lacks the place."""
    document = base.document if found.difference.after is None else head.document
    line = document.line(found.difference.place)
    return manifest_change(found.difference, applies=found.holds, file=document.file, line=line)


def _of_manifest(base: ReadManifest, head: ReadManifest) -> Iterator[_PlacedDifference]:
    """The differences outside the check blocks, in resolved form."""
    before, after = _resolved(base.manifest), _resolved(head.manifest)
    for path in sorted(DESCRIPTIVE):
        place = tuple(path.split("."))
        around = [read_place(each, place[:-1]) for each in (before, after)]
        if not all(isinstance(each, dict) for each in around):
            continue  # the whole block is a difference
        old, new = (each.pop(place[-1]) for each in around)
        if not is_same(old, new):
            difference = Difference(place=place, before=old, after=new)
            yield _PlacedDifference(difference, value=head.written(difference.place))
    yield from (_PlacedDifference(each) for each in differences(before, after))
    _, dropped = _waivers(base.manifest, head.manifest)
    for index in dropped:
        # A removed waiver can only close the gate, so it goes at once.
        yield _PlacedDifference(
            Difference(place=("waivers", index), before=base.written(("waivers", index)), after=None), holds=True
        )
    _, added = _waivers(head.manifest, base.manifest)
    for index in added:
        yield _PlacedDifference(
            Difference(place=("waivers", index), before=None, after=head.written(("waivers", index)))
        )


def _resolved(manifest: Manifest) -> dict[str, Any]:
    """A manifest with all defaults, without its checks and waivers."""
    document = manifest.model_dump(mode="json", exclude={"checks", "waivers"})
    graph = {name: stage.model_dump(mode="json") for name, stage in manifest.stage_graph().items()}
    return {**document, "stages": graph}


def _waivers(manifest: Manifest, other: Manifest) -> tuple[list[int], list[int]]:
    """The positions of a manifest's waivers that the other manifest has too, and of those that it lacks."""
    left = Counter(canonical(waiver.model_dump(mode="json")) for waiver in other.waivers)
    shared, own = list[int](), list[int]()
    for index, waiver in enumerate(manifest.waivers):
        name = canonical(waiver.model_dump(mode="json"))
        (shared if left[name] else own).append(index)
        left[name] -= bool(left[name])
    return shared, own


def _of_checks(base: ReadManifest, head: ReadManifest, contexts: CheckContexts) -> Iterator[_PlacedDifference]:
    for name in dict.fromkeys((*base.blocks, *head.blocks)):
        old, new, place = base.blocks.get(name), head.blocks.get(name), ("checks", name)
        if new is None:
            yield _PlacedDifference(Difference(place=place, before=_dump(base.blocks[name]), after=None))
            continue
        written = head.written(place)
        if old is None:
            # Without a block at the base, a check with an optional block had its defaults there.
            old = default_block(name, contexts)
            difference = Difference(place=place, before=None, after=_dump(new))
            yield _PlacedDifference(difference, holds=True, value=(written or {}) if old is None else {})
        if old is not None:
            yield from _of_block(old, base.written(place) or {}, new, written or {}, contexts)


def _of_block(
    old: CheckBlock, raw: Any, new: CheckBlock, written: Any, contexts: CheckContexts
) -> Iterator[_PlacedDifference]:
    """The differences of a check's block; each one that tightens is applied before the next is tried."""
    for difference in list(differences(_dump(old), _dump(new))):
        value = read_place(written, difference.place)
        value = difference.after if value is None else value
        tried = _tried(old, raw, difference.place, value)
        holds = (
            tried is not None
            and is_same(_dump(tried), put_place(_dump(old), difference.place, difference.after))
            and tightens(difference, _bars(old, contexts), _bars(tried, contexts))
        )
        yield _PlacedDifference(difference.beneath(*old.place), holds=holds, value=value)
        if holds and tried is not None:
            old, raw = tried, put_place(raw, difference.place, value)


def _tried(block: CheckBlock, raw: Any, place: Place, value: Any) -> CheckBlock | None:
    """The block with another value at a place, or None if that is not a valid block of its check."""
    if value is None:
        return None
    try:
        return replace(block, spec=block.check.Spec.model_validate(put_place(raw, place, value)))
    except (LookupError, ValidationError):
        return None


def _dump(block: CheckBlock) -> Any:
    return block.spec.model_dump(mode="json", by_alias=True)


def _bars(block: CheckBlock, contexts: CheckContexts) -> tuple[Bar, ...]:
    return tuple(block.check.bars(block.spec, contexts.about(block.check.MATERIAL)))
