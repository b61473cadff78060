"""Flags, environment variables and help, derived from a verb's Options."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, get_origin

from assay.errors import UsageError
from assay.options.plain_options import Field, choices, flag, members, plain_fields, read_plain, variable

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo


class Verb(Protocol):
    """What flags are derived from: a step or a command."""

    Options: Any
    """A pydantic model or a plain record."""


WIDTH = 80


class _Help(argparse.HelpFormatter):
    """Help of one width on every terminal and in every log, its paragraphs kept apart."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=WIDTH)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        paragraphs = (" ".join(each.split()) for each in text.split("\n\n"))
        return "\n\n".join(
            textwrap.fill(each, width, initial_indent=indent, subsequent_indent=indent) for each in paragraphs
        )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", hint=f"See `{self.prog} --help`.")


def read_options(verb: str, verb_module: Verb, arguments: Sequence[str], environment: Mapping[str, str]) -> Any:
    """A verb's Options from its flags, else from `ASSAY_*` variables, else the defaults; raises UsageError."""
    plain = not hasattr(verb_module.Options, "model_fields")
    fields: Mapping[str, Field | FieldInfo] = (
        plain_fields(verb_module.Options) if plain else verb_module.Options.model_fields
    )
    positional: tuple[str, ...] = getattr(verb_module, "POSITIONAL", ())
    given = vars(_parser(verb, verb_module, fields, positional).parse_args(list(arguments)))
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if given.get(name) not in (None, []):
            values[name] = given[name]
        elif name not in positional and (text := environment.get(variable(name), "")) != "":
            values[name] = text.split() if _is_list(field) else _truth(name, text) if _is_switch(field) else text
    return _plain(verb_module, values, positional) if plain else _validated(verb_module.Options, values, positional)


_WIDEST = 50
"""The most characters of choices that are shown in place of a value."""


def _plain(verb_module: Verb, values: Mapping[str, Any], positional: Sequence[str]) -> Any:
    read = read_plain(verb_module.Options, values)
    if not isinstance(read, dict):
        return read
    raise UsageError(
        " ".join(_sentence(name, expected, values.get(name), positional) for name, expected in read.items())
    )


def _validated(options: type[BaseModel], values: Mapping[str, Any], positional: Sequence[str]) -> Any:
    from pydantic import ValidationError

    try:
        return options.model_validate(values)
    except ValidationError as error:
        raise UsageError(
            " ".join(_message(detail, positional) for detail in error.errors(include_url=False))
        ) from error


def _parser(
    verb: str, verb_module: Verb, fields: Mapping[str, Field | FieldInfo], positional: tuple[str, ...]
) -> _Parser:
    doc = (verb_module.__doc__ or verb).strip()
    parser = _Parser(prog=f"assay {verb}", description=doc, allow_abbrev=False, add_help=False, formatter_class=_Help)
    parser.add_argument("-h", "--help", action="help", help="Show this help.")
    for name, field in fields.items():
        text = (field.description or "").replace("%", "%%")
        allowed = choices(field.annotation)
        listed = "|".join(allowed)
        short = len(listed) <= _WIDEST and listed.replace("|", "").replace("-", "").isalnum()
        shown = listed if short else name.upper()
        text += f" One of {' '.join(allowed)}" if allowed and not short else ""
        if name in positional:
            nargs = None if field.is_required() else "?"
            parser.add_argument(name, nargs=nargs, metavar=shown, help=f"{text}{_usual(field)}")
        elif _is_switch(field):
            text += f" [{variable(name)}]"
            parser.add_argument(flag(name), dest=name, action="store_true", default=None, help=text)
        elif _is_list(field):
            text += f" Can be repeated. [{variable(name)}]"
            parser.add_argument(flag(name), dest=name, action="append", metavar=shown, help=text)
        else:
            text += f"{_usual(field)} [{variable(name)}]"
            parser.add_argument(flag(name), dest=name, metavar=shown, help=text)
    return parser


def _usual(field: Field | FieldInfo) -> str:
    """The sentence on an option's default; none where the description says it."""
    if field.default is None or field.is_required():
        return ""
    return f" Default: {'this folder' if str(field.default) == '.' else field.default}."


def _is_switch(field: Field | FieldInfo) -> bool:
    return bool in members(field.annotation)


def _is_list(field: Field | FieldInfo) -> bool:
    return any(get_origin(part) in (tuple, list) for part in members(field.annotation))


def _truth(name: str, text: str) -> bool:
    if text.lower() in ("1", "true", "yes"):
        return True
    if text.lower() in ("0", "false", "no"):
        return False
    raise UsageError(f"{variable(name)} must be true or false, not `{text}`.")


def _message(detail: Any, positional: Sequence[str]) -> str:
    name = str(detail["loc"][0]) if detail["loc"] else ""
    context = detail.get("ctx", {})
    expected = context.get("expected") or context.get("error") or context.get("pattern") or detail["msg"]
    return _sentence(name, None if detail["type"] == "missing" else str(expected), detail["input"], positional)


def _sentence(name: str, expected: str | None, given: Any, positional: Sequence[str]) -> str:
    shown = name.upper() if name in positional else flag(name)
    if expected is None:
        return f"{shown} is required."
    return f"{shown}: expected {expected.replace('expected ', '')}, not `{given}`."
