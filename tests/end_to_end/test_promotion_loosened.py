"""Where GitHub cannot be asked, what judges is compared with what judged the last version, and looser needs two people."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.approved_commits import reviewed
from tests.support.command_line import Assay, Ended
from tests.support.git import git
from tests.support.keys import Keys, write_keys
from tests.support.promotions import ENGINE, JUDGED, Place, judge, merge
from tests.support.repositories import HOUSE, HOUSE_FILE, data_text, rows, scores_text

ROLES = "roles:\n  domain_expert: {users: [ada]}\n  ml_engineer: {users: [grace]}\n"
LOOSE = ('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.10"')


@pytest.fixture
def first(place: Place, assay: Assay) -> Place:
    """1.0.0 is registered."""
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0
    return place


def register(place: Place, assay: Assay) -> Ended:
    judge(place.root, "validation")
    return assay("register", "--version", "1.1.0", *ENGINE)


def test_a_loosening_that_nobody_approved(first: Place, assay: Assay) -> None:
    """T-loosened-offline: pushed past its gate, later commits have it as their base; the next version is not registered by it."""
    first.repository.replace(*LOOSE)
    merge(first.root, "looser")
    loosened = git(first.root, "rev-parse", "HEAD")
    first.repository.write("README.md", "More\n")
    merge(first.root, "something else")
    assert assay("check", *JUDGED, "--base", "HEAD~1").code == 0
    ended = register(first, assay)
    assert (ended.code, first.tags()) == (1, ["small@v1.0.0"])
    assert (
        f"Since small@v1.0.0, what judges was loosened: `checks.quality.bars.roc_auc` (see {loosened[:12]})"
        in ended.err
    )
    # Undone, it is as it was; what was loose in between counts for nothing.
    first.repository.replace(*reversed(LOOSE))
    merge(first.root, "as it was")
    ended = register(first, assay)
    assert ended.code == 0, ended.err


def test_what_loosens_nothing(first: Place, assay: Assay) -> None:
    """T-loosened-offline, the twin: tighter bars, texts, added checks, and people and signatures where there were none."""
    first.repository.replace('roc_auc: ">= 0.70"', 'roc_auc: ">= 0.72"')
    first.repository.replace("owner: credit-risk", "owner: credit-desk")
    first.repository.replace("staging: {", "staging: {approvals: [domain_expert, ml_engineer], signed: true, ")
    text = (first.root / "assay.yaml").read_text()
    first.repository.write("assay.yaml", text + ROLES + "trust: keys.yaml\n")
    first.repository.write("keys.yaml", "trust: 1\nkeys: [{name: ci, key: ci.pem}]\n")
    first.repository.write("ci.pem", Path(write_keys(first.root.parent / "keys", "ed25519").public).read_bytes())
    merge(first.root, "stricter")
    ended = register(first, assay)
    assert ended.code == 0, ended.err


def test_easier_data_and_weaker_policies_are_looser_too(first: Place, assay: Assay) -> None:
    """T-loosened-offline: the manifest is the same."""
    lines = (first.root / "holdout.csv").read_text().splitlines()
    first.repository.write("holdout.csv", "\n".join(lines[:-1]) + "\n")
    first.repository.write("scores.csv", "\n".join((first.root / "scores.csv").read_text().splitlines()[:-1]) + "\n")
    merge(first.root, "fewer rows")
    ended = register(first, assay)
    assert (ended.code, "`data.sets.holdout.content`" in ended.err) == (1, True), ended.err


def test_a_weaker_policy(place: Place, assay: Assay) -> None:
    """T-loosened-offline, A2: another folder's worth of rules, by the same name."""
    place.repository.write(HOUSE_FILE, HOUSE)
    place.repository.replace(
        "validation: {policies: ['governance/*'", "validation: {policies: ['governance/*', 'house/*'"
    )
    place.repository.write("assay.yaml", (place.root / "assay.yaml").read_text() + "policies: policies\n")
    merge(place.root, "a policy of the house")
    judge(place.root, "validation")
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0
    place.repository.write("policies/house/owner_known/owner_known_test.rego", "package house.owner_known_test\n")
    merge(place.root, "a test")
    assert register(place, assay).code == 0
    place.repository.replace("owner_named == true", "risk_named == true", HOUSE_FILE)
    merge(place.root, "weaker")
    judge(place.root, "validation")
    ended = assay("register", "--version", "1.2.0", *ENGINE)
    assert (ended.code, f"`{HOUSE_FILE}`" in ended.err) == (1, True), ended.err


def approve(place: Place, assay: Assay, keys: Keys, version: str, *logins: str, base: tuple[str, ...] = ()) -> Ended:
    """A version judged with reviews, and signed, because only GitHub or a signature vouches for reviews."""
    head = git(place.root, "rev-parse", "HEAD")
    taken = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    pull = {"head": head, "merged": True, "state": "closed"}
    reviewed(place.repository, head, *logins, pull_request=pull, taken_at=taken)
    ended = assay("check", *JUDGED, "--reviews", "reviews.json", *base)
    assert ended.code == 0, ended.out + ended.err
    assert assay("sign", *ENGINE[:2], "--key", keys.private).code == 0
    shutil.rmtree(place.root / ".assay" / "@base", ignore_errors=True)
    return assay("register", "--version", version, *ENGINE, "--key", keys.public)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return write_keys(tmp_path / "keys", "ed25519")


@pytest.fixture
def governed(place: Place, assay: Assay, keys: Keys) -> Place:
    """1.0.0 is registered with the approval of two people, as its manifest asks."""
    place.repository.replace("validation: {", "validation: {approvals: [domain_expert, ml_engineer], ")
    place.repository.write("assay.yaml", (place.root / "assay.yaml").read_text() + ROLES)
    place.repository.write(".gitignore", ".assay/\nreviews.json\n")
    merge(place.root, "two people from now on")
    ended = approve(place, assay, keys, "1.0.0", "ada", "grace")
    assert ended.code == 0, ended.err
    return place


def test_two_people_of_the_last_versions_manifest_approve_it(governed: Place, assay: Assay, keys: Keys) -> None:
    """T-loosened-offline, A4: with signed reviews it is registered; those whom the loosening itself made approvers do not count."""
    governed.repository.replace(*LOOSE)
    governed.repository.replace("[ada]", "[ada, kay]")
    merge(governed.root, "looser, and Kay approves")
    ended = approve(governed, assay, keys, "1.1.0", "kay", "grace")
    assert (ended.code, "nobody is known to have approved it" in ended.err) == (1, True), ended.err
    ended = approve(governed, assay, keys, "1.1.0", "ada", "grace")
    assert ended.code == 0, ended.err


def test_new_data_are_measured_again_with_those_of_the_base(governed: Place, assay: Assay, keys: Keys) -> None:
    """T-easier-data: a promotion takes the base's data from the history of their file, and measures on both."""
    old, new = rows(), [(f"N{key}", *others) for key, *others in rows(700, seed=8)]
    governed.repository.write("holdout.csv", data_text(new))
    governed.repository.write("scores.csv", scores_text([*new, *old]))
    merge(governed.root, "new data, and answers to both")
    ended = approve(governed, assay, keys, "1.1.0", "ada", "grace", base=("--base", "HEAD~1"))
    assert ended.code == 0, ended.err
    tag = git(governed.root, "cat-file", "tag", "small@v1.1.0")
    assert "Evidence: measured again" in tag
    assert "Answers: given as files" in tag
