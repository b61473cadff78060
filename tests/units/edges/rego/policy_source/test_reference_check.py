"""E4: absence is not innocence. A name that a policy looks at and its input cannot have is told before evidence."""

from pathlib import Path

import pytest

from assay.dossier.plan_parts import PlannedPolicy
from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.policy_source.reference_check import look_at_references
from assay.errors import ManifestError
from assay.steps.planning.planned_shape import PlannedNames
from assay.steps.planning.policy_selection import planned_policy

METADATA = """\
# METADATA
# title: A house rule
# custom:
#   checks: [quality, bias]
#   consults: [governance]
#   effect: block
#   risks: [high]
#   stages: [validation]
#   remedy: Fix it.
package house.rule

import data.lib.bars

"""
LIMITS = "least: 0.5\nnames: [roc_auc]\nby_metric:\n  roc_auc: 0.7\n"
METRICS = "input.facts.quality.sets.holdout.metrics"


def look(folder: Path, shipped: Path, names: PlannedNames, rules: str, metadata: str = METADATA) -> list[str]:
    """What is told about a policy of some rules."""
    path = folder / "house/rule/rule.rego"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(metadata + rules + "\n")
    (path.parent / "data.yaml").write_text(LIMITS)
    bundle = read_bundle([shipped, folder])
    policy = next(planned_policy(each) for each in bundle.policies if each.id == "house/rule")
    try:
        look_at_references(bundle, {policy.id: names.shape(policy)})
    except ManifestError as error:
        return [str(problem) for problem in error.problems]
    return []


FAULTY = {
    "dotted": (f'deny contains "x" if {METRICS}.roc_acu.value < 0.5', "`roc_acu`", "roc_auc"),
    "quoted": (f'deny contains "x" if {METRICS}["roc_acu"].value < 0.5', "`roc_acu`", "roc_auc"),
    "wrong set": ('deny contains "x" if input.facts.quality.sets.holdot.rows < 5', "`holdot`", "holdout"),
    "wrong root": ('deny contains "x" if inptu.facts.quality.sets.holdout.rows < 5\ninptu := input.fact', "`fact`", "facts"),
    "a check it does not need": ('deny contains "x" if input.facts.data_contract.sets.holdout.rows.value < 5', "`data_contract`", ""),
    "a metric not measured": (f'deny contains "x" if {METRICS}.brier_score.value > 0.5', "`brier_score`", ""),
    "a field of an estimate": (f'deny contains "x" if {METRICS}.roc_auc.vaule < 0.5', "`vaule`", "value"),
    "beneath a number": (f'deny contains "x" if {METRICS}.roc_auc.value.low < 0.5', "is a number", ""),
    "some in": ("deny contains name if {\n\tsome name, set in input.facts.quality.sets\n\tset.metrisc.roc_auc.value < 0.5\n}", "`metrisc`", "metrics"),
    "any item": ('deny contains "x" if input.bars[_].satus == "missing"', "`satus`", "status"),
    "a free name": ("deny contains k if input.facts.quality.sets[k].metrics.roc_acu.value < 0.5", "`roc_acu`", "roc_auc"),
    "local alias": (f'deny contains "x" if {{\n\tm := {METRICS}\n\tm.roc_acu.value < 0.5\n}}', "`roc_acu`", "roc_auc"),
    "alias in any order": (f'deny contains "x" if {{\n\ta.roc_acu.value < 0.5\n\ta := b\n\tb := c\n\tc := {METRICS}\n}}', "`roc_acu`", "roc_auc"),
    "rule alias": (f'deny contains "x" if m.roc_acu.value < 0.5\n\nm := {METRICS}', "`roc_acu`", "roc_auc"),
    "imported": ('import input.facts.quality.sets as s\n\ndeny contains "x" if s.holdout.metrics.roc_acu.value < 0.5', "`roc_acu`", "roc_auc"),
    "import of what is not there": ('import input.facts.qualty as q\n\ndeny contains "x" if q.sets.holdout.rows < 5', "`qualty`", "quality"),
    "unified": (f'deny contains "x" if {{\n\t{METRICS} = m\n\tm.roc_acu.value < 0.5\n}}', "`roc_acu`", "roc_auc"),
    "destructured": (f'deny contains "x" if {{\n\t{{"roc_acu": found}} = {METRICS}\n\tfound.value < 0.5\n}}', "`roc_acu`", "roc_auc"),
    "list comprehension": (f'deny contains "x" if count([m | some m in {METRICS}; m.vaule < 0.5]) > 0', "`vaule`", "value"),
    "set comprehension": ('deny contains "x" if "roc_acu" in {name | some name, _ in input.facts.quality.sets.holdout.metrics}', "`roc_acu`", "roc_auc"),
    "object comprehension": (f'deny contains "x" if {{\n\tfound := {{name: m.value | some name, m in {METRICS}}}\n\tfound.roc_acu < 0.5\n}}', "`roc_acu`", "roc_auc"),
    "body of every": ("proven if {\n\tcount(input.bars) > 0\n\tevery bar in input.bars {\n\t\tbar.lwo >= bar.limit\n\t}\n}", "`lwo`", "low"),
    "domain of every": ("proven if {\n\tevery bar in input.brs {\n\t\tbar.low >= bar.limit\n\t}\n}", "`brs`", "bars"),
    "not": ("proven if not input.facts.quality.sets.holdout.missing_label > 0", "`missing_label`", "missing_labels"),
    "else": ("level := 1 if {\n\tinput.facts.quality.sets.holdout.rows > 9\n} else := 2 if {\n\tinput.facts.quality.sets.holdout.row > 5\n}", "`row`", "rows"),
    "object.get by path": ('deny contains "x" if object.get(input, ["facts", "qualty", "sets"], {}) == {}', "`qualty`", "quality"),
    "object.get by name": (f'deny contains "x" if object.get({METRICS}, "roc_acu", {{"value": 0}}).value < 0.5', "`roc_acu`", "roc_auc"),
    "object.keys": (f'deny contains "x" if "roc_acu" in object.keys({METRICS})', "`roc_acu`", "roc_auc"),
    "a function's parameter": (f'deny contains "x" if low({METRICS})\n\nlow(m) if m.roc_acu.value < 0.5', "`roc_acu`", "roc_auc"),
    "a function of a function": (f'deny contains "x" if low({METRICS})\n\nlow(m) if lower_still(m)\n\nlower_still(m) if m.roc_acu.value < 0.5', "`roc_acu`", "roc_auc"),
    "a name given to a function": (f'deny contains "x" if low("roc_acu")\n\nlow(name) if {METRICS}[name].value < 0.5', "`roc_acu`", "roc_auc"),
    "what a function gives": ('deny contains "x" if metrics("holdout").roc_acu.value < 0.5\n\nmetrics(name) := input.facts.quality.sets[name].metrics', "`roc_acu`", "roc_auc"),
    "a name in a variable": (f'deny contains "x" if {{\n\tname := "roc_acu"\n\t{METRICS}[name].value < 0.5\n}}', "`roc_acu`", "roc_auc"),
    "names of a set": (f'deny contains name if {{\n\tsome name in {{"roc_auc", "f2"}}\n\t{METRICS}[name].value < 0.5\n}}', "`f2`", ""),
    "a name compared": (f'deny contains name if {{\n\tsome name, m in {METRICS}\n\tname == "roc_acu"\n\tm.value < 0.5\n}}', "`roc_acu`", "roc_auc"),
    "a fact's pointer": ('deny contains "x" if {\n\tsome bar in input.bars\n\tbar.fact == "/sets/holdout/metrics/roc_acu"\n\tbar.value < 0.8\n}', "`/sets/holdout/metrics/roc_acu`", ""),
    "a fact's beginning": ('deny contains "x" if {\n\tsome bar in input.bars\n\tstartswith(bar.fact, "/sets/holdot/")\n\tbar.value < 0.8\n}', "`/sets/holdot/`", ""),
    "an enumeration": ('deny contains "x" if {\n\tsome bar in input.bars\n\tbar.status == "measurd"\n}', "`measurd`", "measured"),
    "an enumeration unlike": ('proven if {\n\tevery bar in input.bars {\n\t\tbar.status != "mising"\n\t}\n}', "`mising`", "missing"),
    "an enumeration in a set": ('deny contains "x" if input.bars[_].status in {"undefined", "mising"}', "`mising`", "missing"),
    "the outcome of a check": ('deny contains "x" if input.checks.quality.outcome == "failed"', "`failed`", ""),
    "a stage": ('deny contains "x" if input.stage == "prod"', "`prod`", ""),
    "number against text": (f'deny contains "x" if {METRICS}.roc_auc.value < "0.9"', "compares a number with text", ""),
    "object against number": (f'deny contains "x" if {METRICS}.roc_auc < 0.9', "compares an object with a number", ""),
    "truth against text": ('proven if input.facts.governance.owner_named == "true"', "compares true or false with text", ""),
    "unknown rule of the library": ("proven if bars.all_clear", "`all_clear`", "all_cleared"),
    "unknown function of the library": ("proven if {\n\tevery bar in input.bars {\n\t\tbars.cleard(bar)\n\t}\n}", "`cleard`", "cleared"),
    "unknown library": ("proven if data.lib.bras.all_cleared", "`lib.bras`", "lib.bars"),
    "unknown rule of its own": ("proven if data.house.rule.fine", "`fine`", ""),
    "unknown data of its own": (f'deny contains "x" if {METRICS}.roc_auc.value < data.house.rule.laest', "`laest`", "least"),
    "unknown data by a name": (f"deny contains n if {METRICS}[n].value < data.house.rule.by_metric.roc_acu", "`roc_acu`", "roc_auc"),
    "with": ('proven if bars.all_cleared with input as {"bars": input.bras}', "`bras`", "bars"),
    "approvals that are never there": ('deny contains "x" if input.approvals.blocked', "`approvals`", ""),
    "manifest": ('deny contains "x" if input.manifest.modle.risk == "high"', "`modle`", "model"),
    "manifest's data set": ('deny contains "x" if not input.manifest.data.sets.train', "`train`", ""),
    "a slice": ('deny contains "x" if input.facts.quality.sets.holdout.slices.gruop.worst.roc_auc.value < 0.5', "`gruop`", "group"),
    "a gap": ('deny contains "x" if input.facts.bias.sets.holdout.attributes.group.gaps.demographic_parity.value > 0.1', "`demographic_parity`", ""),
    "walk": ('deny contains "x" if {\n\twalk(input, [path, found])\n\tfound == "roc_acu"\n}', "`walk`", ""),
    "key of a partial object": (f'deny contains "x" if by_name.roc_acu < 0.5\n\nby_name["roc_auc"] := {METRICS}.roc_auc.value', "`roc_acu`", "roc_auc"),
    "library function given the wrong thing": ("proven if bars.cleared(input.facts.quality.sets.holdout)", "`direction`", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTY, ids=list(FAULTY))
def test_a_name_that_is_never_there_is_told_with_its_line_e4(
    case: str, tmp_path: Path, shipped: Path, names: PlannedNames
) -> None:
    rules, word, nearest = FAULTY[case]
    told = look(tmp_path, shipped, names, rules)
    assert told, "nothing was found"
    found = [each for each in told if word in each]
    assert found, told
    assert not nearest or f"Did you mean `{nearest}`?" in found[0]


SOUND = {
    "the three rules": "proven if bars.all_cleared\n\nrefuted if bars.any_missed\n\noffenders := bars.uncleared",
    "optional fields": (
        'deny contains "x" if {\n\tsome bar in input.bars\n\tbar.told\n\tbar.needed > 5\n\tbar.reason == "too_few"\n}'
    ),
    "undefined facts": f'deny contains "x" if {METRICS}.roc_auc.kind == "undefined"\n\nwarn contains {METRICS}.roc_auc.reason',
    "a consulted check": 'deny contains "x" if input.facts.governance.owner_named == false',
    "names of another object": f"deny contains n if {{\n\tsome n, limit in data.house.rule.by_metric\n\t{METRICS}[n].value < limit\n}}",
    "names of a list of its own": f"deny contains n if {{\n\tsome n in data.house.rule.names\n\t{METRICS}[n].value < data.house.rule.least\n}}",
    "rows of a table": "deny contains row.group if {\n\tsome row in input.facts.bias.sets.holdout.attributes.group.groups.rows\n\trow.n < 5\n}",
    "a name that data bring": 'deny contains "x" if {\n\tsome row in input.facts.bias.sets.holdout.attributes.group.groups.rows\n\trow.group == "a"\n\trow.measures.selection_rate.value < 0\n}',
    "open parts of the manifest": 'deny contains "x" if input.manifest.checks.quality.bars.roc_auc == ">= 0.1"',
    "null": 'deny contains "x" if input.bars[0].reason != null',
    "first of a list": "proven if input.bars[0].low >= input.bars[0].limit",
    "helper functions": f'deny contains n if {{\n\tsome n, m in {METRICS}\n\tlow(m, 0.5)\n}}\n\nlow(m, limit) if m.high < limit\n\nlow(m, _) if m.kind == "undefined"',
    "an argument that is a literal": 'deny contains "x" if side(input.bars[0].direction, 1)\n\nside("at_least", n) if n > 2\n\nside("at_most", n) if n > 3',
    "a default": 'default level := 0\n\nlevel := input.bars[0].limit\n\ndeny contains "x" if level > 5',
    "object.get with a default": f'deny contains "x" if object.get({METRICS}, "f1", {{"value": 1}}).value < 0.1',
    "texts": 'deny contains sprintf("%s", [bar.title]) if {\n\tsome bar in input.bars\n\tcontains(bar.title, "AUC")\n\tlower(bar.title) == "roc auc"\n}',
    "changes": 'deny contains c.path if {\n\tsome c in input.changes\n\tc.kind == "removed"\n\tnot c.tightens\n}',
    "sets of its own": 'deny contains "x" if {\n\tseen := {bar.check | some bar in input.bars}\n\tcount(seen - {"quality"}) > 7\n\tseen["quality"]\n}',
    "dates": 'deny contains "x" if input.as_of > "2030-01-01"',
    "with an input of its own": 'deny contains "x" if bars.any_missed with input as {"bars": []}',
    "subjects": 'deny contains bar.id if {\n\tsome bar in input.bars\n\tbar.subject.set == "holdout"\n\tbar.subject.metric == "roc_auc"\n}',
}  # fmt: skip


@pytest.mark.parametrize("case", SOUND, ids=list(SOUND))
def test_what_the_plan_makes_possible_is_no_fault_e4(
    case: str, tmp_path: Path, shipped: Path, names: PlannedNames
) -> None:
    assert look(tmp_path, shipped, names, SOUND[case]) == []


def test_the_place_is_the_word_itself(tmp_path: Path, shipped: Path, names: PlannedNames) -> None:
    rules = f'reasons contains "ß é" if {{\n\ttrue\n\t{METRICS}.roc_acu.value < 0.5\n}}'
    (told,) = look(tmp_path, shipped, names, rules)
    assert told == (
        "house/rule/rule.rego:16:43: `input.facts.quality.sets.holdout.metrics` has no `roc_acu`; "
        "it has: average_precision, expected_calibration_error, f1, log_loss, roc_auc. Did you mean `roc_auc`?"
    )


def test_no_shipped_policy_looks_at_what_is_never_there(shipped: Path, names_with_findings: PlannedNames) -> None:
    names = names_with_findings
    bundle = read_bundle([shipped])
    policies: dict[str, PlannedPolicy] = {each.id: planned_policy(each) for each in bundle.policies}
    found = look_at_references(bundle, {name: names.shape(policy) for name, policy in policies.items()})
    assert set(found) == set(policies)
    assert ("facts", "governance", "owner_named") in found["governance/owner_named"].touched
