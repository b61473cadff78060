"""Whoever changes a page, and makes all that follow it fit, meets the page made again; what is not known is said."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.fail_open.search import FaultyEngine
from tests.support.forged_pages import forge
from tests.support.git import commit, git
from tests.support.repositories import HOUSE, Repository, write_repository
from tests.support.shared_folders import make_once

from assay.cli import main
from assay.dossier.at_base import at_base
from assay.dossier.page_set import manifest_of
from assay.dossier.pages import Decision, Plan
from assay.edges.store import DossierFolder
from assay.errors import DataError, PageError
from assay.manifest.model_blocks import Artifact
from assay.steps.verifying.dossier_verification import (
    VerifiedDossier,
    _answered,
    _verify_predictions,
    verify_dossier,
)
from assay.steps.verifying.manifest_origin import verify_manifest
from assay.steps.verifying.renderings import verify_renderings
from assay.steps.verifying.verification_report import Verification

CHECK = ("check", "--engine", "regorus", "--as-of", "2026-11-20", "--format", "json")
ENGINE: Any = FaultyEngine("none", 0)
NOT_MEASURED = "whether the evidence follows from data and predictions: use --recollect to measure again"


def make_judged(folder: Path) -> None:
    made = write_repository(folder / "repository")
    assert main([*CHECK, "--manifest", str(made.root / "assay.yaml")]) == 0


def make_changed(folder: Path) -> None:
    """A branch with a tightened bar, judged by the manifest of `main`."""
    made = write_repository(folder / "repository")
    git(made.root, "init", "--quiet", "--initial-branch=main")
    made.write(".gitignore", ".assay/\n")
    commit(made.root)
    git(made.root, "switch", "--quiet", "--create", "change")
    made.replace(">= 0.70", ">= 0.71")
    assert main([*CHECK, "--manifest", str(made.root / "assay.yaml"), "--base", "main"]) == 0


@pytest.fixture
def judged(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Repository:
    shutil.copytree(make_once(tmp_path_factory, "verified", make_judged), tmp_path / "judged")
    return Repository(tmp_path / "judged/repository")


@pytest.fixture
def changed(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Repository:
    shutil.copytree(make_once(tmp_path_factory, "verified-change", make_changed), tmp_path / "changed")
    return Repository(tmp_path / "changed/repository")


def test_evidence_is_measured_again_only_where_that_is_asked_for(judged: Repository) -> None:
    found = verify_dossier(DossierFolder(judged.dossier, judged.root), ENGINE)
    assert NOT_MEASURED in found.unknown


def verify(made: Repository, *, recollect: bool = False) -> VerifiedDossier:
    return verify_dossier(DossierFolder(made.dossier, made.root), ENGINE, recollect=recollect)


def refusal(made: Repository, *, recollect: bool = False) -> str:
    with pytest.raises((PageError, DataError)) as caught:
        verify(made, recollect=recollect)
    return str(caught.value)


def page(made: Repository, name: str) -> Any:
    return json.loads((made.dossier / f"{name}.json").read_text())


def test_a_sound_dossier_says_what_was_verified(judged: Repository) -> None:
    found = verify(judged)
    names = [sentence.split()[0] for sentence in found.checked[:6]]
    assert names == ["manifest", "plan", "predictions", "evidence", "decision", "card"]
    assert all(sentence.split()[1].startswith("sha256:") for sentence in found.checked[:6])
    assert found.checked[6:] == (
        "planned again from the manifest page and the policies: the same checks, bars and policies",
        "judged again by regorus embedded: the same decision",
        "the card matches the decision and the evidence",
        "the files of predictions match their page",
        "assay.yaml of this checkout is the manifest that judged, and matches its page",
        f"{len(page(judged, 'plan')['bundle'])} of {len(page(judged, 'plan')['bundle'])} policy files are those of Assay 0.1.0",
        "2 of 2 inputs are here and match the plan",
    )
    assert found.unknown == (
        "whether the predictions are the model's own: they were given as files",
        NOT_MEASURED,
    )
    assert found.pages.decision is not None
    again = verify(judged, recollect=True)
    assert "measured again from data and predictions: the same evidence" in again.checked
    assert NOT_MEASURED not in again.unknown


def test_a_model_that_ran_and_a_card_that_compares(tmp_path: Path) -> None:
    """D17: its environment is held against the plan, and the earlier decision is said to be elsewhere."""
    made = write_repository(tmp_path / "repository", model=True)
    manifest = ("--manifest", str(made.root / "assay.yaml"))
    assert main([*CHECK, *manifest, "--isolation", "process"]) == 1
    (tmp_path / "earlier.json").write_bytes((made.dossier / "decision.json").read_bytes())
    assert main(["card", *manifest, "--base-decision", str(tmp_path / "earlier.json")]) == 0
    found = verify(made)
    assert any(each.startswith("environment.json: ") for each in found.checked)
    assert "the card matches the decision and the evidence" in found.checked
    (earlier,) = [each for each in found.unknown if each.startswith("the earlier decision sha256:")]
    assert earlier.endswith(", with which the card compares: it is not in the dossier")


def test_a_dossier_without_a_card_is_verified_as_far_as_it_goes(judged: Repository) -> None:
    (judged.dossier / "card.json").unlink()
    found = verify(judged)
    assert "the card matches the decision and the evidence" not in found.checked
    assert "judged again by regorus embedded: the same decision" in found.checked


@pytest.mark.parametrize(
    ("name", "child"),
    [("manifest", "plan"), ("plan", "predictions"), ("predictions", "evidence"), ("evidence", "decision")],
)
def test_a_page_that_is_gone_is_refused(judged: Repository, name: str, child: str) -> None:
    """D16: nothing is verified of a dossier that is not whole."""
    (judged.dossier / f"{name}.json").unlink()
    assert refusal(judged) == f"{child}.json names the page {name}.json, which is not in the dossier."


@pytest.mark.parametrize("gone", ["manifest", "plan", "predictions", "evidence"])
def test_a_page_that_names_no_parents_does_not_hide_that_they_are_gone(judged: Repository, gone: str) -> None:
    """D16: without its parents' digests a page asks for nothing, so what is missing is counted."""

    def orphaned(document: Any) -> None:
        document["parents"] = {}

    for name in ("plan", "predictions", "evidence", "decision"):
        forge(judged.dossier, name, orphaned)
    (judged.dossier / "card.json").unlink()
    (judged.dossier / f"{gone}.json").unlink()
    assert refusal(judged) == "The dossier is not complete: a page before the decision is missing."


def less_strict(document: Any) -> None:
    bar = next(bar for bar in document["bars"] if bar["check"] == "quality")
    bar["limit"] = 0.1


def without_policy(document: Any) -> None:
    document["policies"] = [each for each in document["policies"] if each["id"] != "bias/within_bounds"]


def without_bar(document: Any) -> None:
    document["bars"] = [bar for bar in document["bars"] if bar["check"] != "bias"]


def without_recipe(document: Any) -> None:
    document["recipes"] = document["recipes"][1:]


def other_risk(document: Any) -> None:
    document["risk"] = "minimal"


def waivable(document: Any) -> None:
    for policy in document["policies"]:
        policy["waivable"] = True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (less_strict, "bars"),
        (without_policy, "policies"),
        (without_bar, "bars"),
        (without_recipe, "recipes"),
        (other_risk, "risk"),
        (waivable, "policies"),
    ],
)
def test_a_plan_that_asks_for_less_is_refused(judged: Repository, change: Callable[[Any], None], field: str) -> None:
    """D16: a bar, a policy or a recipe that the manifest asks for cannot be left out."""
    forge(judged.dossier, "plan", change)
    told = f"plan.json does not follow from manifest.json and the policies; see {field}."
    assert refusal(judged) == told


def test_everything_that_a_plan_asks_less_of_is_named(judged: Repository) -> None:
    """D16."""

    def milder(document: Any) -> None:
        less_strict(document)
        other_risk(document)

    forge(judged.dossier, "plan", milder)
    assert refusal(judged) == "plan.json does not follow from manifest.json and the policies; see risk, bars."


def test_the_lines_and_the_order_of_a_plan_are_not_compared(judged: Repository) -> None:
    """The twin: lines come from the file's text, which no page contains."""

    def shuffled(document: Any) -> None:
        document["bars"] = [{**bar, "line": bar["line"] + 5} for bar in reversed(document["bars"])]

    forge(judged.dossier, "plan", shuffled)
    assert "plan.json" not in refusal(judged)


def test_a_decision_that_does_not_follow_is_refused(judged: Repository) -> None:
    """D17: the verdict is turned, and the card is made to fit."""

    def turned(document: Any) -> None:
        document["verdict"] = "closed"

    before = page(judged, "decision")
    forge(judged.dossier, "decision", turned)
    told = refusal(judged)
    assert told.startswith("The decision does not follow from its parents: made again it is sha256:")
    assert before["verdict"] == "open"


def test_a_card_that_tells_another_tale_is_refused(judged: Repository) -> None:
    """D17: the card is what people read."""

    def praised(document: Any) -> None:
        document["title"] = "The best model"

    forge(judged.dossier, "card", praised)
    assert refusal(judged).startswith("The card does not follow from its parents: made again it is sha256:")


def test_evidence_that_was_bettered_is_found_by_measuring_again(judged: Repository) -> None:
    """D1, D3: without the data nobody knows; with them everybody does."""

    def bettered(document: Any) -> None:
        for each in document["measurements"]:
            if each["check"] == "governance":
                each["facts"]["owner"] = "somebody else"

    forge(judged.dossier, "evidence", bettered)
    told = refusal(judged, recollect=True)
    assert told.startswith("The evidence does not follow from its parents: made again it is sha256:")


def test_answers_that_were_changed_are_refused(judged: Repository) -> None:
    (file,) = (judged.dossier / "predictions").iterdir()
    file.write_bytes(b"")
    assert refusal(judged)


def test_inputs_are_digested_again(judged: Repository) -> None:
    """D1: what is here must be what was planned; what is not here is said."""
    judged.replace("K0000,", "K9999,", "holdout.csv")
    assert "holdout" in refusal(judged)
    (judged.root / "holdout.csv").unlink()
    found = verify(judged)
    assert "1 of 2 inputs are here and match the plan" in found.checked
    assert "inputs that are not here: holdout.csv" in found.unknown
    (judged.root / "scores.csv").unlink()
    assert "inputs that are not here: holdout.csv, scores.csv" in verify(judged).unknown
    (judged.root / "holdout.csv").symlink_to("nowhere.csv")
    assert refusal(judged)


def test_the_manifest_is_the_one_of_the_checkout(judged: Repository) -> None:
    """A1, D17: the page is held against the file, and the file against the page."""
    text = (judged.root / "assay.yaml").read_text()
    judged.write("assay.yaml", f"{text}# later\n")
    assert refusal(judged).startswith(
        "assay.yaml of this checkout is not the manifest that judged: its digest is sha256:"
    )
    with pytest.raises(PageError, match="assay") as caught:
        verify(judged)
    assert caught.value.hint.startswith("Check out what was judged, or run `assay check` again.")
    judged.write("assay.yaml", text.replace("\n", "\r\n"))
    with pytest.raises(PageError, match="assay") as caught:
        verify(judged)
    assert caught.value.hint.startswith("Only its line ends differ")
    (judged.root / "assay.yaml").rename(judged.root / "real.yaml")
    (judged.root / "assay.yaml").symlink_to("real.yaml")
    with pytest.raises(PageError):
        verify(judged)
    (judged.root / "assay.yaml").unlink()
    unknown = "whether the manifest page matches assay.yaml: the file is not here"
    assert unknown in verify(judged).unknown


def test_a_page_that_differs_from_its_file_is_refused(judged: Repository) -> None:
    """D17: the page names the right file and says something else."""

    def appointed(document: Any) -> None:
        document["manifest"]["roles"] = {"ml_engineer": {"users": ["mallory"], "teams": []}}

    forge(judged.dossier, "manifest", appointed)
    told = "manifest.json does not match assay.yaml: somebody changed it, or another version of Assay wrote it."
    assert refusal(judged) == told


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (
            {"quality": {"on": "holdout", "bars": {"roc_acu": ">= 0.7"}}},
            "manifest.json has a check's block that is not valid:",
        ),
        ({"quality": 7}, "manifest.json"),
    ],
)
def test_a_manifest_page_that_is_no_manifest_is_refused(judged: Repository, block: Any, told: str) -> None:
    def broken(document: Any) -> None:
        document["manifest"]["checks"] |= block

    forge(judged.dossier, "manifest", broken)
    assert refusal(judged).startswith(told)


def test_policies_of_another_origin_are_told(judged: Repository) -> None:
    """A2, A6: a bundle that is not this Assay's is no error, and is never passed over."""
    added = judged.dossier / "policies" / "house/owner_known/owner_known.rego"
    added.parent.mkdir(parents=True)
    added.write_text(HOUSE)
    assert refusal(judged) == (
        "The dossier's policies are not those of the plan; see house/owner_known/owner_known.rego."
    )


def test_a_change_names_its_base(changed: Repository) -> None:
    """A1: the base's manifest is read from Git by the commit that run.json names, and its digest proves it."""
    base = git(changed.root, "rev-parse", "main")
    found = verify(changed)
    checked = (
        f"assay.yaml at the base {base[:12]} judged, with the bars that this checkout tightens; each change is listed"
    )
    assert checked in found.checked
    assert f"whether {base[:12]} is the right base for this change" in found.unknown


def test_a_change_whose_base_has_other_data_is_refused(changed: Repository) -> None:
    """T-base-data: what the plan calls the base's data is read from the commit that run.json names."""
    folder = DossierFolder(changed.dossier, changed.root)
    pages, plan = folder.need(Plan)
    assert pages.manifest is not None
    assert verify_manifest(folder, plan, pages.manifest).checked
    easier = plan.inputs[0].model_copy(update={"name": at_base("holdout"), "digest": f"sha256:{'1' * 64}"})
    with pytest.raises(PageError, match=r"The base's `holdout\.csv` is sha256:"):
        verify_manifest(folder, plan.model_copy(update={"inputs": (*plan.inputs, easier)}), pages.manifest)


def test_a_change_since_is_refused(changed: Repository) -> None:
    changed.replace(">= 0.71", ">= 0.10")
    told = "manifest.json does not match assay.yaml: somebody changed it, or another version of Assay wrote it."
    assert refusal(changed) == told


def test_a_risk_that_was_lowered_since_is_not_listed(changed: Repository) -> None:
    """A10: what the change says now must be among the changes that were judged."""
    changed.replace("risk: high", "risk: minimal")
    assert refusal(changed) == "The plan does not list all changes of this checkout; see model.risk."


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (None, "run.json does not name the commit"),
        ("main", "run.json does not name the commit"),
        (7, "run.json does not name the commit"),
        ("1" * 40, "is not in this repository"),
    ],
)
def test_a_base_that_is_not_known_is_said(changed: Repository, named: Any, told: str) -> None:
    record = json.loads((changed.dossier / "run.json").read_text())
    record["plan"]["judged_by"] = named
    (changed.dossier / "run.json").write_text(json.dumps(record))
    (sentence,) = [each for each in verify(changed).unknown if each.startswith("whether the base's assay.yaml judged")]
    assert told in sentence
    assert sentence.startswith("whether the base's assay.yaml judged this change: ")
    assert told != "run.json does not name the commit" or sentence.endswith(f": {told}")


@pytest.mark.parametrize("record", [{"plan": "main"}, {"plan": ["1" * 40]}, {}])
def test_a_record_of_another_form_names_no_base(changed: Repository, record: Any) -> None:
    (changed.dossier / "run.json").write_text(json.dumps(record))
    unknown = "whether the base's assay.yaml judged this change: run.json does not name the commit"
    assert unknown in verify(changed).unknown


def test_a_base_without_a_manifest_is_not_the_one_that_judged(changed: Repository) -> None:
    """A1: a commit that has no manifest judged nothing."""
    git(changed.root, "stash", "--quiet")
    git(changed.root, "rm", "--quiet", "assay.yaml")
    git(changed.root, "commit", "--quiet", "--message", "No manifest")
    empty = git(changed.root, "rev-parse", "HEAD")
    git(changed.root, "checkout", "--quiet", "main", "--", "assay.yaml")
    record = json.loads((changed.dossier / "run.json").read_text())
    record["plan"]["judged_by"] = empty
    (changed.dossier / "run.json").write_text(json.dumps(record))
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert f"is not the manifest that judged: its digest is sha256:{nothing}, but" in refusal(changed)


def test_every_refusal_says_what_to_do(changed: Repository) -> None:
    hint = (
        "Check out what was judged, or run `assay check` again. To verify the dossier alone, move it to another folder."
    )
    good = (changed.root / "assay.yaml").read_text()
    for text in (good.replace(">= 0.71", ">= 0.10"), "assay: 2\n", f"{good}more: 1\n"):
        changed.write("assay.yaml", text)
        with pytest.raises(PageError) as caught:
            verify(changed)
        assert caught.value.hint == hint


def test_two_changes_that_are_not_listed_are_both_named(changed: Repository) -> None:
    """A10."""
    changed.replace("risk: high", "risk: minimal")
    changed.replace("label: approve", "label: group")
    assert refusal(changed) == "The plan does not list all changes of this checkout; see data.label, model.risk."


def test_another_base_than_the_one_that_judged(changed: Repository) -> None:
    """A1: a base of one's own making has another manifest."""
    git(changed.root, "stash", "--quiet")
    changed.replace(">= 0.70", ">= 0.10")
    commit(changed.root, "A milder base")
    record = json.loads((changed.dossier / "run.json").read_text())
    record["plan"]["judged_by"] = mild = git(changed.root, "rev-parse", "HEAD")
    (changed.dossier / "run.json").write_text(json.dumps(record))
    assert refusal(changed).startswith(f"assay.yaml at the base {mild[:12]} is not the manifest that judged:")


@pytest.mark.parametrize(
    "text", ["assay: 2\n", "assay: 1\nassay: 1\n", "\t", "assay: 1\nmodel: {name: small}\nchecks: {quality: 7}\n"]
)
def test_a_checkout_without_a_manifest_is_refused(changed: Repository, text: str) -> None:
    changed.write("assay.yaml", text)
    assert refusal(changed).startswith("assay.yaml cannot be read: ")


def test_renderings_are_made_again(judged: Repository) -> None:
    """D17: people must read what the pages say; what is not there says nothing."""
    found = verify(judged)
    folder = DossierFolder(judged.dossier, judged.root)
    told = "assay.sarif, card.html, card.md, junit.xml: as rendered from the card"
    assert verify_renderings(folder, found.pages) == (told,)
    for name in ("assay.sarif", "card.html", "card.md"):
        (judged.dossier / name).unlink()
    assert verify_renderings(folder, found.pages) == ("junit.xml: as rendered from the card",)
    (judged.dossier / "junit.xml").write_text("<testsuites/>")
    with pytest.raises(PageError, match=r"^junit\.xml does not match the card: somebody changed it") as caught:
        verify_renderings(folder, found.pages)
    assert caught.value.hint == ("Run `assay card` again and sign again, or delete the file: the pages do not need it.")
    (judged.dossier / "junit.xml").unlink()
    (judged.dossier / "card.md").symlink_to("nowhere.md")
    with pytest.raises(PageError):
        verify_renderings(folder, found.pages)
    (judged.dossier / "card.md").unlink()
    assert verify_renderings(folder, found.pages) == ()


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"predict": {"isolation": "sealed"}}, "`sealed`"),
        ({"predict": {"isolation": "x" * 30}}, f"`{'x' * 20}`"),
        ({"predict": {"isolation": 7}}, "none"),
        ({"predict": "sealed"}, "none"),
        ({}, "none"),
    ],
)
def test_what_nobody_signs_is_told_as_such(tmp_path: Path, record: Any, told: str) -> None:
    """D4: how the model was shut in stands in a file that anybody may write."""
    (tmp_path / "run.json").write_text(json.dumps(record))
    artifact = Artifact.model_validate({"format": "onnx", "path": "m.onnx"})
    said = _answered(DossierFolder(tmp_path, tmp_path), artifact)
    assert said == f"it did not run again; its isolation was {told} according to run.json, which nobody signs"


def test_the_files_of_predictions_are_looked_for_unless_a_release_left_them_out(judged: Repository) -> None:
    """D16: only a release may lack them, and one that has them is held against their page."""
    match = "the files of predictions match their page"
    (judged.dossier / "checksums.txt").write_text("")
    assert match in verify(judged).checked
    kept = judged.dossier / "predictions"
    kept.rename(judged.dossier / "elsewhere")
    found = verify(judged)
    assert match not in found.checked
    assert "the files of predictions: a release does not contain them" in found.unknown
    (judged.dossier / "checksums.txt").unlink()
    assert refusal(judged) == "`holdout.parquet` does not exist."


@pytest.mark.parametrize("without", ["artifact", "sets"])
def test_a_stage_without_predictions_says_that_it_needs_none(judged: Repository, without: str) -> None:
    folder = DossierFolder(judged.dossier, judged.root)
    pages, _ = folder.need(Decision)
    assert pages.manifest is not None
    assert pages.predictions is not None
    manifest, predictions = manifest_of(pages.manifest), pages.predictions
    if without == "artifact":
        manifest = manifest.model_copy(update={"model": manifest.model.model_copy(update={"artifact": None})})
    else:
        predictions = predictions.model_copy(update={"sets": ()})
    assert _verify_predictions(folder, predictions, manifest) == Verification(
        checked=("the stage needs no predictions",)
    )


def test_how_the_model_was_shut_in_is_read_from_the_record(judged: Repository) -> None:
    """D4."""
    folder = DossierFolder(judged.dossier, judged.root)
    pages, _ = folder.need(Decision)
    assert pages.manifest is not None
    assert pages.predictions is not None
    (judged.dossier / "run.json").write_text(json.dumps({"predict": {"isolation": "landlock"}}))
    manifest = manifest_of(pages.manifest)
    artifact = Artifact.model_validate({"format": "onnx", "path": "m.onnx"})
    manifest = manifest.model_copy(update={"model": manifest.model.model_copy(update={"artifact": artifact})})
    (told,) = _verify_predictions(folder, pages.predictions, manifest).unknown
    assert "its isolation was `landlock` according to run.json" in told
