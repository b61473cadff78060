"""A DVC pointer says of one file what DVC knows of it, or nothing."""

import pytest

from assay.errors import DataError
from assay.steps.planning.pointers import DvcPointer, read_pointer

MD5 = "0a" * 16


def pointer(**said: object) -> bytes:
    fields = {"md5": MD5, "size": 12, "path": "holdout.csv"} | said
    return ("outs:\n- " + "\n  ".join(f"{name}: {value}" for name, value in fields.items()) + "\n").encode()


@pytest.mark.parametrize(
    ("content", "path", "wanted"),
    [
        (pointer(), "data/holdout.csv.dvc", "data/holdout.csv"),
        (pointer(path="../data/holdout.csv"), "pointers/any.dvc", "data/holdout.csv"),
        (b"wdir: ..\n" + pointer(path="data/holdout.csv"), "pointers/any.dvc", "data/holdout.csv"),
        (pointer(path="other.csv") + pointer().partition(b"\n")[2], "data/all.dvc", "data/holdout.csv"),
    ],
)
def test_it_is_found_by_the_path_it_names(content: bytes, path: str, wanted: str) -> None:
    assert read_pointer(content, path, wanted) == DvcPointer(MD5, 12)


@pytest.mark.parametrize(
    "content",
    [
        b"outs: []\n",
        b"outs: holdout.csv\n",
        b"[]\n",
        b"{",
        pointer(path="other.csv"),
        pointer(md5="0A" * 16),
        pointer(md5="ab"),
        pointer(size="true"),
        pointer(size='"12"'),
        pointer(size=1.5),
    ],
)
def test_what_says_nothing_of_the_file_is_no_pointer(content: bytes) -> None:
    with pytest.raises(DataError, match=r"x\.dvc"):
        read_pointer(content, "x.dvc", "holdout.csv")
