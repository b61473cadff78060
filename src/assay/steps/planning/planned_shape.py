"""The shape of a policy's input: every name that it can have under the plan, known before anything is measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assay.checks import CHECKS
from assay.dossier.check_context import CheckContext
from assay.dossier.pages import Plan
from assay.dossier.plan_parts import JoinedBar, ManifestChange, PlannedBar, PlannedPolicy
from assay.edges.rego.policy_source.schema_shapes import shape_of_schema
from assay.edges.rego.policy_source.shapes import ANY, NUMBER, Shape, items, named, placed, text
from assay.manifest.document import Manifest
from assay.rulings.decision_input import DecisionInput, MeasuredCheck
from assay.steps.planning.blocks import CheckBlock

_OF_BARS = ("id", "check", "fact", "title")


@dataclass(frozen=True, kw_only=True)
class PlannedNames:
    """The plan, the manifest and the check blocks: the source of all names in a policy's input."""

    plan: Plan
    manifest: Manifest
    blocks: Mapping[str, CheckBlock]
    context: CheckContext

    def shape(self, policy: PlannedPolicy) -> Shape:
        """The shape of a policy's input: the planned names, and all facts that each check can return."""
        checks = (*policy.checks, *policy.consults)
        known = shape_of_schema(_schema(DecisionInput)).fields
        fields = {
            **known,
            "assay": NUMBER,
            "policy": text(policy.id),
            "stage": text(*self.manifest.stage_graph()),
            "checks": named(dict.fromkeys(checks, shape_of_schema(_schema(MeasuredCheck)))),
            "facts": named({check: self._facts(check) for check in checks}),
            "bars": self._bars([bar for bar in self.plan.bars if policy.rules_on(bar)]),
            "manifest": self._manifest(),
            "changes": items("array", shape_of_schema(_schema(ManifestChange), nulls=True)),
        }
        return placed(named(fields))

    def _facts(self, name: str) -> Shape:
        check, block = CHECKS.load(name), self.blocks.get(name)
        names = check.named(block.spec, self.context) if block is not None else {}
        return shape_of_schema(_schema(check.Facts), names)

    def _bars(self, bars: list[PlannedBar]) -> Shape:
        fields = dict(shape_of_schema(_schema(JoinedBar)).fields)
        for name in _OF_BARS:
            fields[name] = text(*(getattr(bar, name) for bar in bars))
        subjects = {key for bar in bars for key in bar.subject}
        fields["subject"] = named(
            {key: text(*(bar.subject[key] for bar in bars if key in bar.subject)) for key in subjects}
        )
        return items("array", named(fields))

    def _manifest(self) -> Shape:
        data = self.manifest.data
        names: dict[str, Iterable[str]] = {
            "sets": data.sets if data is not None else (),
            "checks": self.manifest.checks,
            "roles": self.manifest.roles,
            "stages": self.manifest.stages,
        }
        shape = shape_of_schema(_schema(Manifest), names)
        blocks = named(dict.fromkeys(self.manifest.checks, ANY))
        return named({**shape.fields, "checks": blocks})


@lru_cache(maxsize=64)
def _schema(model: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = model.model_json_schema(mode="serialization")
    return found
