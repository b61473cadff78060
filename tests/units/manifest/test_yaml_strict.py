"""F-8: the loader reads YAML 1.2 scalars and refuses what would let one file mean two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import ManifestError
from assay.manifest.yaml_strict import MAX_BYTES, MOST_PROBLEMS, load


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("~", None),
        ("", None),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("0.8_5", "0.8_5"),
        ("1:30", "1:30"),
        ("2027-02-01", "2027-02-01"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("1.", 1.0),
        ("-0", 0),
    ],
)
def test_scalars_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    found = load(f"key: {text}\n", "f").value["key"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1, "twice"),
        ("a:\n  x: 1\n  x: 2\n", 3, 3, "twice"),
        ("a: &x 1\nb: *x\n", 1, 4, "Anchors"),
        ("a: *x\n", 1, 4, "Anchors"),
        ("a: !!python/object:os.system x\n", 1, 4, "Tags"),
        ("a: !!str 1\n", 1, 4, "Tags"),
        ("<<: {a: 1}\n", 1, 1, "Merge"),
        ("a: .inf\n", 1, 4, "finite"),
        ("a: .nan\n", 1, 4, "finite"),
        ("a: 1e999\n", 1, 4, "finite"),
        ("a: 9007199254740993\n", 1, 4, "large"),
        (f"a: {'9' * 5000}\n", 1, 4, "large"),
        ("a: [1\n", 2, 1, "not YAML"),
        ("a: 1\n---\nb: 2\n", 2, 1, "one document"),
        ("%YAML 1.1\n---\na: 1\n", 1, 1, "Directives"),
        ("? [a]\n: b\n", 1, 3, "key"),
        ("a: \x00\n", 1, 1, "not YAML"),
    ],
)
def test_refusals_name_line_and_column(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(ManifestError) as caught:
        load(text, "assay.yaml")
    problem = caught.value.problems[0]
    assert (problem.line, problem.column) == (line, column)
    assert words in problem.message


def test_bombs_are_refused_before_they_grow() -> None:
    aliases = "a: &a [x]\n" + "".join(f"{c}: [*a, *a]\n" for c in "bcdef")
    for text in (aliases, "[" * 500, "a: [" + "1," * 300_000 + "]", "#" * (MAX_BYTES + 1)):
        with pytest.raises(ManifestError):
            load(text, "assay.yaml")


@pytest.mark.parametrize("entry", ["a: 1", "<<: .inf"])
def test_very_many_problems_are_told_in_part(entry: str) -> None:
    deep = "".join("{" + "k" * 1_000 + ": " for _ in range(20))
    with pytest.raises(ManifestError) as caught:
        load(deep + "{" + ",".join([entry] * 20_000) + "}" * 21, "assay.yaml")
    assert 0 < len(caught.value.problems) <= MOST_PROBLEMS + 1
    assert len(str(caught.value)) < 200_000


def test_all_duplicates_are_reported_together() -> None:
    with pytest.raises(ManifestError) as caught:
        load("a: 1\na: 2\nb: 1\nb: 2\n", "assay.yaml")
    assert [problem.line for problem in caught.value.problems] == [2, 4]


def test_latin_1_is_refused_with_its_line() -> None:
    with pytest.raises(ManifestError) as caught:
        load(b"a: 1\nb: \xe9\n", "assay.yaml")
    assert caught.value.problems[0].line == 2


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        load(text, "assay.yaml")
    except ManifestError as error:
        assert error.problems
    except UnicodeEncodeError:
        assert any("\ud800" <= character <= "\udfff" for character in text)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.text(st.characters(codec="ascii"), max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_json_is_read_as_json(value: object) -> None:
    import json

    # JSON escapes of control characters are the same in YAML's double quotes.
    assert load(json.dumps(value), "f").value == value
