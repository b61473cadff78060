"""Every console block of the manual prints what the page shows; ASSAY_UPDATE_CASES=1 writes what it prints."""

import os
import re
from pathlib import Path

import pytest

from tests.support.executed_pages import ROOT, execute, is_executed

PAGES = sorted((ROOT / "docs").rglob("*.md"))
EXECUTED = [path for path in PAGES if is_executed(path)]
UPDATE = bool(os.environ.get("ASSAY_UPDATE_CASES"))
# `test_story.py` runs this one, with a server that stands in for GitHub.
TOLD = {"docs/tutorials/pull-request-to-production.md"}


@pytest.mark.parametrize("path", EXECUTED, ids=lambda path: path.relative_to(ROOT / "docs").as_posix())
@pytest.mark.usefixtures("opa")
def test_what_a_page_shows_is_what_is_printed(path: Path, tmp_path: Path) -> None:
    done = execute(path, tmp_path / (path.parent.name if path.stem == "README" else path.stem), update=UPDATE)
    assert done
    for each in done:
        assert UPDATE or each.agrees, "\n".join([f"$ {each.typed}", *each.printed])


def test_no_console_block_is_left_out() -> None:
    shown = {path for path in PAGES if re.search(r"(?m)^```console$", path.read_text())}
    assert {path.relative_to(ROOT).as_posix() for path in shown - set(EXECUTED)} <= TOLD
