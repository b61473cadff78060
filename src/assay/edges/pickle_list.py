"""The names that a pickled model may ask for: an exact list, and what a manifest may add to it.

A name is on the list for a use: what is harmless as a value may not be if it is called with arguments that the file
chooses.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping

from assay.edges.pickle_values import Use
from assay.edges.pickled_classes import BUILT
from assay.edges.pickled_functions import CALLED, NAMED


def _listed() -> dict[str, tuple[Use, ...]]:
    """Each name on the list with its uses."""
    uses: tuple[tuple[dict[str, str], tuple[Use, ...]], ...] = (
        (NAMED, ("named",)),
        (BUILT, ("named", "built")),
        (CALLED, ("named", "built", "called")),
    )
    return {
        f"{module}.{name}": ways for table, ways in uses for module, names in table.items() for name in names.split()
    }


LISTED = _listed()
CLASSES_ONLY = frozenset(
    {
        *("catboost", "joblib", "lightgbm", "numpy", "pandas", "polars"),
        *("scipy", "skl2onnx", "sklearn", "skops", "torch", "xgboost"),
    }
)
"""Packages that have functions which run what a text or a file says, so only their classes may be added, uncalled."""
NEVER = frozenset({*sys.stdlib_module_names, "__builtin__", "assay", "cloudpickle", "dill"})
"""Packages of which a name says nothing: what they call is handed to them."""


def outside_list(uses: Mapping[str, Collection[Use]], trusted: Collection[str]) -> tuple[str, ...]:
    """The names that are neither on the list for their uses nor added to it by `trusted`."""
    return tuple(
        sorted(
            name
            for name, ways in uses.items()
            if not (_is_listed(name, ways) or (name in trusted and may_trust(name, ways)))
        )
    )


def beside_list(uses: Mapping[str, Collection[Use]], trusted: Collection[str]) -> tuple[str, ...]:
    """The names that are not on the list for their uses, and that `trusted` adds to it."""
    return tuple(
        sorted(
            name
            for name, ways in uses.items()
            if not _is_listed(name, ways) and name in trusted and may_trust(name, ways)
        )
    )


def may_trust(name: str, ways: Collection[Use]) -> bool:
    """Whether a manifest may add a name for its uses: a person can know what it does, whatever the file hands it."""
    package, last = name.partition(".")[0], name.rpartition(".")[2].rpartition(":")[2]
    if package in NEVER or package.startswith("_") or "(" in name:
        return False
    return package not in CLASSES_ONLY or (last.lstrip("_")[:1].isupper() and "called" not in ways)


def _is_listed(name: str, ways: Collection[Use]) -> bool:
    return set(ways) <= set(LISTED.get(name, ()))
