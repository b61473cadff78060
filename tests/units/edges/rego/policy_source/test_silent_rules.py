"""T-silent-rule: a deny rule that no input makes fire denies nothing, and is told as a warning, never a verdict."""

from pathlib import Path

import pytest

from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.policy_source.reference_check import look_at_references
from assay.edges.rego.policy_source.silent_rules import find_silent_rules
from assay.steps.planning.planned_shape import PlannedNames
from assay.steps.planning.policy_selection import planned_policy

HEADER = """\
# METADATA
# title: A house rule
# custom:
#   checks: [quality, governance]
#   effect: block
#   risks: [high]
#   stages: [validation]
#   remedy: Fix it.
package house.rule

import data.lib.bars

"""
AUC = "input.facts.quality.sets.holdout.metrics.roc_auc"


def silent(folder: Path, shipped: Path, names: PlannedNames, rules: str) -> list[str]:
    path = folder / "house/rule/rule.rego"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + rules + "\n")
    bundle = read_bundle([shipped, folder])
    shapes = {"house/rule": names.shape(next(planned_policy(e) for e in bundle.policies if e.id == "house/rule"))}
    return [str(each) for each in find_silent_rules(bundle, shapes, look_at_references(bundle, shapes))]


FIRING = {
    "a bar of its own": f'deny contains "x" if {AUC}.value < 0.5',
    "above a literal": f'deny contains "x" if {AUC}.value > 0.731',
    "a truth": 'deny contains "x" if input.facts.governance.owner_named == false',
    "what is absent": 'deny contains "x" if not input.facts.governance.owner_named',
    "each bar": "deny contains bar.id if {\n\tsome bar in input.bars\n\tbar.low < 0.2\n}",
    "no bars": 'deny contains "x" if count(input.bars) == 0',
    "a list that is empty": 'violation contains {"msg": "x"} if count(input.facts.governance.roles_filled) == 0',
    "two conditions": f'deny contains "x" if {{\n\t{AUC}.value < 0.5\n\tinput.facts.governance.owner_named == true\n}}',
    "a rule of the library": 'deny contains "x" if not bars.all_cleared',
    "a warning": f'warn contains "x" if {AUC}.n < 30',
}
SILENT = {
    "a contradiction": f'deny contains "x" if {{\n\t{AUC}.value < 0.5\n\t{AUC}.value > 0.6\n}}',
    "two texts at once": 'deny contains "x" if {\n\tinput.stage == "validation"\n\tinput.stage == "deployment"\n}',
    "false": 'deny contains "x" if false',
    "one beside another that fires": f'deny contains "x" if {AUC}.value < 0.5\n\ndeny contains "y" if {{\n\tfalse\n}}',
}


@pytest.mark.parametrize("case", FIRING, ids=list(FIRING))
def test_a_rule_that_can_fire_is_not_told(case: str, tmp_path: Path, shipped: Path, names: PlannedNames) -> None:
    assert silent(tmp_path, shipped, names, FIRING[case]) == []


@pytest.mark.parametrize("case", SILENT, ids=list(SILENT))
def test_a_rule_that_never_fires_is_told_with_its_line(
    case: str, tmp_path: Path, shipped: Path, names: PlannedNames
) -> None:
    (told,) = silent(tmp_path, shipped, names, SILENT[case])
    line = 15 if "one beside" in case else 13
    assert told == (
        f"house/rule/rule.rego:{line}:1: no tried input makes this `deny` rule fire; it may never deny anything."
    )
