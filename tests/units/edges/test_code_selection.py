"""Which paths are code: the same answer for every order of names, and nothing that the digest leaves out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.edges.code_selection import matches, refuse_outward_links, select_code, unmatched
from assay.errors import DataError

NAMES = st.sampled_from(["a", "b", ".assay", ".git", "__pycache__", "pyvenv.cfg", "manifest.json", "plan.json", "x.py"])
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), max_size=12, unique=True)


@given(PATHS, st.lists(NAMES, max_size=2), st.randoms())
def test_the_selection_depends_on_the_set_of_names_only(paths: list[str], withheld: list[str], draw: object) -> None:
    shuffled = list(paths)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    found = select_code(paths, withheld)
    assert found == select_code(shuffled, withheld) == tuple(sorted(found))
    assert select_code(found, withheld) == found or any(name.endswith(".json") for name in paths)
    assert not any(path == out or path.startswith(f"{out}/") for path in found for out in withheld)


def test_data_sets_dossiers_bytecode_and_environments_are_not_code() -> None:
    paths = (
        *("model.py", ".hidden/weights.json", "weights.bin", "src/a.py", "manifest.json", "data/train.csv"),
        *("data/holdout.csv", "parts/0.parquet", "venv/pyvenv.cfg", "venv/bin/python", "sub/.git/config"),
        *(".assay/m/plan.json", "out/manifest.json", "out/plan.json", "out/predictions/holdout.parquet"),
        *("src/__pycache__/a.cpython-311.pyc", "legacy.pyc"),
    )
    kept = {
        "model.py",
        ".hidden/weights.json",
        "weights.bin",
        "src/a.py",
        "manifest.json",
        "data/train.csv",
        "legacy.pyc",
    }
    assert set(select_code(paths, ["data/holdout.csv", "./parts"])) == kept


@pytest.mark.parametrize(
    ("pattern", "selected"),
    [
        ("src", {"src/a.py", "src/deep/b.py", "src/deep/w.bin"}),
        ("src/", {"src/a.py", "src/deep/b.py", "src/deep/w.bin"}),
        ("./src/a.py", {"src/a.py"}),
        ("*.py", {"model.py", "[1].py"}),
        ("**/*.py", {"model.py", "src/a.py", "src/deep/b.py", "[1].py"}),
        ("src/*", {"src/a.py", "src/deep/b.py", "src/deep/w.bin"}),
        ("src/**/w.*", {"src/deep/w.bin"}),
        ("**", {"model.py", "src/a.py", "src/deep/b.py", "src/deep/w.bin", "[1].py"}),
        (".", {"model.py", "src/a.py", "src/deep/b.py", "src/deep/w.bin", "[1].py"}),
        ("[1].py", {"[1].py"}),
        ("[ms]*", {"model.py", "src/a.py", "src/deep/b.py", "src/deep/w.bin"}),
        ("sr", set()),
        ("../model.py", set()),
        ("/model.py", set()),
    ],
)
def test_patterns(pattern: str, selected: set[str]) -> None:
    paths = ("model.py", "src/a.py", "src/deep/b.py", "src/deep/w.bin", "[1].py")
    assert {path for path in paths if matches(path, pattern)} == selected
    assert unmatched([pattern], paths) == ([] if selected else [pattern])


def test_a_pattern_of_many_stars_ends() -> None:
    assert not matches("/".join("a" * 200), "/".join(["**", "a"] * 50) + "/b")


@pytest.mark.parametrize(
    "links",
    [
        {"a": "/etc/passwd"},
        {"a": "../x"},
        {"s/a": "../../x"},
        {"s/a": "t/../../../x"},
        {"a": "."} | {"b": "a/x"},
        {"deep/er/up": "../..", "l": "deep/er/up/../../x"},
        {"a": "b", "b": "a"},
        {"a": "a"},
    ],
)
def test_links_that_could_leave_the_tree_are_refused(links: dict[str, str]) -> None:
    """T-links: a link leads out of the code directly, or through another link and `..`."""
    with pytest.raises(DataError, match="symbolic link to"):
        refuse_outward_links(links)


def test_links_within_the_tree_stay() -> None:
    """T-links, twin: links to files and folders of the tree."""
    refuse_outward_links({"a": "b.py", "s/c": "../d/e", "s/t/d": "./x/../y", "f": "s"})
