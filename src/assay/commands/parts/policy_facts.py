"""What a policy reads, found in its Rego and in the libraries that it imports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.edges.rego.bundle import Bundle

_FACT = re.compile(r"\binput\.facts\.([a-z_]+(?:\.[a-z_]+)*)(\[)?")
_IMPORT = re.compile(r"(?m)^import data\.(lib\.[a-z_]+)$")


def evidence_read(bundle: Bundle, package: str) -> tuple[str, ...]:
    """`bars` if it rules on them, and the paths beneath `facts`, sorted, each without those that it begins with."""
    texts = list(_texts(bundle, package))
    found = {place for text in texts for place in _FACT.findall(text)}
    paths = {f"facts.{path}.*" if bracket else f"facts.{path}" for path, bracket in found}
    deepest = sorted(path for path in paths if not any(other.startswith(f"{path}.") for other in paths))
    return ("bars", *deepest) if any("input.bars" in text for text in texts) else tuple(deepest)


def _texts(bundle: Bundle, package: str) -> Iterator[str]:
    """The Rego of a package and of the libraries that it imports, without comments."""
    for file in bundle.files:
        if ".".join(file.package) == package:
            text = re.sub(r"(?m)^\s*#.*$", "", file.content.decode())
            yield text
            for library in _IMPORT.findall(text):
                yield from _texts(bundle, library)
