"""A page for each published schema of a page or of a file that people hand in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from assay.commands.parts.schema_words import title
from tests.manual.markdown_parts import REPOSITORY, page, table
from tests.manual.schema_rows import ELSEWHERE, block_rows

SCHEMAS = Path(__file__).parents[2] / "schemas"
_HEADS = ("field", "holds", "default", "meaning")


def schema_pages() -> Iterator[tuple[str, str]]:
    """Every schema's page but the manifest's, and the list of them."""
    read = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(SCHEMAS.glob("*.json"))}
    del read["manifest"]
    rows = [(f"[`{name}`]({name}.md)", _about(schema)) for name, schema in read.items()]
    about = (
        "The pages of a dossier, what Rego sees (`decision_input`), and the files that people hand in. "
        "`assay schema NAME` prints the JSON Schema of each."
    )
    yield "schemas/README.md", page("Pages and files", about, table(("schema", "what it is"), rows))
    for name, schema in read.items():
        blocks = [
            f"## {title(inner)}\n\n{_about(block)}\n\n{table(_HEADS, block_rows(schema, block))}"
            for inner, block in schema.get("$defs", {}).items()
            if block.get("properties") and inner not in ELSEWHERE
        ]
        source = f"The schema itself: [`schemas/{name}.json`]({REPOSITORY}/schemas/{name}.json)."
        yield (
            f"schemas/{name}.md",
            page(name, _about(schema), table(_HEADS, block_rows(schema, schema)), *blocks, source),
        )


def _about(schema: dict[str, str]) -> str:
    return " ".join(schema.get("description", "").split())
