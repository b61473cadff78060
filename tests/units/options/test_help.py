"""Help: every verb under its heading on one line, and the options of each within 80 columns on any terminal."""

import pytest

from assay.cli import main
from assay.commands import COMMANDS
from assay.options.flags import WIDTH
from assay.steps import STEPS, in_order

VERBS = (*STEPS.names(), *COMMANDS.names())
HEADINGS = ("Judge a change", "Steps of `assay check`", "Look closer", "Release", "Promote", "Set up a repository")


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """The lines that a command prints before it ends without trouble."""
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == 0
    return capsys.readouterr().out.splitlines()


def test_every_verb_has_one_line_under_its_heading(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "--help")
    assert max(map(len, lines)) <= WIDTH
    for verb in VERBS:
        title = (STEPS if verb in STEPS.names() else COMMANDS).title(verb)
        assert [line for line in lines if line.split()[:1] == [verb]] == [f"  {verb:<9}  {title}"]
    headings = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
    assert [heading for heading, start in zip(headings, HEADINGS, strict=True) if not heading.startswith(start)] == []


def test_the_steps_are_listed_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "--help")
    start = next(index for index, line in enumerate(lines) if line.startswith("Steps"))
    listed = [line.split()[0] for line in lines[start + 1 : lines.index("", start)]]
    # A promotion is a step that no check takes.
    assert (*listed, "promote") == in_order()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("columns", ["20", "400"])
def test_the_options_of_a_verb_fit_80_columns(
    verb: str, columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = shown(capsys, verb, "--help")
    assert max(map(len, lines)) <= WIDTH
    assert lines[0].startswith(f"usage: assay {verb} ")
    module = (STEPS if verb in STEPS.names() else COMMANDS).load(verb)
    assert " ".join(str(module.__doc__).split()) in " ".join(" ".join(lines).split())
    for option in getattr(module.Options, "model_fields", module.Options.__annotations__):
        if option not in getattr(module, "POSITIONAL", ()):
            assert f"[ASSAY_{option.upper()}]" in "".join(lines), option


@pytest.mark.parametrize("verb", ["init", "at"])
def test_the_folder_that_is_the_default_is_named_in_words(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Default: this folder." in " ".join(" ".join(shown(capsys, verb, "--help")).split())
