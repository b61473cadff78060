"""What is said of the model's isolation, and when nothing can be."""

from __future__ import annotations

import pytest

from assay.checks import model_isolation
from assay.dossier.check_context import MaterialContext
from assay.dossier.check_materials import Confinement
from assay.errors import DataError


def measured(material: Confinement | None) -> model_isolation.Facts:
    running = model_isolation.measure(
        model_isolation.Spec(), MaterialContext(task="regression", sets=(), material=material)
    )
    assert next(running) == []
    with pytest.raises(StopIteration) as stop:
        running.send([])
    facts: model_isolation.Facts = stop.value.value
    return facts


@pytest.mark.parametrize("shut_in", [True, False])
def test_what_is_known_is_told(shut_in: bool) -> None:
    assert measured(Confinement(answered=True, shut_in=shut_in)) == model_isolation.Facts(
        answered=True, shut_in=shut_in
    )


def test_a_model_that_was_not_asked_was_never_shut_in() -> None:
    assert measured(Confinement(answered=False)) == model_isolation.Facts(answered=False, shut_in=False)


@pytest.mark.parametrize("material", [None, Confinement(answered=True)])
def test_what_nobody_knows_is_no_fact(material: Confinement | None) -> None:
    with pytest.raises(DataError, match="nobody says how the model was isolated"):
        measured(material)
