"""A page for each verb, from its options."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from assay.commands import COMMANDS, Group
from assay.options.plain_options import choices, flag, plain_fields, variable
from assay.steps import STEPS, in_order
from tests.manual.markdown_parts import page, table

_HEADINGS: dict[str, str] = {
    "judge": "Judge a change",
    "look": "Look closer",
    "release": "Release a version",
    "promote": "Promote a version",
    "repository": "Set up a repository",
}


def verb_pages() -> Iterator[tuple[str, str]]:
    """Every verb's page, and the list of them."""
    titles: dict[str, dict[str, str]] = {_HEADINGS[group]: {} for group in get_args(Group)}
    titles["Steps, in their order"] = {name: STEPS.title(name) for name in in_order()}
    for name in COMMANDS.names():
        titles[_HEADINGS[COMMANDS.load(name).GROUP]][name] = COMMANDS.title(name)
    lists = [
        f"## {heading}\n\n" + table(("verb", "what it does"), ((f"[`{n}`]({n}.md)", t) for n, t in found.items()))
        for heading, found in titles.items()
    ]
    about = "Each verb of `assay`, with its options. `assay VERB --help` prints the same."
    yield "verbs/README.md", page("Verbs", about, *lists)
    for name in in_order():
        yield f"verbs/{name}.md", _verb(name, STEPS.load(name))
    for name in COMMANDS.names():
        yield f"verbs/{name}.md", _verb(name, COMMANDS.load(name))


def options_of(verb: Any) -> Mapping[str, Any]:
    """The options of a verb by name."""
    plain = not hasattr(verb.Options, "model_fields")
    return plain_fields(verb.Options) if plain else verb.Options.model_fields


def _verb(name: str, verb: Any) -> str:
    first, _, rest = inspect.cleandoc(verb.__doc__).partition("\n")
    positional: tuple[str, ...] = getattr(verb, "POSITIONAL", ())
    fields = options_of(verb)
    shown = "".join(f" {n.upper()}" if fields[n].is_required() else f" [{n.upper()}]" for n in positional)
    usage = f"```text\nassay {name}{shown} [options]\n```"
    rows = (_row(option, field, option in positional) for option, field in fields.items())
    heads = ("option", "variable", "default", "meaning")
    codes = "[Exit codes](../exit-codes.md) are the same for all verbs."
    return page(f"assay {name}", first, rest.strip(), usage, "## Options\n\n" + table(heads, rows), codes)


def _row(name: str, field: Any, positional: bool) -> tuple[str, str, str, str]:
    allowed = choices(field.annotation)
    text = field.description + (f" One of {', '.join(f'`{each}`' for each in allowed)}." if allowed else "")
    required = "required" if field.is_required() else "—"
    default = required if field.is_required() or field.default in (None, (), [], False) else f"`{field.default}`"
    return (
        f"`{name.upper()}`" if positional else f"`{flag(name)}`",
        "—" if positional else f"`{variable(name)}`",
        default,
        text,
    )
