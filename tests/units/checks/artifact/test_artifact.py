"""The model's file as the edges describe it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError
from tests.support.driving import at, measured

from assay.checks.artifact import check as artifact
from assay.dossier.check_context import MaterialContext
from assay.dossier.check_materials import ArtifactInspection
from assay.errors import DataError

FOUND = ArtifactInspection(format="skops", bytes=1200, digest="sha256:" + "0" * 64, executes="nothing", types=("a.B",))


def context(found: ArtifactInspection | None) -> MaterialContext[ArtifactInspection | None]:
    return MaterialContext(task="regression", sets=(), material=found)


def test_facts_and_bar() -> None:
    spec = artifact.Spec.model_validate({"bars": {"size": "<= 1.5 kB"}})
    facts = measured(artifact, spec, context(FOUND), {})
    (bar,) = artifact.bars(spec, context(FOUND))
    assert (bar.limit, bar.direction, bar.where, at(facts, bar.fact)["value"]) == (
        1500,
        "at_most",
        ("bars", "size"),
        1200,
    )
    assert (facts.format, facts.bytes, facts.executes, facts.types) == ("skops", 1200, "nothing", ("a.B",))
    assert not list(artifact.bars(artifact.Spec(), context(FOUND)))
    assert artifact.OPTIONAL_BLOCK


@pytest.mark.parametrize(
    ("text", "size"), [("<= 100 MB", 10**8), ("<=2GiB", 2**31), ("<= 7", 7), ("<= 0.5 MiB", 2**19)]
)
def test_sizes(text: str, size: int) -> None:
    assert artifact.Spec.model_validate({"bars": {"size": text}}).bars.size == size


@pytest.mark.parametrize("text", [">= 1 MB", "100 MB", "<= MB", "<= 1 XB", "<= -1 MB", "<= 1 m", True])
def test_what_is_no_size(text: Any) -> None:
    with pytest.raises(ValidationError):
        artifact.Spec.model_validate({"bars": {"size": text}})


def test_no_artifact_has_no_facts() -> None:
    with pytest.raises(DataError, match="names no artifact"):
        measured(artifact, artifact.Spec(), context(None), {})
    with pytest.raises(DataError, match="executes is unknown"):
        measured(artifact, artifact.Spec(), context(replace(FOUND, executes=None)), {})
    with pytest.raises(DataError, match="bytes, digest is unknown"):
        measured(artifact, artifact.Spec(), context(replace(FOUND, digest=None, bytes=None)), {})
