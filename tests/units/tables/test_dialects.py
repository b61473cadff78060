"""Text files as people's programs write them: read where they can be read in one way only, else refused by name."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.table_files import source_of

from assay.edges.data_files import find_source
from assay.errors import DataError
from assay.manifest.block_parts import Encoding
from assay.manifest.data_blocks import DataSet
from assay.tables.dialect_proposals import propose_dialect, propose_encoding
from assay.tables.dialects import Dialect, codec_of
from assay.tables.reading import read, schema
from assay.tables.source import ReadingLimits

PLAIN = 'id,name\n1,"Zoë\nÅ"\n2,é\n'
ROWS = {"id": [1, 2], "name": ["Zoë\nÅ", "é"]}

Read = Callable[..., dict[str, list[Any]]]


@pytest.fixture
def found(tmp_path: Path) -> Read:
    """Writes bytes under a name and reads them, with a dialect."""

    def look(content: bytes, name: str = "d.csv", **declared: str) -> dict[str, list[Any]]:
        (tmp_path / name).write_bytes(content)
        source = find_source(tmp_path, name, dialect=Dialect(**declared, place="data.sets.train"))
        return {column: values.tolist() for column, values in read(source).items()}

    return look


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "end", "end end end"])
@pytest.mark.parametrize("packed", [False, True])
def test_what_has_one_reading_is_read(found: Read, codec: str, end: str, last: str, packed: bool) -> None:
    text = PLAIN.rstrip().replace("\n", end) + last.replace("end", end).replace(" ", "")
    content = text.encode(codec)
    rows = {"id": [1, 2], "name": [f"Zoë{end}Å", "é"]}
    assert found(gzip.compress(content) if packed else content, "d.csv.gz" if packed else "d.csv") == rows


def test_big_endian_marks_and_json_lines(found: Read) -> None:
    assert found(b"\xfe\xff" + PLAIN.encode("utf-16-be")) == ROWS
    for codec in ("utf-8-sig", "utf-16"):
        assert found('{"a": "é"}\n{"a": "ü"}'.encode(codec), "d.jsonl") == {"a": ["é", "ü"]}
    assert found('{"a": "é"}'.encode("latin-1"), "d.jsonl", encoding="iso-8859-1") == {"a": ["é"]}


@pytest.mark.parametrize("encoding", get_args(Encoding))
def test_declared_encodings_are_decoded(found: Read, encoding: str) -> None:
    text = "id;name\n1;abc\n2;" + {"koi8-r": "Ж", "iso-2022-jp": "日本"}.get(encoding, "x") + "\n"
    content = text.encode(codec_of(encoding).removesuffix("-le"))
    content = text.encode("utf-16-le") if encoding == "utf-16-le" else content
    rows = {"id": [1, 2], "name": ["abc", text[-2:-1] if encoding != "iso-2022-jp" else "日本"]}
    assert found(content, encoding=encoding, delimiter=";") == rows


@pytest.mark.parametrize(("word", "character"), [(";", ";"), ("tab", "\t"), ("space", " "), ("|", "|"), (",", ",")])
def test_declared_delimiters(found: Read, word: str, character: str) -> None:
    content = PLAIN.replace(",", character).encode()
    for name in ("d.csv", "d.tsv"):
        assert found(content, name, delimiter=word) == ROWS


def test_a_declared_decimal_mark(found: Read, tmp_path: Path) -> None:
    content = b"a;b;c;d\n1,5;1;007;1.5\n-2,25e1;2;8;2\n;3;9;3\n"
    rows = found(content, delimiter=";", decimal=",")
    assert rows["a"][:2] == [1.5, -22.5]
    assert (rows["b"], rows["c"], rows["d"]) == ([1, 2, 3], ["007", "8", "9"], ["1.5", "2", "3"])
    kinds = schema(replace(source_of(tmp_path / "d.csv"), dialect=Dialect(";", decimal=",")))
    assert kinds == {"a": "number", "b": "integer", "c": "text", "d": "text"}


def test_names_of_rows_get_a_name(found: Read) -> None:
    """R and pandas write the names of rows into a first column without a name."""
    assert found(b'"","a"\n"x",1\n"y",2\n') == {"row_names": ["x", "y"], "a": [1, 2]}
    assert found(b",a\n0,1\n1,2") == {"row_names": [0, 1], "a": [1, 2]}


def test_very_long_rows(found: Read) -> None:
    long = "x" * 3_000_000
    assert found(f"a,b\n1,{long}\n2,y\n".encode()) == {"a": [1, 2], "b": [long, "y"]}
    with pytest.raises(DataError, match="has a row of more than 16,777,216 bytes"):
        found(b"a,b\n1," + b"x" * (1 << 24) + b"\n")


def test_a_header_alone_has_no_rows(found: Read) -> None:
    for content in (b"a,b", b"a,b\n", b"a,b\r\n", b"a,b\n\n"):
        assert found(content) == {"a": [], "b": []}


@pytest.mark.parametrize(
    ("name", "content", "declared", "sentence"),
    [
        ("d.csv", b"a;b\n1;2\n", {}, 'separates with ";", not with ",": write `delimiter: ";"` beneath data.sets.train.'),
        ("d.csv", b"a;b\n1,5;2\n", {}, 'write `delimiter: ";"` and `decimal: ","` beneath data.sets.train.'),
        ("d.csv", b"a\tb\n1\t2\n", {}, 'separates with tab, not with ",": write `delimiter: tab`'),
        ("d.csv", b"a|b\n1|2\n3|4|5\n", {}, 'separates with "|"'),
        ("d.csv", b"a,b;c,d\n1,2;3,4\n", {}, 'may be separated by "," or by ";"; write `delimiter: ","`'),
        ("d.tsv", b"a,b\n1,2\n", {}, 'separates with ",", not with tab'),
        ("d.csv", "a\ncafé au lait\n".encode("cp1252"), {},
         "line 2, is not UTF-8; if it is windows-1252, which reads “café” there, write `encoding: windows-1252`"),
        ("d.csv", "a\nМосква и Казань\n".encode("cp1251"), {}, "write `encoding: windows-1251` beneath data.sets.train"),
        ("d.jsonl", '{"a":"Köln"}\n'.encode("latin-1"), {}, "line 1, is not UTF-8; if it is windows-1252"),
        ("d.csv", "a,b\n1,2\n".encode("utf-16-be"), {}, "has a NUL byte; if it is utf-16-be, write `encoding: utf-16-be`"),
        ("d.csv", b"a\n\xff\xfe\n", {"encoding": "euc-jp"}, "line 2, is not euc-jp: it has the byte FF"),
        ("d.csv", b"\xff\xfea\0\n\0", {"encoding": "windows-1252"}, "byte order mark of UTF-16, but its encoding"),
        ("d.csv", b"\xff\xfea\0\n\0\x00", {}, "line 2, is not utf-16-le"),
        ("d.jsonl", b'{"a":1}\n', {"delimiter": ";"}, "is JSON lines, which has no `delimiter` to declare"),
        ("d.parquet", b"PAR1", {"encoding": "utf-8"}, "is Parquet, which has no `encoding` to declare"),
    ],
)  # fmt: skip
def test_the_rest_is_refused_with_what_was_found_and_the_line_to_write(
    found: Read, name: str, content: bytes, declared: dict[str, str], sentence: str
) -> None:
    with pytest.raises(DataError) as caught:
        found(content, name, **declared)
    assert sentence in str(caught.value)


def test_advice_that_is_followed_opens_the_file(found: Read) -> None:
    """What a refusal says to write is right: written so, the file is read."""
    assert found(b"a;b\n1,5;2\n", delimiter=";", decimal=",") == {"a": [1.5], "b": [2]}
    assert found(b"a,b;c,d\n1,2;3,4\n", delimiter=",") == {"a": [1], "b;c": ["2;3"], "d": [4]}
    assert found("a\ncafé\n".encode("cp1252"), encoding="windows-1252") == {"a": ["café"]}


def test_decoded_bytes_are_limited(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes("a\n".encode("utf-16") + b"1\0\n\0" * 1000)
    with pytest.raises(DataError, match="has more than 1,000 bytes as UTF-8"):
        read(find_source(tmp_path, "d.csv", ReadingLimits(decompressed=1000)))


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ({"profile": "p.json", "delimiter": ";"}, "say how the file at `path` is written"),
        ({"path": "d.csv", "decimal": ","}, "needs a `delimiter` other than a comma"),
        ({"path": "d.csv", "delimiter": "\t"}, "delimiter"),
        ({"path": "d.csv", "encoding": "latin-1"}, "encoding"),
    ],
)
def test_a_data_set_declares_what_can_be_read(block: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        DataSet.model_validate(block)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1252", "name,city\nMüller,Köln\nJosé,São Paulo\n"),
        ("windows-1252", "a\n20°C\n10€\n"),
        ("windows-1250", "imię,miasto\nŁukasz,Łódź\nŻaneta,Gdańsk\n"),
        ("windows-1251", "имя,город\nИван,Москва\nПётр,Казань\n"),
        ("windows-1253", "όνομα,πόλη\nΓιώργος,Αθήνα\n"),
        ("shift_jis", "名前,都市\n田中,東京\n"),
        ("gb18030", "姓名,城市\n王小明,北京\n"),
        ("utf-16-le", "a,b\n1,2\n"),
    ],
)
def test_the_proposed_encoding(encoding: str, text: str) -> None:
    assert propose_encoding(text.encode(codec_of(encoding))) == encoding


NAMES = st.lists(st.from_regex(r"[a-z][a-z_]{0,5}", fullmatch=True), min_size=2, max_size=5, unique=True)


@given(
    NAMES,
    st.lists(st.lists(st.integers(0, 9).map(str), min_size=5, max_size=5), min_size=1, max_size=5),
    st.sampled_from([";", "\t", "|"]),
)
def test_what_is_proposed_of_a_file_reads_it(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], rows: list[list[str]], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("written") / "d.csv"
    lines = [names, *(row[: len(names)] for row in rows)]
    path.write_text("\n".join(delimiter.join(line) for line in lines))
    with path.open("rb") as file:
        proposed = propose_dialect(file.fileno(), ",")
    with pytest.raises(DataError, match="separates with"):
        read(source_of(path))
    source = find_source(path.parent, "d.csv", dialect=proposed)
    assert list(read(source)) == names
