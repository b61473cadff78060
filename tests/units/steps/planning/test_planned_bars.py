"""A bar is planned once, however often its data set is named, and never with two limits."""

from types import SimpleNamespace
from typing import Any

import pytest

from assay.errors import ManifestError
from assay.facts.check_parts import Bar
from assay.manifest.yaml_strict import load
from assay.steps.planning.blocks import planned_bars

MANIFEST = b"checks:\n  odd:\n    bars: {}\n"


def planned(*limits: float) -> list[float]:
    bars = [Bar(fact="/x", title="x", direction="at_most", limit=limit, where=("bars",)) for limit in limits]
    check = SimpleNamespace(bars=lambda _spec, _context: bars, MATERIAL=None)
    block: Any = SimpleNamespace(name="odd", check=check, spec=None, place=("checks", "odd"))
    contexts: Any = SimpleNamespace(about=lambda _material: None)
    return [bar.limit for bar in planned_bars(block, contexts, load(MANIFEST, "assay.yaml"))]


def test_a_bar_that_is_named_twice_is_planned_once() -> None:
    assert planned(0.1, 0.1) == [0.1]


@pytest.mark.parametrize("limits", [(0.1, 0.2), (0.2, 0.1)])
def test_two_limits_on_one_number_are_refused_at_their_line(limits: tuple[float, ...]) -> None:
    """E5: of two bars on one number, neither is taken for the other."""
    with pytest.raises(ManifestError, match=r"assay\.yaml:3.*two limits"):
        planned(*limits)
