"""The facts of `approvals` as an exit code and as lines of text."""

from __future__ import annotations

from assay.checks.approvals.facts import Facts
from assay.errors import CLOSED, OPEN, EvaluationError
from assay.reviews.approval import PERSONS

WORDS = {
    "approved_as_draft": "approved while it was a draft",
    "author": "opened the pull request",
    "base_changed": "approved before the base branch was changed",
    "bot": "is a bot",
    "changes_requested": "asks for changes",
    "co_author": "is a co-author of a commit",
    "commented_only": "commented only",
    "commit_author": "is the author of a commit",
    "committer": "is the committer of a commit",
    "dismissed": "was dismissed",
    "no_person": "is not listed under `people`",
    "no_role": "has no role",
    "no_write_permission": "has no write permission in the repository",
    "pusher": "force-pushed the branch",
    "stale": "approved another commit",
}
CLOSING = {
    "changes_requested": "asks for changes",
    "closed_unmerged": "was closed without a merge",
    "commits_incomplete": "commits were listed",
    "contradicting_reviews": "is listed twice, with different contents",
    "draft": "is a draft",
    "foreign_review": "is a review of another pull request",
    "membership_unknown": "is an unknown membership",
    "permission_unknown": "has an unknown permission in the repository",
    "reviewer_unknown": "asks for changes, but its account no longer exists",
    "role_unresolved": "has a role, but the snapshot was taken for other roles",
    "too_many_commits": "commits are more than GitHub lists",
    "undated_review": "has no time",
    "unknown_author": "has an author without an account",
    "unknown_co_author": "has a co-author without an account",
    "unknown_committer": "has a committer without an account",
    "unknown_pusher": "was force-pushed by an unknown account",
    "unknown_state": "is an unknown state of a review",
    "unsigned_commit": "has no signature that GitHub verified",
    "wrong_base": "is not the default branch",
    "wrong_repository": "is another repository",
}


def exit_code(facts: Facts) -> int:
    """0 if the roles are filled and nothing blocks, 1 if not, 3 if something is unclear."""
    if facts.blocked:
        return CLOSED
    if facts.doubtful:
        return EvaluationError.exit_code
    return OPEN if facts.satisfied else CLOSED


def lines(facts: Facts) -> list[str]:
    """The facts as lines of text."""
    verdict = {OPEN: "is approved", CLOSED: "is not approved"}.get(exit_code(facts), "cannot be decided")
    shown = [f"Pull request #{facts.pull_request} at {facts.head[:12]} {verdict}.", ""]
    filled = {each.role: each for each in facts.filled}
    wide = max(map(len, facts.required), default=0) + 2
    shown += [
        f"  {_plain(role):<{wide}}{_plain(filled[role].login) if role in filled else 'not filled'}"
        for role in facts.required
    ]
    shown += ["", "Reviews"] if facts.reviewers else ["", "Nobody has reviewed it."]
    names = [
        _plain(f"{each.login} ({', '.join(each.roles)})" if each.roles else each.login) for each in facts.reviewers
    ]
    for name, each in zip(names, facts.reviewers, strict=True):
        verdict = "counts" if each.counts else "does not count: " + "; ".join(WORDS[why] for why in each.why_not)
        shown.append(f"  {name:<{max(map(len, names)) + 2}}{verdict}")
    if len(facts.required) < PERSONS:
        shown += ["", "At least two roles must be required, filled by two different people."]
    for heading, found in (("Blocked by", facts.blocked_by), ("Unclear", facts.doubts)):
        shown += ["", heading] if found else []
        shown += [f"  {_plain(each.about)} {CLOSING[each.reason]}" for each in found]
    return [*shown, ""]


def _plain(text: str) -> str:
    """Foreign text as one short line that a terminal can show."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)[:200]
