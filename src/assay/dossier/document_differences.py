"""What differs between two resolved documents, and which differences only make a gate harder to pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assay.canonical import canonical
from assay.dossier.plan_parts import ManifestChange
from assay.errors import Place
from assay.facts.check_parts import Bar

MAX_SHOWN = 300
DESCRIPTIVE = frozenset(
    f"model.{name}"
    for name in ("owner", "intended_use", "out_of_scope", "ethical_considerations", "success", "artifact.digest")
)
"""The fields that describe the model; no bar depends on them. The digest of its file says which bytes are judged."""
OFF = "off"
"""How a manifest says that a bar takes any value; the bar itself then has a limit that every value keeps."""
_ABSENT = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A place where two documents differ; `before` or `after` is None if it has no value there."""

    place: Place
    before: Any
    after: Any

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """What happened at the place."""
        if self.before is _ABSENT:
            return "added"
        return "removed" if self.after is _ABSENT else "changed"

    def beneath(self, *start: str | int) -> Difference:
        """The same difference, with some keys before its place."""
        return Difference(place=(*start, *self.place), before=self.before, after=self.after)


def differences(before: Any, after: Any, place: Place = ()) -> Iterator[Difference]:
    """The innermost places where two JSON documents differ.

    A bar is one place, and so is a list of plain values; entries of other lists are compared by their position.
    """
    if is_same(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not (_is_limit(before) or _is_limit(after)):
        for key in dict.fromkeys((*before, *after)):
            yield from differences(before.get(key), after.get(key), (*place, key))
    elif _is_listed(before) and _is_listed(after) and any(isinstance(each, Mapping) for each in (*before, *after)):
        for index in range(max(len(before), len(after))):
            yield from differences(_at(before, index), _at(after, index), (*place, index))
    else:
        yield Difference(place=place, before=before, after=after)


def is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values are written the same; unlike `==`, this tells `1` from `true`."""
    return canonical(_plain(one)) == canonical(_plain(other))


def loosened_bars(before: Iterable[Bar], after: Iterable[Bar]) -> tuple[Bar, ...]:
    """The bars of `before` that `after` lacks or bounds less tightly."""
    kept = _tightest(after)
    return tuple(
        bar
        for name, bar in _tightest(before).items()
        if name not in kept or _is_tighter(bar.direction, kept[name].limit, bar.limit)
    )


def tightens(difference: Difference, before: Sequence[Bar], after: Sequence[Bar]) -> bool:
    """Whether a difference in a check's block only makes its gate harder, given the bars without and with it.

    No bar may be lost or loosened. A bar may move only if the difference is the bar's own limit. A new bar must be
    declared at the difference or below it. A difference that moves no bar is a parameter, which never tightens.
    """
    if loosened_bars(before, after):
        return False
    known, found = _tightest(before), _tightest(after)
    moved = [(known[name].limit, bar.limit) for name, bar in found.items() if name in known]
    moved = [(old, new) for old, new in moved if old != new]
    added = [bar for name, bar in found.items() if name not in known]
    limits = (_limit_of(difference.before), _limit_of(difference.after))
    own = all(new == limits[1] and (old == limits[0] or difference.before == OFF) for old, new in moved)
    beneath = all(bar.where[: len(difference.place)] == difference.place for bar in added)
    return bool(moved or added) and own and beneath


def manifest_change(difference: Difference, *, applies: bool, file: str, line: int) -> ManifestChange:
    """A difference as a plan records it; `applies` says that it tightens, so it applies at once."""
    path = path_of(difference.place)
    descriptive = path in DESCRIPTIVE and not applies
    return ManifestChange(
        path=path,
        kind="changed" if descriptive else difference.kind,
        before=shown(difference.before),
        after=shown(difference.after),
        tightens=applies,
        descriptive=descriptive,
        file=file,
        line=line,
    )


def path_of(place: Place) -> str:
    """A place as people write it: names and list positions with dots between them."""
    return ".".join(str(part) for part in place)


def shown(value: Any) -> str | None:
    """A value as JSON text of bounded length, or a bar as manifests write it; None if there is no value."""
    if value is _ABSENT:
        return None
    if _is_limit(value):
        sign = ">=" if value["direction"] == "at_least" else "<="
        return f'"{sign} {canonical(value["limit"]).decode()}"'
    text = canonical(_plain(value)).decode()
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def read_place(document: Any, place: Place) -> Any:
    """The value at a place of a document, or None."""
    for part in place:
        if isinstance(document, Mapping):
            document = document.get(part)
        elif _is_listed(document) and isinstance(part, int) and part < len(document):
            document = document[part]
        else:
            return None
    return document


def put_place(document: Any, place: Place, value: Any) -> Any:
    """A copy of a document with a value at a place, or without the place if the value is None.

    Creates missing blocks on the way; raises LookupError if anything else is in the way.
    """
    if not place:
        return value
    part, rest = place[0], place[1:]
    if isinstance(part, int):
        items = [] if document is None else document
        if not _is_listed(items) or part > len(items):
            raise LookupError(part)
        return [*items[:part], put_place(items[part] if part < len(items) else None, rest, value), *items[part + 1 :]]
    block = {} if document is None else document
    if not _is_block(block):
        raise LookupError(part)
    changed = {**block, part: put_place(block.get(part), rest, value)}
    return {name: each for name, each in changed.items() if name != part or each is not None or rest}


def _tightest(bars: Iterable[Bar]) -> dict[tuple[str, str, bytes], Bar]:
    """The bars by what they bound; of two on the same side of a fact, the tighter one."""
    found: dict[tuple[str, str, bytes], Bar] = {}
    for bar in bars:
        name = (bar.fact, bar.direction, canonical(bar.subject))
        if name not in found or _is_tighter(bar.direction, found[name].limit, bar.limit):
            found[name] = bar
    return found


def _is_tighter(direction: str, old: float, new: float) -> bool:
    return new > old if direction == "at_least" else new < old


def _limit_of(value: Any) -> float | None:
    """The limit of a value that is a bar, else None."""
    number = value.get("limit") if _is_limit(value) else value
    return float(number) if isinstance(number, int | float) and not isinstance(number, bool) else None


def _is_limit(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"direction", "limit"}


def _is_block(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_listed(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _at(items: Sequence[Any], index: int) -> Any:
    return items[index] if index < len(items) else _ABSENT


def _plain(value: Any) -> Any:
    """A value as JSON: tuples become lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if _is_listed(value) else value
