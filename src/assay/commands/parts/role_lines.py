"""Lines of the manifest, and notes, on what the values of the columns say."""

from __future__ import annotations

from collections.abc import Iterable

from assay.commands.parts.proposed_roles import ProposedRoles
from assay.commands.parts.yaml_scalars import scalar

MOST_SHOWN = 4


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
        line = f"group: {scalar(roles.group)}"
        yield f"  {line}" if roles.is_stated_group else f"  # {line}    # ← rows seem to share it; split by it"


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
