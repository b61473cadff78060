"""T-two-engines: what engines answer differently is refused by name and line, unless the manifest lets OPA alone judge."""

import dataclasses
import re
from pathlib import Path

import pytest

from assay.edges.rego.bundle import read_bundle
from assay.edges.rego.policy_source.portability import _RULES
from assay.edges.rego.policy_source.reference_check import look_at_references
from assay.edges.rego.portable_builtins import ALWAYS, DIFFERENT, OPERATORS, PORTABLE, WITHIN, WRONG
from assay.errors import ManifestError
from assay.steps.planning.planned_shape import PlannedNames
from assay.steps.planning.policy_selection import planned_policy

HEADER = """\
# METADATA
# title: A house rule
# custom:
#   checks: [quality, bias]
#   effect: block
#   risks: [high]
#   stages: [validation]
#   remedy: Fix it.
package house.rule

"""
AUC = "input.facts.quality.sets.holdout.metrics.roc_auc"
ROWS = "input.facts.quality.sets.holdout.rows"


def look(folder: Path, shipped: Path, names: PlannedNames, rules: str, *, pinned: bool = False) -> list[str]:
    path = folder / "house/rule/rule.rego"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + rules + "\n")
    bundle = dataclasses.replace(read_bundle([shipped, folder]), pinned=pinned)
    policy = next(planned_policy(each) for each in bundle.policies if each.id == "house/rule")
    try:
        look_at_references(bundle, {policy.id: names.shape(policy)})
    except ManifestError as error:
        return [str(problem) for problem in error.problems]
    return []


REFUSED = {
    "upper of ß": ('warn contains upper("straße")', "`upper` is refused"),
    "upper of what data bring": ("warn contains upper(row.group) if {\n\tsome row in input.facts.bias.sets.holdout.attributes.group.groups.rows\n}", "`upper` is refused"),
    "count of text": ('deny contains "x" if count(input.bars[0].told) > 5', "`count` is refused"),
    "%.2f": (f'warn contains sprintf("%.2f", [{AUC}.value])', "`sprintf` is refused"),
    "%v of a fraction": (f'warn contains sprintf("%v", [{AUC}.value])', "`sprintf` is refused"),
    "%d of a fraction": (f'warn contains sprintf("%d", [{AUC}.value])', "`sprintf` is refused"),
    "%d of what may be negative": (f'warn contains sprintf("%d", [{ROWS} - 700])', "`sprintf` is refused"),
    "%t": ('warn contains sprintf("%t", [true])', "`sprintf` is refused"),
    "a missing argument": ('warn contains sprintf("%s and %s", [input.stage])', "`sprintf` is refused"),
    "a spare argument": ('warn contains sprintf("%s", [input.stage, input.stage])', "`sprintf` is refused"),
    "a format in a variable": ("warn contains sprintf(input.stage, [])", "`sprintf` is refused"),
    "width": (f'warn contains sprintf("%5d", [{ROWS}])', "`sprintf` is refused"),
    "an object of fractions": (f'warn contains sprintf("%v", [{AUC}])', "`sprintf` is refused"),
    "json.marshal": (f"warn contains json.marshal({AUC})", "`json.marshal` is refused"),
    "difference of fractions": (f'deny contains "x" if {AUC}.high - {AUC}.low >= 0.05', "fractions"),
    "sum of fractions": (f'deny contains "x" if sum([{AUC}.high, {AUC}.low]) >= 0.05', "`sum` is refused"),
    "division": (f'deny contains "x" if {ROWS} / 3 > 5', "quotients"),
    "arithmetic on the unknown": ('deny contains "x" if input.manifest.checks.quality.level * 2 > 1', "fractions"),
    "in a function": (f'deny contains "x" if far({AUC}.high, {AUC}.low)\n\nfar(x, y) if x - y > 0.1', "fractions"),
    "floor": (f'deny contains "x" if floor({AUC}.value) < 1', "`floor` is refused: OPA itself is wrong"),
    "ceil": (f'deny contains "x" if ceil({AUC}.value) < 1', "`ceil` is refused: OPA itself is wrong"),
    "strings.count": ('deny contains "x" if strings.count(input.stage, "a") > 1', "crashes"),
    "object.subset of lists": ('deny contains "x" if object.subset([], [])', "`object.subset` is refused"),
    "no such built-in": ('deny contains "x" if crypto.sha256("a") == "b"', "`crypto.sha256` is refused: not every engine has it"),
    "misspelt built-in": ('deny contains "x" if starts_with(input.stage, "a")', "`starts_with` is refused"),
    "\\d on what data bring": ('deny contains "x" if {\n\tsome row in input.facts.bias.sets.holdout.attributes.group.groups.rows\n\tregex.match(`^\\d+$`, row.group)\n}', "`regex.match` is refused"),
    "repeated repetition": ('deny contains "x" if regex.match("a**", input.stage)', "`regex.match` is refused"),
    "glob on what data bring": ('deny contains "x" if {\n\tsome row in input.facts.bias.sets.holdout.attributes.group.groups.rows\n\tglob.match("?", [], row.group)\n}', "`glob.match` is refused"),
    "a date that is not checked": ('deny contains "x" if time.parse_ns("2006-01-02", input.bars[0].told) > 1', "`time.parse_ns` is refused"),
    "a needle that is empty": ('deny contains "x" if indexof(input.stage, "") == 0', "`indexof` is refused"),
    "a rule that nothing calls": ('deny contains "x" if input.bars[0].told\n\nunused(x) := yaml.marshal(x)', "`yaml.marshal` is refused"),
}  # fmt: skip
TWINS = {
    "upper of a stage": "warn contains upper(input.stage)",
    "count of lists": 'deny contains "x" if count(input.bars) > 99',
    "%s of text": 'warn contains sprintf("%s of %s: 100%%", [input.stage, input.bars[0].title])',
    "%d of rows": f'warn contains sprintf("%d rows, twice %d", [{ROWS}, {ROWS} * 2])',
    "%v of rows": f'warn contains sprintf("%v", [{ROWS} - 700])',
    "%v of a choice": f'warn contains sprintf("%v %v", [{AUC}.kind, true])',
    "sum of whole numbers": f'deny contains "x" if sum([{ROWS}, 1]) > 1000000',
    "whole numbers": f'deny contains "x" if ({ROWS} + 5) * 2 % 7 == 9',
    "sets": 'deny contains "x" if count({"a"} - {bar.id | some bar in input.bars}) > 5',
    "round": f'deny contains "x" if round({AUC}.value) > 1',
    "a plain pattern": 'deny contains "x" if regex.match(`^[a-z]+-(x|y)$`, input.bars[0].told)',
    "\\d on a stage": 'deny contains "x" if regex.match(`\\d`, input.stage)',
    "the date of the judgement": 'deny contains "x" if time.weekday(time.parse_ns("2006-01-02", input.as_of)) == "Sunday"',
    "whole in a function": f'deny contains "x" if more({ROWS}, 5)\n\nmore(x, y) if x - y > 100000',
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=list(REFUSED))
def test_what_engines_answer_differently_is_refused_by_line_e11(
    case: str, tmp_path: Path, shipped: Path, names: PlannedNames
) -> None:
    rules, words = REFUSED[case]
    told = look(tmp_path, shipped, names, rules)
    assert any(words in each for each in told), told
    assert all(re.match(r"house/rule/rule\.rego:\d+:\d+: ", each) for each in told)
    assert any("wrong" in each for each in told) == bool(look(tmp_path, shipped, names, rules, pinned=True))


@pytest.mark.parametrize("case", TWINS, ids=list(TWINS))
def test_what_engines_answer_alike_is_allowed_e11(
    case: str, tmp_path: Path, shipped: Path, names: PlannedNames
) -> None:
    assert look(tmp_path, shipped, names, TWINS[case]) == []


def test_every_built_in_is_of_one_class() -> None:
    classes = [ALWAYS, WITHIN.keys(), WRONG.keys(), DIFFERENT.keys(), OPERATORS]
    assert sum(map(len, classes)) == len(frozenset().union(*classes))
    assert set(_RULES) == set(WITHIN)
    assert ALWAYS | WITHIN.keys() | OPERATORS == PORTABLE
