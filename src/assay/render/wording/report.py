"""The report of a decision for a reviewer: verdict, closed gates, changes, and the rest folded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from assay.dossier.at_base import is_at_base
from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision, Ruling
from assay.dossier.plan_parts import ManifestChange
from assay.facts.values import Overlay
from assay.render.wording import outcomes
from assay.render.wording.base_comparison import Movement, comparison_lines, movement_table, movements
from assay.render.wording.card_summary import card_lines
from assay.render.wording.check_sections import overlays
from assay.render.wording.detail import OVERLAYS, Detail
from assay.render.wording.figures import spark_lines
from assay.render.wording.gates import gate_block, gate_lines, passing_table, waived_lines
from assay.render.wording.manifest_changes import change_lines
from assay.render.wording.markdown_text import code, prose
from assay.render.wording.messages import NOTHING_RULED_NEXT, need_decision, nothing_ruled
from assay.render.wording.number_text import number_of
from assay.render.wording.provenance import Provenance, provenance_lines, verifying_lines
from assay.render.wording.reproducing import digest_table, reproduce_lines
from assay.render.wording.sanitized import clipped
from assay.render.wording.trends import Trend

_MOST_NAME, _MOST_JUDGE = 80, 160
_DIFFERENCES, _OF_A_CHANGE = "changes", frozenset({"changes", "approvals", "base_data"})


@dataclass(frozen=True, kw_only=True)
class Report:
    """The content of a report: the pages, perhaps the base's decision, the engine and the revision that judged."""

    pages: Dossier
    base: Decision | None
    judged_by: str | None
    revision: str | None
    provenance: Provenance | None = None
    blocks: dict[tuple[int, int], list[list[str]]] = field(default_factory=dict, init=False, repr=False)

    @property
    def decision(self) -> Decision:
        """The decision; raises PageError if there is none."""
        return need_decision(self.pages)

    @cached_property
    def moved(self) -> tuple[Movement, ...]:
        """The bars measured at the base too, computed once for all levels of detail."""
        return movements(self.base, self.decision)

    @cached_property
    def trends(self) -> dict[str, Trend]:
        """The trend of each of those bars."""
        return {each.now.bar.id: each.trend for each in self.moved}

    @cached_property
    def overlays(self) -> tuple[Overlay, ...]:
        """The pairs of distributions on the card, with those that moved most first."""
        return overlays(self.pages)

    @property
    def changes(self) -> tuple[ManifestChange, ...]:
        """The changes of the manifest that judges."""
        plan = self.pages.plan
        return () if plan is None or plan.changes is None else plan.changes

    @cached_property
    def by_standing(self) -> dict[outcomes.Standing, tuple[Ruling, ...]]:
        """The rulings by standing."""
        return outcomes.by_standing(self.decision.rulings)

    @property
    def gates(self) -> tuple[Ruling, ...]:
        """The closed gates, then those that warn."""
        return (*self.by_standing["closed"], *self.by_standing["warned"])

    def gate_blocks(self, detail: Detail) -> list[list[str]]:
        """The block of each gate, shared by details of the same size."""
        size = (detail.bars, detail.text)
        if size not in self.blocks:
            self.blocks[size] = [gate_block(ruling, detail, self.trends) for ruling in self.gates]
        return self.blocks[size]

    @cached_property
    def own(self) -> frozenset[str]:
        """The policies about the change itself: its differences, its reviews, its judgement on the base's data."""
        planned = self.pages.plan.policies if self.pages.plan else ()
        return frozenset(each.id for each in planned if is_at_base(each.id) or {*each.checks} & _OF_A_CHANGE)


def report_lines(report: Report, detail: Detail) -> list[str]:
    """The report as lines of Markdown in which no foreign text is markup."""
    decision = report.decision
    return [
        *_head(report),
        *provenance_lines(report.provenance, decision),
        *_folded_card(report, detail),
        *gate_lines(report.gates, report.gate_blocks(detail), detail),
        *waived_lines(report.by_standing["waived"], detail),
        *change_lines(report.changes, detail, approved=_approved(report)),
        *comparison_lines(report.base, decision, report.moved, detail, own=report.own),
        *_folded_gates(report, detail),
        *_folded_bars(report, detail),
        *_folded_overlays(report, detail),
        *_folded_plan(report, detail),
        *(verifying_lines(report.provenance) if detail.bars else []),
        *reproduce_lines(report.pages, decision, report.revision),
        *_left_out(report, detail),
    ]


def _head(report: Report) -> list[str]:
    decision = report.decision
    light = "🟢" if decision.verdict == "open" else "🔴"
    named = " → ".join(code(clipped(text, _MOST_NAME)) for text in (decision.model, decision.stage))
    judge = report.judged_by
    judged = "" if judge is None else f" Judged by {prose(clipped(judge, _MOST_JUDGE))}."
    sentence = f"**{outcomes.summary(decision.rulings)}**{judged}"
    return [f"### {light} {outcomes.gate(decision.verdict)} · {named}", "", sentence, "", *_nothing_ruled(decision)]


def _approved(report: Report) -> bool:
    """Whether loosened bars were approved: the policies on the differences pass all the same."""
    plan = report.pages.plan
    resting = {each.id for each in plan.policies if _DIFFERENCES in each.checks} if plan else set[str]()
    return bool(resting) and resting <= {each.policy for each in report.decision.rulings if each.outcome == "pass"}


def _nothing_ruled(decision: Decision) -> list[str]:
    return [f"**What next:** {NOTHING_RULED_NEXT}", ""] if nothing_ruled(decision) else []


def _folded_card(report: Report, detail: Detail) -> list[str]:
    lines = card_lines(report.pages, detail) if detail.card else []
    return _folded("Model card", lines) if lines else []


def _folded_gates(report: Report, detail: Detail) -> list[str]:
    passed = report.by_standing["passed"]
    if not passed or not detail.passed:
        return []
    shown = number_of(len(passed), "policy that passes", "policies that pass")
    return _folded(shown, passing_table(passed, detail))


def _folded_bars(report: Report, detail: Detail) -> list[str]:
    moved = [each for each in report.moved if each.trend.arrow != "="]
    if not moved or not detail.moved:
        return []
    return _folded("Every bar that moved", movement_table(moved, detail))


def _folded_overlays(report: Report, detail: Detail) -> list[str]:
    shown = report.overlays[: detail.overlays]
    if not shown:
        return []
    others = len(report.overlays) - len(shown)
    return _folded("Reference and current", spark_lines(shown, others=others, most=detail.text))


def _folded_plan(report: Report, detail: Detail) -> list[str]:
    if not detail.plan:
        return []
    lines = []
    plan = report.pages.plan
    if plan is not None:
        numbers = ", ".join(
            (
                number_of(len(plan.policies), "policy", "policies"),
                number_of(len(plan.checks), "check", "checks"),
                number_of(len(plan.bars), "bar", "bars"),
            )
        )
        task = ", ".join(f"{what} {code(clipped(text, _MOST_NAME))}" for what, text in _about(report))
        lines = [f"Planned before anything was measured: {numbers}; {task}.", ""]
        checks = ", ".join(code(clipped(check.id, _MOST_NAME)) for check in plan.checks)
        lines += [f"Checks: {checks}.", ""] if checks else []
    return _folded("The plan and its digests", [*lines, *digest_table(report.pages, report.decision, detail)])


def _about(report: Report) -> Iterable[tuple[str, str]]:
    plan = report.pages.plan
    return () if plan is None else (("task", plan.task), ("risk", plan.risk), ("as of", plan.as_of))


def _folded(summary: str, lines: list[str]) -> list[str]:
    return [f"<details><summary>{summary}</summary>", "", *lines, "</details>", ""]


def _left_out(report: Report, detail: Detail) -> list[str]:
    left_out = [*detail.left_out, *([OVERLAYS] if report.overlays and not detail.overlays else [])]
    if not left_out:
        return []
    return [f"Left out to keep this short: {', '.join(left_out)}. The dossier has everything.", ""]
