"""Attacks as data: what each folder of `tests/attacks` says, and the page that lists them all.

`python -m tests.support.attack_folders` writes `docs/threats.md` again.
"""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from assay.manifest.yaml_strict import load

ROOT = Path(__file__).parents[2]
REPOSITORY = "https://github.com/assay-ml/assay/blob/main"
FOLDERS, PAGE = ROOT / "tests/attacks", ROOT / "docs/threats.md"
ID = re.compile(r"[A-E][1-9]\d?|F-[1-9]\d?|G[1-9]\d?|T-[a-z]+(-[a-z]+)*")
GROUPS = {
    "A": "Who writes the rules",
    "B": "Approvals",
    "C": "Tags and promotion",
    "D": "Evidence, signatures, replay",
    "E": "Gate logic",
    "F": "Untrusted files and code",
    "G": "Output and platform",
    "T": "Found since",
}
COUNTS = {"A": 10, "B": 19, "C": 14, "D": 17, "E": 16, "F": 14, "G": 17}


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,)


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Part(BaseModel):
    """A part of an attack's file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Replacement(Part):
    """A text of a file that becomes another."""

    file: str = "assay.yaml"
    old: str
    new: str


class PageEdit(Part):
    """A value of a page in the dossier that becomes another; the page stays canonical."""

    file: str
    at: str
    value: Any


class Step(Part):
    """One step: something that the attacker does, or a command of Assay and how it must end."""

    write: dict[str, str] | None = None
    replace: Replacement | None = None
    remove: str | None = None
    link: dict[str, str] | None = None
    commit: str | None = None
    git: str | None = None
    reviews: dict[str, Any] | None = None
    page: PageEdit | None = None
    environ: dict[str, str] | None = None
    absent: str | None = None
    assay: str | None = None
    exit: int | None = None
    says: Texts = ()
    never: Texts = ()

    @model_validator(mode="after")
    def _one(self) -> Self:
        done = self.model_fields_set - {"exit", "says", "never"}
        if len(done) != 1:
            raise ValueError(f"a step does one thing, not {sorted(done)}")
        if (self.assay is None) != (self.exit is None) or (self.assay is None and (self.says or self.never)):
            raise ValueError("a command, and nothing else, ends with an exit code")
        return self


class Held(Part):
    """Tests that hold what data cannot say: `path::name`, beneath `tests`."""

    attack: Texts
    twin: Texts


class Attack(Part):
    """An attack, what answers it, and its benign twin: as steps, as tests, or as the reason why it is out of scope."""

    title: str
    answer: str
    start: str | None = None
    attack: Annotated[tuple[Step, ...], BeforeValidator(_listed)] = Field(())
    twin: Annotated[tuple[Step, ...], BeforeValidator(_listed)] = Field(())
    held_by: Held | None = None
    out_of_scope: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        is_data = self.start is not None
        if is_data != bool(self.attack) or is_data != bool(self.twin):
            raise ValueError("data are a start, an attack and a twin")
        if is_data and not all(any(step.assay for step in steps) for steps in (self.attack, self.twin)):
            raise ValueError("the attack and its twin each run a command")
        if (is_data or self.held_by is not None) == (self.out_of_scope is not None):
            raise ValueError("an attack is held by data or tests, or is out of scope with a reason")
        return self


@cache
def attacks() -> dict[str, Attack]:
    """Every attack by its id, in the order of the page."""
    names = [path.parent.name for path in FOLDERS.glob("*/attack.yaml")]
    return {name: _read(name) for name in sorted(names, key=_order)}


def _read(name: str) -> Attack:
    path = FOLDERS / name / "attack.yaml"
    return Attack.model_validate(load(path.read_bytes(), str(path)).value)


def _order(name: str) -> tuple[str, int, str]:
    number = re.search(r"\d+", name)
    return name[0], int(number[0]) if number else 0, name


@cache
def docstrings(path: str) -> dict[str, str]:
    """What each test of a module says of itself: its name, its docstring, and the module's."""
    tree = ast.parse((ROOT / "tests" / path).read_text())
    own = ast.get_docstring(tree) or ""
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    return {each.name: f"{each.name} {ast.get_docstring(each) or ''} {own}" for each in functions}


def cites(test: str, name: str) -> bool:
    """Whether a test says that it holds an attack: in its docstring, its module's, or the end of its name."""
    path, _, function = test.partition("::")
    said = docstrings(path)[function]
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said) is not None or (
        re.search(rf"_{name.replace('-', '').lower()}(_|$)", function) is not None
    )


def page() -> str:
    """The page of all attacks."""
    found = attacks()
    data = sum(each.start is not None for each in found.values())
    outside = sum(each.out_of_scope is not None for each in found.values())
    lines = [
        "# Threats",
        "",
        "Each attack has a folder in `tests/attacks` and a benign twin: the attack must be refused and the twin must pass.",
        f"Of {len(found)} attacks, {data} and their twins are data that `tests/attacks/test_attacks.py` runs through the",
        f"command line, {len(found) - data - outside} are sequences, servers or races that the named tests hold, and {outside}",
        "are out of scope for the reason given. `python -m tests.support.attack_folders` writes this page from the folders.",
    ]
    for letter, title in GROUPS.items():
        lines += ["", f"## {letter}. {title}", "", "| id | attack | answer | held by |", "|---|---|---|---|"]
        for name, each in found.items():
            if name[0] == letter:
                cells = (name, each.title, each.out_of_scope or each.answer, _place(name, each))
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _place(name: str, each: Attack) -> str:
    if each.out_of_scope is not None:
        return "out of scope"
    held = [f"[data]({REPOSITORY}/tests/attacks/{name}/attack.yaml)"] if each.start is not None else []
    tests = (*each.held_by.attack, *each.held_by.twin) if each.held_by else ()
    paths = dict.fromkeys(test.partition("::")[0] for test in tests)
    return ", ".join([*held, *(f"[{Path(path).stem}]({REPOSITORY}/tests/{path})" for path in paths)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}: {len(attacks())} attacks\n")
