"""The row of steps through the command line: an open gate opens, and nothing else does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assay.canonical import digest
from assay.edges.isolation_levels import choose_level
from tests.support.command_line import Assay
from tests.support.git import git
from tests.support.repositories import HOUSE, HOUSE_FILE, Repository

REGORUS = ("--engine", "regorus", "--as-of", "2026-11-20")


def test_a_sound_model_opens_the_gate(repository: Repository, assay: Assay) -> None:
    ended = assay("check", *REGORUS)
    assert ended.code == 0, ended.out + ended.err
    assert "open" in ended.out
    for name in ("manifest", "plan", "predictions", "evidence", "decision", "card"):
        assert (repository.dossier / f"{name}.json").is_file()
    assert (repository.dossier / "card.html").read_text().startswith("<!doctype html>")
    assert (repository.dossier / "card.md").is_file()


def test_a_model_that_answers_in_its_own_process(modelled: Repository, assay: Assay) -> None:
    ended = assay("check", *REGORUS)
    assert ended.code == 0, ended.out + ended.err
    run = json.loads((modelled.dossier / "run.json").read_text())
    assert run["predict"]["isolation"] == choose_level("auto")
    assert isinstance(run["predict"]["seccomp"], bool)
    assert run["predict"]["abi"] >= (3 if run["predict"]["isolation"] == "landlock" else 0)
    evidence = json.loads((modelled.dossier / "evidence.json").read_text())
    assert {each["check"]: each["outcome"] for each in evidence["measurements"]}["behaviour"] == "measured"


def test_opa_and_regorus_decide_the_same(repository: Repository, assay: Assay, opa: str) -> None:
    assert assay("check", *REGORUS).code == 0
    expected = assay("digest", str(repository.dossier / "decision.json")).out.split()[0]
    ended = assay("check", "--engine", "opa", "--opa", opa, "--as-of", "2026-11-20", "--expect", expected)
    assert ended.code == 0, ended.err
    assert json.loads((repository.dossier / "run.json").read_text())["decide"]["engine"] == "opa"


def test_steps_pass_digests_on(repository: Repository, assay: Assay) -> None:
    expected: list[str] = []
    for step in ("plan", "predict", "collect", "decide", "card"):
        more = ["--as-of", "2026-11-20"] if step == "plan" else ["--engine", "regorus"] if step == "decide" else []
        ended = assay(step, *more, *(["--expect", expected[-1]] if expected else []))
        assert ended.code == 0, ended.err
        _, digest = ended.out.split()
        assert digest.startswith("sha256:")
        expected.append(digest)
    wrong = assay("decide", "--engine", "regorus", "--expect", expected[0])
    assert wrong.code == 3
    assert "was expected" in wrong.err


def test_the_decision_is_the_same_anywhere(repository: Repository, assay: Assay) -> None:
    """Locale, time zone, hash seed and threads leave the digest alone (threats.md §2, determinism)."""
    assert assay("check", *REGORUS).code == 0
    expected = assay("digest", str(repository.dossier / "decision.json")).out.split()[0]
    for zone, locale, seed, threads in (
        ("Asia/Kathmandu", "de_DE.UTF-8", "1", "1"),
        ("America/St_Johns", "tr_TR.UTF-8", "77", "2"),
    ):
        environment = {
            "PATH": os.environ["PATH"], "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads,
            "HOME": str(repository.root),
        }  # fmt: skip
        command = [sys.executable, "-I", "-m", "assay", "check", *REGORUS, "--expect", expected]
        ended = subprocess.run(command, env=environment, capture_output=True, check=False, cwd=repository.root)
        assert ended.returncode == 0, ended.stderr.decode()


def test_verify_judges_and_measures_again(repository: Repository, assay: Assay) -> None:
    assert assay("check", *REGORUS).code == 0
    ended = assay("verify", "--engine", "regorus", "--recollect")
    assert ended.code == 0, ended.err
    assert "the same decision" in ended.out
    assert "the same evidence" in ended.out
    repository.write("holdout.csv", (repository.root / "holdout.csv").read_text() + "K9999,5,a,1\n")
    ended = assay("verify", "--engine", "regorus", "--recollect")
    assert ended.code == 3
    assert "is not the file that was planned" in ended.err


def test_verify_says_when_the_gate_is_closed(repository: Repository, assay: Assay) -> None:
    repository.replace(">= 0.70", ">= 0.999")
    assert assay("check", *REGORUS).code == 1
    ended = assay("verify", "--engine", "regorus")
    assert ended.code == 1
    assert "the gate is closed" in ended.out


def test_explain_names_bar_line_and_remedy(repository: Repository, assay: Assay) -> None:
    assert assay("check", *REGORUS).code == 0
    ended = assay("explain", "bias/within_bounds")
    assert ended.code == 0
    line = next(
        n
        for n, text in enumerate((repository.root / "assay.yaml").read_text().splitlines(), 1)
        if "demographic" in text
    )
    assert f"assay.yaml:{line}" in ended.out
    assert "Remedy" in ended.out
    ended = assay("explain", "bias/within_bound")
    assert ended.code == 2
    assert "Did you mean `bias/within_bounds`?" in ended.err


def test_json_output_is_json(repository: Repository, assay: Assay) -> None:
    assert json.loads(assay("plan", "--as-of", "2026-11-20", "--format", "json").out)["page"] == "plan"
    ended = assay("check", *REGORUS, "--format", "json")
    assert json.loads(ended.out)["verdict"] == "open"
    assert json.loads(assay("verify", "--engine", "regorus", "--format", "json").out)["holds"] is True
    assert (
        json.loads(assay("explain", "bias/within_bounds", "--format", "json").out)["policy"]["id"]
        == "bias/within_bounds"
    )


def test_flags_come_from_variables_too(modelled: Repository, assay: Assay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_ENGINE", "regorus")
    monkeypatch.setenv("ASSAY_STAGE", "ideation")
    ended = assay("check")
    assert ended.code == 0, ended.err
    assert (modelled.root / ".assay/small/ideation/decision.json").is_file()
    monkeypatch.setenv("ASSAY_ENGINE", "nothing")
    assert assay("check").code == 2


def test_a_waiver_opens_only_what_it_names(repository: Repository, assay: Assay) -> None:
    repository.replace("<= 0.20", "<= 0.001")
    assert assay("check", *REGORUS).code == 1
    text = (repository.root / "assay.yaml").read_text()
    waiver = (
        "waivers:\n  - {policy: bias/within_bounds, scope: {by: group}, owner: octocat, reason: known, expires: %s}\n"
    )
    repository.write("assay.yaml", text + waiver % "2026-12-31")
    ended = assay("check", *REGORUS)
    assert ended.code == 0, ended.out
    assert "waived" in ended.out
    repository.write("assay.yaml", text + waiver % "2026-11-19")
    assert assay("check", *REGORUS).code == 1


def test_no_color_and_a_narrow_log(repository: Repository, assay: Assay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    ended = assay("check", *REGORUS)
    assert "\x1b" not in ended.out + ended.err
    report = ended.out.split("\nDecision")[0]
    assert max(len(line) for line in report.splitlines()) <= 80
    assert "Judged by regorus 0.13.0 (a dry run: OPA did not judge)" in report


def test_a_full_log_is_not_success(repository: Repository) -> None:
    """A verdict that could not be written is not exit code 0 (threats.md §2, `/dev/full`)."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("This system has no /dev/full.")
    with full.open("w") as out:
        command = [sys.executable, "-I", "-m", "assay", "check", *REGORUS]
        ended = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False, cwd=repository.root)
    assert ended.returncode == 3
    assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize("typed", [("check", *REGORUS), ("check", *REGORUS, "--format", "json"), ("--help",)])
def test_output_that_is_cut_off_is_neither_success_nor_an_error(repository: Repository, typed: tuple[str, ...]) -> None:
    """`assay check | head -1` ends as other programs do: quietly, and not with 0."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as out:
        command = [sys.executable, "-I", "-m", "assay", *typed]
        ended = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False, cwd=repository.root)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_the_base_revision_judges(repository: Repository, assay: Assay) -> None:
    """A1, A2: with `--base`, a bar loosened or a policy weakened in the checkout does not count."""
    policy = repository.write(HOUSE_FILE, HOUSE)
    repository.replace("'governance/*'", "'house/*'")
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + "policies: policies\n")
    repository.replace(">= 0.70", ">= 0.99")
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    git(repository.root, "add", ".")
    git(repository.root, "commit", "--quiet", "--message", "strict")
    repository.replace(">= 0.99", ">= 0.70")
    policy.write_text(HOUSE.replace("owner_named", "risk_named"))
    assert assay("check", *REGORUS).code == 0
    ended = assay("check", *REGORUS, "--base", "main")
    assert ended.code == 1
    assert "quality/clears_bars" in ended.out
    assert "governance/bars_not_loosened" in ended.out
    kept = (repository.dossier / "policies/house/owner_known/owner_known.rego").read_text()
    assert "owner_named" in kept
    assert assay("check", *REGORUS).code == 0
    ended = assay("check", *REGORUS, "--base", "nowhere")
    assert ended.code == 2
    assert "`nowhere` is not in this repository" in ended.err


def test_a_first_manifest_judges_itself(repository: Repository, assay: Assay) -> None:
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    git(repository.root, "add", "holdout.csv")
    git(repository.root, "commit", "--quiet", "--message", "data")
    ended = assay("check", *REGORUS, "--base", "main")
    assert ended.code == 1
    assert "governance/first_manifest" in ended.out
    assert "No reviews were read" in ended.out
    run = json.loads((repository.dossier / "run.json").read_text())
    head = git(repository.root, "rev-parse", "HEAD")
    checked_out = {"commit": head, "parents": [], "clean": True}
    manifest = digest((repository.root / "assay.yaml").read_bytes())
    assert run["plan"] == {
        "base": "main", "judged_by": "this checkout", "checked_out": checked_out, "manifest": manifest,
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: plan["bars"][-1].update(limit=0.99),
        lambda plan: plan["policies"].pop(),
        lambda plan: plan["policies"][0].update(effect="warn"),
        lambda plan: plan["policies"][0].update(checks=["quality"]),
        lambda plan: plan["checks"].pop(),
    ],
    ids=["bar", "policy", "effect", "checks", "check"],
)
def test_verify_plans_again(repository: Repository, assay: Assay, change: object) -> None:
    """D16, E5: a plan that asks for less than its manifest is refused, also where every later page was made from it."""
    from assay.canonical import canonical

    assert callable(change)
    assert assay("check", *REGORUS).code == 0
    path = repository.dossier / "plan.json"
    plan = json.loads(path.read_bytes())
    change(plan)
    path.write_bytes(canonical(plan))
    predictions = json.loads((repository.dossier / "predictions.json").read_bytes())
    predictions["parents"]["plan"] = assay("digest", str(path)).out.split()[0]
    (repository.dossier / "predictions.json").write_bytes(canonical(predictions))
    for name in ("evidence", "decision", "card"):
        (repository.dossier / f"{name}.json").unlink()
    for step in (["collect"], ["decide", "--engine", "regorus"], ["card"]):
        assert assay(*step).code in (0, 1, 3)
    ended = assay("verify", "--engine", "regorus")
    assert ended.code == 3


def test_verify_closes_what_an_ended_waiver_opened(repository: Repository, assay: Assay) -> None:
    """E12: a decision of an earlier day rests on that day's waivers; today they may have ended."""
    repository.replace("<= 0.20", "<= 0.001")
    waiver = "waivers:\n  - {policy: bias/within_bounds, owner: octocat, reason: known, expires: 2025-03-01}\n"
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + waiver)
    assert assay("check", "--engine", "regorus", "--as-of", "2025-02-01").code == 0
    ended = assay("verify", "--engine", "regorus")
    assert ended.code == 1
    assert "the waiver of bias/within_bounds expired on 2025-03-01" in ended.out


def test_verify_asks_for_the_stage_it_was_asked_about(repository: Repository, assay: Assay) -> None:
    """D2: an open dossier of an easier stage says nothing about a harder one."""
    text = (repository.root / "assay.yaml").read_text()
    repository.write("assay.yaml", text.replace("stages:\n", "stages:\n  ideation: {policies: ['governance/*']}\n"))
    assert assay("check", *REGORUS, "--stage", "ideation").code == 0
    (repository.root / ".assay/small/ideation").rename(repository.dossier)
    ended = assay("verify", "--engine", "regorus")
    assert ended.code == 3
    assert "is for the stage `ideation`, not for `validation`" in ended.err
    folder = str(repository.dossier)
    assert assay("verify", "--engine", "regorus", "--stage", "validation", folder).code == 3
    assert assay("verify", "--engine", "regorus", folder).code == 0
    assert assay("verify", "--engine", "regorus", "--stage", "ideation", folder).code == 0


def test_a_base_that_cannot_be_read_is_no_first_manifest(repository: Repository, assay: Assay) -> None:
    """A1: in a clone that lacks the base's contents nothing is known of its manifest, so head does not judge itself."""
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    git(repository.root, "add", ".")
    git(repository.root, "commit", "--quiet", "--message", "base")
    shown = ["git", "rev-parse", "HEAD:assay.yaml"]
    blob = subprocess.run(shown, cwd=repository.root, check=True, capture_output=True).stdout.decode().strip()
    (repository.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    ended = assay("check", *REGORUS, "--base", "main")
    assert ended.code == 3
    assert "`assay.yaml` could not be read at" in ended.err
