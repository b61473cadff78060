"""`assay profile` writes a profile and proposes a contract that the data keep."""

import json
from pathlib import Path

from tests.support.command_line import Assay
from tests.support.repositories import Repository, data_text, rows


def test_a_proposed_contract_is_kept_by_its_data(repository: Repository, assay: Assay) -> None:
    ended = assay(
        "profile", "holdout.csv", "--out", "holdout.profile.json", "--contract", "contract.yaml", "--on", "holdout"
    )
    assert ended.code == 0, ended.err
    block = "\n".join(line[2:] for line in (repository.root / "contract.yaml").read_text().splitlines()[1:])
    repository.write("block.yaml", block + "\n")
    measured = assay(
        "measure", "data_contract", "--data", "holdout=holdout.csv", "--spec", "block.yaml", "--format", "json"
    )
    assert measured.code == 0, measured.err
    facts = json.loads(measured.out)["sets"]["holdout"]["rules"]
    assert {"amount.range", "key.unique", "approve.in"} <= set(facts)
    assert all(rule["violations"]["value"] == 0 for rule in facts.values())


def test_sensitive_columns_and_ids_are_not_told(repository: Repository, assay: Assay) -> None:
    ended = assay("profile", "holdout.csv", "--format", "json")
    assert ended.code == 0, ended.err
    columns = json.loads(ended.out)["columns"]
    assert columns["group"]["hidden"]
    assert columns["key"]["hidden"]
    assert "K0001" not in ended.out
    assert not json.loads(assay("profile", "holdout.csv", "--show", "group", "--format", "json").out)["columns"][
        "group"
    ]["hidden"]


def test_halves_are_merged(repository: Repository, assay: Assay) -> None:
    made = rows()
    repository.write("a.csv", data_text(made[:250]))
    repository.write("b.csv", data_text(made[250:]))
    assert assay("profile", "holdout.csv", "--out", "reference.json").code == 0
    for part in ("a", "b", "holdout"):
        assert assay("profile", f"{part}.csv", "--like", "reference.json", "--out", f"{part}.json").code == 0
    ended = assay("profile", "a.json", "--merge", "b.json", "--out", "merged.json")
    assert ended.code == 0, ended.err
    merged, whole = (json.loads((repository.root / name).read_text()) for name in ("merged.json", "holdout.json"))
    assert merged["rows"] == whole["rows"] == 600
    assert merged["columns"]["amount"]["numbers"]["counts"] == whole["columns"]["amount"]["numbers"]["counts"]


def test_what_cannot_be_profiled(repository: Repository, assay: Assay, tmp_path: Path) -> None:
    assert assay("profile").code == 2
    assert assay("profile", "nowhere.csv").code == 3
    repository.write("broken.json", "{}")
    ended = assay("profile", "holdout.csv", "--like", "broken.json")
    assert ended.code == 3
    assert "broken.json` is not a profile" in ended.err
    repository.write("other.csv", "x\n1\n")
    assert assay("profile", "other.csv", "--out", "other.json").code == 0
    ended = assay("profile", "holdout.csv", "--like", "other.json")
    assert ended.code == 3
    assert "The data lack the column `x` of the reference profile" in ended.err
    assert assay("profile", "other.json", "--like", "other.json").code == 2
    assert assay("profile", "other.json", "--merge", "nowhere/no.json").code == 3


def test_files_are_read_as_flags_or_the_manifest_say(repository: Repository, assay: Assay) -> None:
    """A data set in the manifest needs no flags; a file beside it says which."""
    text = data_text(rows()).replace(",", ";")
    repository.write("holdout.csv", text)
    ended = assay("profile", "holdout.csv")
    assert ended.code == 3
    assert 'write `delimiter: ";"` beneath data.sets.holdout' in ended.err
    repository.replace("path: holdout.csv", 'path: holdout.csv, delimiter: ";"')
    assert assay("profile", "holdout.csv").code == 0
    repository.write("other.csv", text)
    ended = assay("profile", "other.csv")
    assert 'give --delimiter ";".' in ended.err
    assert assay("profile", "other.csv", "--delimiter", ";").code == 0
    said = "measure", "data_contract", "--data", "a=other.csv", "--set", "rules.amount={type: number}"
    assert 'give --delimiter ";".' in assay(*said).err
    assert assay(*said, "--delimiter", ";").code == 0


def test_a_column_that_is_nearly_all_numbers_says_what_keeps_it_text(repository: Repository, assay: Assay) -> None:
    lines = [f'"{1_000 + row:,}",{row % 50 if row % 25 else "NA"},{row:05},K{row}' for row in range(1, 201)]
    repository.write("written.csv", "\n".join(["amount,price,code,name", *lines]) + "\n")
    told = assay("profile", "written.csv").out.splitlines()
    said = [line for line in told if line.startswith("# ") and "profile of" not in line]
    assert said == [
        '# "amount" is text: 200 of 200 values are numbers with thousands separators; write plain numbers, and it keeps',
        next(line for line in told if line.startswith('#   "amount": {')),
        '# "price" is text: 192 of 200 values are numbers; empty the others (NA), write plain numbers, and it keeps',
        next(line for line in told if line.startswith('#   "price": {')),
    ]
    assert all("range: " in line for line in said[1::2])
    hidden = assay("profile", "written.csv", "--sensitive", "price").out
    assert "NA" not in hidden
