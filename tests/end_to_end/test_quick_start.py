"""What must start at once loads nothing that takes long."""

import subprocess
import sys
from pathlib import Path

import pytest

from assay.cli import main
from tests.support.repositories import Repository

LONG = ("pydantic", "numpy", "duckdb", "pandas", "sklearn", "scipy", "github", "jinja2", "yaml", "cryptography", "rich")


@pytest.mark.parametrize("verb", [["status"], ["history"], ["at", "2026-01-01"]])
def test_reading_tags_loads_nothing_that_takes_long(verb: list[str], tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    program = (
        "import sys\nfrom assay.cli import main\n"
        f"code = main({[*verb, '--folder', str(tmp_path)]!r})\n"
        f"print(sorted({set(LONG)!r} & set(sys.modules)), code)"
    )
    ended = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[] 0", ended.stderr


LATER = ("jsonschema", "markdown_it", "github", "scipy", "pandas", "sklearn")


@pytest.mark.parametrize("verb", ["decide", "verify"])
def test_judging_loads_nothing_that_it_does_not_use(verb: str, repository: Repository) -> None:
    assert main(["check", "--engine", "regorus"]) == 0
    program = (
        "import sys\nfrom assay.cli import main\n"
        f"code = main([{verb!r}, '--engine', 'regorus'])\n"
        f"print(sorted({set(LATER)!r} & set(sys.modules)), code)"
    )
    command = [sys.executable, "-I", "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=repository.root)
    assert ended.stdout.splitlines()[-1] == "[] 0", ended.stderr
