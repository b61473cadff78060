"""`assay doctor` with a token reads GitHub's settings, says what they lack, and asks for nothing but to read."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.command_line import Assay
from tests.support.fakegithub.faults import Fault
from tests.support.fakegithub.loopback import only_loopback
from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import Settings, World
from tests.support.git import commit, git
from tests.support.repositories import Repository

from assay.commands.parts.looks import LOOKS
from assay.commands.parts.rulesets import covers

NAME = "acme/loans"
EVERYTHING = dict.fromkeys(("administration", "actions", "secrets", "variables", "environments"), "read")
STAGES = ("ideation", "data-preparation", "experimentation", "validation", "deployment", "retirement")


@pytest.fixture
def github(
    repository: Repository, assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[FakeGitHub, Repository]]:
    """A repository as `init` sets it up, and its settings on GitHub, where nothing is protected."""
    only_loopback(monkeypatch)
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    assert assay("init").code == 0
    roles = "roles:\n  domain_expert: {users: [ada]}\n  ml_engineer: {users: [grace]}\n"
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + roles)
    commit(repository.root, "All")
    world = World()
    world.repository(NAME)
    world.token("all", **EVERYTHING)
    with FakeGitHub(world) as server:
        for name, value in (("API_URL", server.url), ("TOKEN", "all"), ("REPOSITORY", NAME)):
            monkeypatch.setenv(f"GITHUB_{name}", value)
        yield server, repository
        # A doctor looks and touches nothing, and GitHub would have understood each question.
        assert {each.method for each in server.journal} <= {"GET"}
        assert server.violations == []


def looks(assay: Assay) -> dict[str, tuple[str, str]]:
    listed = json.loads(assay("doctor", "--format", "json").out)["looks"]
    return {each["look"]: (each["state"], each["found"]) for each in listed if each["section"] == "settings"}


def states(assay: Assay) -> dict[str, str]:
    return {look: state for look, (state, _) in looks(assay).items()}


def secure(server: FakeGitHub, assay: Assay) -> Settings:
    """Settings as the manual asks for them; the rulesets are those that `assay ruleset` prints."""
    held = server.world.repository(NAME).settings
    branch, tags = (json.loads(assay("ruleset", "--kind", kind).out) for kind in ("branch", "tags"))
    more = {"ruleset_source_type": "Repository", "ruleset_source": NAME, "ruleset_id": 1}
    held.branch_rules = [{**rule, **more} for rule in branch["rules"]]
    held.rulesets = [{"id": 2, "source": NAME, "source_type": "Repository", **tags}]
    policy = {"protected_branches": True, "custom_branch_policies": False}
    held.environments = [
        {"id": number, "name": name, "deployment_branch_policy": policy, "protection_rules": []}
        for number, name in enumerate(("assay", *STAGES))
    ]
    held.environment_secrets = {name: ["ASSAY_SIGNING_KEY"] for name in ("assay", *STAGES)}
    held.variables = ["ASSAY_PUBLIC_KEY"]
    held.token_default, held.may_approve, held.approval_policy = "read", False, "all_external_contributors"
    return held


@pytest.mark.usefixtures("opa")
def test_what_the_manual_asks_for_lacks_nothing(github: tuple[FakeGitHub, Repository], assay: Assay) -> None:
    secure(github[0], assay)
    assert set(states(assay).values()) == {"ok"}, looks(assay)
    ended = assay("doctor")
    assert (ended.code, ended.err) == (0, ""), ended.out
    assert "set GITHUB_TOKEN" not in ended.out


def test_an_untouched_repository_lacks_nearly_everything(github: tuple[FakeGitHub, Repository], assay: Assay) -> None:
    assert assay("doctor").code == 1
    found = states(assay)
    assert [look for look, state in found.items() if state == "ok"] == [
        "github_api",
        "public_key",
        "self_hosted_runners",
        "signing_key",
    ]
    assert "not looked" not in found.values()
    told = " ".join(assay("doctor").out.split())
    for look in ("required_status", "tag_rules", "token_default"):
        assert LOOKS.load(look).FIX in told


def _no_approval(held: Settings) -> None:
    for rule in held.branch_rules:
        if rule["type"] == "pull_request":
            rule["parameters"]["required_approving_review_count"] = 0


def _another_status(held: Settings) -> None:
    for rule in held.branch_rules:
        if rule["type"] == "required_status_checks":
            rule["parameters"]["required_status_checks"] = [{"context": "assay/other/validation"}]


def _behind(held: Settings) -> None:
    for rule in held.branch_rules:
        if rule["type"] == "required_status_checks":
            rule["parameters"]["strict_required_status_checks_policy"] = False


def _without(kind: str) -> Callable[[Settings], None]:
    def change(held: Settings) -> None:
        held.branch_rules = [rule for rule in held.branch_rules if rule["type"] != kind]

    return change


FAULTS: dict[str, tuple[str, Callable[[Settings], object], str]] = {
    "no approval": ("reviewed_changes", _no_approval, "no approving review is required"),
    "another status": ("required_status", _another_status, "`assay/small/validation` is not required on `main`"),
    "behind": ("required_status", _behind, "not up to date with `main`"),
    "force pushes": ("branch_history", _without("non_fast_forward"), "force pushes are allowed"),
    "deletion": ("branch_history", _without("deletion"), "deletion is allowed"),
    "a disabled ruleset": ("tag_rules", lambda held: held.rulesets[0].update(enforcement="disabled"), "no ruleset has"),
    "only some tags": (
        "tag_rules",
        lambda held: held.rulesets[0]["conditions"]["ref_name"].update(include=["refs/tags/**/*@v*"]),
        "no ruleset has",
    ),
    "excluded tags": (
        "tag_rules",
        lambda held: held.rulesets[0]["conditions"]["ref_name"].update(exclude=["refs/tags/small@*"]),
        "no ruleset has",
    ),
    "tags may move": ("tag_rules", lambda held: held.rulesets[0]["rules"].pop(1), "no ruleset has `update`"),
    "no environment": ("limited_environments", lambda held: held.environments.pop(0), "`assay` does not exist"),
    "every branch": (
        "limited_environments",
        lambda held: held.environments[0].update(deployment_branch_policy=None),
        "`assay` takes every branch",
    ),
    "a writing default": ("token_default", lambda held: setattr(held, "token_default", "write"), "`write`"),
    "approving workflows": ("actions_approval", lambda held: setattr(held, "may_approve", True), "may approve"),
    "strangers run": (
        "fork_workflows",
        lambda held: setattr(held, "approval_policy", "first_time_contributors"),
        "the policy is `first_time_contributors`",
    ),
    "a key for all": ("signing_key", lambda held: held.secrets.append("ASSAY_SIGNING_KEY"), "secret of the repository"),
    "an organisation's key": (
        "signing_key",
        lambda held: held.organization_secrets.append("ASSAY_SIGNING_KEY"),
        "a secret of the organisation",
    ),
    "no public key": ("public_key", lambda held: held.variables.clear(), "no variable ASSAY_PUBLIC_KEY"),
    "own runners": ("self_hosted_runners", lambda held: setattr(held, "runners", 2), "has 2 self-hosted runners"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_missing_alone(fault: str, github: tuple[FakeGitHub, Repository], assay: Assay) -> None:
    look, change, told = FAULTS[fault]
    change(secure(github[0], assay))
    found = looks(assay)
    assert [each for each, (state, _) in found.items() if state != "ok"] == [look], found
    assert found[look][0] == "missing"
    assert told in found[look][1]


def test_forks_of_a_private_repository_get_nothing(github: tuple[FakeGitHub, Repository], assay: Assay) -> None:
    held = secure(github[0], assay)
    held.private = True
    assert looks(assay)["fork_workflows"] == (
        "missing",
        "runs for forks get a token that may write; runs for forks get secrets",
    )
    held.sends_to_forks = False
    assert looks(assay)["fork_workflows"][0] == "ok"


def test_classic_protection_counts_like_a_ruleset(github: tuple[FakeGitHub, Repository], assay: Assay) -> None:
    held = secure(github[0], assay)
    held.branch_rules = []
    held.protection = {
        "url": "https://api.github.com/x",
        "required_status_checks": {
            "strict": True,
            "contexts": ["assay/small/validation"],
            "checks": [{"context": "assay/small/validation", "app_id": None}],
        },
        "required_pull_request_reviews": {
            "dismiss_stale_reviews": True,
            "require_code_owner_reviews": True,
            "required_approving_review_count": 1,
        },
        "allow_force_pushes": {"enabled": False},
        "allow_deletions": {"enabled": False},
    }
    assert set(states(assay).values()) == {"ok"}, looks(assay)
    held.protection = copy.deepcopy(held.protection)
    held.protection["allow_force_pushes"]["enabled"] = True
    assert looks(assay)["branch_history"] == ("missing", "force pushes are allowed")


def test_what_the_token_may_not_read_is_named_and_is_not_fine(
    github: tuple[FakeGitHub, Repository], assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure(github[0], assay)
    github[0].world.token("little")
    monkeypatch.setenv("GITHUB_TOKEN", "little")
    found = looks(assay)
    # Rulesets can be read by everybody, so they are judged all the same.
    for look in ("github_api", "required_status", "reviewed_changes", "branch_history", "tag_rules"):
        assert found[look][0] == "ok", found[look]
    for look, permission in (("token_default", "administration: read"), ("limited_environments", "actions: read")):
        assert found[look][0] == "not looked"
        assert f"`{permission}`" in found[look][1]
    github[0].world.repository(NAME).settings.branch_rules = []
    assert looks(assay)["required_status"][0] == "not looked"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("GET", "rulesets", status=404, message="Not Found", times=99),
        Fault("GET", "rulesets", status=422, message="Odd", times=99),
        Fault("GET", "rulesets", effect="cut", times=99),
        Fault("GET", "rulesets", status=200, message="no list", times=99),
    ],
    ids=["404", "422", "cut", "no list"],
)
def test_an_odd_answer_is_a_sentence(fault: Fault, github: tuple[FakeGitHub, Repository], assay: Assay) -> None:
    secure(github[0], assay)
    github[0].fault(copy.deepcopy(fault))
    ended = assay("doctor", "--format", "json")
    assert ended.code in (1, 3)
    assert "Traceback" not in ended.out + ended.err
    (found,) = (each for each in json.loads(ended.out)["looks"] if each["look"] == "tag_rules")
    assert found["state"] == "not looked"
    assert found["found"]


def test_without_a_token_the_settings_are_not_looked_at(
    github: tuple[FakeGitHub, Repository], assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert looks(assay) == {}
    assert assay("doctor").out.endswith(
        "GitHub's settings were not looked at: set GITHUB_TOKEN to a token that may read them.\n"
    )
    assert github[0].journal == []


@pytest.mark.parametrize(
    "url", [f"https://github.com/{NAME}.git", f"git@github.com:{NAME}.git", f"ssh://git@github.com/{NAME}", NAME]
)
def test_the_remote_names_the_repository(
    url: str, github: tuple[FakeGitHub, Repository], assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY")
    git(github[1].root, "remote", "add", "origin", url)
    state, found = looks(assay)["github_api"]
    assert (state == "ok", NAME in found) == ((True, True) if url != NAME else (False, False)), found


def test_a_pattern_covers_what_github_would_match() -> None:
    def ruleset(*include: str, exclude: tuple[str, ...] = ()) -> dict[str, object]:
        return {"conditions": {"ref_name": {"include": list(include), "exclude": list(exclude)}}}

    assert covers(ruleset("refs/tags/**/*@v*"), "refs/tags/loans@v1.0.0")
    assert covers(ruleset("refs/tags/**/*@v*"), "refs/tags/team/loans@v1.0.0")
    assert not covers(ruleset("refs/tags/*@v*"), "refs/tags/team/loans@v1.0.0")
    assert not covers(ruleset("refs/tags/**/*@v*", exclude=("refs/tags/loans*",)), "refs/tags/loans@v1.0.0")
    assert covers(ruleset("~ALL"), "refs/tags/x")
    assert not covers({}, "refs/tags/x")


def test_the_manual_names_every_setting(project: Path) -> None:
    text = (project / "docs/github-setup.md").read_text()
    for name in LOOKS.names():
        assert f"### {name.replace('_', '-')}" in text, name
