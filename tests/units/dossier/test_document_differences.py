"""What counts as a difference, and which differences only make a gate harder to pass."""

from __future__ import annotations

from typing import Any

import pytest

from assay.dossier.document_differences import (
    MAX_SHOWN,
    Difference,
    differences,
    is_same,
    loosened_bars,
    manifest_change,
    path_of,
    put_place,
    read_place,
    shown,
    tightens,
)
from assay.errors import Place
from assay.facts.check_parts import Bar

LOW, HIGH = {"direction": "at_least", "limit": 0.7}, {"direction": "at_least", "limit": 0.8}


def bar(fact: str, limit: float, *where: str | int, direction: str = "at_least") -> Bar:
    return Bar.model_validate(
        {"fact": fact, "title": fact, "direction": direction, "limit": limit, "where": tuple(where)}
    )


def found(before: Any, after: Any) -> list[tuple[str, str, Any, Any]]:
    return [(path_of(each.place), each.kind, each.before, each.after) for each in differences(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ({"a": None}, {}, []),
        ({"a": (1, 2)}, {"a": [1, 2]}, []),
        ({"a": 1}, {"a": True}, [("a", "changed", 1, True)]),
        ({"a": 1}, {"a": "1"}, [("a", "changed", 1, "1")]),
        ({"a": 1}, {}, [("a", "removed", 1, None)]),
        ({}, {"a": {"b": 1}}, [("a", "added", None, {"b": 1})]),
        ({"a": {}}, {"a": {"b": 1}}, [("a.b", "added", None, 1)]),
        ({"a": LOW}, {"a": HIGH}, [("a", "changed", LOW, HIGH)]),
        ({"a": LOW}, {"a": False}, [("a", "changed", LOW, False)]),
        ({"a": [1, 2]}, {"a": [1, 2, 3]}, [("a", "changed", [1, 2], [1, 2, 3])]),
        ({"a": [{"n": 1}]}, {"a": [{"n": 2}, {"n": 3}]}, [("a.0.n", "changed", 1, 2), ("a.1", "added", None, {"n": 3})]),
        ({"a": [{"n": 1}]}, {"a": []}, [("a.0", "removed", {"n": 1}, None)]),
        ({"a": {"n": 1}}, {"a": [1]}, [("a", "changed", {"n": 1}, [1])]),
    ],
)  # fmt: skip
def test_differences(before: Any, after: Any, expected: list[tuple[str, str, Any, Any]]) -> None:
    assert found(before, after) == expected


def test_numbers_and_booleans_are_not_the_same() -> None:
    """`1 == True` in Python, but a positive class of `true` is another one than `1`."""
    assert not is_same({"positive": 1}, {"positive": True})
    assert is_same({"limit": 1}, {"limit": 1.0})


TIGHTENING: list[tuple[Place, Any, Any, list[Bar], list[Bar], bool]] = [
    (("b",), LOW, HIGH, [bar("/b", 0.7, "b")], [bar("/b", 0.8, "b")], True),
    (("b",), HIGH, LOW, [bar("/b", 0.8, "b")], [bar("/b", 0.7, "b")], False),
    (("b",), 10, 20, [bar("/b", 10, "b")], [bar("/b", 20, "b")], True),
    (("b",), 20, 10, [bar("/b", 20, direction="at_most")], [bar("/b", 10, direction="at_most")], True),
    (("b",), 10, 20, [bar("/b", 10, direction="at_most")], [bar("/b", 20, direction="at_most")], False),
    # A bar that is turned round, or is about something else, is a bar that is gone.
    (("b",), LOW, HIGH, [bar("/b", 0.7)], [bar("/b", 0.8, direction="at_most")], False),
    (("b",), LOW, HIGH, [bar("/b", 0.7)], [bar("/c", 0.8)], False),
    (("b",), LOW, None, [bar("/b", 0.7)], [], False),
    # A parameter that moves no bar is never tighter, whatever its number.
    (("smallest",), 30, 300, [bar("/b", 0.7)], [bar("/b", 0.7)], False),
    # A parameter that moves bars besides being something else is not the bar's own limit.
    (("strict",), 1, 2, [bar("/b", 0.7)], [bar("/b", 0.8)], False),
    (("strict",), True, False, [bar("/b", 1)], [bar("/b", 2)], False),
    # What is new must be declared where the difference is.
    (("c",), None, LOW, [bar("/b", 0.7, "b")], [bar("/b", 0.7, "b"), bar("/c", 0.7, "c")], True),
    (("c",), None, {"d": LOW}, [], [bar("/c", 0.7, "c", "d")], True),
    (("by", 1), None, "x", [bar("/b", 0.7, "b")], [bar("/b", 0.7, "b"), bar("/c", 0.7, "b")], False),
    # One bar tighter does not pay for another.
    (("b",), LOW, HIGH, [bar("/b", 0.7), bar("/c", 0.7)], [bar("/b", 0.8), bar("/c", 0.6)], False),
    # Of two bars on the same fact the tighter one counts, so a second, looser one loosens nothing.
    (("c",), None, LOW, [bar("/b", 0.8)], [bar("/b", 0.8), bar("/b", 0.7, "c")], False),
]  # fmt: skip


@pytest.mark.parametrize(("place", "before", "after", "old", "new", "expected"), TIGHTENING)
def test_what_tightens(place: Place, before: Any, after: Any, old: list[Bar], new: list[Bar], expected: bool) -> None:
    assert tightens(Difference(place=place, before=before, after=after), old, new) is expected


@pytest.mark.parametrize(
    ("before", "after", "limit", "expected"),
    [
        ("off", 0.8, 0.8, True),
        ("off", 0.9, 0.8, False),
        ("on", 0.8, 0.8, False),
        (0.0, 0.8, 0.8, True),
        (0.1, 0.8, 0.8, False),
        (0.0, 0.9, 0.8, False),
    ],
)
def test_a_bar_moves_by_its_own_limit_only(before: Any, after: float, limit: float, expected: bool) -> None:
    """A bar that was off has a limit that every value keeps, so it may move from anywhere, but only to the new one."""
    difference = Difference(place=("bars", "a"), before=before, after=after)
    assert tightens(difference, [bar("/a", 0.0, "bars", "a")], [bar("/a", limit, "bars", "a")]) is expected


def test_loosened_bars_are_named() -> None:
    kept, lost, moved = bar("/a", 0.7), bar("/b", 0.7), bar("/c", 0.7)
    assert loosened_bars([kept, lost, moved], [bar("/a", 0.9), bar("/c", 0.6)]) == (lost, moved)
    assert loosened_bars([kept], [kept, lost]) == ()
    assert loosened_bars([], []) == ()


def test_a_change_is_bounded_text() -> None:
    change = manifest_change(
        Difference(place=("roles", "a", "users"), before=[], after=["é" * 1000]),
        applies=False,
        file="assay.yaml",
        line=7,
    )
    assert (change.path, change.kind, change.before, change.file, change.line) == (
        "roles.a.users",
        "changed",
        "[]",
        "assay.yaml",
        7,
    )
    assert change.after is not None
    assert len(change.after) == MAX_SHOWN
    assert change.after.endswith("…")
    assert shown({"b": 1, "a": (True, None)}) == '{"a":[true,null],"b":1}'
    assert shown(None) is None
    assert shown(LOW) == '">= 0.7"'
    assert shown({"direction": "at_most", "limit": 1000000.5}) == '"<= 1000000.5"'


def test_a_description_is_changed_whatever_happened_to_it() -> None:
    added = Difference(place=("model", "owner"), before=None, after="us")
    assert manifest_change(added, applies=False, file="f", line=1).kind == "changed"
    assert manifest_change(added.beneath("data"), applies=False, file="f", line=1).kind == "added"


def test_places_are_read_and_put() -> None:
    document = {"a": [{"b": 1}], "c": None}
    assert read_place(document, ("a", 0, "b")) == 1
    assert read_place(document, ("a", 1, "b")) is None
    assert read_place(document, ("c", "d")) is None
    assert put_place(document, ("a", 1), 2) == {"a": [{"b": 1}, 2], "c": None}
    assert put_place(document, ("c", "d", 0), 2) == {"a": [{"b": 1}], "c": {"d": [2]}}
    assert put_place(document, ("c",), None) == {"a": [{"b": 1}]}
    assert document == {"a": [{"b": 1}], "c": None}
    for place in (("a", 2), ("a", "b"), ("a", 0, "b", "c")):
        with pytest.raises(LookupError):
            put_place(document, place, 1)


def test_a_bar_about_somebody_else_is_another_bar() -> None:
    """A1: the same fact, the same limit, but another group of people."""
    about = [bar("/b", 0.7).model_copy(update={"subject": {"by": name}}) for name in ("x", "y")]
    assert loosened_bars(about[:1], about[1:]) == (about[0],)
    assert loosened_bars(about, about[:1]) == (about[1],)
    assert loosened_bars(about, about) == ()
    assert not tightens(Difference(place=("by",), before="x", after="y"), about[:1], about[1:])


def test_a_difference_beneath_other_keys_is_the_same_difference() -> None:
    assert Difference(place=("b",), before=1, after=2).beneath("checks", "a") == Difference(
        place=("checks", "a", "b"), before=1, after=2
    )


def test_a_bar_that_becomes_a_block_is_one_difference() -> None:
    block = {"direction": "at_least", "other": 1}
    assert found({"a": LOW}, {"a": block}) == [("a", "changed", LOW, block)]
    assert found({"a": block}, {"a": LOW}) == [("a", "changed", block, LOW)]


@pytest.mark.parametrize(
    ("place", "applies", "tightens_at_once", "descriptive"),
    [
        (("model", "owner"), False, False, True),
        (("model", "owner"), True, True, False),
        (("model", "risk"), False, False, False),
        (("checks", "quality"), True, True, False),
    ],
)
def test_a_change_says_whether_it_applies(
    place: Place, applies: bool, tightens_at_once: bool, descriptive: bool
) -> None:
    change = manifest_change(Difference(place=place, before=None, after="x"), applies=applies, file="f", line=7)
    assert (change.tightens, change.descriptive, change.file, change.line) == (tightens_at_once, descriptive, "f", 7)
    assert change.kind == ("changed" if descriptive else "added")
    assert (change.before, change.after) == (None, '"x"')


def test_a_text_of_just_the_limit_is_shown_whole() -> None:
    whole = "a" * (MAX_SHOWN - 2)
    assert shown(whole) == f'"{whole}"'
    assert shown(whole + "a") == f'"{whole}a'[: MAX_SHOWN - 1] + "…"


@pytest.mark.parametrize(
    ("document", "place", "value", "expected"),
    [
        ({}, ("a",), 1, {"a": 1}),
        ({"a": 1, "b": None}, ("a",), None, {"b": None}),
        ({"a": 1, "b": 2}, ("b",), 3, {"a": 1, "b": 3}),
        ({"a": {"b": 1}}, ("a", "b"), None, {"a": {}}),
        ({"a": [1, 2, 3]}, ("a", 1), 9, {"a": [1, 9, 3]}),
        ({"a": [1, 2]}, ("a", 2), 9, {"a": [1, 2, 9]}),
        (None, ("a", 0, "b"), 1, {"a": [{"b": 1}]}),
    ],
)
def test_a_value_is_put_and_nothing_else_moves(document: Any, place: Place, value: Any, expected: Any) -> None:
    assert put_place(document, place, value) == expected


@pytest.mark.parametrize(
    ("document", "place", "part"), [([1], (2,), 2), ("text", ("a",), "a"), ({"a": 1}, ("a", "b"), "b")]
)
def test_what_is_in_the_way_is_named(document: Any, place: Place, part: Any) -> None:
    with pytest.raises(LookupError) as caught:
        put_place(document, place, 1)
    assert caught.value.args == (part,)


@pytest.mark.parametrize(("direction", "tight", "loose"), [("at_least", 0.8, 0.7), ("at_most", 0.2, 0.3)])
def test_of_two_bars_on_one_side_the_tighter_counts(direction: str, tight: float, loose: float) -> None:
    first, second = (bar("/b", limit, direction=direction) for limit in (tight, loose))
    for order in ([first, second], [second, first]):
        assert loosened_bars(order, [second]) == (first,)
        assert loosened_bars(order, [first]) == ()
        assert loosened_bars([first], order) == ()
    assert loosened_bars([first], [first]) == ()


def test_keys_that_are_numbers_are_written_as_text() -> None:
    assert is_same([{1: "a"}], [{"1": "a"}])
    assert is_same(({1: "a"},), [{"1": "a"}])
