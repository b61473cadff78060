"""Labels that are none of a model's classes, in a sentence that shows them with their types."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from assay.stats.grouping import Scalar

SHOWN = 3


def strange_labels(found: Iterable[Scalar], classes: Sequence[Scalar]) -> str:
    """What the label holds beside the classes; one class alone stands for itself and one other."""
    strange = sorted(set(found) - set(classes), key=str)
    listed = listed_values(strange)
    known = f"{_typed(classes[0])} and one other" if len(classes) == 1 else ", ".join(map(_typed, classes))
    advice = alike(strange, classes)
    return f"The label has values other than the model's classes, which are {known}: it has {listed}.{advice}"


def listed_values(values: Sequence[Scalar]) -> str:
    """The first few values with their types."""
    more = f" and {len(values) - SHOWN:,} more" if len(values) > SHOWN else ""
    return ", ".join(map(_typed, values[:SHOWN])) + more


def _typed(value: Scalar) -> str:
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, str):
        return f"the text “{value}”"
    short = float(value).is_integer() and abs(float(value)) < 10**6
    return f"the number {value:g}" if short else f"the number {value}"


def as_yaml(value: Scalar) -> str:
    """A value as the manifest writes it."""
    return json.dumps(_whole(value), ensure_ascii=False)


def _whole(value: Scalar) -> Scalar:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def alike(strange: Sequence[Scalar], classes: Sequence[Scalar]) -> str:
    """Advice where a label is a class but for its type or the spaces around it."""
    for label in strange:
        for known in classes:
            if str(_whole(label)).strip().lower() == str(_whole(known)).strip().lower():
                if isinstance(label, str) and label != label.strip():
                    return f" Remove the spaces around “{label}”."
                said = f" {_typed(label)[:1].upper()}{_typed(label)[1:]} is not {_typed(known)}"
                return f"{said}; name the class as the label has it, such as `positive: {as_yaml(label)}`."
    return ""
