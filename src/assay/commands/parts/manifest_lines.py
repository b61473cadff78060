"""The manifest that `init` writes: lines for what was found, and marks at what a person must complete."""

from __future__ import annotations

from collections.abc import Iterable

from assay.commands.parts.artifact_lines import artifact_lines
from assay.commands.parts.behaviour_lines import CHANGED_ROWS, behaviour_lines
from assay.commands.parts.found_sets import TRAIN
from assay.commands.parts.repository_survey import Found
from assay.commands.parts.role_lines import bars_for, data_lines, threshold_of
from assay.commands.parts.yaml_scalars import quoted, scalar
from assay.tables.dialects import shown

_SEVERAL_CLASSES = 'accuracy: ">= 0.7"'
_UNKNOWN_SCALE = '{mean_absolute_error: "<= 1"}    # ← your bar, in the label\'s unit'


def manifest_text(found: Found) -> str:
    """A manifest for the files that were found; a mark shows what a person must complete."""
    lines = [
        "# yaml-language-server: $schema=https://assay-ml.github.io/assay/schemas/manifest.json",
        "assay: 1",
        "",
        "model:",
        f"  name: {found.name}",
        f"  task: {found.task}",
        "  owner: TODO            # ← the person or team responsible for the model",
        "  risk: high             # ← minimal | limited | high; it selects the policies",
        "  intended_use: TODO     # ← its purpose, and who decides with it",
        "  out_of_scope: []       # ← uses that it is not made for",
        *_classes(found),
        *artifact_lines(found),
        *_data(found),
        *_checks(found),
        "",
        "roles:                   # ← who approves",
        "  domain_expert: {users: []}",
        "  ml_engineer: {users: []}",
        "",
    ]
    return "\n".join(lines)


def _classes(found: Found) -> Iterable[str]:
    """The positive class, if it is not 1, and the threshold, if the usual one would select hardly anybody."""
    label = found.label
    if label is not None and label.positive is not None:
        mark = f"    # ← {label.doubt}" if label.doubt else "    # ← the answer whose probability the score is"
        yield f"  positive: {written_class(label.positive)}{mark}"
    at = threshold_of(found.roles) if found.task == "binary-classification" else None
    if at is not None:
        yield f"  threshold: {at:g}         # ← the score from which a row counts as positive; here their share of rows"


def written_class(value: object) -> str:
    """A class as YAML."""
    if isinstance(value, bool):
        return str(value).lower()
    return scalar(value) if isinstance(value, str) else f"{value:g}"


def _data(found: Found) -> Iterable[str]:
    if not found.sets:
        return
    yield from ("", "data:")
    yield f"  id: {scalar(found.id)}" if found.id else "  # id: …                # ← the column that identifies a row"
    if found.label is None:
        yield "  # label: …             # ← the column with the true answer"
    else:
        guess = "    # ← a guess; the column with the true answer" if found.label.guessed else ""
        yield f"  label: {scalar(found.label.column)}{guess}"
    yield from data_lines(found.roles)
    if found.nobody is not None:
        yield f"  sensitive: {{none: {quoted(found.nobody)}}}"
    else:
        sensitive = ", ".join(map(scalar, found.sensitive))
        yield f"  sensitive: [{sensitive}]    # ← columns about people to measure bias by"
    if not found.sensitive and found.nobody is None:
        yield "  # sensitive: {none: '…'}   # ← or why no row is about a person; the policy on bias then rules on that"
    if found.listed:
        yield f"  features: [{', '.join(map(scalar, found.features))}]    # {_source_of_features(found)}"
    yield "  sets:"
    for name, each in found.sets.items():
        dialect = each.source.dialect.declared()
        written = "".join(f", {option}: {shown(value)}" for option, value in dialect.items())
        mark = "   # ← as the file seems written" if dialect else ""
        yield f"    {name}: {{path: {scalar(each.path)}{written}}}{mark}"


def _source_of_features(found: Found) -> str:
    if found.model is not None and found.model.names:
        return "as the model's file names them"
    return "← the model takes so many columns and names none; in the order of its training"


def _checks(found: Found) -> Iterable[str]:
    if found.evaluated is None:
        return
    yield from (
        "",
        "checks:",
        "  data_contract:",
        f"    on: [{', '.join(found.sets)}]",
        "    rules:",
        "      rows: {at_least: 1}",
    )
    # The rule on rows has that name already.
    yield from (f"      {scalar(column)}: {rule}" for column, rule in found.rules.items() if column != "rows")
    yield from _hygiene_and_drift(found, found.evaluated)
    yield from _checks_of_answers(found, found.evaluated)


def _hygiene_and_drift(found: Found, evaluated: str) -> Iterable[str]:
    yield "  data_hygiene:          # repeated rows, rows in both sets, columns that leak the answer"
    if TRAIN not in found.sets:
        yield from (
            f"    on: {evaluated}",
            "    # train: …           # ← the training set; declare it above",
        )
        return
    yield f"    train: {TRAIN}"
    if evaluated == TRAIN:
        yield "    # on: …              # ← the evaluation set; declare it above"
        return
    yield f"    on: {evaluated}"
    if found.features:
        yield from (
            "  drift:                 # columns whose distribution differs from the reference",
            f"    reference: {TRAIN}",
            f"    current: {evaluated}",
        )
        if not found.roles.later and found.sparse:
            named = ", ".join(map(scalar, found.sparse))
            yield f"    exclude: [{named}]    # ← too few values to be compared"
        if found.roles.later:
            # Later rows have later times, and other months.
            aside = (*found.roles.later, found.roles.time, *found.sparse)
            kept = [each for each in found.features if each not in aside]
            yield f"    columns: [{', '.join(map(scalar, kept))}]    # ← without times and parts of the calendar"


def _checks_of_answers(found: Found, evaluated: str) -> Iterable[str]:
    """The checks that need predictions; with several classes there is no single score to compare."""
    if found.label is None:
        return
    if found.labelled:
        yield from ("  quality:", f"    on: {evaluated}")
        if found.task == "regression":
            yield f"    bars: {found.bars.regression or _UNKNOWN_SCALE}"
        else:
            bars = _SEVERAL_CLASSES if found.task == "multiclass-classification" else bars_for(found.roles)
            yield f"    bars: {{{bars}}}    # ← your bars"
    if found.labelled and found.grouped and found.task == "binary-classification":
        yield from ("  bias:", f"    on: {evaluated}", f"    by: [{', '.join(map(scalar, found.grouped))}]")
        yield f"    bars: {{{found.bars.gaps_text()}}}    # ← your bars"
        yield from (f"    # {note}" for note in found.bars.notes)
    if found.labelled and found.task == "binary-classification":
        yield from (
            f"    # ← {each} has too many values for groups; add a column of its bands to the data, and name it in `by`"
            for each in found.sensitive
            if each not in found.grouped
        )
    if found.cannot_be_asked:
        yield f"  # behaviour: …        # ← needs the model itself: {CHANGED_ROWS}"
    elif found.current is not None:
        yield from behaviour_lines(found, found.current)
