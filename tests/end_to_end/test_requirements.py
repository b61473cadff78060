"""Requirements of a model's environment through the command line: refused, warned of, and asked for hashes."""

from __future__ import annotations

import pytest

from tests.support.command_line import Assay
from tests.support.promotions import ENGINE, Place, judge, merge
from tests.support.repositories import Repository
from tests.support.wheels import WHEEL, offer_wheels, sha256_of

ARTIFACT = "artifact: {format: predictions, predictions: {holdout: scores.csv}}"
SCORING = """\
import tinything


def score(features):
    return [min(1.0, value * tinything.SCORE / 500) for value in features["amount"]]
"""


def test_g9_the_plan_refuses_requirements_that_point_elsewhere(modelled: Repository, assay: Assay) -> None:
    """G9: with the line of the file, and what to write instead; pinned versions are planned."""
    modelled.replace("artifact:", "environment: {requirements: requirements.txt}\n  artifact:")
    modelled.write("requirements.txt", "tinything==1.0\n--extra-index-url https://evil.example/simple\n")
    ended = assay("plan")
    assert ended.code == 2
    assert "requirements.txt:2: `--extra-index-url https://evil.example/simple` is an option" in ended.err
    assert "model.environment.requirements" in ended.err
    modelled.write("requirements.txt", "tinything==1.0\n")
    ended = assay("plan")
    assert ended.code == 0
    assert "warning: requirements.txt:1: `tinything==1.0` has no hash" in ended.err
    modelled.write("requirements.txt", f"tinything==1.0 --hash=sha256:{'0' * 64}\n")
    ended = assay("plan")
    assert (ended.code, "has no hash" in ended.err) == (0, False)


def test_g9_a_promotion_needs_hashes(place: Place, assay: Assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """G9: without hashes the index may fill a version with anything; with them the same model is registered."""
    wheels = offer_wheels(place.root.parent / "wheels", monkeypatch)
    monkeypatch.setenv("XDG_CACHE_HOME", str(place.root.parent / "cache"))
    place.repository.write("model.py", SCORING)
    environment = "environment: {requirements: requirements.txt}"
    place.repository.replace(ARTIFACT, f"{environment}\n  artifact: {{format: python, callable: 'model:score'}}")
    place.repository.write("requirements.txt", "tinything==1.0\n")
    merge(place.root, "a model with requirements")
    judge(place.root, "validation")
    ended = assay("register", "--version", "1.0.0", *ENGINE)
    assert (ended.code, place.tags()) == (1, [])
    assert "requirements.txt:1: `tinything==1.0` has no hash" in ended.err
    place.repository.write("requirements.txt", f"tinything==1.0 --hash=sha256:{sha256_of(wheels / WHEEL)}\n")
    merge(place.root, "with hashes")
    judge(place.root, "validation")
    ended = assay("register", "--version", "1.0.0", *ENGINE)
    assert ended.code == 0, ended.err
