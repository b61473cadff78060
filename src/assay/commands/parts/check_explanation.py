"""A check in words: what it measures and how, the keys of its block, its facts, and the policies that need it."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from assay.checks import CHECKS
from assay.commands.parts.check_bars import bar_rows
from assay.commands.parts.check_facts import fact_records
from assay.commands.parts.check_notes import check_notes
from assay.commands.parts.explained_names import Known
from assay.commands.parts.schema_words import references
from assay.commands.parts.title_lines import title_lines
from assay.options.flags import WIDTH

_INDENT, _NARROW = 4, 24
REFERENCE = "https://github.com/assay-ml/assay/blob/main/docs/reference"
"""Where the manual has a page for each check and each policy."""


def check_document(known: Known, name: str) -> dict[str, Any]:
    """The check as data: how it measures, the keys of its block, its bars and facts, and the policies that need it."""
    return {
        "check": {
            "id": name,
            "title": CHECKS.title(name),
            "notes": check_notes(name),
            "keys": dict(_keys(name)),
            "bars": {row.name: row.direction for row in bar_rows(name)},
            "facts": {
                record.name or name: {key: text for key, _, text in record.fields} for record in fact_records(name)
            },
            "policies": _policies(known, name),
        }
    }


def check_lines(known: Known, name: str) -> list[str]:
    """The check as lines of text."""
    check = CHECKS.load(name)
    about = inspect.getdoc(check.Spec) or ""
    lines = [f"{name}: {CHECKS.title(name)}", "", *textwrap.wrap(about, WIDTH), ""]
    for head, text in check_notes(name).items():
        lines += [*textwrap.wrap(f"{head + ':':<10} {text}", WIDTH, subsequent_indent=" " * 11), ""]
    keys = dict(_keys(name))
    if keys:
        wanted = "Optional block" if check.OPTIONAL_BLOCK else "Block"
        lines += [f"{wanted} `checks.{name}` of the manifest", *_described(keys), ""]
        lines += [*textwrap.wrap(f"For example  {name}: {check.EXAMPLE}", WIDTH), ""] if check.EXAMPLE else []
    elif check.OPTIONAL_BLOCK:
        lines += ["The plan adds it by itself; it needs no block in the manifest.", ""]
    for record in fact_records(name):
        lines += [f"Facts: {record.name}" if record.name else "Facts"]
        lines += [*_described({key: text for key, _, text in record.fields}), ""]
    policies = _policies(known, name)
    lines += ["Policies that need it", *title_lines(policies), ""] if policies else []
    return [*lines, f"More: {REFERENCE}/checks/{name}.md"]


def _policies(known: Known, name: str) -> dict[str, str]:
    return {policy.id: policy.title for policy in known.policies.values() if name in policy.checks}


def _keys(name: str) -> Iterator[tuple[str, str]]:
    schema = CHECKS.load(name).Spec.model_json_schema()
    yield from _described_keys(schema, schema.get("$defs", {}), "", ())


def _described_keys(
    block: Mapping[str, Any], shared: Mapping[str, Any], prefix: str, above: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """The keys of a block and of the blocks in it, each with its description; a block inside itself ends there."""
    for key, found in block.get("properties", {}).items():
        named = list(references(found))
        inner: Mapping[str, Any] = next((shared[each] for each in named if "properties" in shared.get(each, {})), {})
        text = found.get("description") or inner.get("description") or ""
        yield f"{prefix}{key}", " ".join(str(text).split())
        if inner and not set(named) & set(above):
            yield from _described_keys(inner, shared, f"{prefix}{key}.", (*above, *named))


def _described(keys: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    for key, text in keys.items():
        first = f"{'':{_INDENT - 2}}{key:<{_NARROW}}"
        rest = " " * (_INDENT + _NARROW)
        if len(key) > _NARROW:
            lines.append(first)
            first = rest
        lines += textwrap.wrap(text, WIDTH, initial_indent=f"{first:<{_INDENT + _NARROW}}", subsequent_indent=rest) or [
            first.rstrip()
        ]
    return lines
