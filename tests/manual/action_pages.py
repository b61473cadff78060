"""A page for each action, from its `action.yml`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.manual.markdown_parts import page, table

ROOT = Path(__file__).parents[2]


def action_pages() -> Iterator[tuple[str, str]]:
    """Every action's page, and the list of them."""
    found = {"check": ROOT / "action.yml"}
    found |= {path.parent.name: path for path in sorted((ROOT / "actions").glob("*/action.yml"))}
    read = {name: yaml.safe_load(path.read_text(encoding="utf-8")) for name, path in found.items()}
    rows = [(f"[`{_uses(name)}`]({name}.md)", str(each["description"])) for name, each in read.items()]
    about = (
        "Each action runs the verb of its name with the same options. Pin an action to a commit; "
        "`assay init` writes workflows that use them."
    )
    yield "actions/README.md", page("Actions", about, table(("action", "what it does"), rows))
    for name, each in read.items():
        yield f"actions/{name}.md", _action(name, each)


def _uses(name: str) -> str:
    return f"assay-ml/assay{'' if name == 'check' else f'/actions/{name}'}"


def _action(name: str, read: dict[str, Any]) -> str:
    usage = f"```yaml\n- uses: {_uses(name)}@v1\n```"
    inputs = table(
        ("input", "default", "meaning"),
        ((f"`{key}`", _default(each), str(each["description"])) for key, each in (read.get("inputs") or {}).items()),
    )
    outputs = table(
        ("output", "meaning"),
        ((f"`{key}`", str(each["description"])) for key, each in (read.get("outputs") or {}).items()),
    )
    verb = f"The verb: [`assay {name}`](../verbs/{name}.md)."
    return page(
        str(read["name"]),
        str(read["description"]),
        usage,
        verb,
        f"## Inputs\n\n{inputs}" if inputs else "",
        f"## Outputs\n\n{outputs}" if outputs else "",
    )


def _default(each: dict[str, Any]) -> str:
    value = str(each.get("default", ""))
    if each.get("required") and not value:
        return "required"
    return f"`{' '.join(value.split())}`" if value else "—"
