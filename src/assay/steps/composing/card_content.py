"""The content of a card: each number and picture with its fact, and the decision that it is compared with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Card, CardBase, CardNumber, CardPicture, Decision
from assay.edges.files import read_beneath
from assay.edges.store import MAX_PAGE_BYTES, read_page
from assay.errors import PageError
from assay.render.wording.trends import base_of, comparable

_MEASURES, _PICTURES = ("estimate", "undefined"), ("curve", "histogram", "group_table", "overlay")


def read_earlier_decision(path: Path | None, decision: Decision) -> tuple[CardBase | None, str]:
    """What a card keeps of an earlier decision, and a message on the comparison.

    It keeps nothing of a page that does not exist, or of another model or stage. Raises PageError for any other file.
    """
    if path is None:
        return None, ""
    if not path.exists():
        return None, "with nothing: there is no earlier decision"
    folder = Path(os.path.realpath(path.parent))
    content = read_beneath(folder, path.name, limit=MAX_PAGE_BYTES, error=PageError)
    try:
        base = read_page(Decision, content, path.name)
    except ValidationError as error:
        raise PageError(f"{path} is not a decision page.") from error
    if not comparable(base, decision):
        return None, f"with nothing: the earlier decision is for {base.model} → {base.stage}"
    return base_of(base), f"with the decision as of {base.as_of}, gate {base.verdict}"


def compose_card(pages: Dossier, decision: Decision, base: CardBase | None = None) -> Card:
    """The card of a decision, compared with an earlier one if there is one."""
    plan, evidence, manifest = pages.plan, pages.evidence, pages.manifest
    if plan is None or evidence is None or manifest is None:
        raise PageError("The dossier has a decision but not the pages that it was made from.")
    found = [
        (measurement.check, pointer, value)
        for measurement in evidence.measurements
        for pointer, value in _values(measurement.facts or {}, "")
    ]
    return Card(
        parents={"decision": decision.digest()},
        title=f"{plan.model} → {plan.stage}",
        model=manifest.manifest["model"],
        stage=plan.stage,
        as_of=plan.as_of,
        verdict=decision.verdict,
        data=tuple(each for each in plan.inputs if each.role == "data"),
        inputs=tuple(each for each in plan.inputs if each.role != "data"),
        rulings=decision.rulings,
        numbers=tuple(
            CardNumber.model_validate({"check": check, "fact": pointer, "measure": value})
            for check, pointer, value in found
            if value["kind"] in _MEASURES
        ),
        pictures=tuple(
            CardPicture.model_validate({"check": check, "fact": pointer, "picture": value})
            for check, pointer, value in found
            if value["kind"] in _PICTURES
        ),
        base=base,
        decision=decision.digest(),
    )


def _values(facts: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The values in facts with their JSON pointers; the numbers in a picture are not values of their own."""
    if isinstance(facts, dict):
        if facts.get("kind") in (*_MEASURES, *_PICTURES):
            yield pointer, facts
            return
        for key, value in facts.items():
            yield from _values(value, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(facts, list):
        for index, value in enumerate(facts):
            yield from _values(value, f"{pointer}/{index}")
