"""A model format by its name, as a manifest gives it."""

from __future__ import annotations

import difflib

from assay.edges.models import MODEL_FORMATS, ModelFormat
from assay.errors import ModelError


def load_format(name: str) -> ModelFormat:
    """A model format; raises ModelError with the nearest name if it does not exist."""
    names = MODEL_FORMATS.names()
    if name not in names:
        nearest = difflib.get_close_matches(name, names, 1)
        hint = f"Did you mean `{nearest[0]}`?" if nearest else "Save the model in one of these formats."
        raise ModelError(f"`{name}` is not a model format; the formats are {', '.join(names)}.", hint=hint)
    return MODEL_FORMATS.load(name)
