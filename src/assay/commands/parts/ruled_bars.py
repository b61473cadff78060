"""The bars of one check without a plan: each beside its fact, and what the shipped rule on bars says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assay.documents.shipped import shipped_folder
from assay.dossier.check_context import CheckContexts
from assay.dossier.plan_parts import JoinedBar
from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.engine import Engine, Query
from assay.errors import EngineError
from assay.manifest.yaml_strict import Document
from assay.render.wording.bar_lines import line_of
from assay.rulings.joined_bars import join_bar
from assay.steps.planning.blocks import CheckBlock, planned_bars

RULE = "quality/clears_bars"
"""Rules on bars alone, as the policies of all checks that have bars do."""

Ruled = Literal["cleared", "missed", "open"]
WORDS: dict[Ruled, str] = {"missed": "broken", "open": "open", "cleared": "hold"}


@dataclass(frozen=True)
class RuledBar:
    """A bar beside its fact, and whether the whole interval clears it, misses it, or leaves it open."""

    bar: JoinedBar
    ruled: Ruled


def rule_bars(
    block: CheckBlock, contexts: CheckContexts, document: Document, facts: Mapping[str, Any], engine: Engine
) -> tuple[RuledBar, ...]:
    """Each bar of a check's block, judged alone; raises EngineError if the engine cannot answer."""
    joined = [join_bar(bar, facts) for bar in planned_bars(block, contexts, document)]
    if not joined:
        return ()
    asked = [{"bars": [bar.model_dump(mode="json", exclude_none=True)]} for bar in joined]
    answers = engine.evaluate(
        read_bundle([shipped_folder("policies")]), [Query(policy=RULE, input=each) for each in asked]
    )
    unanswered = next((answer.error for answer in answers if answer.document is None), None)
    if unanswered is not None:
        raise EngineError(f"The bars could not be judged. {unanswered}")
    return tuple(RuledBar(bar, _ruled(answer.document or {})) for bar, answer in zip(joined, answers, strict=True))


def bar_summary(ruled: Iterable[RuledBar]) -> Iterator[str]:
    """How many bars hold, and a line for each that does not: broken ones first."""
    listed = sorted(ruled, key=lambda each: list(WORDS).index(each.ruled))
    if not listed:
        return
    counts = {word: sum(each.ruled == name for each in listed) for name, word in WORDS.items()}
    yield ", ".join(f"{number:,} {word}" for word, number in counts.items() if number)
    for each in listed:
        if each.ruled != "cleared":
            line = line_of(each.bar)
            told = " ".join(part for part in (line.message, line.settled_by) if part)
            rows = f"; rows {', '.join(each.bar.keys)}" if each.bar.keys else ""
            yield f"  {WORDS[each.ruled]}: {line.what()}: {line.measured}; bar: {line.bound}{rows}" + (
                f". {told}" if told else ""
            )


def _ruled(document: Mapping[str, Any]) -> Ruled:
    proven, refuted = document.get("proven") is True, document.get("refuted") is True
    return "cleared" if proven and not refuted else "missed" if refuted else "open"
