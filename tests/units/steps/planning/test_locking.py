"""What judges a change, difference by difference: the base's manifest, with what only makes it harder from the head."""

from typing import Any

import pytest

from assay.dossier.plan_parts import ManifestChange
from assay.errors import ManifestError
from assay.manifest.parsing import read_manifest
from assay.steps.planning.check_contexts import planned_contexts
from assay.steps.planning.locking import ReadManifest, lock, read_checked

COLUMNS = {"holdout": {"key": "text", "label": "integer", "a": "text", "b": "number"}}
BASE = """\
assay: 1
model: {name: m, risk: high, owner: us}
data: {sets: {holdout: {path: h.csv}}, label: label, id: key}
checks:
  quality:
    on: holdout
    bars: {roc_auc: ">= 0.7", log_loss: "<= 0.5"}
  artifact: {}
waivers:
  - {policy: a/b, owner: o, reason: r, expires: "2027-01-01"}
  - {policy: c/d, owner: o, reason: r, expires: "2027-01-01"}
roles: {ml_engineer: {users: [ada]}}
"""


def read(text: str, file: str = "assay.yaml") -> ReadManifest:
    document, manifest, problems = read_manifest(text.encode(), file)
    found = read_checked(document, manifest, problems)
    assert problems == []
    return found


def locked(base: str, head: str) -> tuple[ReadManifest, dict[str, ManifestChange]]:
    before = read(base)
    contexts = planned_contexts(before.manifest, columns=COLUMNS, as_of="2026-11-20", stage="validation")
    judging, changes = lock(before, read(head), contexts)
    assert len({change.path for change in changes}) == len(changes)
    return judging, {change.path: change for change in changes}


def specs(found: ReadManifest) -> dict[str, Any]:
    return {name: block.spec for name, block in found.blocks.items()}


def changed(*replacements: tuple[str, str]) -> str:
    text = BASE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text


def quality(judging: ReadManifest) -> Any:
    return judging.blocks["quality"].spec.model_dump(mode="json", by_alias=True)["bars"]


def test_nothing_changed_is_nothing() -> None:
    judging, changes = locked(BASE, BASE)
    assert changes == {}
    assert judging.manifest == read(BASE).manifest
    assert locked(BASE, f"# words\n{BASE}")[1] == {}


@pytest.mark.parametrize(
    ("old", "new", "path", "tightens"),
    [
        (">= 0.7", ">= 0.8", "checks.quality.bars.roc_auc", True),
        (">= 0.7", ">= 0.6", "checks.quality.bars.roc_auc", False),
        ("<= 0.5", "<= 0.4", "checks.quality.bars.log_loss", True),
        ("<= 0.5", "<= 0.6", "checks.quality.bars.log_loss", False),
        ('roc_auc: ">= 0.7", ', "", "checks.quality.bars.roc_auc", False),
        ('{roc_auc: ">= 0.7"', '{f1: ">= 0.1", roc_auc: ">= 0.7"', "checks.quality.bars.f1", True),
        ("on: holdout", "on: [holdout]", "checks.quality.on", False),
        ("risk: high", "risk: limited", "model.risk", False),
        ("label: label", "label: b", "data.label", False),
        ("users: [ada]", "users: [ada, eve]", "roles.ml_engineer.users", False),
        ("risk: high,", "risk: high, threshold: 0.4,", "model.threshold", False),
    ],
)
def test_a_difference_applies_only_if_it_tightens(old: str, new: str, path: str, tightens: bool) -> None:
    """A1, A4, A10: what does not tighten is listed, and the base's value judges."""
    judging, changes = locked(BASE, changed((old, new)))
    assert list(changes) == [path]
    assert (changes[path].tightens, changes[path].descriptive) == (tightens, False)
    expected = read(changed((old, new)) if tightens else BASE)
    assert judging.manifest == expected.manifest
    assert specs(judging) == specs(expected)


def test_each_difference_is_tried_alone() -> None:
    """A1: a tighter bar does not pay for a looser one, and both are listed."""
    judging, changes = locked(BASE, changed((">= 0.7", ">= 0.8"), ("<= 0.5", "<= 0.9")))
    assert {path: change.tightens for path, change in changes.items()} == {
        "checks.quality.bars.roc_auc": True,
        "checks.quality.bars.log_loss": False,
    }
    assert quality(judging)["roc_auc"]["limit"] == 0.8
    assert quality(judging)["log_loss"]["limit"] == 0.5


def test_two_tighter_bars_both_apply() -> None:
    judging, changes = locked(BASE, changed((">= 0.7", ">= 0.8"), ("<= 0.5", "<= 0.4")))
    assert all(change.tightens for change in changes.values())
    assert (quality(judging)["roc_auc"]["limit"], quality(judging)["log_loss"]["limit"]) == (0.8, 0.4)


def test_texts_about_the_model_are_the_heads() -> None:
    judging, changes = locked(BASE, changed(("owner: us", "owner: them, intended_use: Ranks.")))
    assert set(changes) == {"model.owner", "model.intended_use"}
    assert all(change.descriptive and not change.tightens for change in changes.values())
    assert (judging.manifest.model.owner, judging.manifest.model.intended_use) == ("them", "Ranks.")
    assert (changes["model.owner"].before, changes["model.owner"].after) == ('"us"', '"them"')
    judging, changes = locked(BASE, changed((", owner: us", "")))
    assert judging.manifest.model.owner is None
    assert changes["model.owner"].kind == "changed"


def test_an_added_check_judges_and_a_removed_one_stays() -> None:
    """A1, A3: what the head leaves out, the base still asks for."""
    added = changed(("  artifact: {}\n", "  artifact: {}\n  bias: {by: [a]}\n"))
    judging, changes = locked(BASE, added)
    assert "bias" in judging.blocks
    assert (changes["checks.bias"].kind, changes["checks.bias"].tightens) == ("added", True)
    judging, changes = locked(added, BASE)
    assert "bias" in judging.blocks
    assert (changes["checks.bias"].kind, changes["checks.bias"].tightens) == ("removed", False)
    assert changes["checks.bias"].line == read(added).document.line(("checks", "bias"))


def test_a_check_whose_defaults_were_in_force_is_not_new() -> None:
    """A4: adding a block of a check that needs none is a change of its defaults."""
    base = changed(("  artifact: {}\n", ""))
    judging, changes = locked(base, changed(("artifact: {}", 'artifact: {bars: {size: "<= 9 MB"}}')))
    assert list(changes) == ["checks.artifact", "checks.artifact.bars.size"]
    assert all(change.tightens and change.kind == "added" for change in changes.values())
    assert changes["checks.artifact"].after is not None
    approvals = changed(
        ("artifact: {}", "approvals: {roles: [ml_engineer, owner]}"),
        ("users: [ada]}", "users: [ada]}, owner: {users: [eve]}"),
    )
    judging, changes = locked(base, approvals)
    assert any(path.startswith("checks.approvals") and not change.tightens for path, change in changes.items())
    assert specs(judging)["approvals"].model_dump(mode="json")["roles"] != ["ml_engineer", "owner"]


def test_waivers_go_at_once_and_come_only_with_the_base() -> None:
    """E12: taking one away can only close; each is known by what it says, not by where it stands."""
    first = '  - {policy: a/b, owner: o, reason: r, expires: "2027-01-01"}\n'
    second = first.replace("a/b", "c/d")
    third = first.replace("a/b", "e/f")
    judging, changes = locked(BASE, changed((first, "")))
    assert [waiver.policy for waiver in judging.manifest.waivers] == ["c/d"]
    assert [(path, change.kind, change.tightens) for path, change in changes.items()] == [
        ("waivers.0", "removed", True)
    ]
    judging, changes = locked(BASE, changed((second, second + third)))
    assert [waiver.policy for waiver in judging.manifest.waivers] == ["a/b", "c/d"]
    assert [(path, change.kind, change.tightens) for path, change in changes.items()] == [("waivers.2", "added", False)]
    assert "e/f" in str(changes["waivers.2"].after)
    assert changes["waivers.2"].line == 12
    judging, changes = locked(BASE, changed((first + second, second + first)))
    assert changes == {}
    assert [waiver.policy for waiver in judging.manifest.waivers] == ["a/b", "c/d"]
    judging, changes = locked(BASE, changed((first + second, second + second)))
    assert {(change.path, change.kind) for change in changes.values()} == {
        ("waivers.0", "removed"),
        ("waivers.1", "added"),
    }
    assert [waiver.policy for waiver in judging.manifest.waivers] == ["c/d"]


def test_a_waiver_that_lasts_longer_is_another() -> None:
    """E12: the base's is gone, and the head's does not count."""
    kept = 'a/b, owner: o, reason: r, expires: "2027-'
    head = read(changed((f'{kept}01-01"', f'{kept}02-01"')))
    before = read(BASE)
    contexts = planned_contexts(before.manifest, columns=COLUMNS, as_of="2026-11-20", stage="validation")
    judging, changes = lock(before, head, contexts)
    assert [(each.path, each.kind, each.tightens) for each in changes] == [
        ("waivers.0", "removed", True),
        ("waivers.0", "added", False),
    ]
    assert [waiver.policy for waiver in judging.manifest.waivers] == ["c/d"]


def test_lines_are_those_of_the_head_where_it_has_the_place() -> None:
    head = "# one line more\n" + changed((">= 0.7", ">= 0.8"))
    judging, changes = locked(BASE, head)
    assert changes["checks.quality.bars.roc_auc"].line == 8
    assert judging.document.line(("checks", "quality", "bars", "roc_auc")) == 8
    assert changes["checks.quality.bars.roc_auc"].file == "assay.yaml"
    for place in (("checks", "quality", "bars", "roc_auc"), ("model", "risk"), ("waivers", 1, "policy")):
        assert judging.document.problem(place, "x") == read(head).document.problem(place, "x")


def test_what_cannot_be_joined_is_refused() -> None:
    """A1: a head whose check is no valid block never judges, whatever the base says."""
    with pytest.raises(ManifestError):
        read_checked(read(BASE).document, None, [])


def test_problems_are_added_to_those_that_are_known() -> None:
    """Each with its line, so that a reader sees all of them at once."""
    stages = "stages: {validation: {approvals: [nobody]}}\n"
    text = changed((">= 0.7", "> 0.7"), ("risk: high", "risk: hgih")) + stages
    document, manifest, problems = read_manifest(text.encode(), "assay.yaml")
    known = list(problems)
    assert [problem.line for problem in known] == [2]
    read_checked(document, manifest, problems)
    assert problems[:1] == known
    assert [(problem.line, problem.file) for problem in problems[1:]] == [(7, "assay.yaml"), (13, "assay.yaml")]
    assert "nobody" in problems[2].message


def test_stages_are_what_they_resolve_to() -> None:
    """A1: the six usual stages are as much the base's as those it writes."""
    judging, changes = locked(BASE, f"{BASE}stages: {{validation: {{policies: ['data/*']}}}}\n")
    assert {path.split(".")[0] for path in changes} == {"stages"}
    assert {path.split(".")[1] for path in changes} == set(read(BASE).manifest.stage_graph())
    assert not any(change.tightens for change in changes.values())
    assert judging.manifest == read(BASE).manifest


def test_a_removed_check_hides_no_other_difference() -> None:
    """A3: everything is listed, whatever comes first."""
    text = BASE.replace("  artifact: {}\n", '  bias: {by: [a]}\n  artifact: {bars: {size: "<= 9 MB"}}\n')
    head = text.replace("  bias: {by: [a]}\n", "").replace("<= 9 MB", "<= 99 MB")
    judging, changes = locked(text, head)
    assert {path: (change.kind, change.tightens) for path, change in changes.items()} == {
        "checks.bias": ("removed", False),
        "checks.artifact.bars.size": ("changed", False),
    }
    assert specs(judging) == specs(read(text))


def test_a_default_that_is_tighter_than_what_was_written_applies() -> None:
    """The head leaves the base's milder share out, so the usual one is in force, which it nowhere writes."""
    test = "{name: up, kind: directional, change: {b: +10%}, expect: score not lower"
    text = BASE.replace("  artifact: {}\n", f'  behaviour: {{on: holdout, tests: [{test}, pass_rate: ">= 0.5"}}]}}\n')
    judging, changes = locked(text, text.replace(', pass_rate: ">= 0.5"', ""))
    (change,) = changes.values()
    assert (change.tightens, change.kind) == (True, "changed")
    assert specs(judging)["behaviour"].tests[0].pass_rate.limit == 0.95


TEST = "{{name: t{0}, kind: directional, change: {{b: +{0}0%}}, expect: score not lower}}"


def behaviour(count: int) -> str:
    tests = ", ".join(TEST.format(number) for number in range(1, count + 1))
    return BASE.replace("  artifact: {}\n", f"  behaviour: {{on: holdout, tests: [{tests}]}}\n")


def test_what_tightens_is_there_before_the_next_is_tried() -> None:
    """Three tests instead of one: the third can only stand behind the second."""
    judging, changes = locked(behaviour(1), behaviour(3))
    assert {path: change.tightens for path, change in changes.items()} == {
        "checks.behaviour.tests.1": True,
        "checks.behaviour.tests.2": True,
    }
    assert [test.name for test in specs(judging)["behaviour"].tests] == ["t1", "t2", "t3"]


def test_what_does_not_tighten_is_not_there_when_the_next_is_tried() -> None:
    """A1: bars for slices that the base does not have are no bars, though the head has the slices."""
    head = changed(
        ("    bars: {roc_auc", '    slices: [a]\n    bars_per_slice: {roc_auc: ">= 0.5"}\n    bars: {roc_auc')
    )
    judging, changes = locked(BASE, head)
    assert {path: change.tightens for path, change in changes.items()} == {
        "checks.quality.slices": False,
        "checks.quality.bars_per_slice.roc_auc": False,
    }
    assert specs(judging) == specs(read(BASE))


def test_leaving_a_column_out_of_drift_is_for_the_base_to_allow() -> None:
    """A1: an exclusion takes bars away, with and without bars of each column, so the base judges without it."""
    sets = "{sets: {holdout: {path: h.csv}, train: {path: t.csv}}, label: label, id: key}"
    base = BASE.replace("{sets: {holdout: {path: h.csv}}, label: label, id: key}", sets)
    for bars in ("{}", '{drifted_share: "<= 0.1"}'):
        block = f"  drift: {{reference: train, current: holdout, bars: {bars}, exclude: [a]}}\n"
        with_it = base.replace("  artifact: {}\n", block)
        without = with_it.replace(", exclude: [a]", "")
        judging, changes = locked(without, with_it)
        assert judging.blocks["drift"].spec.exclude is None  # type: ignore[attr-defined]  # drift's own
        assert [(path, each.tightens) for path, each in changes.items()] == [("checks.drift.exclude", False)]


def test_features_are_for_the_base_to_name() -> None:
    judging, changes = locked(BASE, changed(("id: key}", "id: key, features: 'all but [b]'}")))
    assert judging.manifest.data is not None
    assert judging.manifest.data.features is None
    assert [each.tightens for each in changes.values()] == [False]


@pytest.mark.parametrize(
    ("before", "after", "tightens"),
    [
        ("{}", "{leaks: off}", False),
        ("{}", '{leaks: "<= 3"}', False),
        ("{leaks: off}", '{leaks: "<= 0"}', True),
        ('{leakage: "<= 0.9"}', "{leakage: off}", False),
        ('{leakage: "<= 0.9"}', '{leakage: "<= 0.99"}', False),
        ("{leakage: off}", '{leakage: "<= 0.99"}', True),
        ('{leakage: "<= 0.9"}', '{leakage: "<= 0.5"}', True),
    ],
)
def test_bars_on_leaks_take_any_value_and_the_base_must_allow_a_looser_one(
    before: str, after: str, tightens: bool
) -> None:
    """A1: `off` is a bar that every value keeps, so it is a loosening like any other."""
    texts = [
        changed(("  artifact: {}\n", f"  data_hygiene: {{train: holdout, bars: {bars}}}\n")) for bars in (before, after)
    ]
    judging, changes = locked(*(text.replace("off", "'off'") for text in texts))
    (change,) = changes.values()
    assert (change.path.rpartition(".")[2] in ("leaks", "leakage"), change.tightens) == (True, tightens)
    expected = read(texts[tightens].replace("off", "'off'"))
    assert judging.blocks["data_hygiene"].spec == expected.blocks["data_hygiene"].spec
