"""What values say of columns: which are times, parts of the calendar or groups, and the share of positives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assay.commands.parts.time_columns import TIMES, ends, is_calendar, is_time, lies_after
from assay.stats.likely_groups import find_group
from assay.tables.addressing import Table
from assay.tables.aggregates import RowSample
from assay.tables.questions import Counts

if TYPE_CHECKING:
    from assay.tables.source import Source

SAMPLE, SEED = 5_000, 1


@dataclass
class ProposedRoles:
    """The columns that seem to be times, parts of the calendar or a group; a person must confirm the guesses.

    `time` is written only if the evaluated rows lie after the training rows by it; `later` are all columns that say
    when a row was made or which part of the calendar it belongs to. `rows` and `rarer` count evaluated rows.
    """

    time: str | None = None
    times: tuple[str, ...] = ()
    calendar: tuple[str, ...] = ()
    group: str | None = None
    is_stated_group: bool = False
    is_temporal: bool = False
    rows: int = 0
    rarer: int = 0
    positives: float | None = None
    later: tuple[str, ...] = field(default=())


def propose_roles(
    sources: Mapping[str, Source],
    kinds: Mapping[str, Mapping[str, str]],
    evaluated: str,
    train: str | None,
    label: str | None,
) -> ProposedRoles:
    """The roles that the values of the columns suggest."""
    sample = _sampled(sources[evaluated], evaluated, kinds[evaluated])
    columns = {name: kind for name, kind in kinds[evaluated].items() if name != label}
    times = tuple(name for name, kind in columns.items() if is_time(name, kind, sample[name]))
    calendar = tuple(
        name for name, kind in columns.items() if name not in times and is_calendar(name, kind, sample[name])
    )
    roles = ProposedRoles(times=times, calendar=calendar, group=find_group(columns, sample, times, calendar))
    typed = [name for name in times if columns[name] in TIMES and not ends(name)]
    if train is not None and train != evaluated:
        follows = [
            name for name in times if columns[name] in TIMES and lies_after(sources, kinds, evaluated, train, name)
        ]
        roles.is_temporal = bool(follows)
        roles.later = (*times, *calendar) if follows else ()
        if len(times) == 1 and typed == list(times) and follows:
            roles.time = typed[0]
            roles.later = calendar
    if label is not None and label in kinds[evaluated]:
        _count_label(roles, sources[evaluated], evaluated, sample[label])
    return roles


def _sampled(source: Source, name: str, kinds: Mapping[str, str]) -> Mapping[str, Any]:
    from assay.tables.answering import Tables

    if not kinds:
        return {}
    with Tables({name: source}, {}, None) as tables:
        (found,) = tables.answer([RowSample(Table(name), tuple(kinds), SAMPLE, SEED)])
    return dict(found)


def _count_label(roles: ProposedRoles, source: Source, name: str, values: Any) -> None:
    from assay.tables.answering import Tables

    with Tables({name: source}, {}, None) as tables:
        (tally,) = tables.answer([Counts(Table(name))])
    roles.rows = tally.rows
    there = [value for value in values.tolist() if value is not None and value == value]  # noqa: PLR0124  # NaN
    if len(set(there)) == 2:  # noqa: PLR2004  # one class and the other
        share = sum(value == 1 for value in there) / len(there)
        shares = [there.count(value) / len(there) for value in set(there)]
        roles.rarer = round(min(shares) * tally.rows)
        roles.positives = share if set(there) <= {0, 1} else None
