"""Print a JSON Schema, such as the manifest's, or write all of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from assay.checks import CHECKS
from assay.dossier.pages import PAGES
from assay.edges.attestation.trust_document import TrustFile
from assay.edges.files import write_atomically
from assay.edges.models import MODEL_FORMATS
from assay.errors import UsageError
from assay.facts.profiles import Profile
from assay.manifest.document import Manifest
from assay.options.step_options import Options as CommonOptions
from assay.reviews.snapshot import ReviewSnapshot
from assay.rulings.decision_input import DecisionInput

GROUP = "repository"
POSITIONAL = ("name",)
_ADDRESS = "https://assay-ml.github.io/assay/schemas"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Options(CommonOptions):
    """Options of `schema`."""

    name: str = Field(
        "manifest",
        description="Schema to print: manifest, the name of a page, decision_input, profile, reviews or trust.",
    )
    write: Path | None = Field(None, description="Folder to write all schemas to.")


def run(options: Options) -> int:
    """Prints one schema, or writes all of them."""
    known = _schemas()
    if options.write is not None:
        for name, schema in known.items():
            write_atomically(options.write / f"{name}.json", _text(schema).encode())
        return 0
    if options.name not in known:
        raise UsageError(f"There is no schema `{options.name}`; the schemas are {', '.join(sorted(known))}.")
    sys.stdout.write(_text(known[options.name]))
    return 0


def _schemas() -> dict[str, dict[str, Any]]:
    """Every published schema by name; the manifest's includes those of all checks."""
    pages: dict[str, type[BaseModel]] = {page.name: page for page in PAGES if page.name != "manifest"}
    found = {name: _titled(name, kind.model_json_schema(mode="serialization")) for name, kind in pages.items()}
    found["manifest_page"] = _titled("manifest_page", PAGES[0].model_json_schema(mode="serialization"))
    found["decision_input"] = _titled("decision_input", DecisionInput.model_json_schema(mode="serialization"))
    found["manifest"] = _titled("manifest", _manifest_schema())
    # What users hand in may leave out what has a usual value.
    handed_in: dict[str, type[BaseModel]] = {"profile": Profile, "reviews": ReviewSnapshot, "trust": TrustFile}
    found |= {name: _titled(name, kind.model_json_schema()) for name, kind in handed_in.items()}
    return found


def _manifest_schema() -> dict[str, Any]:
    """The manifest's schema, with each check's block under `checks`."""
    schema = Manifest.model_json_schema()
    blocks: dict[str, Any] = {}
    for name in CHECKS.names():
        spec = CHECKS.load(name).Spec
        block = spec.model_json_schema(ref_template=f"#/$defs/{name}.{{model}}")
        for inner, definition in block.pop("$defs", {}).items():
            schema["$defs"][f"{name}.{inner}"] = definition
        block["title"] = block["description"] = CHECKS.title(name)
        schema["$defs"][name] = block
        blocks[name] = {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "null"}], "description": block["description"]}
    schema["$defs"]["Artifact"]["properties"]["format"]["enum"] = [*MODEL_FORMATS.names(), "predictions"]
    checks = schema["properties"]["checks"]
    schema["properties"]["checks"] = {
        "type": "object",
        "description": checks["description"],
        "properties": blocks,
        "additionalProperties": False,
    }
    return schema


def _titled(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": _DIALECT, "$id": f"{_ADDRESS}/{name}.json", **schema}


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
