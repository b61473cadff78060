"""What values say of columns: which are times, parts of the calendar or groups, and the share of positives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from assay.commands.parts.yaml_scalars import scalar
from assay.tables.addressing import Table
from assay.tables.aggregates import RowSample, Summary
from assay.tables.questions import Counts

if TYPE_CHECKING:
    from assay.tables.source import Source

TIMES = ("date", "timestamp")
SAMPLE, SEED, DATES, MOST_SHOWN = 5_000, 1, 0.95, 4
_DATE = re.compile(r"\s*(\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}.*)?|\d{1,2}[./]\d{1,2}[./]\d{4})\s*")
_WHEN = re.compile(r"date|time", re.IGNORECASE)
_AFTERWARDS = re.compile(
    r"(^|[_.\s-])(end(ed)?|closed?|death|died|finish(ed)?|resol\w*|paid)([_.\s-]|$)", re.IGNORECASE
)
_CALENDAR = re.compile(
    r"(^|[_.\s-])(month|mon|mnth|week|weekday|dow|day|hour|hr|quarter|qtr|season|holiday|weekend|year|yr)\d{0,4}$",
    re.IGNORECASE,
)
_CALENDAR_MOST = 2_200
_GROUP = re.compile(
    r"(^|[_.\s-])(id|nr|no|key)$|[a-z](Id|ID|_id)$|customer|patient|client|user|account|school|hospital|household|subject",
    re.IGNORECASE,
)
FEWEST_GROUPS, MOST_DISTINCT, REPEATING, CONSTANT, SHUFFLED = 20, 0.9, 0.3, 0.95, 0.6
EPOCH = (5e8, 4e9)


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
    times = tuple(name for name, kind in columns.items() if _is_time(name, kind, sample[name]))
    calendar = tuple(
        name
        for name, kind in columns.items()
        if name not in times
        and kind in ("integer", "text", "boolean")
        and _CALENDAR.search(name)
        and _is_few(sample[name])
    )
    roles = ProposedRoles(times=times, calendar=calendar, group=_group(columns, sample, times, calendar))
    typed = [name for name in times if columns[name] in TIMES and not _AFTERWARDS.search(name)]
    if train is not None and train != evaluated:
        follows = [
            name for name in times if columns[name] in TIMES and _follows(sources, kinds, evaluated, train, name)
        ]
        roles.is_temporal = bool(follows)
        roles.later = (*times, *calendar) if follows else ()
        if len(times) == 1 and typed == list(times) and follows:
            roles.time = typed[0]
            roles.later = calendar
    if label is not None and label in kinds[evaluated]:
        _count_label(roles, sources[evaluated], evaluated, sample[label])
    return roles


def data_lines(roles: ProposedRoles) -> Iterable[str]:
    """Lines of the block `data` that name what was found, as comments where a person must decide."""
    if roles.time is not None:
        yield f"  time: {scalar(roles.time)}    # ← its later rows are those evaluated; the model does not see it"
    elif roles.times:
        named = ", ".join(map(scalar, roles.times[:MOST_SHOWN]))
        why = "rows of both sets overlap in it" if len(roles.times) == 1 and not roles.is_temporal else "say which"
        yield f"  # time: …              # ← when a row was made; {named}: {why}"
    if roles.calendar:
        named = ", ".join(map(scalar, roles.calendar[:MOST_SHOWN]))
        yield f"  # parts of the calendar, which differ between seasons: {named}"
    if roles.group is not None:
        yield f"  # group: {scalar(roles.group)}    # ← rows seem to share it; split by it"


def bars_for(roles: ProposedRoles) -> str:
    """Bars of a model of two classes: its ranking, its probabilities and its decisions."""
    share = min(roles.positives, 1 - roles.positives) if roles.positives is not None else 0.5
    # Scores that are all near 0 are as far from the outcomes as there are positives.
    distance = min(0.1, max(0.02, round(0.6 * share, 2)))
    return f'roc_auc: ">= 0.7", expected_calibration_error: "<= {distance:g}", balanced_accuracy: ">= 0.6"'


def threshold_of(roles: ProposedRoles) -> float | None:
    """The share of positives as threshold if 0.5 would select nearly nobody or nearly everybody."""
    if roles.positives is None or 0.35 <= roles.positives <= 0.65:  # noqa: PLR2004  # near the usual one
        return None
    return max(0.01, round(roles.positives, 2))


def size_notes(roles: ProposedRoles, evaluated: str, task: str) -> Iterable[str]:
    """Which bars the evaluated rows are too few for, and how many would do."""
    needs: tuple[tuple[str, int, int, str], ...] = {
        "multiclass-classification": (("accuracy >= 0.7", 150, roles.rows, "rows"),)
    }.get(task, ())
    if task == "binary-classification":
        # Wilson's and Newcombe's intervals at 95 %, for models that are better than the bar by a tenth.
        needs = (
            ("roc_auc >= 0.7", 70, roles.rarer, "rows of the rarer class"),
            ("balanced_accuracy >= 0.6", 45, roles.rarer, "rows of the rarer class"),
            ("expected_calibration_error", 300, roles.rows, "rows"),
        )
    for bar, needed, found, what in (*needs, ("drift", 50, roles.rows, "rows on each side")):
        if found < needed:
            yield f"`{evaluated}` has {found:,} {what}; `{bar}` needs about {needed:,} to be proven"


def _sampled(source: Source, name: str, kinds: Mapping[str, str]) -> Mapping[str, Any]:
    from assay.tables.answering import Tables

    if not kinds:
        return {}
    with Tables({name: source}, {}, None) as tables:
        (found,) = tables.answer([RowSample(Table(name), tuple(kinds), SAMPLE, SEED)])
    return dict(found)


def _is_time(name: str, kind: str, values: Any) -> bool:
    """Whether a column holds times: by its type, by how its texts read, or by its name and the range of its numbers."""
    if kind in TIMES:
        return True
    there = [value for value in values.tolist() if value is not None and value == value]  # noqa: PLR0124  # NaN
    if not there:
        return False
    if kind == "text":
        return sum(_reads_as_date(str(value)) for value in there) > DATES * len(there)
    if kind == "integer" and _WHEN.search(name):
        seconds = any(all(EPOCH[0] <= value / scale <= EPOCH[1] for value in there) for scale in (1, 1e3))
        return seconds or all(map(_is_day, there))
    return False


def _reads_as_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        parts = re.split(r"[./-]", text.strip().split()[0])
        try:
            day, month, year = (int(each) for each in parts)
            date(year, month, day) if month <= 12 else date(year, day, month)  # noqa: PLR2004  # months
        except ValueError:
            return False
    return True


def _is_day(value: float) -> bool:
    """Whether a number is a day written as yyyymmdd."""
    try:
        date(int(value) // 10_000, int(value) // 100 % 100, int(value) % 100)
    except ValueError:
        return False
    return 1900 <= value // 10_000 <= 2100  # noqa: PLR2004  # years


def _is_few(values: Any) -> bool:
    """Whether a column has so few values that a calendar can have them, none of them large or negative."""
    there = [value for value in values.tolist() if value is not None and value == value]  # noqa: PLR0124  # NaN
    numbers = [value for value in there if isinstance(value, float | int)]
    return 0 < len(set(there)) <= 366 and all(0 <= value <= _CALENDAR_MOST for value in numbers)  # noqa: PLR2004  # days


def _follows(
    sources: Mapping[str, Source], kinds: Mapping[str, Mapping[str, str]], evaluated: str, train: str, name: str
) -> bool:
    """Whether the evaluated rows lie after the training rows."""
    from assay.tables.answering import Tables

    if kinds[train].get(name) not in TIMES:
        return False
    ends = []
    for each in (train, evaluated):
        with Tables({each: sources[each]}, {}, None) as tables:
            (found,) = tables.answer([Summary(Table(each), (name,))])
        ends.append(found[name])
    last, first = ends[0].maximum, ends[1].minimum
    return isinstance(last, str) and isinstance(first, str) and last <= first


def _group(
    columns: Mapping[str, str], sample: Mapping[str, Any], times: Iterable[str], calendar: Iterable[str]
) -> str | None:
    """The column by whose values rows belong together: it repeats, and another column never differs within a value."""
    for name, kind in columns.items():
        if kind not in ("integer", "text") or name in times or name in calendar or not _GROUP.search(name):
            continue
        values = sample[name].tolist()
        rows = _places(values)
        repeated = [places for places in rows.values() if len(places) > 1]
        enough = FEWEST_GROUPS <= len(rows) <= MOST_DISTINCT * len(values)
        if not enough or sum(map(len, repeated)) < REPEATING * len(values):
            continue
        if any(other != name and _is_constant(sample[other].tolist(), repeated) for other in columns):
            return name
    return None


def _places(values: list[Any]) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = {}
    for place, value in enumerate(values):
        if value is not None and value == value:  # noqa: PLR0124  # NaN
            found.setdefault(value, []).append(place)
    return found


def _is_constant(values: list[Any], groups: list[list[int]]) -> bool:
    """Whether a column has one value within nearly all groups, which it would not have in groups of any rows."""

    def alike(parts: Iterable[list[Any]]) -> float:
        found = [len({str(each) for each in part}) == 1 for part in parts]
        return sum(found) / max(1, len(found))

    own = alike([values[place] for place in places] for places in groups)
    step = max(1, len(values) // 7)
    others = alike(
        [values[(place + step * turn) % len(values)] for turn, place in enumerate(places)] for places in groups
    )
    return own > CONSTANT and others < SHUFFLED


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
