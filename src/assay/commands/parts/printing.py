"""A dossier's pages on the terminal, or as JSON."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from typing import Any

from assay.dossier.page_set import Dossier
from assay.edges.store import DossierFolder
from assay.render.wording.sanitized import printable


def print_pages(pages: Dossier, dossier: DossierFolder, form: str) -> None:
    """Prints the rulings of a dossier and the path of its card."""
    if form == "json":
        from assay.render import json

        sys.stdout.write(json.render(pages))
        return
    from assay.render import terminal

    wide = max(60, min(shutil.get_terminal_size().columns, 120)) if sys.stdout.isatty() else 80
    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    sys.stdout.write(terminal.render(pages, width=wide, color=color))
    sys.stdout.write("\n" + "".join(f"{name:<10}{text}\n" for name, text in _run_lines(dossier.recorded())))
    sys.stdout.write(f"Card      {shown_path(dossier)}/card.html\n")
    if pages.decision is not None:
        sys.stdout.write(f"Decision  {pages.decision.digest()}\n")


def _run_lines(recorded: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """The engine that judged, the base, and the model's isolation."""
    decide, plan, predict, card = (recorded.get(step, {}) for step in ("decide", "plan", "predict", "card"))
    dry = "" if str(decide.get("engine")).startswith("opa") else " (a dry run: OPA did not judge)"
    yield "Judged by", f"{decide.get('engine')} {decide.get('version')}{dry}"
    if plan.get("base"):
        yield "Bars of", f"{plan['base']} ({plan['judged_by'][:14]})"
    if predict.get("isolation"):
        yield "Isolation", f"{predict['isolation']}"
    if card.get("compared"):
        yield "Compared", printable(f"{card['compared']}")


def shown_path(dossier: DossierFolder) -> str:
    """The dossier's folder as a path from the working folder."""
    path = os.path.relpath(dossier.folder)
    return path if not path.startswith("../..") else str(dossier.folder)
