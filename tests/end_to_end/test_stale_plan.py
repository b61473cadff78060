"""A manifest that was edited after its plan: each later step says so, and answers nothing from the old plan."""

import pytest

from tests.support.command_line import Assay
from tests.support.repositories import Repository

STEPS = ("plan", "predict", "collect", "decide", "card")


@pytest.mark.parametrize(
    ("step", "edit"),
    [("predict", "format: odd"), ("collect", "threshold: 0.4"), ("decide", "# a word"), ("card", "format: odd")],
)
def test_each_step_asks_for_a_new_plan(step: str, edit: str, repository: Repository, assay: Assay) -> None:
    for earlier in STEPS[: STEPS.index(step) + 1]:
        assert assay(earlier).code == 0
    pages = {path: path.read_bytes() for path in repository.dossier.glob("*.json")}
    manifest = (repository.root / "assay.yaml").read_text()
    repository.write("assay.yaml", manifest.replace("  risk:", f"  {edit}\n  risk:", 1))
    ended = assay(step)
    assert ended.code == 3
    assert "assay.yaml was edited after the plan was made, so the plan is out of date." in ended.err
    assert "Run `assay plan` again" in ended.err
    assert {path: path.read_bytes() for path in repository.dossier.glob("*.json")} == pages


def test_a_new_plan_or_the_old_manifest_goes_on(repository: Repository, assay: Assay) -> None:
    assert assay("plan").code == 0
    before = (repository.root / "assay.yaml").read_text()
    repository.write("assay.yaml", before + "# a word\n")
    assert assay("predict").code == 3
    repository.write("assay.yaml", before)
    assert assay("predict").code == 0
    repository.write("assay.yaml", before + "# a word\n")
    assert assay("plan").code == 0
    assert assay("predict").code == 0
