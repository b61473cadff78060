"""Every attack of the threat model is refused, and its benign twin passes: the folders beside this module are the data."""

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.support import review_snapshots
from tests.support.attack_folders import (
    COUNTS,
    FOLDERS,
    ID,
    PAGE,
    ROOT,
    Attack,
    PageEdit,
    Step,
    attacks,
    cites,
    docstrings,
    page,
)
from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.promotions import make_place
from tests.support.repositories import HOUSE, HOUSE_FILE, Repository, write_repository
from tests.support.shared_folders import make_once

from assay.canonical import canonical

ROLES = "roles:\n  domain_expert: {users: [ada, eve]}\n  ml_engineer: {users: [grace, eve], teams: [lab/engineers]}\n"
JUDGED = ("check", "--engine", "regorus", "--as-of", "2026-11-20")
DATA = [name for name, each in attacks().items() if each.start is not None]
HELD = [name for name, each in attacks().items() if each.held_by is not None]


def small(folder: Path) -> Repository:
    """A repository whose gate is open."""
    return write_repository(folder / "repository")


def based(folder: Path) -> Repository:
    """The same, with a policy of its own, committed on `main`; a change begins."""
    made = small(folder)
    made.write(".gitignore", ".assay/\n")
    made.write(HOUSE_FILE, HOUSE)
    text = (made.root / "assay.yaml").read_text().replace("'governance/*'", "'governance/*', 'house/*'")
    made.write("assay.yaml", text + "policies: policies\n")
    git(made.root, "init", "--quiet", "--initial-branch=main")
    commit(made.root, "Base")
    git(made.root, "switch", "--quiet", "--create", "change")
    return made


def gated(folder: Path) -> Repository:
    """A repository whose stage asks for the approval of two roles."""
    made = small(folder)
    made.replace("  validation: {policies:", "  validation: {approvals: [domain_expert, ml_engineer], policies:")
    made.write("assay.yaml", (made.root / "assay.yaml").read_text() + ROLES)
    return made


STARTS = {each.__name__: each for each in (small, based, gated)}


@pytest.fixture
def begin(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assay: Assay
) -> Any:
    """A copy of the repository in which an attack starts; `judged` has an open dossier, `promotable` has a remote too."""

    def judged(folder: Path) -> None:
        made = small(folder)
        monkeypatch.chdir(made.root)
        assert assay(*JUDGED).code == 0

    def copied(start: str, name: str) -> Repository:
        make = {"promotable": make_place, "judged": judged, **STARTS}[start]
        shared = "promotion" if start == "promotable" else f"attacked-{start}"
        shutil.copytree(make_once(tmp_path_factory, shared, make), tmp_path / name, symlinks=True)
        monkeypatch.chdir(tmp_path / name / "repository")
        return Repository(tmp_path / name / "repository")

    return copied


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("side", ["attack", "twin"])
def test_the_attack_is_refused_and_its_twin_passes(
    name: str, side: str, begin: Any, assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = attacks()[name]
    repository = begin(found.start, side)
    steps: tuple[Step, ...] = getattr(found, side)
    for step in steps:
        if step.environ:
            for variable, value in step.environ.items():
                monkeypatch.setenv(variable, value)
        carry_out(step, repository)
        if step.assay is not None:
            ended = assay(*shlex.split(step.assay))
            said = ended.out + ended.err
            assert ended.code == step.exit, f"{step.assay} ended with {ended.code}:\n{said}"
            # Tables are laid out for people, so words may be broken anywhere.
            assert all(_packed(needle) in _packed(said) for needle in step.says), said
            assert not any(_packed(needle) in _packed(said) for needle in step.never), said
    codes = [step.exit for step in steps if step.exit is not None]
    assert (codes[-1] == 0) is (side == "twin"), "an attack ends refused, a twin ends well"


def carry_out(step: Step, repository: Repository) -> None:
    """Does what the attacker does; a command of Assay is for the caller."""
    for path, text in (step.write or {}).items():
        repository.write(path, text)
    for path, target in (step.link or {}).items():
        (repository.root / path).unlink(missing_ok=True)
        (repository.root / path).symlink_to(target)
    if step.replace is not None:
        repository.replace(step.replace.old, step.replace.new, step.replace.file)
    if step.remove is not None:
        gone = repository.root / step.remove
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    if step.commit is not None:
        commit(repository.root, step.commit)
    if step.git is not None:
        git(repository.root, *shlex.split(step.git))
    if step.reviews is not None:
        repository.write("reviews.json", canonical(snapshot(**step.reviews)))
    if step.page is not None:
        edit(repository, step.page)
    if step.absent is not None:
        assert not (repository.root / step.absent).exists()


def _packed(text: str) -> str:
    return "".join(text.split())


def snapshot(votes: Any = None, made_by: Any = None, events: Any = (), **parts: Any) -> dict[str, Any]:
    """A snapshot of reviews with parts of it said shortly: who voted, who made the commits, who may what."""
    usual = review_snapshots.approved()
    if votes is not None:
        each = [vote if isinstance(vote, dict) else {"login": vote} for vote in votes]
        parts["reviews"] = [review_snapshots.review(number, **vote) for number, vote in enumerate(each, 1)]
    if made_by is not None:
        parts["commits"] = [review_snapshots.commit(**one) for one in made_by]
    if "permissions" in parts:
        given = parts["permissions"]
        parts["permissions"] = [
            each | {"permission": given.get(each["login"], "write")} for each in usual["permissions"]
        ]
    if "members" in parts:
        joined = [review_snapshots.IDS[login] for login in parts.pop("members")]
        parts["memberships"] = [
            each | {"state": "active" if each["user"] in joined else "none"} for each in usual["memberships"]
        ]
    parts["events"] = [review_snapshots.event(*event) for event in events]
    return review_snapshots.changed(**parts)


def edit(repository: Repository, change: PageEdit) -> None:
    path = repository.dossier / change.file
    document = json.loads(path.read_bytes())
    *parents, last = [int(part) if part.isdigit() else part for part in change.at.split("/")[1:]]
    place = document
    for part in parents:
        place = place[part]
    place[last] = change.value
    path.write_bytes(canonical(document))


@pytest.mark.parametrize("name", HELD)
def test_the_tests_that_hold_an_attack_exist_and_cite_it(name: str) -> None:
    held = attacks()[name].held_by
    assert held is not None
    for test in (*held.attack, *held.twin):
        path, _, function = test.partition("::")
        assert (ROOT / "tests" / path).is_file(), f"{path} is no module of tests"
        assert function in docstrings(path), f"{path} has no test {function}"
    for test in held.attack:
        assert cites(test, name), f"{test} does not cite {name}"


def test_every_row_of_the_threat_model_has_its_folder() -> None:
    for letter, count in COUNTS.items():
        mark = f"{letter}-" if letter == "F" else letter
        assert {f"{mark}{number}" for number in range(1, count + 1)} == {
            name for name in attacks() if name[0] == letter
        }
    assert all(ID.fullmatch(folder.name) for folder in FOLDERS.iterdir() if (folder / "attack.yaml").exists())
    assert {folder.name for folder in FOLDERS.iterdir() if folder.is_dir()} - set(attacks()) <= {"__pycache__"}


def test_a_new_id_that_a_test_names_has_its_folder() -> None:
    named: dict[str, str] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for function, said in docstrings(path.relative_to(ROOT / "tests").as_posix()).items():
            named |= dict.fromkeys(
                re.findall(r"(?<![\w-])T-[a-z][a-z-]*[a-z](?![\w-])", said), f"{path.name}::{function}"
            )
    assert {name: test for name, test in named.items() if name not in attacks()} == {}


def test_the_page_is_as_the_folders_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.support.attack_folders`"


@pytest.mark.parametrize(
    "broken",
    [
        {"title": "t", "answer": "a"},
        {"title": "t", "answer": "a", "start": "small", "attack": [{"assay": "check", "exit": 1}]},
        {"title": "t", "answer": "a", "start": "small", "attack": [{"remove": "x"}], "twin": [{"remove": "x"}]},
        {"title": "t", "answer": "a", "out_of_scope": "r", "held_by": {"attack": "a", "twin": "b"}},
        {"title": "t", "answer": "a", "held_by": {"attack": "a"}},
        {
            "title": "t",
            "answer": "a",
            "start": "small",
            "attack": [{"assay": "check"}],
            "twin": [{"assay": "x", "exit": 0}],
        },
    ],
)
def test_half_an_attack_is_none(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"command|data|scope|exit code|Field required"):
        Attack.model_validate(broken)
