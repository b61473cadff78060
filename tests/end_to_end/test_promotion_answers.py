"""A promotion believes no answers that nobody signed: the model is asked again, or a key that counts is needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assay.canonical import canonical
from assay.edges.data_files import find_source
from assay.steps.promoting import answers_origin
from assay.tables.scores import read_scores, scores_digest, write_scores
from tests.support.command_line import Assay
from tests.support.git import git
from tests.support.keys import write_keys
from tests.support.promotions import ENGINE, Place, judge, merge
from tests.support.repositories import MODEL, rows

REGISTER = ("register", "--version", "1.0.0", *ENGINE)
ARTIFACT = "artifact: {format: predictions, predictions: {holdout: scores.csv}}"


@pytest.fixture
def answering(place: Place) -> Place:
    """A model that can be asked, judged for validation and merged; nobody vouches for files."""
    place.repository.write("model.py", MODEL)
    place.repository.replace(ARTIFACT, "artifact: {format: python, callable: 'model:score'}")
    merge(place.root, "a model that is code")
    judge(place.root, "validation")
    return place


def trailer(place: Place, name: str = "Answers") -> str:
    lines = git(place.root, "cat-file", "tag", "small@v1.0.0").splitlines()
    return next(line.partition(": ")[2] for line in lines if line.startswith(f"{name}: "))


def better_answers(place: Place, assay: Assay) -> None:
    """Answers that the model did not give, in a dossier all of whose pages follow from them."""
    folder = place.repository.dossier / "predictions"
    read = read_scores(find_source(folder, "holdout.parquet"))
    better = read.scores.copy()
    better[:, 0] = [row[3] * 0.9 + row[1] / 20_000 for row in rows()]
    (folder / "holdout.parquet").unlink()
    write_scores(folder / "holdout.parquet", read.ids, better, list(read.columns))
    path = place.repository.dossier / "predictions.json"
    page: Any = json.loads(path.read_text())
    page["sets"][0]["digest"] = scores_digest(read.ids, better, list(read.columns))
    path.write_bytes(canonical(page))
    for step in ("collect", "decide", "card"):
        assert assay(step, *(ENGINE[:2] if step == "decide" else ())).code == 0


def test_answers_that_the_model_did_not_give(answering: Place, assay: Assay) -> None:
    """T-unsigned-answers: the evidence follows from the answers, and nothing but the model can tell that they are not its own."""
    better_answers(answering, assay)
    ended = assay(*REGISTER)
    assert (ended.code, answering.tags()) == (1, []), ended.err
    assert "The model, asked again, answers otherwise; see holdout." in ended.err


def test_the_models_own_answers(answering: Place, assay: Assay) -> None:
    """T-unsigned-answers, the twin: it answers the same again, and the tag says that it was asked."""
    ended = assay(*REGISTER)
    assert ended.code == 0, ended.err
    assert (trailer(answering), trailer(answering, "Evidence")) == ("asked again", "measured again")
    assert json.loads((answering.repository.dossier / "promotion.json").read_text())["answers"] == "asked again"


def test_files_of_answers_are_read_again(place: Place, assay: Assay) -> None:
    assert assay(*REGISTER).code == 0
    assert trailer(place) == "given as files"


def test_where_it_may_not_run_the_answers_need_a_key(
    answering: Place, assay: Assay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T-unsigned-answers: neither beside a token nor less shut in than the stage asks; a key that counts vouches there."""
    with monkeypatch.context() as patched:
        patched.setattr(answers_origin, "choose_level", lambda _: "process")
        ended = assay(*REGISTER)
    assert (ended.code, answering.tags()) == (1, [])
    assert "must be shut in at this stage, which this system does not allow" in ended.err
    with monkeypatch.context() as patched:
        patched.setattr(answers_origin, "has_job_token", lambda: True)
        ended = assay(*REGISTER)
        assert (ended.code, answering.tags()) == (1, [])
        assert "this job has a token, and no model runs beside it" in ended.err
        assert "Sign the dossier where the model was judged" in ended.err
        keys = write_keys(tmp_path / "keys", "ed25519")
        assert assay("sign", *ENGINE[:2], "--key", keys.private).code == 0
        ended = assay(*REGISTER, "--key", keys.public)
        assert ended.code == 0, ended.err
    assert trailer(answering).startswith("signed by ")
    assert trailer(answering, "Evidence") == "measured again"
