"""A page for each block of the manifest, with an example that the loader reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from assay.commands.parts.schema_words import kind, references
from tests.manual.markdown_parts import REPOSITORY, page, table
from tests.manual.schema_pages import SCHEMAS
from tests.manual.schema_rows import key_rows

EXAMPLES = SCHEMAS.parent / "docs" / "examples" / "manifest"
_HEADS = ("key", "holds", "default", "meaning")


def manifest_pages() -> Iterator[tuple[str, str]]:
    """The manifest's keys, and a page for each key that holds a block."""
    schema = json.loads((SCHEMAS / "manifest.json").read_text(encoding="utf-8"))
    shared, blocks = schema["$defs"], dict[str, dict[str, Any]]()
    rows = []
    for key, found in schema["properties"].items():
        inner = [name for name in references(found) if shared.get(name, {}).get("properties")]
        linked = f"[`{key}`]({key}.md)" if inner else f"`{key}`"
        if key == "checks":
            linked = "[`checks`](../checks/README.md)"
        elif inner:
            blocks[key] = found
        about = found.get("description") or next((shared[name].get("description", "") for name in inner), "")
        rows.append((linked, kind(found, shared), "required" if key in schema["required"] else "—", about))
    whole = f"A whole manifest: [that of the demo]({REPOSITORY}/src/assay/commands/templates/demo/assay.yaml)."
    about = "`assay.yaml` says what the model is for, which data measure it, and which bars it must clear."
    yield "manifest/README.md", page("The manifest", about, table(_HEADS, rows), whole)
    for key, found in blocks.items():
        rows_of = list(key_rows(schema, {"properties": {key: found}}))
        text = " ".join((found.get("description") or rows_of[0][3]).split())
        text_of = (EXAMPLES / f"{key}.yaml").read_text(encoding="utf-8")
        example = "\n\n".join(f"```yaml\n{each.strip()}\n```" for each in text_of.split("---\n"))
        yield f"manifest/{key}.md", page(f"{key}", text, table(_HEADS, rows_of[1:]), f"## Example\n\n{example}")
