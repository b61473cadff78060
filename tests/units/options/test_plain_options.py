"""Plain options: flags, variables and refusals are those of the richer ones."""

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest
from pydantic import Field

from assay.commands import COMMANDS
from assay.errors import UsageError
from assay.options.flags import read_options
from assay.options.plain_options import PlainOptions, described, plain_fields
from assay.options.step_options import Options as RichOptions


@dataclass(frozen=True, kw_only=True)
class Plain(PlainOptions):
    time: str = described("The time.")
    folder: Path = described("The folder.", Path())  # noqa: RUF009  # what it calls is a field
    model: str | None = described("The model.", None)
    fetch: bool = described("Whether to fetch.", default=False)
    order: Literal["up", "down"] = described("The order.", "up")


class Rich(RichOptions):
    time: str = Field(description="The time.")
    folder: Path = Field(Path(), description="The folder.")
    model: str | None = Field(None, description="The model.")
    fetch: bool = Field(default=False, description="Whether to fetch.")
    order: Literal["up", "down"] = Field("up", description="The order.")


def verb(options: type[Any]) -> ModuleType:
    made = ModuleType("verb", "Does something.")
    made.Options, made.POSITIONAL = options, ("time",)  # type: ignore[attr-defined]
    return made


def said(options: type[Any], arguments: list[str], environment: dict[str, str]) -> Any:
    try:
        read = read_options("verb", verb(options), arguments, environment)
    except UsageError as error:
        return str(error), error.hint
    return {name: getattr(read, name) for name in Rich.model_fields}


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["now"], {}),
        (["now", "--folder", "a/b", "--model", "m", "--fetch", "--order", "down", "--format", "json"], {}),
        (["now"], {"ASSAY_FOLDER": "x", "ASSAY_FETCH": "true", "ASSAY_ORDER": "down", "ASSAY_TIME": "never"}),
        (["now", "--order", "up"], {"ASSAY_ORDER": "down", "ASSAY_FETCH": "no", "ASSAY_MODEL": ""}),
        (["now", "--order", "sideways"], {}),
        (["now", "--format", "xml", "--order", ""], {"ASSAY_ORDER": "sideways"}),
        (["now"], {"ASSAY_FETCH": "maybe"}),
        (["now", "--nothing"], {}),
        ([], {}),
        (["a", "b"], {}),
    ],
)
def test_plain_and_rich_say_the_same(arguments: list[str], environment: dict[str, str]) -> None:
    assert said(Plain, arguments, environment) == said(Rich, arguments, environment)


@pytest.mark.parametrize("options", [Plain, Rich])
def test_help_is_the_same(options: type[Any], capsys: pytest.CaptureFixture[str]) -> None:
    shown = []
    for each in (Rich, options):
        with pytest.raises(SystemExit):
            read_options("verb", verb(each), ["--help"], {})
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]
    assert "Whether to fetch." in shown[0]


def test_a_verb_with_plain_options_has_only_types_that_they_read() -> None:
    read = {str, bool, Path, str | None, Literal["text", "json"]}
    plain = [name for name in COMMANDS.names() if _is_plain(name)]
    assert {"at", "history", "status"} <= set(plain)
    for name in plain:
        fields = plain_fields(COMMANDS.load(name).Options)
        assert {field.annotation for field in fields.values()} <= read
        assert all(field.description.endswith(".") for field in fields.values())


def _is_plain(name: str) -> bool:
    options = getattr(COMMANDS.load(name), "Options", None)
    return isinstance(options, type) and issubclass(options, PlainOptions)
