"""`assay init` writes what is missing from what it finds, and never over a file."""

import json
import random
import re
from pathlib import Path

import pytest
import yaml
from tests.support.command_line import Assay
from tests.support.git import git
from tests.support.repositories import data_text, rows

from assay.commands.parts.default_branch import branch_pattern
from assay.manifest.document import Manifest
from assay.manifest.parsing import read_manifest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "Credit Model_2"
    (made / "data").mkdir(parents=True)
    monkeypatch.chdir(made)
    return made


def test_it_writes_a_manifest_that_is_valid_and_runs(folder: Path, assay: Assay) -> None:
    made = rows()
    (folder / "data/test.csv").write_text(data_text(made).replace("group", "gender"))
    (folder / "data/train.csv").write_text(data_text(made).replace("group", "gender"))
    (folder / "model.pkl").write_bytes(b"not yet")
    ended = assay("init")
    assert ended.code == 0, ended.err
    text = (folder / "assay.yaml").read_text()
    _, manifest, problems = read_manifest(text.encode(), "assay.yaml")
    assert not problems
    assert manifest is not None
    assert manifest.model.name == "credit-model-2"
    assert manifest.model.artifact is not None
    assert manifest.model.artifact.trust is None
    assert manifest.data is not None
    assert list(manifest.data.sets) == ["test", "train"]
    assert (manifest.data.id, manifest.data.label, manifest.data.sensitive) == ("key", "approve", ("gender",))
    assert {"data_contract", "data_hygiene", "drift", "quality", "bias"} <= manifest.checks.keys()
    assert ".assay/" in (folder / ".gitignore").read_text()
    assert "uses: assay-ml/assay@v1" in (folder / ".github/workflows/assay.yml").read_text()
    planned = assay("plan")
    assert planned.code == 2
    assert "trust: pickle" in planned.err
    (folder / "assay.yaml").write_text(
        re.sub("format: pickle\n.*", "format: python\n    callable: 'model:score'", text).replace(
            "    path: model.pkl\n", ""
        )
    )
    (folder / "model.py").write_text(
        "def score(features):\n    return [min(1.0, value / 1000) for value in features['amount']]\n"
    )
    checked = assay("check", "--engine", "regorus")
    assert checked.code == 1, checked.err
    assert "not evaluated" not in checked.out
    # Both files hold the same rows.
    assert outcomes(folder)["data/sets_apart"] == "fail"
    assert outcomes(folder)["drift/stable"] == "pass"


SPLIT = ["key", "amount", "rate", "purpose", "gender", "target"]
LOOKS = {"data/no_leakage", "data/no_repetition", "data/sets_apart", "data/sound_columns", "drift/stable"}


@pytest.mark.parametrize(
    ("files", "hygiene", "drift", "proven"),
    [
        ({"train": SPLIT, "holdout": SPLIT}, {"train": "train", "on": "holdout"}, "holdout", LOOKS),
        ({"my_train_set": SPLIT, "eval": SPLIT}, {"train": "train", "on": "holdout"}, "holdout", LOOKS),
        ({"train": SPLIT, "newer": SPLIT}, {"train": "train", "on": "newer"}, "newer", LOOKS),
        ({"train": SPLIT}, {"train": "train"}, None, LOOKS - {"data/sets_apart", "drift/stable"}),
        ({"loans": SPLIT}, {"on": "loans"}, None, LOOKS - {"data/sets_apart", "drift/stable"}),
        ({"holdout": SPLIT, "test": SPLIT}, {"on": "holdout"}, None, LOOKS - {"data/sets_apart", "drift/stable"}),
        ({"holdout": SPLIT[:-1], "test": SPLIT}, {"on": "test"}, None, LOOKS - {"data/sets_apart", "drift/stable"}),
        (
            {"train": SPLIT, "test": SPLIT[:-1]},
            {"train": "train", "on": "test"},
            "test",
            LOOKS - {"data/no_repetition", "data/sound_columns"},
        ),
        (
            {"applications": SPLIT[:2], "train": SPLIT},
            {"train": "train"},
            None,
            LOOKS - {"data/sets_apart", "drift/stable"},
        ),
    ],
    ids=lambda value: " and ".join(value) if isinstance(value, dict) else "",
)
def test_what_looks_at_data_fits_the_data_there_are(
    folder: Path,
    assay: Assay,
    files: dict[str, list[str]],
    hygiene: dict[str, str],
    drift: str | None,
    proven: set[str],
) -> None:
    for seed, (name, columns) in enumerate(files.items()):
        (folder / f"data/{name}.csv").write_text(split_text(columns, seed))
    said = assay("init")
    assert said.code == 0
    manifest = declared(folder)
    assert manifest.data is not None
    assert manifest.data.label == "target"
    assert manifest.checks["data_hygiene"] == hygiene
    assert manifest.checks.get("drift") == (drift and {"reference": "train", "current": drift})
    answered = {"quality", "bias"} & manifest.checks.keys()
    evaluated = hygiene.get("on", "train")
    held_back = f"`{evaluated}` has no column `target`" in said.out
    assert answered == (set() if held_back else {"quality", "bias"})
    add_model(folder)
    checked = assay("check", "--engine", "regorus")
    assert checked.code == 1, checked.err
    found = outcomes(folder)
    assert {policy for policy in LOOKS & found.keys() if found[policy] == "pass"} == proven
    assert {found[policy] for policy in (LOOKS & found.keys()) - proven} <= {"not_evaluated"}


def test_a_set_without_features_has_nothing_that_drifts(folder: Path, assay: Assay) -> None:
    for seed, name in enumerate(("train", "test")):
        (folder / f"data/{name}.csv").write_text(split_text(["key", "gender", "target"], seed))
    assert assay("init").code == 0
    assert "drift" not in declared(folder).checks
    add_model(folder)
    assert assay("plan").code == 0


def test_where_no_column_looks_like_people_the_statement_is_proposed(folder: Path, assay: Assay) -> None:
    (folder / "holdout.csv").write_text("key,load,fault\n" + "".join(f"{n},{n % 7},{n % 2}\n" for n in range(60)))
    for path in folder.glob("*.csv"):
        if path.name != "holdout.csv":
            path.unlink()
    assert assay("init", str(folder)).code == 0
    text = (folder / "assay.yaml").read_text()
    assert "  # sensitive: {none: '…'}" in text
    stated = text.replace("  sensitive: []", "  # ", 1).replace(
        "  # sensitive: {none: '…'}", "  sensitive: {none: Pumps}"
    )
    (folder / "assay.yaml").write_text(stated)
    manifest = read_manifest(stated.encode(), "assay.yaml")[1]
    assert manifest is not None
    assert manifest.data is not None
    assert manifest.data.nobody_concerned == "Pumps"


def test_columns_without_values_and_several_classes(folder: Path, assay: Assay) -> None:
    """A column that never has a value keeps no rule but that it may be missing; several classes have no one score."""
    for seed, name in enumerate(("train", "test")):
        lines = split_text(SPLIT[:-1], seed).splitlines()
        made = [f"{line},{'abc'[row % 3]}," for row, line in enumerate(lines[1:])]
        (folder / f"data/{name}.csv").write_text("\n".join([f"{lines[0]},class,remark", *made]) + "\n")
    assert assay("init").code == 0
    manifest = declared(folder)
    assert manifest.model.task == "multiclass-classification"
    assert manifest.checks["data_contract"]["rules"]["remark"] == {"nulls": True}  # type: ignore[index]
    add_model(
        folder,
        "def score(features):\n    return [[0.2, 0.3, 0.5]] * len(features)\n\n\nscore.classes = ['a', 'b', 'c']\n",
    )
    ended = assay("check", "--engine", "regorus")
    assert ended.code == 1, ended.err
    assert outcomes(folder)["data/contract_holds"] == "pass"
    assert outcomes(folder)["data/sound_columns"] == "fail"


def split_text(columns: list[str], seed: int) -> str:
    """Applications of which some columns are given; each seed draws others."""
    draw = random.Random(seed)
    lines = [",".join(columns)]
    for row in range(400):
        amount = draw.randint(1, 999)
        made = {
            "key": f"K{seed}{row:03d}",
            "amount": amount,
            "rate": round(draw.uniform(1, 9), 3),
            "purpose": draw.choice(("car", "home", "boat")),
            "gender": draw.choice("fm"),
            "target": int(draw.random() < amount / 1000),
        }
        lines.append(",".join(str(made[column]) for column in columns))
    return "\n".join(lines) + "\n"


def declared(folder: Path) -> Manifest:
    _, manifest, problems = read_manifest((folder / "assay.yaml").read_bytes(), "assay.yaml")
    assert not problems
    assert manifest is not None
    return manifest


def add_model(folder: Path, text: str = "def score(features):\n    return [0.5] * len(features)\n") -> None:
    """The one thing that a manifest of data alone lacks before it can be checked."""
    manifest = (folder / "assay.yaml").read_text()
    todo = "  # artifact: {path: model/model.skops, format: skops}   # ← no model file was found\n"
    assert todo in manifest
    artifact = "  artifact: {format: python, callable: 'model:score'}\n"
    (folder / "assay.yaml").write_text(manifest.replace(todo, artifact))
    (folder / "model.py").write_text(text)


def outcomes(folder: Path) -> dict[str, str]:
    (path,) = folder.glob(".assay/*/validation/decision.json")
    return {each["policy"]: each["outcome"] for each in json.loads(path.read_text())["rulings"]}


def test_it_never_overwrites(folder: Path, assay: Assay) -> None:
    (folder / "assay.yaml").write_text("mine")
    (folder / ".gitignore").write_text("*.pyc")
    assert assay("init").code == 0
    assert (folder / "assay.yaml").read_text() == "mine"
    assert (folder / ".gitignore").read_text() == "*.pyc\n.assay/\n"
    ended = assay("init")
    assert "kept " in ended.out
    assert not any(json.loads(assay("init", "--format", "json").out)["written"].values())
    assert (folder / ".gitignore").read_text() == "*.pyc\n.assay/\n"


def test_an_empty_folder_and_unreadable_data(folder: Path, assay: Assay) -> None:
    (folder / "data/broken.parquet").write_bytes(b"PAR1 not really")
    ended = assay("init")
    assert ended.code == 0
    assert "skipped: " in ended.out
    _, manifest, problems = read_manifest((folder / "assay.yaml").read_bytes(), "assay.yaml")
    assert manifest is not None
    assert not problems


def test_placeholders_prove_nothing(folder: Path, assay: Assay) -> None:
    """What `init` could not know is TODO, and TODO names no owner."""
    assert assay("init").code == 0
    ended = assay("check", "--stage", "ideation", "--engine", "regorus")
    assert ended.code == 1
    assert "governance/owner_named" in ended.out


def test_odd_names_are_quoted(folder: Path, assay: Assay) -> None:
    (folder / "data/test.csv").write_text(
        "no,a: b,'q',target\n" + "".join(f"{n},{n}.5,x{n},{n % 2}\n" for n in range(50))
    )
    assert assay("init").code == 0
    _, manifest, problems = read_manifest((folder / "assay.yaml").read_bytes(), "assay.yaml")
    assert not problems
    assert manifest is not None
    assert "a: b" in manifest.checks["data_contract"]["rules"]  # type: ignore[index]
    assert assay("plan").code == 0


@pytest.mark.parametrize(
    ("commands", "branch", "noted"),
    [
        ((), "main", False),
        ((("init", "--initial-branch=trunk"),), "trunk", True),
        ((("init", "--initial-branch=main"), ("commit", "--allow-empty", "-m", "x")), "main", False),
        ((("init", "--initial-branch=1.0"), ("commit", "--allow-empty", "-m", "x")), "1.0", True),
        ((("init", "--initial-branch=!v2+x]/y"), ("commit", "--allow-empty", "-m", "x")), "!v2+x]/y", True),
        (
            (
                ("init", "--initial-branch=master"),
                ("commit", "--allow-empty", "-m", "x"),
                ("checkout", "-b", "feature"),
            ),
            "master",
            True,
        ),
        (
            (
                ("init", "--initial-branch=main"),
                ("commit", "--allow-empty", "-m", "x"),
                ("config", "init.defaultBranch", "develop"),
                ("branch", "develop"),
            ),
            "develop",
            True,
        ),
        (
            (
                ("init", "--initial-branch=main"),
                ("commit", "--allow-empty", "-m", "x"),
                ("update-ref", "refs/remotes/origin/release/next", "HEAD"),
                ("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release/next"),
            ),
            "release/next",
            False,
        ),
    ],
)
def test_the_workflows_judge_pushes_to_the_default_branch(
    folder: Path, assay: Assay, commands: tuple[tuple[str, ...], ...], branch: str, noted: bool
) -> None:
    """T-default-branch: a gate that waits for pushes to another branch never judges one; where it is a guess, that is said."""
    for command in commands:
        git(folder, *command)
    ended = assay("init")
    assert ended.code == 0, ended.err
    assert ("default branch differs" in ended.out) == noted
    written = yaml.safe_load((folder / ".github/workflows/assay.yml").read_text())
    assert written[True]["push"]["branches"] == [branch_pattern(branch)]  # YAML reads `on` as true
    assert branch_pattern(branch).replace("\\", "") == branch


def test_it_writes_how_the_files_are_written(folder: Path, assay: Assay) -> None:
    """Each kind of file that needs a declaration gets it, and is read with it."""
    text = data_text(rows()).replace("K0", "é0")
    (folder / "data/train.csv").write_bytes(text.replace(",", ";").encode("cp1252"))
    (folder / "data/test.csv").write_bytes(text.encode("utf-16"))
    (folder / "data/holdout.csv").write_text(text.replace(",", "\t"))
    (folder / "data/validation.csv").write_text(re.sub(r";(\d+);", r";\1,5;", text.replace(",", ";")))
    assert assay("init").code == 0
    dialects = {
        name: {key: value for key, value in each.model_dump(exclude_none=True).items() if key != "path"}
        for name, each in (declared(folder).data or pytest.fail("no data")).sets.items()
    }
    assert dialects == {
        "train": {"delimiter": ";", "encoding": "windows-1252"},
        "test": {},
        "holdout": {"delimiter": "tab"},
        "validation": {"delimiter": ";", "decimal": ","},
    }
    ended = assay("plan")
    assert "could not be read" not in ended.err
    assert "separates with" not in ended.err


def test_it_writes_the_encoding_of_json_lines(folder: Path, assay: Assay) -> None:
    (folder / "data/lines.jsonl").write_bytes('{"a": "ü"}\n'.encode("cp1252"))
    assert assay("init").code == 0
    assert (declared(folder).data or pytest.fail("no data")).sets["lines"].encoding == "windows-1252"
