"""G3: no text is a command to the runner that reads it, in whatever pieces it is written."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.cli import main
from assay.edges.runner_log import GuardedStream, guarded_streams, write_commands

pieces = st.lists(
    st.text('\n\r\t\v\f \u2028\u3000\x85::##[]{}"%0Av', max_size=12)
    | st.sampled_from(
        ["::error::x", "##[error]x", "##vso[x]", "\r::set-output name=a::b", "%0A::x", "  ::add-mask::y"]
    ),
    max_size=6,
)


def commands(log: str) -> list[str]:
    """The lines that GitHub's runner takes for commands: its two grammars, as `ActionCommand` reads them."""
    lines = re.split(r"\r\n|\r|\n", log)
    return [line for line in lines if line.lstrip().startswith("::") or re.search(r"##(vso)?\[", line)]


def written(*parts: str) -> str:
    target = io.StringIO()
    stream = GuardedStream(target)
    for part in parts:
        assert stream.write(part) == len(part)
    return target.getvalue()


@given(pieces)
def test_no_piece_of_text_becomes_a_command(parts: list[str]) -> None:
    assert not commands(written(*parts))


@given(st.text('ab :#[]\n\r{"%', max_size=40))
def test_only_commands_are_changed(text: str) -> None:
    """G3 twin: what is no command is written as it is."""
    if not commands(text):
        assert written(text) == text
    else:
        assert written(text).replace(" ", "").replace("\\u0023", "#") == text.replace(" ", "")


@given(
    st.dictionaries(st.text(max_size=5), st.text("ab#[:\n", max_size=9) | st.just("##[error]x"), max_size=3),
    st.sampled_from([None, 2]),
)
def test_json_stays_the_same_document(document: dict[str, str], indent: int | None) -> None:
    """G3 twin: in JSON a command is broken up by an escape, so programs read what was meant."""
    shown = written(json.dumps(document, indent=indent) + "\n")
    assert json.loads(shown) == document
    assert not commands(shown)


def test_commands_that_are_meant_pass(capsys: pytest.CaptureFixture[str]) -> None:
    """G3 twin: annotations are commands."""
    with guarded_streams():
        write_commands("::error file=assay.yaml,line=1::closed\n")
        sys.stdout.write("::error::no\n")
    assert commands(capsys.readouterr().out) == ["::error file=assay.yaml,line=1::closed"]
    write_commands("::notice::outside\n")
    assert commands(capsys.readouterr().out) == ["::notice::outside"]


@pytest.mark.parametrize(
    "typed", [["::error::x"], ["check", "--root", "\n::error::x"], ["explain", "##[error]x", "--format", "json"]]
)
def test_what_was_typed_is_no_command(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """G3: complaints, hints and JSON answers repeat foreign text."""
    assert main(typed) == 2
    shown = capsys.readouterr()
    assert shown.err
    assert not commands(shown.out + "\n" + shown.err)
