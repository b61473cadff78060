"""What is answered about a repository's settings."""

from __future__ import annotations

from typing import Any

from tests.support.fakegithub.calling import Answer, Call, Refused, answers, found, page


def listed(call: Call, name: str, items: list[dict[str, Any]]) -> Answer:
    """One page of an object that counts its entries."""
    one = page(call, items)
    return Answer(200, {"total_count": len(items), name: one.body}, one.headers)


def named(names: list[str], **more: str) -> list[dict[str, Any]]:
    """Secrets or variables by name."""
    when = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
    return [{"name": each, **when, **more} for each in names]


@answers("repos/get-branch-rules")
def _(call: Call) -> Answer:
    return page(call, call.repository.settings.branch_rules)


@answers("repos/get-branch-protection", "administration:read")
def _(call: Call) -> Answer:
    protection = call.repository.settings.protection
    if protection is None:
        raise Refused(404, "Branch not protected")
    return Answer(200, protection)


@answers("repos/get-repo-rulesets")
def _(call: Call) -> Answer:
    kept = ("id", "name", "target", "enforcement")
    return page(call, [{name: each[name] for name in kept} for each in call.repository.settings.rulesets])


@answers("repos/get-repo-ruleset")
def _(call: Call) -> Answer:
    return Answer(
        200, found({each["id"]: each for each in call.repository.settings.rulesets}, call.number("ruleset_id"))
    )


@answers("repos/get-all-environments", "actions:read")
def _(call: Call) -> Answer:
    return listed(call, "environments", call.repository.settings.environments)


@answers("actions/list-environment-secrets", "environments:read")
def _(call: Call) -> Answer:
    held = call.repository.settings.environment_secrets
    return listed(call, "secrets", named(held.get(call.operation.values["environment_name"], [])))


@answers("actions/list-repo-secrets", "secrets:read")
def _(call: Call) -> Answer:
    return listed(call, "secrets", named(call.repository.settings.secrets))


@answers("actions/list-repo-organization-secrets", "secrets:read")
def _(call: Call) -> Answer:
    return listed(call, "secrets", named(call.repository.settings.organization_secrets))


@answers("actions/list-repo-variables", "variables:read")
def _(call: Call) -> Answer:
    return listed(call, "variables", named(call.repository.settings.variables, value="x"))


@answers("actions/list-repo-organization-variables", "variables:read")
def _(call: Call) -> Answer:
    return listed(call, "variables", [])


@answers("actions/get-github-actions-default-workflow-permissions-repository", "administration:read")
def _(call: Call) -> Answer:
    held = call.repository.settings
    return Answer(
        200,
        {"default_workflow_permissions": held.token_default, "can_approve_pull_request_reviews": held.may_approve},
    )


@answers("actions/get-fork-pr-contributor-approval-permissions-repository", "administration:read")
def _(call: Call) -> Answer:
    return Answer(200, {"approval_policy": call.repository.settings.approval_policy})


@answers("actions/get-private-repo-fork-pr-workflows-settings-repository", "administration:read")
def _(call: Call) -> Answer:
    sent = call.repository.settings.sends_to_forks
    return Answer(
        200,
        {
            "run_workflows_from_fork_pull_requests": True,
            "send_write_tokens_to_workflows": sent,
            "send_secrets_and_variables": sent,
            "require_approval_for_fork_pr_workflows": True,
        },
    )


@answers("actions/list-self-hosted-runners-for-repo", "administration:read")
def _(call: Call) -> Answer:
    runners = [
        {"id": number, "name": f"runner{number}", "os": "linux", "status": "online", "busy": False, "labels": []}
        for number in range(call.repository.settings.runners)
    ]
    return listed(call, "runners", runners)
