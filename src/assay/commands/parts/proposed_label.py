"""The label that a repository seems to have: its column, the task by its values, and the positive class."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.tables.addressing import Table
from assay.tables.aggregates import TopValues

if TYPE_CHECKING:
    from assay.tables.source import Source

MAX_CLASSES = 20
LABELS = (
    *("label", "target", "y", "class", "outcome", "approved", "approve", "default", "defaulted", "churn", "churned"),
    *("exited", "attrition", "survived", "species", "spam", "is_spam", "fraud", "is_fraud", "diagnosis", "converted"),
    *("purchased", "subscribed", "is_churn", "y_true", "labels", "targets", "response"),
    *("sentiment", "category", "topic"),
)
POSITIVE = frozenset(
    (
        *("yes", "true", "positive", "pos", "spam", "churned", "churn", "exited", "fraud", "fraudulent", "default"),
        *(
            "defaulted",
            "approved",
            "approve",
            "accepted",
            "malignant",
            "sick",
            "disease",
            "diseased",
            "present",
            "case",
        ),
        *("died", "dead", "failure", "failed", "faulty", "attack", "anomaly", "abnormal", "bought", "purchased"),
        *("converted", "clicked", "subscribed", "toxic", "hate", "phishing", "malware", "survived"),
    )
)
NEGATIVE = frozenset(
    (
        *("no", "false", "negative", "neg", "ham", "stayed", "stay", "retained", "legit", "legitimate", "genuine"),
        *("paid", "rejected", "refused", "denied", "benign", "healthy", "absent", "control", "alive", "ok", "normal"),
        *("none", "existing"),
    )
)
PAIRS = (
    *(("0", "1"), ("-1", "1"), ("n", "y"), ("f", "t"), ("-", "+"), ("off", "on")),
    *(("nein", "ja"), ("non", "oui"), ("no", "si"), ("nee", "ja"), ("nej", "ja")),
)
"""Words that say which is positive only beside each other, the negative one first."""
Value = str | int | float | bool


@dataclass(frozen=True, kw_only=True)
class ProposedLabel:
    """A label: its column, whether that is a guess, the task, and the positive class where the usual 1 is none.

    `positive` is None if 1 is the positive class. `doubt` says what a person must decide about it. `share` is the share
    of rows with the positive class, None unless there are two classes.
    """

    column: str
    guessed: bool = False
    task: str = "binary-classification"
    positive: Value | None = None
    doubt: str | None = None
    share: float | None = None


def find_label(columns: Iterable[str], taken: Collection[str] = ()) -> str | None:
    """The column that is named as labels are, unless the model takes it."""
    for usual in LABELS:
        for column in columns:
            if column.lower() == usual and column not in taken:
                return column
    return None


def last_column(columns: Mapping[str, str], taken: Collection[str] = ()) -> str | None:
    """The last column, if it could be a label, which stands last by custom."""
    last = [*columns][-1] if columns else None
    return last if last is not None and last not in taken and columns[last] not in ("date", "timestamp") else None


def left_column(name: str, source: Source, columns: Mapping[str, str], told: str | None) -> tuple[str | None, bool]:
    """The last of the columns that a model leaves whose values fit its task, and whether it is the only one.

    A model that classifies has a label of few values, preferably words; one that predicts a number has numbers.
    """
    numbers = [column for column, kind in columns.items() if kind in ("number", "integer")]
    if told == "regression":
        fitting = numbers
    else:
        values = {column: count_values(name, source, column) for column in columns}
        fitting = [column for column, found in values.items() if 2 <= len(found) <= MAX_CLASSES]  # noqa: PLR2004  # classes
        fitting = [column for column in fitting if columns[column] in ("text", "boolean")] or fitting
        fitting = fitting or (numbers if told is None else [])
    return (fitting[-1], len(fitting) == 1) if fitting else (None, False)


def column_of_classes(
    name: str, source: Source, columns: Iterable[str], classes: Iterable[str | int | bool]
) -> str | None:
    """The only column whose values are classes of the model; None if there is none, or more than one."""
    words = {_word(each) for each in classes}
    found = []
    for column in columns:
        values = {_word(each) for each in count_values(name, source, column)}
        if len(values) > 1 and values <= words:
            found.append(column)
    return found[0] if len(found) == 1 else None


def propose_label(name: str, source: Source, column: str, kind: str, told: str | None) -> ProposedLabel:
    """What follows from the values of a label; `told` is what the model's file says of its task."""
    values = count_values(name, source, column)
    fractions = any(isinstance(each, float) and not each.is_integer() for each in values)
    if fractions or (told == "regression" and kind in ("number", "integer")):
        return ProposedLabel(column=column, task="regression")
    if len(values) == 2:  # noqa: PLR2004  # one class and the other
        positive, doubt = choose_positive(values)
        share = values[positive] / sum(values.values())
        usual = doubt is None and not isinstance(positive, bool | str) and positive == 1
        return ProposedLabel(column=column, positive=None if usual else positive, doubt=doubt, share=share)
    # A model that predicts numbers has no use for words, however many there are.
    if (kind == "number" and told is None) or (len(values) > MAX_CLASSES and kind != "text"):
        return ProposedLabel(column=column, task="regression")
    return ProposedLabel(column=column, task="multiclass-classification" if len(values) > 1 else "regression")


def count_values(name: str, source: Source, column: str) -> dict[Value, int]:
    """The rows of each value of a column; of one value more than there are classes, where it has so many."""
    from assay.tables.answering import Tables

    with Tables({name: source}, {}, None) as tables:
        (top,) = tables.answer([TopValues(Table(name), column, MAX_CLASSES + 1)])
    return dict(top.values)


def choose_positive(values: Mapping[Value, int]) -> tuple[Value, str | None]:
    """The class that is positive by custom, else the rarer one; and then what a person must decide."""
    words = {_word(value): value for value in values}
    for negative, positive in PAIRS:
        if words.keys() == {negative, positive}:
            return words[positive], None
    by_custom = [value for word, value in words.items() if word in POSITIVE]
    others = [value for word, value in words.items() if not _denies(word)]
    if len(by_custom) == 1 or len(others) == 1:
        return (by_custom if len(by_custom) == 1 else others)[0], None
    rarer = min(values, key=lambda value: (values[value], str(value)))
    other = next(value for value in values if value != rarer)
    return rarer, f"the rarer answer; write `{other}` if the score says how likely that is"


def _denies(word: str) -> bool:
    return word in NEGATIVE or word.startswith(("not ", "no ", "non-"))


def _word(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().strip(".").casefold().replace("_", " ")
