"""Whose keyless signatures count: one identity, compared whole; what more than one party could have is refused."""

import pytest
from tests.support.own_sigstore import GITHUB, WORKFLOW

from assay.edges.attestation.keyless.signer_identity import make_identity
from assay.errors import UsageError

SHA = WORKFLOW.partition("@")[0] + "@" + "ab" * 20


def test_a_workflow_runs_for_its_own_repository_and_branch_unless_others_are_named() -> None:
    """T-wide-identity, the twin: each says one workflow in one place."""
    own = make_identity(WORKFLOW, GITHUB)
    assert (own.source, own.ref, own.runner) == ("https://github.com/acme/loans", "refs/heads/main", "github-hosted")
    called = make_identity(SHA, GITHUB, repository="acme/cards", ref="refs/heads/main")
    assert (called.source, called.ref) == ("https://github.com/acme/cards", "refs/heads/main")
    assert make_identity(WORKFLOW, GITHUB, repository="acme/loans") == own


@pytest.mark.parametrize(
    ("identity", "issuer"),
    [
        ("jane@example.com", "https://accounts.google.com"),
        ("https://gitlab.com/acme/loans//.gitlab-ci.yml@refs/heads/main", "https://gitlab.com"),
        (
            "https://git.example.com/acme/loans/.github/workflows/a.yml@refs/tags/v1",
            "https://git.example.com/_services/token",
        ),
    ],
)
def test_other_identities(identity: str, issuer: str) -> None:
    found = make_identity(identity, issuer)
    assert (found.identity, found.issuer, found.hint, found.scheme) == (identity, issuer, identity, "keyless")


REFUSED = {
    "nothing": ("", GITHUB),
    "a pattern": (WORKFLOW.replace("main", "*"), GITHUB),
    "a pattern of files": (WORKFLOW.replace("assay-reviews", "*"), GITHUB),
    "an expression": ("https://github.com/acme/.*", "https://example.com"),
    "an expression for mail": (".*@example.com", "https://accounts.google.com"),
    "every mail address of a domain": ("@example.com", "https://accounts.google.com"),
    "a repository only": ("https://github.com/acme/loans", GITHUB),
    "a workflow without a ref": (WORKFLOW.partition("@")[0], GITHUB),
    "a pull request": (WORKFLOW.replace("heads/main", "pull/7/merge"), GITHUB),
    "another's pull request": (WORKFLOW.replace("refs/heads/main", "refs/pull/*/merge"), GITHUB),
    "a short commit": (WORKFLOW.replace("refs/heads/main", "abcdef1"), GITHUB),
    "a commit without a ref": (SHA, GITHUB),
    "a mail address of a workflow": ("jane@example.com", GITHUB),
    "two lines": (WORKFLOW + "\n", GITHUB),
    "a space": (WORKFLOW + " ", GITHUB),
    "no issuer": (WORKFLOW, ""),
    "an issuer that is no address": (WORKFLOW, "github"),
    "an issuer without encryption": (WORKFLOW, GITHUB.replace("https", "http")),
    "a pattern of issuers": (WORKFLOW, "https://*.githubusercontent.com"),
    "a long one": ("https://example.com/" + "a" * 500, "https://example.com"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_anybody_could_satisfy_is_refused(name: str) -> None:
    """D11, T-wide-identity: no wildcard, no expression, no part of a name."""
    with pytest.raises(UsageError):
        make_identity(*REFUSED[name])


@pytest.mark.parametrize("given", [{"repository": "acme"}, {"repository": "acme/*"}, {"repository": "acme/cards"},
                                   {"ref": "main"}, {"ref": "refs/heads/*"}, {"ref": "refs/pull/7/merge"}])  # fmt: skip
def test_where_a_workflow_runs_is_one_place(given: dict[str, str]) -> None:
    """D11, T-wide-identity: a workflow that others call has its name wherever it runs, so the place must be said."""
    with pytest.raises(UsageError):
        make_identity(WORKFLOW, GITHUB, **given)
    with pytest.raises(UsageError, match="for workflows only"):
        make_identity("jane@example.com", "https://accounts.google.com", ref="refs/heads/main")
