"""Bad input, one test each: a clear sentence, the right exit code, no traceback, and a dossier as it was."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import Assay
from tests.support.repositories import Repository, data_text, rows, scores_text

REGORUS = ("--engine", "regorus", "--as-of", "2026-11-20")


def unchanged(repository: Repository, assay: Assay, *, code: int, words: str) -> None:
    """After a good run, the same command on bad input fails with a sentence and leaves every page alone."""
    before = {path: path.read_bytes() for path in repository.dossier.glob("*.json")}
    ended = assay("check", *REGORUS)
    assert ended.code == code, ended.out + ended.err
    assert words in ended.err
    assert "hint:" in ended.err
    assert {path: path.read_bytes() for path in repository.dossier.glob("*.json")} == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("path: holdout.csv", "path: houldout.csv", "assay.yaml:13:21: data.sets.holdout.path: `houldout.csv` does not exist"),
        ("path: holdout.csv", "path: a/../../x.csv", "is outside the repository"),
        ("path: holdout.csv", "path: ../holdout.csv", "`../holdout.csv` is outside the repository"),
        ("path: holdout.csv", "path: /etc/passwd.csv", "is outside the repository"),
        ("path: holdout.csv", "path: folder.csv", "`folder.csv` is a folder without data files"),
        ("path: holdout.csv", "path: link.csv", "symbolic link"),
        ("path: holdout.csv", "path: linked/holdout.csv", "symbolic link"),
        ("path: holdout.csv", "path: holdout.txt", "`holdout.txt` does not exist"),
        ("path: holdout.csv", "path: assay.yaml", "`assay.yaml` has no known data format"),
        ("path: holdout.csv", "path: pipe.csv", "not a regular file"),
        ("  owner: credit-risk", "  ownr: credit-risk", "assay.yaml:4:3: model.ownr: `ownr` is not known here"),
        ("  owner: credit-risk", "  owner: 7", "assay.yaml:4:10: model.owner: expected text, not `7`"),
        ("label: approve", "label: aprove", "assay.yaml:10:10: data.label: no data set has a column `aprove`. Did you mean `approve`?"),
        ("by: [group]", "by: [gruop]", "has no column `gruop`. Did you mean `group`?"),
        ("quality:", "qualty:", "there is no check `qualty`"),
        ("roc_auc:", "roc_auk:", "Did you mean `roc_auc`?"),
        ('">= 0.70"', '"~ 0.70"', 'expected a bar such as ">= 0.70"'),
        ("on: holdout\n    bars", "on: holdouts\n    bars", "there is no data set `holdouts`"),
        ("assay: 1\n", "assay: 1\nassay: 1\n", "twice"),
        ("intended_use: Rank", "intended_use: *Rank", "Anchors"),
    ],
)  # fmt: skip
def test_manifest_errors(repository: Repository, assay: Assay, old: str, new: str, words: str) -> None:
    """F-8, F-10: what the manifest names must be there, be a file, and lie beneath it."""
    assert assay("check", *REGORUS).code == 0
    (repository.root / "folder.csv").mkdir()
    (repository.root / "link.csv").symlink_to("holdout.csv")
    (repository.root / "linked").symlink_to(".")
    os.mkfifo(repository.root / "pipe.csv")
    repository.replace(old, new)
    unchanged(repository, assay, code=2, words=words)


def test_all_problems_of_manifest_and_blocks_come_together(repository: Repository, assay: Assay) -> None:
    repository.replace("  owner: credit-risk", "  ownr: credit-risk")
    repository.replace('">= 0.70"', '"~ 0.70"')
    repository.replace("by: [group]", "by: [gruop]")
    repository.replace("label: approve", "label: aprove")
    ended = assay("check", *REGORUS)
    assert ended.code == 2
    for words in ("`ownr`", "`~ 0.70`", "Did you mean `group`?", "Did you mean `approve`?"):
        assert words in ended.err


def test_an_absent_file_is_said_once(repository: Repository, assay: Assay) -> None:
    repository.replace("path: holdout.csv", "path: missing.csv")
    ended = assay("check", *REGORUS)
    assert ended.code == 2
    assert ended.err.count("assay: assay.yaml") == 1, ended.err


def test_no_manifest_and_no_such_stage(repository: Repository, assay: Assay) -> None:
    ended = assay("check", "--stage", "validaton")
    assert ended.code == 2
    assert "Did you mean `validation`?" in ended.err
    (repository.root / "assay.yaml").unlink()
    ended = assay("check")
    assert ended.code == 2
    assert "assay init" in ended.err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[: len(text) // 2], "holdout.csv"),
        (lambda text: text.replace(",", ";"), 'write `delimiter: ";"` beneath data.sets.holdout'),
        (lambda text: text + "K9,1,a,1,extra\n", "holdout.csv"),
        (lambda text: text.replace("amount,", "key,", 1), "key"),
    ],
)
def test_malformed_csv(repository: Repository, assay: Assay, change: object, words: str) -> None:
    """F-12, F14: a cut or shifted CSV is refused, never read as fewer or other rows."""
    assert callable(change)
    repository.write("holdout.csv", change((repository.root / "holdout.csv").read_text()))
    ended = assay("check", *REGORUS)
    assert ended.code in (1, 2, 3)
    assert words in ended.err + ended.out


def test_an_empty_parquet_closes_the_gate(repository: Repository, assay: Assay) -> None:
    import duckdb

    duckdb.sql(
        f"COPY (SELECT * FROM read_csv('{repository.root}/holdout.csv') WHERE false) TO '{repository.root}/holdout.parquet'"
    )
    duckdb.sql(
        f"COPY (SELECT * FROM read_csv('{repository.root}/scores.csv') WHERE false) TO '{repository.root}/scores.parquet'"
    )
    repository.replace("path: holdout.csv", "path: holdout.parquet")
    repository.replace("holdout: scores.csv", "holdout: scores.parquet")
    ended = assay("check", *REGORUS)
    assert ended.code == 1, ended.err
    assert "pass" not in [
        line.split()[1] for line in ended.out.splitlines() if "quality" in line and len(line.split()) > 1
    ]


@pytest.mark.parametrize(
    ("change", "policy"),
    [
        (lambda made: [(key, amount, group, 1, score) for key, amount, group, _, score in made], "quality/clears_bars"),
        (lambda made: [(key, "", group, label, score) for key, _, group, label, score in made], "data/contract_holds"),
        (lambda made: [(key, amount, "b" if n else "a", label, score) for n, (key, amount, _, label, score) in enumerate(made)], "bias/within_bounds"),
        (lambda made: [(key, amount, "a", label, score) for key, amount, _, label, score in made], "bias/within_bounds"),
    ],
    ids=["one class", "all null", "group of one", "one group"],
)  # fmt: skip
def test_degenerate_data_closes_the_gate(repository: Repository, assay: Assay, change: object, policy: str) -> None:
    """E3: one class, an all-null column, a group of one, one group: no number is made up."""
    assert callable(change)
    repository.write("holdout.csv", data_text(change(rows())))
    ended = assay("check", *REGORUS, "--format", "json")
    assert ended.code == 1, ended.err
    import json

    rulings = {each["policy"]: each["outcome"] for each in json.loads(ended.out)["decision"]["rulings"]}
    assert rulings[policy] != "pass"


def test_duplicate_ids(repository: Repository, assay: Assay) -> None:
    made = rows()
    repository.write("holdout.csv", data_text([*made, made[0]]))
    repository.write("scores.csv", scores_text([*made, made[0]]))
    ended = assay("check", *REGORUS)
    assert ended.code in (1, 3)
    assert "repeats" in ended.err or "contract_holds" in ended.out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda made: [(key.replace("K", "L"), *rest) for key, *rest in made], "lacks 600 ids of holdout.csv"),
        (lambda made: made[:-1], "lacks 1 ids"),
        (lambda made: [*made, ("K9999", 1, "a", 1, 0.5)], "has 1 ids that holdout.csv lacks"),
        (lambda made: [*made[:-1], (*made[-1][:-1], 1.5)], "outside 0 to 1"),
        (lambda made: [*made[:-1], (*made[-1][:-1], "")], "not finite"),
    ],
)
def test_predictions_for_other_rows(repository: Repository, assay: Assay, change: object, words: str) -> None:
    assert callable(change)
    assert assay("check", *REGORUS).code == 0
    repository.write("scores.csv", scores_text(change(rows())))
    ended = assay("check", *REGORUS)
    assert ended.code == 3
    assert words in ended.err


def test_pickle_without_trust(repository: Repository, assay: Assay) -> None:
    """F-1: a format that can execute anything is refused before a byte of it is read."""
    repository.write("model.pkl", b"cos\nsystem\n(S'touch marker'\ntR.")
    repository.replace("{format: predictions, predictions: {holdout: scores.csv}}", "{format: pickle, path: model.pkl}")
    ended = assay("check", *REGORUS)
    assert ended.code == 2
    assert (
        "assay.yaml:7:22: model.artifact.format: loading a model of the format `pickle` can execute any code"
        in ended.err
    )
    assert "trust: pickle" in ended.err
    assert not (repository.root / "marker").exists()


GOOD_POLICY = """\
# METADATA
# title: The model is blessed
# custom:
#   checks: [governance]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation]
#   remedy: Bless it.
package house.blessed

proven if input.facts.governance.owner_named == true
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("== true", "== true", 0, ""),
        ("proven if", "proven fi", 2, "house/blessed/blessed.rego:11:"),
        ("input.facts.governance.owner_named == true", "count([x | some x in numbers.range(1, 100000000)]) > 5", 1, "house/blessed"),
        ("input.facts.governance.owner_named == true", "not input.facts.governance.owner_named == false", 1, "empty evidence"),
        ("owner_named", "owner_nmaed", 2, "house/blessed/blessed.rego:11:34: `input.facts.governance` has no `owner_nmaed`"),
        ("input.facts.governance.owner_named == true", 'http.send({"method": "get", "url": "http://x"}).status_code == 200', 3, "http.send"),
        ("package house.blessed", "package house.cursed", 3, "house"),
        ("checks: [governance]", "cheks: [governance]", 3, "cheks"),
        ("checks: [governance]", "checks: [governnce]", 3, "Did you mean `governance`?"),
    ],
    ids=["sound", "syntax error", "loops", "proven by nothing", "a name that is never there", "network", "wrong package", "wrong METADATA", "no such check"],
)  # fmt: skip
def test_policies_of_ones_own(repository: Repository, assay: Assay, old: str, new: str, code: int, words: str) -> None:
    """F5, F7, E9, E10: a policy that is broken, loops, reaches out or rests on nothing never opens the gate."""
    assert old in GOOD_POLICY
    repository.write("policies/house/blessed/blessed.rego", GOOD_POLICY.replace(old, new))
    repository.write(
        "assay.yaml",
        (repository.root / "assay.yaml").read_text().replace("'governance/*'", "'governance/*', 'house/*'")
        + "policies: policies\n",
    )
    ended = assay("check", *REGORUS)
    assert ended.code == code, ended.out + ended.err
    assert words in ended.out + ended.err


def test_a_named_policy_is_missing(repository: Repository, assay: Assay) -> None:
    repository.replace("'quality/*'", "'quality/clear_bars'")
    ended = assay("check", *REGORUS)
    assert ended.code == 2
    assert "no policy is named `quality/clear_bars`. Did you mean `quality/clears_bars`?" in ended.err


def test_a_planned_policy_went_missing(repository: Repository, assay: Assay) -> None:
    assert assay("check", *REGORUS).code == 0
    shutil.rmtree(repository.dossier / "policies/quality")
    ended = assay("decide", "--engine", "regorus")
    assert ended.code == 3
    assert "quality/clears_bars/clears_bars.rego" in ended.err


def program(folder: Path, text: str) -> str:
    path = folder / "opa"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_opa_is_too_old(repository: Repository, assay: Assay, tmp_path: Path) -> None:
    """F9: OPA before 1.20.1 compares some numbers wrongly."""
    old = program(tmp_path, "echo 'Version: 1.19.1'")
    ended = assay("check", "--opa", old)
    assert ended.code == 3
    assert "1.19.1" in ended.err
    assert "1.20.1" in ended.err


def test_opa_dies_in_the_middle(repository: Repository, assay: Assay, tmp_path: Path) -> None:
    """E7: an engine that is killed has not answered, so nothing is open."""
    dying = program(tmp_path, 'case "$1" in version) echo "Version: 1.21.1";; *) kill -9 $$;; esac')
    ended = assay("check", "--opa", dying)
    assert ended.code in (1, 3)
    assert "open" not in ended.out.replace("opens", "")


@pytest.mark.parametrize("page", ["manifest", "plan", "predictions", "evidence"])
def test_an_earlier_page_was_edited(repository: Repository, assay: Assay, page: str) -> None:
    assert assay("check", *REGORUS).code == 0
    path = repository.dossier / f"{page}.json"
    path.write_bytes(
        path.read_bytes()
        .replace(b'"small"', b'"smart"', 1)
        .replace(b"measured", b"measureD", 1)
        .replace(b"600", b"601", 1)
    )
    for step in (["decide", "--engine", "regorus"], ["card"], ["verify", "--engine", "regorus"]):
        ended = assay(*step)
        assert ended.code == 3, (step, ended.out)
        assert f"{page}" in ended.err


def test_predictions_were_edited(repository: Repository, assay: Assay) -> None:
    import duckdb

    assert assay("check", *REGORUS).code == 0
    path = repository.dossier / "predictions/holdout.parquet"
    changed = path.with_suffix(".new")
    duckdb.sql(f"""COPY (SELECT "@id", "@score" * 0.99 AS "@score" FROM '{path}') TO '{changed}' (FORMAT parquet)""")
    changed.replace(path)
    ended = assay("collect")
    assert ended.code == 3
    assert "predictions/holdout.parquet was changed" in ended.err


def test_the_disk_is_full(repository: Repository) -> None:
    """A page is whole or absent: on a tmpfs too small for the plan, nothing half-written stays (threats.md §2)."""
    unshare = shutil.which("unshare")
    small = repository.root / "small-disk"
    small.mkdir()
    probe = [unshare or "unshare", "--user", "--map-root-user", "--mount", "true"]
    if unshare is None or subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("This system gives no user namespaces, so no small disk can be mounted.")
    script = (
        f"mount -t tmpfs -o size=24k none {small} && "
        f"{sys.executable} -I -m assay plan --dossier {small}/dossier; echo code $?; ls -A {small}/dossier; "
        f"for page in {small}/dossier/*.json; do test -e $page && {sys.executable} -m json.tool $page >/dev/null || true; done"
    )
    ended = subprocess.run([*probe[:-1], "sh", "-c", script], capture_output=True, check=False, cwd=repository.root)
    assert b"code 3" in ended.stdout, ended.stderr.decode()
    assert b"No space left" in ended.stderr
    assert b"plan.json" not in ended.stdout
    assert b"Expecting" not in ended.stderr


def test_arithmetic_on_text_is_refused_before_anything_runs(modelled: Repository, assay: Assay) -> None:
    modelled.replace('change: {amount: "+10%"}', 'change: {group: "+10%"}')
    modelled.replace("sensitive: [group]", "sensitive: [group]\n  features: [amount, group]")
    ended = assay("plan")
    assert ended.code == 2
    assert "the column `group` of `holdout` is text; expected number or integer" in ended.err


def test_waivers_of_nothing_and_for_too_long(repository: Repository, assay: Assay) -> None:
    """E12: a waiver names a policy and ends within 90 days."""
    waiver = "waivers:\n  - {policy: bias/within_bound, owner: octocat, reason: known, expires: 2027-11-20}\n"
    repository.write("assay.yaml", (repository.root / "assay.yaml").read_text() + waiver)
    ended = assay("check", *REGORUS)
    assert ended.code == 2
    assert "no policy is named `bias/within_bound`. Did you mean `bias/within_bounds`?" in ended.err
    assert "at most 90 days; `2027-11-20` is 365 days ahead" in ended.err


def test_what_governs_cannot_be_waived(repository: Repository, assay: Assay) -> None:
    """T-waive: a waiver of a governance policy is refused at its line; one of another policy still opens."""
    text = (repository.root / "assay.yaml").read_text()
    line = text.count("\n") + 2
    for policy in ("bars_not_loosened", "first_manifest", "owner_named", "two_people"):
        waiver = f"waivers:\n  - {{policy: governance/{policy}, owner: octocat, reason: known, expires: 2026-12-20}}\n"
        repository.write("assay.yaml", text + waiver)
        ended = assay("check", *REGORUS)
        assert ended.code == 2
        assert f"assay.yaml:{line}:" in ended.err
        assert f"`governance/{policy}` cannot be waived" in ended.err


def test_a_check_without_a_block_is_not_evaluated(repository: Repository, assay: Assay) -> None:
    """A policy whose check the manifest does not declare keeps the gate shut, and says what to write."""
    text = (repository.root / "assay.yaml").read_text()
    repository.write("assay.yaml", text.partition("stages:")[0])
    ended = assay("check", *REGORUS)
    assert ended.code == 1, ended.err
    assert "behaviour/expectations_hold" in ended.out
    assert "checks.behaviour" in ended.out.replace("\n", "").replace(" ", "")


def test_no_card_outlives_its_decision(repository: Repository, assay: Assay) -> None:
    assert assay("check", *REGORUS).code == 0
    assert (repository.dossier / "card.html").exists()
    repository.write("scores.csv", "key,score\n")
    assert assay("check", *REGORUS).code == 3
    assert not list(repository.dossier.glob("card.*"))


def test_errors_are_json_where_json_is_asked_for(repository: Repository, assay: Assay) -> None:
    import json

    repository.replace("label: approve", "label: aprove")
    ended = assay("check", *REGORUS, "--format", "json")
    answered = json.loads(ended.out)
    assert (answered["verdict"], answered["exit_code"]) == (None, 2)
    assert "aprove" in answered["error"]


def test_a_poor_terminal_is_no_bug(repository: Repository) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii", "HOME": str(repository.root)}
    command = [sys.executable, "-m", "assay", "check", *REGORUS]
    ended = subprocess.run(command, env=environment, capture_output=True, check=False, cwd=repository.root)
    assert ended.returncode == 0, ended.stderr
    assert b"open" in ended.stdout


@pytest.mark.parametrize(
    "link",
    [
        ".assay",
        ".assay/small",
        ".assay/small/validation",
        ".assay/small/validation/policies",
        ".assay/small/validation/predictions",
    ],
)
def test_a_dossier_never_writes_through_links(repository: Repository, assay: Assay, link: str) -> None:
    """F-10: a link that a pull request commits must not lead the gate to somebody's files."""
    victim = repository.root.parent / "victim"
    (victim / "sub").mkdir(parents=True)
    (victim / "precious.txt").write_text("mine")
    path = repository.root / link
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(victim)
    ended = assay("check", *REGORUS)
    assert ended.code == 3
    assert "symbolic link" in ended.err or "has other files" in ended.err
    assert sorted(each.name for each in victim.rglob("*")) == ["precious.txt", "sub"]


def test_a_folder_of_other_files_is_no_dossier(repository: Repository, assay: Assay) -> None:
    before = sorted(path.name for path in repository.root.iterdir())
    ended = assay("check", *REGORUS, "--dossier", ".")
    assert ended.code == 3
    assert "is not a dossier" in ended.err
    assert sorted(path.name for path in repository.root.iterdir()) == before


def test_a_page_that_is_no_file(repository: Repository, assay: Assay) -> None:
    assert assay("check", *REGORUS).code == 0
    (repository.dossier / "plan.json").unlink()
    os.mkfifo(repository.dossier / "plan.json")
    assert assay("verify", "--engine", "regorus").code == 3


@pytest.mark.parametrize("step", ["predict", "collect"])
def test_inputs_are_held_to_the_plan(modelled: Repository, assay: Assay, step: str) -> None:
    """D1, D6: what was planned is what is run, in every step."""
    assert assay("plan", "--as-of", "2026-11-20").code == 0
    if step == "collect":
        assert assay("predict").code == 0
    modelled.write("model.py", "def score(features):\n    return [0.5] * len(features)\n")
    ended = assay(step)
    assert ended.code == 3
    assert "The model's code is not what was planned" in ended.err


def test_predictions_are_held_to_the_plan(repository: Repository, assay: Assay) -> None:
    assert assay("plan", "--as-of", "2026-11-20").code == 0
    repository.write("scores.csv", scores_text([(*row[:4], 0.5) for row in rows()]))
    ended = assay("predict")
    assert ended.code == 3
    assert "`scores.csv` is not what was planned" in ended.err


def test_a_closed_decision_is_no_success(repository: Repository, assay: Assay) -> None:
    repository.replace(">= 0.70", ">= 0.99")
    for step in ("plan", "predict", "collect"):
        assert assay(step).code == 0
    ended = assay("decide", "--engine", "regorus")
    assert ended.code == 1
    assert ended.out.startswith("decision sha256:")


DENIALS = """\
# METADATA
# title: Nothing is denied
# custom:
#   checks: [quality]
#   effect: block
#   risks: [high]
#   stages: [validation]
#   remedy: Fix it.
package house.nothing_denied

"""


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        ('deny contains "low" if input.facts.quality.sets.holdout.metrics.roc_auc.value < 0.5', "pass"),
        ('deny contains "low" if input.facts.quality.sets.holdout.metrics.roc_auc.value < 0.99', "fail"),
        ("deny if true", "not_evaluated"),
        ('deny := "no"', "not_evaluated"),
        ('deny[key] := "no" if some key in ["a"]', "not_evaluated"),
        ('warn contains "hm"', "not_evaluated"),
    ],
)
def test_denials(repository: Repository, assay: Assay, rule: str, outcome: str) -> None:
    """F5: conftest's style is judged only where every fact was measured and the rule is a set of messages."""
    import json

    repository.write("policies/house/nothing_denied/nothing_denied.rego", DENIALS + rule + "\n")
    text = (repository.root / "assay.yaml").read_text().replace("'governance/*'", "'governance/*', 'house/*'")
    repository.write("assay.yaml", text + "policies: policies\n")
    ended = assay("check", *REGORUS, "--format", "json")
    rulings = {each["policy"]: each["outcome"] for each in json.loads(ended.out)["decision"]["rulings"]}
    assert rulings["house/nothing_denied"] == outcome
    if outcome == "pass":
        made = [(key, amount, group, 1, score) for key, amount, group, _, score in rows()]
        repository.write("holdout.csv", data_text(made))
        ended = assay("check", *REGORUS, "--format", "json")
        rulings = {each["policy"]: each["outcome"] for each in json.loads(ended.out)["decision"]["rulings"]}
        assert rulings["house/nothing_denied"] == "not_evaluated"


def test_a_third_label_is_no_second_class(repository: Repository, assay: Assay) -> None:
    """E3: a file of predictions names only the positive class, so the labels must show that there is one other."""
    import json

    made = [
        (key, amount, group, 2 if n % 7 == 0 else label, score)
        for n, (key, amount, group, label, score) in enumerate(rows())
    ]
    repository.write("holdout.csv", data_text(made))
    ended = assay("check", *REGORUS, "--format", "json")
    assert ended.code == 2, ended.err
    told = json.loads(ended.out)
    assert told["verdict"] is None
    assert "two classes have one other value" in told["error"]


def test_a_declared_dialect_holds_in_every_step(repository: Repository, assay: Assay) -> None:
    """The same rows in another dialect give the same evidence; the declaration is part of what is judged."""
    assert assay("check", *REGORUS).code == 0

    def measured() -> list[object]:
        found = json.loads((repository.dossier / "evidence.json").read_text())["measurements"]
        # The file of predictions is another one, and seeds follow from the bytes.
        return [each for each in found if each["check"] not in ("artifact", "quality")]

    before = measured()
    text = data_text(rows()).replace(",", ";")
    (repository.root / "holdout.csv").write_bytes(text.rstrip("\n").encode("utf-16"))
    (repository.root / "scores.csv").write_text("\ufeff" + scores_text(rows()).rstrip("\n"))
    repository.replace("path: holdout.csv", 'path: holdout.csv, delimiter: ";", encoding: utf-16')
    ended = assay("check", *REGORUS)
    assert ended.code == 0, ended.err
    assert measured() == before
    verified = assay("verify", str(repository.dossier), "--engine", "regorus")
    assert verified.code == 0, verified.err
