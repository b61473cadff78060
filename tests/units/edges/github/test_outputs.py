"""Outputs and summary as a runner reads them back."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.fakegithub.faults import Fault
from tests.support.fakegithub.server import FakeGitHub

from assay.edges.github.client import Client, GitHubError
from assay.edges.github.outputs import cut, write_outputs, write_summary
from assay.edges.github.statuses import set_status

HEAD, NAME = "a" * 40, "acme/loans"


def read_back(text: str) -> dict[str, str]:
    """The grammar of a runner: `name<<delimiter`, lines, `delimiter`, or `name=value`; any line end ends a line."""
    found: dict[str, str] = {}
    lines = iter(re.split(r"\r\n|\n|\r", text))
    for line in lines:
        name, heredoc, delimiter = line.partition("<<")
        if heredoc and "=" not in name:
            value = []
            for each in lines:
                if each == delimiter:
                    break
                value.append(each)
            found[name] = "\n".join(value)
        elif "=" in line:
            name, _, found_value = line.partition("=")
            found[name] = found_value
    return found


@given(st.text(max_size=80), st.text(alphabet="EOF=<\r\nverdict open", max_size=60))
def test_no_value_becomes_another_output(worst: str, verdict: str) -> None:
    """F21, G4: a value with line ends once opened a gate: `worst=age\\ndecision=allow`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "output"
        assert write_outputs({"GITHUB_OUTPUT": str(path)}, {"worst": worst, "verdict": verdict, "last": "closed"})
        back = read_back(path.read_text(encoding="utf-8"))
    assert set(back) == {"worst", "verdict", "last"}
    assert back["last"] == "closed"
    assert back["verdict"] == verdict.replace("\r", " ")


def test_the_delimiter_is_new_for_each_value(tmp_path: Path) -> None:
    path = tmp_path / "output"
    for _ in range(20):
        write_outputs({"GITHUB_OUTPUT": str(path)}, {"verdict": "open"})
    assert len(set(re.findall(r"<<(\S+)", path.read_text()))) == 20


def test_names_and_places(tmp_path: Path) -> None:
    assert not write_outputs({}, {"verdict": "open"})
    assert not write_summary({}, "text")
    with pytest.raises(GitHubError, match="name of an output"):
        write_outputs({"GITHUB_OUTPUT": str(tmp_path / "output")}, {"a=b\nc": "open"})
    with pytest.raises(GitHubError, match="could not be written"):
        write_summary({"GITHUB_STEP_SUMMARY": str(tmp_path)}, "text")


@given(st.text(max_size=400), st.integers(100, 500))
def test_cut_texts_fit(text: str, limit: int) -> None:
    assert len(cut(text, limit).encode()) <= limit
    if len(text.encode()) <= limit:
        assert cut(text, limit) == text


def test_a_status_goes_on_the_head(fake: FakeGitHub, client: Client) -> None:
    page = "https://github.com/acme/loans/actions/runs/1"
    set_status(client, HEAD, state="failure", context="assay/x", description="é" * 200, page=page)
    (status,) = fake.world.repositories[NAME].statuses[HEAD]
    assert (status["state"], status["context"], len(status["description"])) == ("failure", "assay/x", 140)


def test_a_status_whose_answer_was_lost_is_put_again(fake: FakeGitHub, client: Client) -> None:
    fake.fault(Fault("POST", "/statuses", effect="apply_then_answer"))
    set_status(client, HEAD, state="success", context="assay/x", description="open", page="https://github.com")
    assert {each["state"] for each in fake.world.repositories[NAME].statuses[HEAD]} == {"success"}


RUNS = "https://github.com/acme/loans/actions/runs/"


@pytest.mark.parametrize(
    ("first", "second", "last"),
    [
        ("20", "19", "20"),
        ("19", "20", "20"),
        ("20", "20", "20"),
        ("20/attempts/2", "20", "20/attempts/2"),
        ("20", "20/attempts/2", "20/attempts/2"),
        ("9", "10", "10"),
    ],
)
def test_an_older_run_does_not_have_the_last_word(
    fake: FakeGitHub, client: Client, first: str, second: str, last: str
) -> None:
    """An open gate that is told late does not hide a closed one."""
    for run in (first, second):
        set_status(client, HEAD, state="success", context="assay/x", description=run, page=f"{RUNS}{run}")
        set_status(client, HEAD, state="failure", context="assay/y", description="other", page=f"{RUNS}99")
    held = fake.world.repositories[NAME].statuses[HEAD]
    assert next(each["description"] for each in held if each["context"] == "assay/x") == last


def test_a_status_of_something_else_supersedes_nothing(fake: FakeGitHub, client: Client) -> None:
    for page in ("https://example.com/acme/loans/actions/runs/99", "https://github.com/acme/other/actions/runs/99", ""):
        set_status(client, HEAD, state="success", context="assay/x", description="theirs", page=page)
        assert set_status(client, HEAD, state="failure", context="assay/x", description="ours", page=f"{RUNS}1")
    assert fake.world.repositories[NAME].statuses[HEAD][0]["state"] == "failure"


def test_a_status_that_is_refused(fake: FakeGitHub, client: Client) -> None:
    fake.world.token("job", contents="read")
    with pytest.raises(GitHubError) as stopped:
        set_status(client, HEAD, state="success", context="assay/x", description="open", page="https://github.com")
    assert "`statuses: write`" in stopped.value.hint
