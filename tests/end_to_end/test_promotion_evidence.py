"""A promotion believes no evidence that it can measure again, and otherwise only a key that counts."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assay.canonical import canonical
from assay.edges.store import DossierFolder
from assay.tables.scores import read_scores, write_scores
from tests.support.command_line import Assay
from tests.support.git import git
from tests.support.keys import Keys, write_keys
from tests.support.promotions import ENGINE, JUDGED, Place, judge, merge
from tests.support.repositories import rows, scores_text

REGISTER = ("register", "--version", "1.0.0", *ENGINE)


def edit(place: Place, assay: Assay, name: str, change: Callable[[Any], Any]) -> None:
    """A page with other content; every page after it is made again, so that the dossier is consistent."""
    path = place.repository.dossier / f"{name}.json"
    page = json.loads(path.read_text())
    change(page)
    path.write_bytes(canonical(page))
    for step in {"predictions": ("collect", "decide", "card"), "evidence": ("decide", "card")}[name]:
        assert assay(step, *(ENGINE[:2] if step == "decide" else ())).code in (0, 1)


def trailer(place: Place, tag: str = "small@v1.0.0") -> str:
    lines = git(place.root, "cat-file", "tag", tag).splitlines()
    return next(line.partition(": ")[2] for line in lines if line.startswith("Evidence: "))


def test_edited_evidence_is_refused_with_the_fact(place: Place, assay: Assay) -> None:
    """D3, T-edited-evidence: the model knows nothing; its measured 0.5 is written over by 0.95, and all pages after it follow."""
    drawn = random.Random(1)
    place.repository.write("scores.csv", scores_text([(*row[:4], round(drawn.random(), 6)) for row in rows()]))
    merge(place.root, "a model that knows nothing")
    assert assay("check", *JUDGED).code == 1

    def better(page: Any) -> None:
        (found,) = [each for each in page["measurements"] if each["check"] == "quality"]
        for estimate in found["facts"]["sets"]["holdout"]["metrics"].values():
            if isinstance(estimate, dict) and "value" in estimate:
                estimate.update({"value": 0.95, "low": 0.94, "high": 0.96})

    honest = json.loads((place.repository.dossier / "evidence.json").read_text())
    edit(place, assay, "evidence", better)
    assert json.loads((place.repository.dossier / "decision.json").read_text())["verdict"] == "open"
    ended = assay(*REGISTER)
    assert (ended.code, place.tags()) == (1, []), ended.err
    assert "is not what is measured again: /quality/facts/" in ended.err
    assert "is 0.95 in the dossier" in ended.err
    assert honest != json.loads((place.repository.dossier / "evidence.json").read_text())


def test_unedited_evidence_is_measured_again(place: Place, assay: Assay) -> None:
    """D3, the twin: the tag says that it was measured again."""
    assert assay(*REGISTER).code == 0
    assert trailer(place) == "measured again"
    page = json.loads((place.repository.dossier / "promotion.json").read_text())
    assert page["evidence"] == "measured again"


def test_answers_that_are_not_those_of_the_committed_file(place: Place, assay: Assay) -> None:
    """D3, T-edited-answers: the evidence follows from the answers, but the answers do not follow from the file that was judged."""
    dossier = place.repository.dossier
    file = dossier / "predictions" / "holdout.parquet"
    from assay.edges.data_files import find_source

    read = read_scores(find_source(dossier / "predictions", "holdout.parquet"))
    better = read.scores.copy()
    better[:, 0] = [row[3] * 0.9 + row[1] / 20_000 for row in rows()]
    file.unlink()
    write_scores(file, read.ids, better, list(read.columns))
    from assay.tables.scores import scores_digest

    found = scores_digest(read.ids, better, list(read.columns))
    edit(place, assay, "predictions", lambda page: page["sets"][0].update({"digest": found}))
    assert DossierFolder(dossier, place.root).pages().decision is not None
    ended = assay(*REGISTER)
    assert (ended.code, place.tags()) == (1, []), ended.err
    assert "does not follow from the planned files of predictions; see holdout" in ended.err


def test_a_plan_with_other_columns_than_the_data_have(place: Place, assay: Assay) -> None:
    """D3: the plan is found again too."""
    path = place.repository.dossier / "plan.json"
    page = json.loads(path.read_text())
    page["inputs"][0]["columns"]["extra"] = "number"
    path.write_bytes(canonical(page))
    for step in ("predict", "collect", "decide", "card"):
        assert assay(step, *(ENGINE[:2] if step == "decide" else ())).code in (0, 1)
    ended = assay(*REGISTER)
    assert (ended.code, place.tags()) == (1, []), ended.err


def test_a_decision_of_last_year(place: Place, assay: Assay) -> None:
    """C12, T-old-decision: an old decision is refused; how old may be is for the default branch to say, not for the dossier."""
    dated = ("check", *ENGINE[:2], "--as-of")
    day = (datetime.now(UTC).date() - timedelta(days=8)).isoformat()
    assert assay(*dated, "2025-01-15").code == 0
    ended = assay(*REGISTER)
    assert (ended.code, place.tags()) == (1, []), ended.err
    assert "The decision is as of 2025-01-15; validation takes those of the last 30 days" in ended.err
    ahead = (datetime.now(UTC).date() + timedelta(days=40)).isoformat()
    assert assay(*dated, ahead).code == 0
    ended = assay(*REGISTER, "--time", "2026-01-01")
    assert (ended.code, "is in the future" in ended.err) == (1, True)
    place.repository.replace("validation: {", "validation: {valid_days: 7, ")
    merge(place.root, "a week")
    assert assay(*dated, day).code == 0
    ended = assay(*REGISTER)
    assert (ended.code, "of the last 7 days" in ended.err) == (1, True), ended.err
    assert assay("check", *JUDGED).code == 0
    assert assay(*REGISTER).code == 0


def test_predictions_for_which_nobody_vouches(place: Place, assay: Assay) -> None:
    """F-14, T-unvouched-predictions: the default branch must say who vouches; the promoted commit's own word does not count."""
    git(place.root, "switch", "--quiet", "--create", "mine")
    git(place.root, "push", "--quiet", "origin", "mine")
    git(place.root, "switch", "--quiet", "main")
    text = (place.root / "assay.yaml").read_text()
    place.repository.write("assay.yaml", text.replace(", vouched_by: credit-risk", ""))
    merge(place.root, "nobody vouches any longer")
    git(place.root, "switch", "--quiet", "mine")
    ended = assay(*REGISTER, "--branch", "mine")
    assert (ended.code, place.tags()) == (1, []), ended.err
    assert "is known by files of predictions only, and nobody vouches for them at validation" in ended.err


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return write_keys(tmp_path / "keys", "ed25519")


def test_what_cannot_be_measured_again_needs_a_key_that_counts(place: Place, assay: Assay, keys: Keys) -> None:
    """D16: without the answers a dossier is a claim; the key that signed it is written into the tag."""
    assert assay("sign", *ENGINE[:2], "--key", keys.private).code == 0
    shutil.rmtree(place.repository.dossier / "predictions")
    shutil.copytree(place.repository.dossier, place.root.parent / "release")
    (place.root.parent / "release" / "checksums.txt").write_text("")
    asked = (*REGISTER, "--dossier", str(place.root.parent / "release"))
    ended = assay(*asked)
    assert (ended.code, place.tags()) == (1, []), ended.err
    assert "`predictions/holdout.parquet`" in ended.err or "predictions/holdout.parquet is not here" in ended.err
    assert "no key that counts signed it" in ended.err
    ended = assay(*asked, "--key", keys.public)
    assert ended.code == 0, ended.err
    assert trailer(place).startswith("signed by ")


def test_the_keys_of_the_default_branch_count(place: Place, assay: Assay, keys: Keys, tmp_path: Path) -> None:
    """A4: a trust file that only the work tree has, or that lists somebody else, vouches for nothing."""
    other = write_keys(tmp_path / "other", "ed25519")
    text = (place.root / "assay.yaml").read_text()
    listed = "trust: 1\nkeys:\n  - {name: ci, key: ci.pem}\n"
    place.repository.write("assay.yaml", text + "trust: keys/trust.yaml\n")
    place.repository.write("keys/trust.yaml", listed)
    place.repository.write("keys/ci.pem", Path(other.public).read_bytes())
    merge(place.root, "whose signatures count")
    judge(place.root, "validation")
    dossier = place.repository.dossier
    for key, code in ((keys, 3), (other, 0)):
        place.repository.write("keys/ci.pem", Path(key.public).read_bytes())  # The work tree's file counts never.
        assert assay("sign", *ENGINE[:2], "--key", key.private).code == 0
        folder = place.root.parent / f"dossier{code}"
        shutil.copytree(dossier, folder)
        shutil.rmtree(folder / "predictions")
        (folder / "checksums.txt").write_text("")
        ended = assay(*REGISTER, "--dossier", str(folder))
        assert ended.code == code, ended.err
        assert ("which keys/trust.yaml at" in ended.err) == bool(code)
    assert trailer(place).startswith("signed by `ci` (")
