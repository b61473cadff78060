"""What the types take, the published schema takes; what either refuses is refused with a sentence."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from tests.support import review_snapshots
from tests.support.thoroughness import examples

from assay.edges.attestation.trust_document import TrustFile
from assay.edges.models import MODEL_FORMATS
from assay.errors import DataError, ManifestError, PageError
from assay.facts.profiles import read_profile
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import load
from assay.reviews.snapshot import read_snapshot
from assay.steps.planning.blocks import read_blocks

PROJECT = Path(__file__).parents[2]
NUMBERS = {
    "mean": 1.5,
    "deviations": 0.5,
    "quantiles": [[0.0, 1.0], [1.0, 2.0]],
    "edges": [1.5],
    "counts": [1, 1],
    "low": [1, 2.0],
    "high": [1, 2.0],
    "total": [1, 2.0],
}
PROFILE = {
    "page": "profile",
    "rows": 3,
    "sources": [f"sha256:{'0' * 64}"],
    "like": None,
    "columns": {
        "amount": {"kind": "number", "n": 2, "missing": 1, "distinct": 2, "numbers": NUMBERS},
        "kind": {"kind": "text", "n": 3, "missing": 0, "categories": {"values": [["a", 2], [True, 1]], "rest": 0}},
    },
}
IDENTITY = {
    "name": "judge",
    "identity": "https://github.com/a/b/.github/workflows/c.yml@refs/heads/main",
    "issuer": "https://token.actions.githubusercontent.com",
    "repository_id": "7",
    "runner": "github-hosted",
}
TRUST = {
    "trust": 1,
    "keys": [{"name": "ci", "key": "ci.pem", "from": "2026-01-01", "until": "2026-12-31T00:00:00Z"}],
    "identities": [IDENTITY],
}
DEMO = load((PROJECT / "src/assay/commands/templates/demo/assay.yaml").read_bytes(), "assay.yaml").value


def take_profile(document: Any) -> None:
    read_profile(json.dumps(document).encode(), "p.json")


def take_trust(document: Any) -> None:
    TrustFile.model_validate(load(json.dumps(document), "trust.yaml").value)


def take_manifest(document: Any) -> None:
    read, manifest, problems = read_manifest(json.dumps(document).encode(), "assay.yaml")
    problems += read_blocks(read.value.get("checks"), read)[1]
    if problems or manifest is None:
        raise ManifestError(problems)
    artifact = manifest.model.artifact
    if artifact is not None and artifact.format not in (*MODEL_FORMATS.names(), "predictions"):
        raise ManifestError([read.problem(("model", "artifact", "format"), "there is no such format")])


TAKEN: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "profile": (PROFILE, take_profile),
    "reviews": (review_snapshots.approved(), read_snapshot),
    "trust": (TRUST, take_trust),
    "manifest": (DEMO, take_manifest),
}
SCHEMAS = {name: json.loads((PROJECT / "schemas" / f"{name}.json").read_bytes()) for name in TAKEN}
REFUSALS = (ValidationError, DataError, ManifestError, PageError)
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([2**53, -(10**30), 0.5, 1e300, -0.0, 1.0])
SCALARS |= st.sampled_from(["", "1", "x", "2026-01-01", "User", "a" * 1_001, "é\n", "sha256:" + "1" * 64, ">= 0.5"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("axn"), inner, max_size=2),
    max_leaves=4,
)


def places(document: Any) -> list[tuple[Any, Any]]:
    """Every place in a document, as what holds it and its name or index."""
    if not isinstance(document, dict | list):
        return []
    named = list(document.items()) if isinstance(document, dict) else list(enumerate(document))
    return [(document, name) for name, _ in named] + [found for _, inner in named for found in places(inner)]


def changed(document: Any, seed: int, values: list[Any]) -> Any:
    """A document with some of its places taken out, filled from elsewhere, or with another value."""
    draw, made = random.Random(seed), copy.deepcopy(document)
    for value in map(copy.deepcopy, values):
        found = places(made)
        if not found:
            break
        (holder, name), (other, place) = draw.choice(found), draw.choice(found)
        what = draw.choice(("put", "put", "put", "take", "add", "copy"))
        if what == "take":
            del holder[name]
        elif what == "copy":
            holder[name] = copy.deepcopy(other[place])
        elif what == "put":
            holder[name] = value
        elif isinstance(holder, dict):
            holder[draw.choice(["extra", "name", "id", "on", "n"])] = value
        else:
            holder.append(value)
    return made


def is_taken(name: str, document: Any) -> bool:
    try:
        TAKEN[name][1](document)
    except REFUSALS as refusal:
        assert str(refusal)
        return False
    return True


def is_valid(name: str, document: Any) -> bool:
    return Draft202012Validator(SCHEMAS[name]).is_valid(document)


@pytest.mark.parametrize("name", TAKEN)
def test_the_document_that_is_changed_is_taken_by_both(name: str) -> None:
    document, _ = TAKEN[name]
    assert is_taken(name, document)
    assert list(Draft202012Validator(SCHEMAS[name]).iter_errors(document)) == []
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", TAKEN)
@settings(max_examples=examples(300), deadline=None)
@given(st.integers(0, 2**32), st.lists(VALUES, min_size=1, max_size=3))
def test_what_the_types_take_the_schema_takes(name: str, seed: int, values: list[Any]) -> None:
    document = changed(TAKEN[name][0], seed, values)
    assert is_valid(name, document) or not is_taken(name, document), document
