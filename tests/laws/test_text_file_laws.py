"""Laws of text files: written in any declared way, a table is read as it was, or refused in a sentence."""

from __future__ import annotations

import codecs
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.support.thoroughness import examples

from assay.edges.data_files import find_source
from assay.errors import DataError
from assay.tables.dialects import Dialect
from assay.tables.reading import open_file

SETTINGS = settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
DELIMITERS = {",": ",", ";": ";", "|": "|", ":": ":", "~": "~", "^": "^", "tab": "\t", "space": " "}
MARKS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
cells = st.sampled_from(
    ["", "NA", "x", "a,b", "a;b", 'q"q', "'", "two\nlines", "a\tb", " ", "é", "日本", "007x", "#", "\\"]
)
cells |= st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=6)


def written(cell: str, *, quote: bool) -> str:
    return '"' + cell.replace('"', '""') + '"' if quote or not cell.isalnum() else cell


@SETTINGS
@given(
    st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=6)),
    st.sampled_from(list(DELIMITERS)),
    st.sampled_from(
        ["utf-8", "utf-16-le", "utf-16-be", "gb18030", "marked utf-8", "marked utf-16-le", "marked utf-16-be"]
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
)
@example([["", ""], ["", ""]], ",", "utf-8", "\r\n", False, False)
def test_a_table_is_read_as_it_was_written(
    rows: list[list[str]], delimiter: str, encoding: str, end: str, ended: bool, quote: bool
) -> None:
    names = [f"n{index}" for index in range(len(rows[0]) if rows else 2)]
    separator, codec = DELIMITERS[delimiter], encoding.removeprefix("marked ")
    lines = [separator.join(names), *(separator.join(written(cell, quote=quote) for cell in row) for row in rows)]
    text = end.join(lines) + (end if ended else "")
    content = (MARKS[codec] if encoding != codec else b"") + text.encode(codec)
    dialect = Dialect(delimiter, None if encoding != codec else codec)
    with TemporaryDirectory() as folder:
        (Path(folder) / "d.csv").write_bytes(content)
        with open_file(find_source(Path(folder), "d.csv", dialect=dialect)) as file:
            assert list(file.schema()) == names
            found = file.read()
    for index, name in enumerate(names):
        # Everything is quoted but plain words; a quoted empty field is a text, and numbers need not be as they were.
        for value, row in zip(found[name].tolist(), rows, strict=True):
            assert str(value) == row[index] or not isinstance(value, str)


@SETTINGS
@given(st.binary(max_size=60) | st.text(st.sampled_from('a1,;|\t"\n\r\0é'), max_size=40).map(str.encode), st.sampled_from(["d.csv", "d.tsv", "d.jsonl"]))  # fmt: skip
@example(b"", "d.csv")
@example(b"\xff\xfe", "d.csv")
@example(b"\xef\xbb\xbf\n", "d.csv")
@example(b",\n,", "d.csv")
@example(b'"', "d.tsv")
def test_any_bytes_are_read_or_refused_in_one_sentence(content: bytes, name: str) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        try:
            with open_file(find_source(Path(folder), name)) as file:
                file.read()
        except DataError as error:
            assert name in str(error)
            assert str(error).endswith((".", "?"))
            assert "\n" not in str(error)
