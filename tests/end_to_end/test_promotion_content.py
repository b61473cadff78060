"""What a commit must hold to be promoted: its own policies, files and no links, and what its DVC pointers name."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assay.canonical import canonical
from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.keys import Keys, write_keys
from tests.support.promotions import AS_OF, ENGINE, JUDGED, Place, judge, merge
from tests.support.review_snapshots import HEAD, approved

REGISTER = ("register", "--version", "1.0.0", *ENGINE)
OWN = """\
# METADATA
# title: The amounts are known
# custom:
#   checks: [data_contract]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation, deployment]
#   remedy: Find out.
package own.amounts

proven if input.facts.data_contract.sets.holdout.rows.value > {limit}
"""
PEOPLE = "roles:\n  domain_expert: {users: [ada]}\n  ml_engineer: {users: [grace]}\n"


def pointer_of(content: bytes, path: str) -> str:
    """What `dvc add` writes."""
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return f"outs:\n- md5: {md5}\n  size: {len(content)}\n  hash: md5\n  path: {path}\n"


def untrack(place: Place, *names: str) -> None:
    ignored = "".join(f"/{name}\n" for name in names)
    place.repository.write(".gitignore", f".assay/\nreviews.json\n{ignored}")
    git(place.root, "rm", "--quiet", "--cached", *names)


def test_another_file_than_its_pointer_names(place: Place, assay: Assay) -> None:
    """B15, E14: judged and promoted from one work tree, the file is still not what the commit says."""
    scores = (place.root / "scores.csv").read_bytes()
    untrack(place, "scores.csv")
    place.repository.write("scores.csv.dvc", pointer_of(scores, "scores.csv"))
    merge(place.root, "kept by DVC")
    first, *rest = scores.decode().splitlines()
    place.repository.write("scores.csv", "\n".join([first, *reversed(rest)]) + "\n")
    judge(place.root, "validation")
    ended = assay(*REGISTER)
    assert (ended.code, place.tags()) == (1, [])
    assert "`scores.csv` at" in ended.err
    assert "is not what was judged" in ended.err
    place.repository.write("scores.csv", scores)
    judge(place.root, "validation")
    ended = assay(*REGISTER)
    assert ended.code == 0, ended.err


@pytest.mark.parametrize("kind", ["link", "submodule"])
def test_a_link_or_a_submodule_stands_for_no_bytes(place: Place, assay: Assay, kind: str) -> None:
    """F-10: the commit has a link or a submodule where the work tree has the judged file."""
    scores = (place.root / "scores.csv").read_bytes()
    if kind == "link":
        (place.root / "scores.csv").unlink()
        (place.root / "scores.csv").symlink_to("holdout.csv")
    else:
        place.repository.replace("scores.csv", "inner/scores.csv")
        git(place.root, "rm", "--quiet", "scores.csv")
        git(place.root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},inner")
    git(place.root, "add", "assay.yaml", *(["scores.csv"] if kind == "link" else []))
    git(place.root, "commit", "--quiet", "--message", "not a file")
    git(place.root, "push", "--quiet", "origin", "HEAD:main")
    (place.root / "scores.csv").unlink(missing_ok=True)
    place.repository.write("scores.csv" if kind == "link" else "inner/scores.csv", scores)
    judge(place.root, "validation")
    ended = assay(*REGISTER)
    assert (ended.code, place.tags()) == (1, [])
    assert "is a link or in a submodule" in ended.err


def test_the_policies_that_judged_are_those_of_the_commit(place: Place, assay: Assay) -> None:
    """A2: a policy of one's own that is weakened, added or removed in the work tree only."""
    place.repository.replace("data:\n", "policies: policies\ndata:\n")
    place.repository.replace("'artifact/*'", "'artifact/*', 'own/*'")
    path = "policies/own/amounts/amounts.rego"
    place.repository.write(path, OWN.replace("{limit}", "100000"))
    place.repository.write("policies/own/amounts/amounts_test.rego", "package own.amounts_test\n")
    merge(place.root, "a policy that the model does not pass")
    assert assay("check", *JUDGED).code == 1
    place.repository.write(path, OWN.replace("{limit}", "100"))
    judge(place.root, "validation")
    ended = assay(*REGISTER)
    assert (ended.code, place.tags()) == (1, [])
    assert f"`{path}` at" in ended.err
    (place.root / path).unlink()
    other = OWN.replace("own.amounts", "own.others").replace("{limit}", "100")
    place.repository.write("policies/own/others/others.rego", other)
    (place.root / "policies/own/amounts/amounts_test.rego").unlink()
    judge(place.root, "validation")
    ended = assay(*REGISTER)
    assert (ended.code, place.tags()) == (1, [])
    assert "are not those that judged" in ended.err
    merge(place.root, "the policies as they judged")
    ended = assay(*REGISTER)
    assert ended.code == 0, ended.err


def ask_for_approvals(place: Place) -> None:
    """Staging is reached by two people's approval."""
    text = (place.root / "assay.yaml").read_text()
    text = text.replace("staging: {", "staging: {approvals: [domain_expert, ml_engineer], ")
    place.repository.write("assay.yaml", text + PEOPLE)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return write_keys(tmp_path / "keys", "ed25519")


def judge_approved(place: Place, assay: Assay, taken_at: datetime, keys: Keys) -> None:
    """The head, judged for staging with the reviews of two people, and signed by who judged."""
    head = git(place.root, "rev-parse", "HEAD")
    reviews = json.loads(json.dumps(approved()).replace(HEAD, head).replace("2026-11-20", AS_OF))
    reviews["taken_at"] = taken_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    place.repository.write("reviews.json", canonical(reviews))
    judge(place.root, "validation")
    ended = assay("check", *JUDGED, "--stage", "staging", "--reviews", "reviews.json")
    assert ended.code == 0, ended.err
    assert assay("sign", *ENGINE[:2], "--stage", "staging", "--key", keys.private).code == 0


def test_what_no_commit_holds_was_approved_by_nobody(place: Place, assay: Assay, keys: Keys) -> None:
    """B15: two people approve a commit; a file beside it may be any, unless a pointer in it says which."""
    ask_for_approvals(place)
    scores = (place.root / "scores.csv").read_bytes()
    untrack(place, "scores.csv")
    for version, pointed in (("1.0.0", False), ("1.1.0", True)):
        if pointed:
            place.repository.write("scores.csv.dvc", pointer_of(scores, "scores.csv"))
        merge(place.root, "a version")
        judge_approved(place, assay, datetime.now(UTC), keys)
        assert assay("register", "--version", version, *ENGINE).code == 0
        ended = assay("promote", "--version", version, "--stage", "staging", *ENGINE, "--key", keys.public)
        assert ended.code == (0 if pointed else 1), ended.err
        assert ("so nobody approved the file" in ended.err) is not pointed


@pytest.mark.parametrize(("days", "code"), [(8, 1), (-1, 1), (6, 0)])
def test_reviews_that_were_read_long_ago_promote_nothing(
    place: Place, assay: Assay, keys: Keys, days: int, code: int
) -> None:
    """B9, C12: a job that is run again weeks later brings the approvals of its first time."""
    ask_for_approvals(place)
    place.repository.write(".gitignore", ".assay/\nreviews.json\n")
    merge(place.root, "two people from now on")
    judge_approved(place, assay, datetime.now(UTC) - timedelta(days=days), keys)
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0
    ended = assay("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE, "--key", keys.public)
    assert ended.code == code, ended.err
    assert ("of the last 7 days" in ended.err) == bool(code)


def test_a_folder_of_data_is_that_of_the_commit(place: Place, assay: Assay) -> None:
    """E14: each file of the folder counts, also one that is only in the work tree."""
    duckdb = pytest.importorskip("duckdb")
    folder = place.root / "holdout"
    folder.mkdir()
    made = duckdb.sql(f"SELECT * FROM '{place.root / 'holdout.csv'}'")
    made.filter("amount < 500").write_parquet(str(folder / "a.parquet"))
    made.filter("amount >= 500").write_parquet(str(folder / "b.parquet"))
    place.repository.replace("path: holdout.csv", "path: holdout")
    merge(place.root, "data in parts")
    (folder / "_hidden").write_text("left out")
    judge(place.root, "validation")
    assert assay(*REGISTER).code == 0
    commit(place.root, "something else")
    (folder / "b.parquet").rename(folder / "c.parquet")
    judge(place.root, "validation")
    git(place.root, "push", "--quiet", "origin", "HEAD:main")
    ended = assay("register", "--version", "1.1.0", *ENGINE)
    assert ended.code == 1
    assert "`holdout` at" in ended.err
