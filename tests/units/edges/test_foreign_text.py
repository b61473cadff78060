"""What strangers wrote, before people read it."""

from __future__ import annotations

import pytest

from assay.edges.foreign_text import plain


def test_what_a_stranger_wrote_is_quoted_without_control_characters() -> None:
    assert plain("\x1b[31mred\x1b[0m \x07bell\x00 \u202egnitset\nnext") == "red bell gnitset\nnext"
    assert len(plain("x" * 5_000)) == 2_000


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD", "api_key", "NPM_AUTH"])
def test_g6_values_of_the_environment_do_not_reach_people(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """G6, T-loud-thief: a model that found a secret cannot say it; its twin, a word of a harmless variable, is left as it is."""
    monkeypatch.setenv(name, "ghs_4711abcd\nsecond-line")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Adelaide")
    assert plain("found ghs_4711abcd and second-line, Adelaide") == "found *** and ***, Adelaide"
    assert plain("\x1b[31mghs_\x1b[0m4711abcd") == "***"
    assert "4711" not in plain("ghs_4711abcd" + "x" * 1_999)
