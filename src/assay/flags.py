"""Flags, environment variables and help, derived from a verb's Options."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, NoReturn, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from assay.errors import UsageError
from assay.options import flag, variable


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", hint=f"See `{self.prog} --help`.")


def read_options(verb: str, module: ModuleType, arguments: Sequence[str], environment: Mapping[str, str]) -> Any:
    """A verb's Options from its flags, else from `ASSAY_*` variables, else the defaults; raises UsageError."""
    options: type[BaseModel] = module.Options
    positional: tuple[str, ...] = getattr(module, "POSITIONAL", ())
    given = vars(_parser(verb, module, options, positional).parse_args(list(arguments)))
    values: dict[str, Any] = {}
    for name, field in options.model_fields.items():
        if given.get(name) not in (None, []):
            values[name] = given[name]
        elif name not in positional and (text := environment.get(variable(name), "")) != "":
            values[name] = text.split() if _is_list(field) else _truth(name, text) if _is_switch(field) else text
    try:
        return options.model_validate(values)
    except ValidationError as error:
        raise UsageError(
            " ".join(_sentence(detail, positional) for detail in error.errors(include_url=False))
        ) from error


def choices(field: FieldInfo) -> tuple[str, ...]:
    """The values that a field allows, where they are few."""
    return next(
        (tuple(map(str, get_args(part))) for part in _parts(field.annotation) if get_origin(part) is Literal), ()
    )


def _parser(verb: str, module: ModuleType, options: type[BaseModel], positional: tuple[str, ...]) -> _Parser:
    doc = (module.__doc__ or verb).strip()
    parser = _Parser(prog=f"assay {verb}", description=doc, allow_abbrev=False)
    for name, field in options.model_fields.items():
        text = (field.description or "").replace("%", "%%")
        allowed = choices(field)
        shown = "|".join(allowed) if allowed else name.upper()
        if name in positional:
            parser.add_argument(name, nargs=None if field.is_required() else "?", metavar=shown, help=text)
        elif _is_switch(field):
            parser.add_argument(flag(name), dest=name, action="store_true", default=None, help=text)
        elif _is_list(field):
            parser.add_argument(flag(name), dest=name, action="append", metavar=shown, help=f"{text} May be repeated.")
        else:
            default = "" if field.default is None or field.is_required() else f" Default: {field.default}."
            parser.add_argument(flag(name), dest=name, metavar=shown, help=f"{text}{default} [{variable(name)}]")
    return parser


def _parts(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, through Annotated."""
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(inner for part in get_args(annotation) if part is not NoneType for inner in _parts(part))
    return (annotation,)


def _is_switch(field: FieldInfo) -> bool:
    return bool in _parts(field.annotation)


def _is_list(field: FieldInfo) -> bool:
    return any(get_origin(part) in (tuple, list) for part in _parts(field.annotation))


def _truth(name: str, text: str) -> bool:
    if text.lower() in ("1", "true", "yes"):
        return True
    if text.lower() in ("0", "false", "no"):
        return False
    raise UsageError(f"{variable(name)} must be true or false, not `{text}`.")


def _sentence(detail: Any, positional: tuple[str, ...]) -> str:
    name = str(detail["loc"][0]) if detail["loc"] else ""
    shown = name.upper() if name in positional else flag(name)
    if detail["type"] == "missing":
        return f"{shown} is required."
    context = detail.get("ctx", {})
    expected = context.get("expected") or context.get("error") or context.get("pattern") or detail["msg"]
    return f"{shown}: expected {str(expected).replace('expected ', '')}, not `{detail['input']}`."
