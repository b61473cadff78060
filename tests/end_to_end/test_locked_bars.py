"""In a change, the base's manifest, policies and evaluation data judge; what loosens them closes the gate by itself.

Each attack has a benign twin that opens, so that closing everything would not pass (threats.md, section A).
"""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from assay.canonical import canonical
from tests.support import review_snapshots as made
from tests.support.command_line import Assay, Ended
from tests.support.git import commit, git
from tests.support.keys import make_key, public_text
from tests.support.repositories import HOUSE, HOUSE_FILE, Repository

CHECK = ("check", "--engine", "regorus", "--as-of", "2026-11-20", "--base", "main")
POLICY = "governance/bars_not_loosened"
MORE = """\
policies: policies
roles:
  domain_expert: {users: [octocat]}
  ml_engineer: {users: [hubot]}
"""
WAIVED = """\
waivers:
  - {policy: quality/clears_bars, owner: octocat, reason: known, expires: "2026-12-31"}
"""


@pytest.fixture
def changed(repository: Repository) -> Repository:
    """A repository whose base is open, on a branch of its own."""
    repository.write(HOUSE_FILE, HOUSE)
    repository.write(".gitignore", ".assay/\n")
    repository.replace("'governance/*'", "'governance/*', 'house/*'")
    repository.replace("    bars: {roc_auc", "    level: 0.95\n    bars: {roc_auc")
    repository.replace("<= 0.20", '<= 0.20"}\n    smallest_group: 30\n#{"')
    repository.write("assay.yaml", text_of(repository) + MORE)
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    commit(repository.root)
    return repository


def text_of(repository: Repository) -> str:
    return (repository.root / "assay.yaml").read_text()


def line_of(repository: Repository, words: str) -> int:
    return next(number for number, text in enumerate(text_of(repository).splitlines(), 1) if words in text)


def page(repository: Repository, name: str) -> Any:
    return json.loads((repository.dossier / f"{name}.json").read_text())


def ruling(repository: Repository, policy: str = POLICY) -> Any:
    return next(each for each in page(repository, "decision")["rulings"] if each["policy"] == policy)


def changes(repository: Repository) -> dict[str, Any]:
    return {each["path"]: each for each in page(repository, "plan")["changes"]}


def bar(repository: Repository, title: str) -> Any:
    return next(each for each in page(repository, "plan")["bars"] if each["title"] == title)


def swap_data(repository: Repository) -> None:
    """The first rows that the model gets wrong are relabelled."""
    lines = (repository.root / "holdout.csv").read_text().splitlines()
    lines[1] = re.sub(r"[01]$", lambda label: "1" if label[0] == "0" else "0", lines[1])
    repository.write("holdout.csv", "\n".join(lines) + "\n")


Edit = Callable[[Repository], None]


def replaced(old: str, new: str, name: str = "assay.yaml") -> Edit:
    return lambda repository: repository.replace(old, new, name)


def added(text: str) -> Edit:
    def edit(repository: Repository) -> None:
        repository.write("assay.yaml", text_of(repository) + text)

    return edit


LOOSENED: dict[str, tuple[Edit, str]] = {
    "a bar loosened A1": (replaced(">= 0.70", ">= 0.10"), "checks.quality.bars.roc_auc"),
    "a bar dropped A1": (replaced('{roc_auc: ">= 0.70"}', "{}"), "checks.quality.bars.roc_auc"),
    "a rule widened": (replaced("[0, 1000]", "[0, 5000]"), "checks.data_contract.rules.amount.range"),
    "fewer rows asked for": (replaced("at_least: 100", "at_least: 10"), "checks.data_contract.rules.rows.at_least"),
    "a rule dropped": (replaced("key: {unique: true}", "key: {}"), "checks.data_contract.rules.key.unique"),
    "a check dropped": (lambda repository: drop_check(repository, "bias"), "checks.bias"),
    "a smaller group raised": (replaced("smallest_group: 30", "smallest_group: 400"), "checks.bias.smallest_group"),
    "a level lowered": (replaced("level: 0.95", "level: 0.80"), "checks.quality.level"),
    "missing values left out": (
        replaced("smallest_group: 30", "smallest_group: 30\n    missing: exclude"),
        "checks.bias.missing",
    ),
    "an attribute dropped": (replaced("by: [group]", "by: [amount]"), "checks.bias.by"),
    "a gate dropped A1": (replaced(", 'quality/*'", ""), "stages.validation.policies"),
    "the roles changed A4": (replaced("users: [octocat]", "users: [octocat, mallory]"), "roles.domain_expert.users"),
    "the risk lowered A10": (replaced("risk: high", "risk: minimal"), "model.risk"),
    "the positive label changed": (replaced("  owner:", "  positive: true\n  owner:"), "model.positive"),
    "the threshold changed": (replaced("  owner:", "  threshold: 0.9\n  owner:"), "model.threshold"),
    "a sensitive column dropped": (replaced("sensitive: [group]", "sensitive: []"), "data.sensitive"),
    "a waiver added E12": (added(WAIVED), "waivers.0"),
    "a policy edited A2": (replaced("owner_named == true", "risk_named == true", HOUSE_FILE), "policies.house/owner_known/owner_known.rego"),
    "a severity lowered E15": (replaced("effect: block", "effect: warn", HOUSE_FILE), "policies.house/owner_known/owner_known.rego"),
    "a policy removed A2": (lambda repository: (repository.root / HOUSE_FILE).unlink(), "policies.house/owner_known/owner_known.rego"),
    "a policy added A2": (
        lambda repository: drop(
            repository.write("policies/house/owner_known/zz.rego", "package house.owner_known\n")
        ),
        "policies.house/owner_known/zz.rego",
    ),
    "the policies elsewhere A2": (replaced("policies: policies", "policies: weaker"), "policies"),
    "the evaluation data swapped E14": (swap_data, "data.sets.holdout.content"),
}  # fmt: skip


def drop_check(repository: Repository, name: str) -> None:
    text = re.sub(rf"^  {name}:\n(    .*\n|#.*\n)*", "", text_of(repository), flags=re.MULTILINE)
    repository.write("assay.yaml", text)


@pytest.mark.parametrize("attack", LOOSENED)
def test_what_loosens_closes_the_gate(attack: str, changed: Repository, assay: Assay) -> None:
    edit, path = LOOSENED[attack]
    edit(changed)
    ended = assay(*CHECK)
    assert ended.code == 1, ended.out + ended.err
    found = ruling(changed)
    assert found["outcome"] == "fail"
    assert found["offenders"] == [path]
    change = changes(changed)[path]
    assert not change["tightens"]
    assert change["line"] >= 1
    # Everything else is judged as at base, so nothing but this closes, save for data that were swapped.
    others = [each for each in page(changed, "decision")["rulings"] if each["policy"] != POLICY]
    assert all(each["opens"] for each in others)


def test_what_was_merged_is_the_base(changed: Repository, assay: Assay) -> None:
    changed.replace(">= 0.70", ">= 0.10")
    assert assay(*CHECK).code == 1
    commit(changed.root, "merged")
    assert assay(*CHECK).code == 0
    assert changes(changed) == {}


def test_a_base_without_its_policies_is_no_judge(changed: Repository, assay: Assay) -> None:
    (changed.root / HOUSE_FILE).unlink()
    commit(changed.root, "none left")
    ended = assay(*CHECK)
    assert ended.code == 3
    assert "The folder `policies` has no policies at the base" in ended.err


def drop(_: object) -> None:
    """Nothing, of something."""


BENIGN: dict[str, tuple[Edit, tuple[str, ...]]] = {
    "nothing": (drop, ()),
    "a README A1": (lambda repository: drop(repository.write("README.md", "# A model\n")), ()),
    "a comment": (added("# judged by the base\n"), ()),
    "another way of writing": (
        replaced("domain_expert: {users: [octocat]}", "domain_expert:\n    users:\n      - 'octocat'"),
        (),
    ),
    "a default written out": (replaced("by: [group]", "by: [group]\n    missing: group"), ()),
    "a bar tightened": (replaced(">= 0.70", ">= 0.72"), ("checks.quality.bars.roc_auc",)),
    "more rows asked for": (replaced("at_least: 100", "at_least: 200"), ("checks.data_contract.rules.rows.at_least",)),
    "a bar added": (
        replaced('{roc_auc: ">= 0.70"}', '{roc_auc: ">= 0.70", brier_score: "<= 0.4"}'),
        ("checks.quality.bars.brier_score",),
    ),
    "a rule added": (
        replaced("key: {unique: true}", "key: {unique: true, type: text}"),
        ("checks.data_contract.rules.key.type",),
    ),
    "rules of another column": (
        replaced("key: {unique: true}", "key: {unique: true}\n      group: {in: [a, b]}"),
        ("checks.data_contract.rules.group",),
    ),
    "a check added": (
        replaced("  bias:", '  artifact: {bars: {size: "<= 100 MB"}}\n  bias:'),
        ("checks.artifact", "checks.artifact.bars.size"),
    ),
    "the owner changed": (replaced("owner: credit-risk", "owner: credit-desk"), ("model.owner",)),
    "uses ruled out": (replaced("  owner:", "  out_of_scope: [fraud]\n  owner:"), ("model.out_of_scope",)),
    "a test of a policy": (
        lambda repository: drop(
            repository.write("policies/house/owner_known/owner_known_test.rego", "package house.owner_known_test\n")
        ),
        (),
    ),
    "the model retrained": (
        lambda repository: drop(
            repository.write("scores.csv", (repository.root / "scores.csv").read_text().replace("0.5\n", "0.51\n"))
        ),
        (),
    ),
}


@pytest.mark.parametrize("twin", BENIGN)
def test_its_benign_twin_opens_it(twin: str, changed: Repository, assay: Assay) -> None:
    edit, paths = BENIGN[twin]
    edit(changed)
    ended = assay(*CHECK)
    assert ended.code == 0, ended.out + ended.err
    assert tuple(changes(changed)) == paths
    assert ruling(changed)["outcome"] == "pass"


def test_a_tightened_bar_judges_at_once(changed: Repository, assay: Assay) -> None:
    """A1's other side: the head's tighter bar is the one that is not cleared, with its line in the head."""
    changed.replace("checks:", "# A line more, so that lines differ.\nchecks:")
    changed.replace(">= 0.70", ">= 0.999")
    assert assay(*CHECK).code == 1
    assert ruling(changed)["outcome"] == "pass"
    closed = ruling(changed, "quality/clears_bars")
    assert closed["outcome"] == "fail"
    assert closed["bars"][0]["limit"] == 0.999
    assert closed["bars"][0]["line"] == line_of(changed, "0.999")
    facts = next(each for each in page(changed, "evidence")["measurements"] if each["check"] == "changes")["facts"]
    assert facts == {
        "base": True,
        "loosens": False,
        "loosened": [],
        "reviewed": False,
        "descriptive": [],
        "tightened": ["checks.quality.bars.roc_auc"],
        "count": 1,
    }


def test_an_added_check_judges_at_once(changed: Repository, assay: Assay) -> None:
    changed.replace("  bias:", '  artifact: {bars: {size: "<= 1 B"}}\n  bias:')
    changed.replace(", 'artifact/*'", "")
    ended = assay(*CHECK)
    assert ended.code == 1
    assert bar(changed, "size of the model's file in bytes")["line"] == line_of(changed, "<= 1 B")
    # The head cannot drop the gate that its own check belongs to.
    assert ruling(changed)["offenders"] == ["stages.validation.policies"]


def test_a_loosened_bar_is_judged_as_at_base(changed: Repository, assay: Assay) -> None:
    """A1: 0.9 at base and 0.1 in the head, with a model that has neither; the page holds the base's digest."""
    changed.replace(">= 0.70", ">= 0.99")
    commit(changed.root, "strict")
    source = assay("digest", "assay.yaml").out.split()[0]
    changed.replace(">= 0.99", ">= 0.10")
    assert assay(*CHECK).code == 1
    assert ruling(changed)["outcome"] == "fail"
    assert ruling(changed, "quality/clears_bars")["outcome"] == "fail"
    assert page(changed, "manifest")["source"] == source
    change = changes(changed)["checks.quality.bars.roc_auc"]
    assert change["kind"] == "changed"
    assert change["before"] == '">= 0.99"'
    assert change["after"] == '">= 0.1"'
    assert change["file"] == "assay.yaml"
    assert change["line"] == line_of(changed, "0.10")


def test_what_is_gone_is_found_by_its_line_at_base(changed: Repository, assay: Assay) -> None:
    line = line_of(changed, "  bias:")
    drop_check(changed, "bias")
    assert assay(*CHECK).code == 1
    change = changes(changed)["checks.bias"]
    assert (change["kind"], change["line"]) == ("removed", line)
    assert "after" not in change
    assert ruling(changed, "bias/within_bounds")["outcome"] == "pass"


def test_a_waiver_counts_once_it_is_merged(changed: Repository, assay: Assay) -> None:
    """E12: a waiver of the head waives nothing; one of the base does, and taking it away holds at once."""
    changed.replace(">= 0.70", ">= 0.99")
    commit(changed.root, "strict")
    changed.write("assay.yaml", text_of(changed) + WAIVED)
    assert assay(*CHECK).code == 1
    assert not ruling(changed, "quality/clears_bars")["opens"]
    commit(changed.root, "waived")
    assert assay(*CHECK).code == 0
    changed.replace(WAIVED, "")
    assert assay(*CHECK).code == 1
    assert changes(changed)["waivers.0"]["tightens"]
    assert ruling(changed)["outcome"] == "pass"
    assert not ruling(changed, "quality/clears_bars")["opens"]


def test_a_description_is_the_heads(changed: Repository, assay: Assay) -> None:
    """What the model is for belongs to the model, and an owner who is gone is missed at once."""
    changed.replace("Rank applications", "Sort applications")
    assert assay(*CHECK).code == 0
    assert page(changed, "manifest")["manifest"]["model"]["intended_use"].startswith("Sort")
    change = changes(changed)["model.intended_use"]
    assert (change["kind"], change["tightens"]) == ("changed", False)
    changed.replace("  owner: credit-risk\n", "")
    assert assay(*CHECK).code == 1
    assert ruling(changed)["outcome"] == "pass"
    assert ruling(changed, "governance/owner_named")["outcome"] == "fail"


def test_parameters_of_a_check_that_needed_no_block_are_locked_too(changed: Repository, assay: Assay) -> None:
    """A4: adding `approvals` with other roles is no added check, because its defaults were in force."""
    changed.replace("  bias:", "  approvals: {roles: [ml_engineer], bots: [hubot]}\n  bias:")
    ended = assay(*CHECK)
    assert ended.code == 1, ended.err
    assert set(ruling(changed)["offenders"]) == {"checks.approvals.roles", "checks.approvals.bots"}
    assert changes(changed)["checks.approvals"]["tightens"]


def test_severity_is_no_word_of_the_manifest(changed: Repository, assay: Assay) -> None:
    """E15: a manifest of the head that says more than it may is a mistake, and closes."""
    changed.replace('{roc_auc: ">= 0.70"}', '{roc_auc: ">= 0.70"}\n    severity: warn')
    ended: Ended = assay(*CHECK)
    assert ended.code == 2
    assert "severity" in ended.err


def test_a_file_in_git_lfs_is_known_by_its_pointer(changed: Repository, assay: Assay) -> None:
    data = (changed.root / "holdout.csv").read_text()
    found = assay("digest", "holdout.csv").out.split()[0]
    pointer = f"version https://git-lfs.github.com/spec/v1\noid {found}\nsize {len(data)}\n"
    changed.write("holdout.csv", pointer)
    commit(changed.root, "pointer")
    changed.write("holdout.csv", data)
    assert assay(*CHECK).code == 0
    assert changes(changed) == {}
    swap_data(changed)
    assert assay(*CHECK).code == 1
    assert ruling(changed)["offenders"] == ["data.sets.holdout.content"]


def test_data_that_the_base_does_not_hold_are_unknown(changed: Repository, assay: Assay) -> None:
    git(changed.root, "rm", "--quiet", "--cached", "holdout.csv")
    git(changed.root, "commit", "--quiet", "--message", "kept elsewhere")
    assert assay(*CHECK).code == 1
    assert changes(changed)["data.sets.holdout.content"]["before"] == '"not in Git at the base"'


def test_without_a_base_nothing_is_compared(changed: Repository, assay: Assay) -> None:
    changed.replace(">= 0.70", ">= 0.10")
    assert assay(*CHECK[:-2]).code == 0
    plan = page(changed, "plan")
    assert "changes" not in plan
    assert not {POLICY, "governance/first_manifest"} & {each["id"] for each in plan["policies"]}


def test_no_stage_leaves_the_lock_out(changed: Repository, assay: Assay) -> None:
    changed.replace("'governance/*', ", "")
    commit(changed.root, "fewer gates")
    changed.replace(">= 0.70", ">= 0.10")
    assert assay(*CHECK).code == 1
    assert ruling(changed)["outcome"] == "fail"


FIRST = "governance/first_manifest"
BOTH = "roles:\n  domain_expert: {users: [ada]}\n  ml_engineer: {users: [grace]}\n"
ONE = "roles:\n  domain_expert: {users: [ada, grace]}\n"


@pytest.mark.parametrize(
    ("roles", "reviews", "outcome"),
    [
        (BOTH, ["ada", "grace"], "pass"),
        (BOTH, ["ada"], "fail"),
        (BOTH, None, "not_evaluated"),
        # A manifest that asks for one role only would be its own and only judge.
        (ONE, ["ada", "grace"], "fail"),
    ],
)
def test_a_first_manifest_is_approved_by_both_roles(
    roles: str, reviews: list[str] | None, outcome: str, repository: Repository, assay: Assay
) -> None:
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    git(repository.root, "add", "holdout.csv")
    git(repository.root, "commit", "--quiet", "--message", "data")
    repository.write("assay.yaml", text_of(repository) + roles)
    more: tuple[str, ...] = ()
    if reviews is not None:
        given = [made.review(number, login) for number, login in enumerate(reviews, 1)]
        repository.write("reviews.json", canonical(made.changed(reviews=given)))
        more = ("--reviews", "reviews.json")
    ended = assay(*CHECK, *more)
    assert ended.code == (0 if outcome == "pass" else 1), ended.out + ended.err
    assert ruling(repository, FIRST)["outcome"] == outcome
    plan = page(repository, "plan")
    assert "changes" not in plan
    assert POLICY not in {each["id"] for each in plan["policies"]}


@pytest.mark.parametrize("file", ["keys/trust.yaml", "keys/ci.pem"])
def test_the_keys_that_count_are_locked(file: str, changed: Repository, assay: Assay) -> None:
    """A4, D13, T-locked-keys: a change that lists a key of its own, or puts another one in a key's file."""
    public = public_text(make_key("ed25519"))
    changed.write("assay.yaml", text_of(changed) + "trust: keys/trust.yaml\n")
    changed.write("keys/trust.yaml", "trust: 1\nkeys:\n  - {name: ci, key: ci.pem}\n")
    changed.write("keys/ci.pem", public)
    changed.write("keys/README.md", "What counts\n")
    commit(changed.root, "whose signatures count")
    git(changed.root, "switch", "--quiet", "--create", "change")
    changed.write("keys/README.md", "Other words\n")
    assert assay(*CHECK).code == 0
    changed.write(file, (changed.root / file).read_text() + "\n" + ("# mine\n" if file.endswith("yaml") else public))
    assert assay(*CHECK).code == 1
    assert ruling(changed)["offenders"] == [f"trust.{file}"]
