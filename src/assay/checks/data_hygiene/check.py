"""Whether the data are clean: labels given away, rows shared or repeated, columns that say nothing or differ."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from assay.checks.data_hygiene.facts import AlikeFacts, ApartFacts, ClassFacts, ColumnFacts, LeakageFacts, RowFacts
from assay.checks.data_hygiene.inspected_sets import sets_of
from assay.checks.data_hygiene.usual_bars import HygieneBars, hygiene_bars
from assay.facts.check_parts import Bar, Book, CheckFacts, CheckSpec, ColumnUse, Place

if TYPE_CHECKING:
    from assay.checks.data_hygiene.inspected_sets import Scene

TRAIN = "train"


class Spec(CheckSpec):
    """What the data must be free of; `{}` holds every finding against its usual bar."""

    train: str | None = Field(default=None, description="The data set trained on; left out: `train`, if there is one.")
    on: str | Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = Field(
        default=None, description="The data set held apart, or a list of them; left out: `holdout`, else `test`."
    )
    bars: HygieneBars = Field(default_factory=HygieneBars, description="What each finding must keep.")
    matters: float = Field(
        default=0.01, gt=0, lt=1, description="The share of rows from which a difference between two sets matters."
    )
    level: float | None = Field(default=None, ge=0.8, lt=1, description="The confidence level; left out: 0.95.")


class Facts(CheckFacts):
    """What was found: by the set trained on, by every set, or by each set held apart."""

    train: str | None
    leakage: dict[str, LeakageFacts]
    apart: dict[str, ApartFacts]
    rows: dict[str, RowFacts]
    columns: dict[str, ColumnFacts]
    classes: dict[str, ClassFacts]
    alike: dict[str, AlikeFacts]


def problems(spec: Spec, book: Book) -> Iterable[tuple[Place, str]]:
    """Data sets that cannot be told, and a set that is held apart from itself."""
    if not _sets(spec, book):
        yield ("on",), "it is not clear which data set to look at: name one with `on`."
    elif _train(spec, book) in ((spec.on,) if isinstance(spec.on, str) else spec.on or ()):
        yield ("on",), f"`{_train(spec, book)}` is trained on, so it is not held apart; name another data set."


def columns(spec: Spec, book: Book) -> Iterable[ColumnUse]:
    """The data sets."""
    if spec.train is not None:
        yield ColumnUse(where=("train",), set=spec.train)
    for number, name in enumerate(_apart(spec, book)):
        yield ColumnUse(where=("on", number) if isinstance(spec.on, tuple) else ("on",), set=name)


def bars(spec: Spec, book: Book) -> Iterable[Bar]:
    """One bar per finding and data set."""
    if _sets(spec, book):
        yield from hygiene_bars(spec.bars, book, _train(spec, book), _apart(spec, book))


def measure(spec: Spec, book: Book) -> Generator[list[Any], list[Any], Facts]:
    """Looks at every set as a whole first, then asks for each kind of finding side by side."""
    from assay.checks.data_hygiene.column_findings import measure_classes, measure_columns
    from assay.checks.data_hygiene.duplicate_rows import measure_rows
    from assay.checks.data_hygiene.leakage import measure_leakage
    from assay.checks.data_hygiene.set_differences import measure_alike
    from assay.checks.data_hygiene.set_overlap import measure_apart
    from assay.tables.interleaving import together

    scene: Scene = yield from _look(spec, book)
    level = spec.level or book.level
    classed = scene.sets if book.label is not None and book.task != "regression" else ()
    found = yield from together(
        {
            **{f"apart {name}": measure_apart(scene, name) for name in scene.apart},
            **{f"rows {name}": measure_rows(scene, name) for name in scene.sets},
            **{f"columns {name}": measure_columns(scene, name) for name in scene.sets},
            **{f"classes {name}": measure_classes(scene, name) for name in classed},
        }
    )

    def by_set(kind: str) -> dict[str, Any]:
        return {key.removeprefix(f"{kind} "): each for key, each in found.items() if key.startswith(f"{kind} ")}

    return Facts(
        train=scene.train,
        leakage={scene.learned: measure_leakage(scene, level)},
        apart=by_set("apart"),
        rows=by_set("rows"),
        columns=by_set("columns"),
        classes=by_set("classes"),
        alike={name: measure_alike(scene, name, spec.matters, level) for name in scene.apart if scene.train},
    )


def _look(spec: Spec, book: Book) -> Generator[list[Any], list[Any], Scene]:
    """Columns, summaries and some rows of every set."""
    from assay.checks.data_hygiene.inspected_sets import Scene, drawn, seed_of
    from assay.tables.addressing import Table
    from assay.tables.aggregates import Sample, Summary
    from assay.tables.questions import Counts, Schema

    sets = _sets(spec, book)
    schemas = yield [Schema(Table(name)) for name in sets]
    kinds = {
        name: {column: kind for column, kind in schema.items() if kind != "other" and not column.startswith("@")}
        for name, schema in zip(sets, schemas, strict=True)
    }
    size = drawn(max(map(len, kinds.values())))
    tallies = yield [Counts(Table(name)) for name in sets]
    filled = [name for name in sets if kinds[name]]
    found = yield [
        *(Summary(Table(name), tuple(kinds[name])) for name in filled),
        *(Sample(Table(name), tuple(kinds[name]), size, seed_of(book)) for name in filled),
    ]
    return Scene(
        book=book,
        train=_train(spec, book),
        apart=_apart(spec, book),
        kinds=kinds,
        summaries=dict(zip(filled, found, strict=False)),
        samples=dict(zip(filled, found[len(filled) :], strict=True)),
        rows={name: tally.rows for name, tally in zip(sets, tallies, strict=True)},
        drawn=size,
    )


def _train(spec: Spec, book: Book) -> str | None:
    """The set trained on, where there is one."""
    return spec.train or (TRAIN if TRAIN in book.sets else None)


def _apart(spec: Spec, book: Book) -> tuple[str, ...]:
    return tuple(name for name in book.on(spec.on) if name != _train(spec, book))


def _sets(spec: Spec, book: Book) -> tuple[str, ...]:
    return sets_of(_train(spec, book), _apart(spec, book))
