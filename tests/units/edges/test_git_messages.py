"""What Git says is kept, on one line, without what could move a cursor, command a runner or give a password away."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.edges.git_messages import known_cause, last_line, reason

SAID = b"""\
remote: \x1b[31mRefused\x1b[0m by a rule        \r
To https://octocat:ghp_secret@git.example/loans.git
 ! [remote rejected] x -> y (declined)
hint: try again
error: failed to push some refs to 'https://octocat:ghp_secret@git.example/loans.git'
fatal: unable to access 'https://octocat:ghp_secret@git.example/loans.git/': 403
"""


def test_words_are_kept_and_cleaned() -> None:
    """G6: a login in an address is none of the reader's business."""
    said = reason(SAID)
    assert said.startswith("remote: Refused by a rule; ! [remote rejected] x -> y (declined); fatal: unable to access")
    assert "https://***@git.example/loans.git/" in said
    assert "ghp_secret" not in said
    assert last_line(SAID) == "unable to access 'https://***@git.example/loans.git/': 403"
    assert (reason(b""), last_line(b"")) == ("it gave no reason.", "it gave no reason")


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_whatever_is_said_stays_on_one_printable_line(said: bytes) -> None:
    """G3: nothing starts a line of its own."""
    for text in (reason(said), last_line(said)):
        assert text.isprintable()
        assert len(text) <= 601
    cause = known_cause(said, network=True)
    assert cause is None or str(cause).isprintable()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("fatal: unsafe repository ('/x y' is owned by someone else)", "Git refuses the repository `/x y`"),
        ("fatal: detected dubious ownership in repository at '/x'", "Git refuses the repository `/x`"),
        ("error: unknown option `refetch'\nusage: git fetch", "it has no option --refetch."),
        ("fatal: bad config line 1 in file .git/config", "Git cannot read its configuration"),
        ("fatal: bad numeric config value 'x' for 'core.abbrev'", "Git cannot read its configuration"),
        ("fatal: transport 'ext' not allowed", "begins with `ext`"),
    ],
)
def test_a_cause_that_is_known_is_said(said: str, words: str) -> None:
    """T-git-cause: by Git of any version; what a remote says is no cause."""
    cause = known_cause(said.encode(), network=True)
    assert cause is not None
    assert words in str(cause)
    assert cause.hint
    told = "\n".join(f"remote: {line}" for line in said.splitlines())
    assert known_cause(told.encode(), network=True) is None
