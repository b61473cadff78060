"""What is answered about people, pull requests, reviews, statuses and comments."""

from __future__ import annotations

from tests.support.fakegithub.calling import Answer, Call, Refused, answers, found, page
from tests.support.fakegithub.contract import INSTANT
from tests.support.fakegithub.world import Body

MOST_STATUSES = 1_000
# The description tells a private and a public user apart by this.
PRIVATE = {"user_view_type": "private"}


@answers("users/get-authenticated")
def _(call: Call) -> Answer:
    if call.token.installation:
        raise Refused(403, "Resource not accessible by integration")
    return Answer(200, {**call.world.user(call.token.login), **PRIVATE})


@answers("users/get-by-username")
def _(call: Call) -> Answer:
    return Answer(200, {**found(call.world.users, call.operation.values["username"]), **PRIVATE})


@answers("repos/get")
def _(call: Call) -> Answer:
    held = call.repository
    named = {"id": held.id, "full_name": held.name, "name": held.name.split("/")[1]}
    named["private"] = held.settings.private
    return Answer(200, {**named, "default_branch": held.default_branch, "clone_url": held.clone_url})


@answers("repos/get-branch", "contents:read")
def _(call: Call) -> Answer:
    name = call.operation.values["branch"]
    return Answer(200, {"name": name, "commit": {"sha": found(call.repository.branches, name)}})  # type: ignore[arg-type]


@answers("teams/get-membership-for-user-in-org", "members:read")
def _(call: Call) -> Answer:
    values = call.operation.values
    team = found(call.world.teams, f"{values['org']}/{values['team_slug']}")
    return Answer(200, {"state": found(team, values["username"]), "role": "member"})


@answers("teams/list-members-in-org", "members:read")
def _(call: Call) -> Answer:
    team = found(call.world.teams, f"{call.operation.values['org']}/{call.operation.values['team_slug']}")
    return page(call, [call.world.user(login) for login, state in team.items() if state == "active"])


@answers("repos/get-collaborator-permission-level")
def _(call: Call) -> Answer:
    login = call.operation.values["username"]
    user, level = found(call.world.users, login), call.repository.permissions.get(login, "read")
    plain = {"maintain": "write", "triage": "read"}.get(level, level)
    return Answer(200, {"permission": plain, "role_name": level, "user": user})


@answers("pulls/list", "pull_requests:read")
def _(call: Call) -> Answer:
    state = call.query.get("state", "open")
    return page(call, [each for each in call.repository.pulls.values() if state in ("all", each["state"])])


@answers("pulls/get", "pull_requests:read")
def _(call: Call) -> Answer:
    number = call.number("pull_number")
    pull = found(call.repository.pulls, number)
    count = len(call.repository.commits.get(number, []))
    return Answer(200, {"merge_commit_sha": None, "commits": count, "url": call.url("pulls", number), **pull})


@answers("pulls/list-reviews", "pull_requests:read")
def _(call: Call) -> Answer:
    found(call.repository.pulls, call.number("pull_number"))
    return page(call, call.repository.reviews.get(call.number("pull_number"), []))


@answers("pulls/create-review", "pull_requests:write")
def _(call: Call) -> Answer:
    number, login = call.number("pull_number"), call.token.login
    pull = found(call.repository.pulls, number)
    if pull["user"]["login"] == login and call.body.get("event") == "APPROVE":
        raise Refused(422, "Can not approve your own pull request")
    state = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}[call.body["event"]]
    commit = call.body.get("commit_id") or pull["head"]["sha"]
    return Answer(
        200, call.world.review(call.repository.name, number, login, state, commit, body=call.body.get("body", ""))
    )


@answers("pulls/list-commits", "pull_requests:read")
def _(call: Call) -> Answer:
    found(call.repository.pulls, call.number("pull_number"))
    return page(call, call.repository.commits.get(call.number("pull_number"), [])[:250])


@answers("repos/list-pull-requests-associated-with-commit", "pull_requests:read")
def _(call: Call) -> Answer:
    sha = call.operation.values["commit_sha"]
    return page(
        call,
        [
            pull
            for pull in call.repository.pulls.values()
            if sha in (pull["head"]["sha"], pull.get("merge_commit_sha"))
            or any(commit["sha"] == sha for commit in call.repository.commits.get(pull["number"], []))
        ],
    )


@answers("repos/create-commit-status", "statuses:write")
def _(call: Call) -> Answer:
    sha, repository = call.operation.values["sha"], call.repository
    known = {sha for pull in repository.pulls.values() for sha in (pull["head"]["sha"], pull["base"]["sha"])}
    if sha not in known | set(repository.branches.values()):
        raise Refused(422, f"No commit found for SHA: {sha}")
    if sum(each["context"] == call.body["context"] for each in repository.statuses.get(sha, ())) >= MOST_STATUSES:
        reason = "This SHA and context has reached the maximum number of statuses."
        raise Refused(422, "Validation Failed", errors=[{"resource": "Status", "code": "custom", "message": reason}])
    body = {"id": next(call.world.numbers), "creator": call.world.user(call.token.login), **call.body}
    repository.statuses.setdefault(sha, []).insert(0, body)
    return Answer(201, body)


@answers("repos/list-commit-statuses-for-ref", "statuses:read")
def _(call: Call) -> Answer:
    return page(call, call.repository.statuses.get(call.operation.values["ref"], []))


@answers("issues/get", "issues:read", "pull_requests:read")
def _(call: Call) -> Answer:
    pull = found(call.repository.pulls, call.number("issue_number"))
    url = call.url("issues", pull["number"])
    kept = {name: pull[name] for name in ("id", "node_id", "number", "state", "user")}
    return Answer(200, {**kept, "url": url, "comments_url": f"{url}/comments", "pull_request": {}})


@answers("issues/list-events-for-timeline", "issues:read", "pull_requests:read")
def _(call: Call) -> Answer:
    number = call.number("issue_number")
    found(call.repository.pulls, number)
    return page(call, call.repository.events.get(number, []))


@answers("issues/list-comments", "issues:read", "pull_requests:read")
def _(call: Call) -> Answer:
    number = call.number("issue_number")
    found(call.repository.pulls, number)
    since = call.query.get("since", "")
    listed = [each for each in call.repository.comments.values() if each["issue"] == number]
    return page(call, [each for each in listed if each.get("updated_at", INSTANT) >= since])


@answers("issues/create-comment", "issues:write", "pull_requests:write")
def _(call: Call) -> Answer:
    number = call.number("issue_number")
    if found(call.repository.pulls, number).get("locked"):
        raise Refused(403, "Unable to create comment because issue is locked.")
    return Answer(201, put_comment(call, number, _text(call)))


@answers("issues/get-comment", "issues:read", "pull_requests:read")
def _(call: Call) -> Answer:
    return Answer(200, found(call.repository.comments, call.number("comment_id")))


@answers("issues/update-comment", "issues:write", "pull_requests:write")
def _(call: Call) -> Answer:
    comment = found(call.repository.comments, call.number("comment_id"))
    comment |= {"body": _text(call), "updated_at": "2026-01-02T00:00:00Z"}
    return Answer(200, comment)


@answers("issues/delete-comment", "issues:write", "pull_requests:write")
def _(call: Call) -> Answer:
    found(call.repository.comments, call.number("comment_id"))
    del call.repository.comments[call.number("comment_id")]
    return Answer(204)


def _text(call: Call) -> str:
    """The body of a comment, unless it is longer than GitHub takes."""
    if len(call.body["body"]) > 65_536:
        raise Refused(422, "Validation Failed", errors=[{"message": "body is too long (maximum is 65536 characters)"}])
    return str(call.body["body"])


def put_comment(call: Call, number: int, text: str) -> Body:
    """A new comment of the token's owner."""
    identity = next(call.world.numbers)
    url = call.url("issues", "comments", identity)
    page_url = f"https://github.com/{call.repository.name}/pull/{number}#issuecomment-{identity}"
    user = call.world.user(call.token.login)
    body: Body = {"id": identity, "url": url, "html_url": page_url, "issue": number, "user": user, "body": text}
    call.repository.comments[identity] = body
    return body
