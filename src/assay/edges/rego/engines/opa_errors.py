"""OPA's errors, as sentences with file, line and column."""

from __future__ import annotations

from typing import Any

from assay.edges.rego.batch import shorten


def show_errors(document: dict[str, Any]) -> str:
    """The errors in OPA's answer, each with file, line and column if OPA names them."""
    errors = document.get("errors")
    shown = [_show_error(error) for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return shorten("\n".join(shown) or str(document.get("message", "OPA gave no reason.")))


def _show_error(error: dict[str, Any]) -> str:
    place = error.get("location")
    where = ""
    if isinstance(place, dict) and place.get("file"):
        where = f"{str(place['file']).removeprefix('bundle/')}:{place.get('row')}:{place.get('col')}: "
    return f"{where}{error.get('message', 'no reason given')} ({error.get('code', 'no code')})"
