"""JSON that users hand in: everything that is wrong with it is told, bounded and clean; nothing that is unclear is read."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import time
from typing import Any

import pytest
from tests.support import review_snapshots

from assay.documents.handed_in import LONGEST_TOLD, MOST_EXPLAINED, explain, parse_json
from assay.errors import DataError
from assay.facts.profiles import Profile, read_profile
from assay.reviews.snapshot import read_snapshot

GOOD: dict[str, Any] = {
    "page": "profile",
    "rows": 2,
    "sources": [f"sha256:{'0' * 64}"],
    "columns": {
        "a": {
            "kind": "number",
            "n": 2,
            "missing": 0,
            "numbers": {
                "mean": 1.0,
                "deviations": 2.0,
                "edges": [1.5],
                "counts": [1, 1],
                "low": [1, 2],
                "high": [1, 2],
                "total": [1, None],
            },
        }
    },
}
TEXT = json.dumps(GOOD)


def refused(content: bytes | str | dict[str, Any] | list[Any]) -> str:
    if not isinstance(content, bytes | str):
        content = json.dumps(content)
    with pytest.raises(DataError) as caught:
        read_profile(content if isinstance(content, bytes) else content.encode(), "p.json")
    start = "`p.json` is not a profile: "
    assert str(caught.value).startswith(start)
    assert str(caught.value).isprintable()
    assert "assay profile" in caught.value.hint
    return str(caught.value).removeprefix(start)


def test_a_good_one_is_read() -> None:
    assert read_profile(TEXT.encode(), "p.json") == Profile.model_validate_json(TEXT)
    assert read_profile(json.dumps(GOOD, indent=4).replace('": ', '"  :\t').encode(), "p.json").rows == 2


def test_every_problem_is_told_with_its_place() -> None:
    told = refused({**GOOD, "rows": -1, "sources": ["sha256:0", 7], "extra": 1})
    assert told.startswith("$.rows: -1 is less than the minimum of 0; $.sources[0]: 'sha256:0' does not match ")
    assert "$.sources[1]: 7 is not of type 'string'; " in told
    assert told.endswith("$: Additional properties are not allowed ('extra' was unexpected).")


UNCLEAR = {
    "twice": (TEXT.replace('"rows": 2', '"rows": 9, "rows": 2'), "`rows` occurs twice in an object."),
    "twice the same": (TEXT.replace('"rows": 2', '"rows": 2, "rows": 2'), "`rows` occurs twice in an object."),
    "twice by escape": (TEXT.replace('"rows": 2', '"r\\u006fws": 2, "rows": 2'), "`rows` occurs twice in an object."),
    "a column twice": (TEXT.replace('{"a": {', '{"a": {}, "a": {'), "`a` occurs twice in an object."),
    "not a number": (TEXT.replace("1.5", "NaN"), "NaN is not JSON."),
    "infinite": (TEXT.replace("1.5", "-Infinity"), "-Infinity is not JSON."),
    "too large a float": (TEXT.replace("1.5", "1e999"), "$.columns.a.numbers.edges.0: Input should be a finite number."),
    "too many digits": (TEXT.replace("1.5", "1" * 5_000), "a number has 5,000 digits; at most 400 are read."),
    "a bomb": ("[" * 50_000, "it is nested too deeply to be read."),
    "a bomb of objects": ('{"a":' * 50_000, "it is nested too deeply to be read."),
    "a bomb within": (TEXT.replace("[1.5]", "[" * 5_000 + "]" * 5_000), "it is nested too deeply to be read."),
    "another encoding": (TEXT.encode("utf-16"), "it is not UTF-8 text."),
    "no text": (b"\xff", "it is not UTF-8 text."),
    "a byte order mark": (TEXT.encode("utf-8-sig"), "it is not JSON: Unexpected UTF-8 BOM"),
    "two documents": (TEXT + TEXT, "it is not JSON: Extra data"),
    "a number as text": (TEXT.replace('"rows": 2', '"rows": "2"'), "$.rows: '2' is not of type 'integer'."),
    "a truth value": (TEXT.replace('"missing": 0', '"missing": false'), "$.columns.a.missing: False is not of type 'integer'."),
    "what only the types know": (TEXT.replace('"rows": 2', '"rows": 5'), "$: the counts of `a` do not add up to 5 rows."),
}  # fmt: skip


@pytest.mark.parametrize("name", UNCLEAR)
def test_what_is_unclear_is_refused(name: str) -> None:
    content, told = UNCLEAR[name]
    assert told in refused(content)


def test_names_and_texts_that_look_like_names_are_told_apart() -> None:
    """A colon or a quote within a text makes no name of it."""
    odd = {'a": 1, "b': copy.deepcopy(GOOD["columns"]["a"]), ":": copy.deepcopy(GOOD["columns"]["a"])}
    odd["c"] = {"kind": "text", "n": 2, "missing": 0, "categories": {"values": [['":', 1], ["\\", 1]], "rest": 0}}
    assert set(read_profile(json.dumps({**GOOD, "columns": odd}).encode(), "p.json").columns) == {*odd}


def test_what_is_told_is_bounded_clean_and_the_same_each_time() -> None:
    told = refused({**GOOD, "columns": {f"c{n}\x1b[31m\u202e{'x' * 500}": {} for n in range(2_00)}})
    assert told.endswith("; and more.")
    assert len(told) < 25 * LONGEST_TOLD
    program = (
        "from assay.documents.handed_in import explain\n"
        "print(explain(b'{\"columns\": {%s}}' % b', '.join(b'\"c%d\": {}' % n for n in range(99)), 'profile'))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_a_long_document_is_not_searched_for_long() -> None:
    started = time.monotonic()
    told = refused({**GOOD, "sources": ["x"] * (MOST_EXPLAINED // 3)})
    assert told.startswith("$.sources.0: String should match pattern ")
    assert time.monotonic() - started < 10


def test_the_whole_snapshot_is_told() -> None:
    document = review_snapshots.approved()
    document["pull_request"].update(head="A" * 40, merged="false")
    document.pop("events")
    with pytest.raises(DataError) as caught:
        read_snapshot(document)
    assert str(caught.value) == (
        "The snapshot of reviews is malformed: $.pull_request.head: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' does not "
        "match '^([0-9a-f]{40}|[0-9a-f]{64})$'; $.pull_request.merged: 'false' is not of type 'boolean'; $: 'events' is a "
        "required property."
    )


def test_of_alternatives_that_is_told_which_fits_best() -> None:
    document = review_snapshots.approved()
    document["reviews"][0]["author"]["id"] = "1"
    assert explain(json.dumps(document).encode(), "reviews") == (
        "$.reviews[0].author.id: '1' is not of type 'integer'",
    )


@pytest.mark.parametrize("content", [b"0", b'"a"', b"null", b"[]", b'{"a": 1e5}', b"-12"])
def test_json_is_read_as_it_is(content: bytes) -> None:
    assert parse_json(content) == json.loads(content)
