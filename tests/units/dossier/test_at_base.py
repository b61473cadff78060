"""What is judged on the base's data has names that nothing else has."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from assay.dossier.at_base import (
    at_base,
    changed_set,
    columns_at_base,
    columns_of_change,
    is_at_base,
    of_base,
    of_change,
    plain,
)
from assay.dossier.check_materials import NOT_PLANNED, data_at_base
from assay.dossier.plan_parts import ManifestChange, PlannedInput
from assay.manifest.block_parts import Slug

OLD, NEW = (f"sha256:{each * 64}" for each in "ab")


def planned(name: str, digest: str = NEW, *, role: Any = "data", **columns: str) -> PlannedInput:
    return PlannedInput(role=role, name=name, path=f"{name}.csv", digest=digest, bytes=3, columns=columns)


def changed(before: str | None = f'"{OLD}"', **more: Any) -> ManifestChange:
    return ManifestChange(
        path="data.sets.holdout.content", kind="changed", before=before, after=NEW, file="assay.yaml", line=3, **more
    )


@given(st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", fullmatch=True))
def test_no_data_set_of_a_manifest_has_such_a_name(name: str) -> None:
    assert not is_at_base(name)
    assert is_at_base(at_base(name))
    assert plain(at_base(name)) == name == plain(name)
    with pytest.raises(ValidationError):
        TypeAdapter(Slug).validate_python(at_base(name))


def test_the_bases_columns_take_the_places_of_the_changes() -> None:
    inputs = (planned("holdout", a="number"), planned("train", a="number"), planned("holdout@base", OLD, b="text"))
    assert columns_of_change(inputs) == {"holdout": {"a": "number"}, "train": {"a": "number"}}
    assert columns_at_base(inputs) == {"holdout": {"b": "text"}, "train": {"a": "number"}}
    assert (*of_change(inputs), *of_base(inputs)) == inputs


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("data.sets.holdout.content", "holdout"),
        ("data.sets.holdout.path", None),
        ("policies.house/own.rego", None),
        ("trust.keys.content", None),
    ],
)
def test_which_changes_are_of_data(path: str, name: str | None) -> None:
    assert changed_set(changed().model_copy(update={"path": path})) == name


BASE = planned("holdout@base", OLD)


@pytest.mark.parametrize(
    ("change", "inputs", "lacking"),
    [
        (changed(), (BASE,), None),
        (changed('"md5:0a (3 bytes), according to DVC"'), (BASE,), None),
        (changed(), (), NOT_PLANNED),
        (changed(), (planned("holdout@base", NEW),), NOT_PLANNED),
        (changed(), (planned("holdout", OLD),), NOT_PLANNED),
        (changed(lacking="It is gone."), (BASE,), "It is gone."),
        (changed(None), (), NOT_PLANNED),
    ],
)
def test_the_base_judges_by_the_content_that_it_had_and_no_other(
    change: ManifestChange, inputs: tuple[PlannedInput, ...], lacking: str | None
) -> None:
    """T-base-data: a plan that names nothing, or other content than the change says, is told as lacking."""
    found = data_at_base((change,), inputs, (), ())
    assert found.differ == ("holdout",)
    assert found.lacking == ({} if lacking is None else {"holdout": lacking})
    assert found.tables == ({"holdout": "holdout@base"} if lacking is None else {})


def test_rows_that_were_asked_for_and_not_answered_are_told() -> None:
    asked = ("holdout", "holdout@base", "train")
    assert data_at_base((changed(),), (BASE,), asked, ("holdout",)).unanswered == ("holdout",)
    assert data_at_base((changed(),), (BASE,), asked, asked).unanswered == ()
