"""Runs a page of the manual as a reader would: its files are written, its commands typed, what they print is compared."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.git import commit, git

ROOT = Path(__file__).parents[2]
_BEGINS = re.compile(r"<!-- begins in: (\S+) -->")
_PART = re.compile(r"(?ms)(?:<!-- (file|append): (\S+) -->\n+)?^```(\w+)\n(.*?)^```$")
CUT = "…"


@dataclass
class Command:
    """A typed line, what the page shows of its output, and what it printed."""

    typed: str
    shown: list[str]
    printed: list[str]

    @property
    def agrees(self) -> bool:
        """Whether the output is what the page shows, where `…` stands for any lines."""
        pattern = "\n".join(".*?" if line == CUT else re.escape(line) for line in self.shown)
        pattern = pattern.replace(".*?\n", "(?:.*?\n)??").replace("\n.*?", "(?:\n.*?)??")
        return re.fullmatch(pattern, "\n".join(self.printed), re.DOTALL) is not None


def is_executed(path: Path) -> bool:
    """Whether a page says in which folder it begins."""
    return _BEGINS.search(path.read_text(encoding="utf-8")) is not None


def execute(path: Path, folder: Path, *, update: bool = False) -> list[Command]:
    """Every command of a page, run in order in a repository of its own; with `update`, the page gets what they print."""
    text = path.read_text(encoding="utf-8")
    begins = _BEGINS.search(text)
    assert begins is not None
    shutil.copytree(ROOT / begins[1], folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "The first state")
    done: list[Command] = []
    for part in _PART.finditer(text):
        kind, name, language, content = part.groups()
        if name:
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text((place.read_text() if kind == "append" else "") + content, encoding="utf-8")
        elif language == "console":
            found = [_run(typed, shown, folder) for typed, shown in _commands(content)]
            done += found
            if update and not all(each.agrees for each in found):
                fresh = "".join("\n".join([f"$ {each.typed}", *each.printed]) + "\n" for each in found)
                text = text.replace(part[0], part[0].replace(content, fresh))
    if update:
        path.write_text(text, encoding="utf-8")
    return done


def _commands(content: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in content.splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        else:
            found[-1][1].append(line)
    return found


def _run(typed: str, shown: list[str], folder: Path) -> Command:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "80",
    }
    ended = subprocess.run(
        ["bash", "-c", typed],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ended.returncode not in (70, 127), ended.stdout
    return Command(typed=typed, shown=shown, printed=[line.rstrip() for line in ended.stdout.splitlines()])
