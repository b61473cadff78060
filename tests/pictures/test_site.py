"""The manual as a site, opened from a file without a network: it asks for nothing, and its search finds."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import PATIENCE, Browser, complaints_of, find_browser, requests_of

ROOT = Path(__file__).parents[2]
SEARCH = "[...document.querySelectorAll('*')].map(each => each.shadowRoot).find(Boolean)"
TYPE = f"""(() => {{
  const input = {SEARCH}.querySelector('input');
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, 'waiver');
  input.dispatchEvent(new Event('input', {{bubbles: true}}));
}})()"""
FOUND = f"[...({SEARCH}?.querySelectorAll('a') ?? [])].map(each => each.href)"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manual")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "zensical.toml", folder)
    zensical = Path(sys.executable).parent / "zensical"
    subprocess.run([zensical, "build", "--strict"], cwd=folder, check=True, capture_output=True)
    return folder / "site"


def test_the_search_of_a_page_that_was_opened_from_a_file_finds(site: Path, tmp_path: Path) -> None:
    program = find_browser()
    if program is None:
        assert os.environ.get("ASSAY_TEST_REQUIRE_BROWSER") != "1", "no chromium on PATH"
        pytest.skip("no chromium on PATH")
    page = site / "reference/manifest/stages.html"
    with Browser(program, tmp_path / "profile") as browser:
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            browser.call(f"{domain}.enable", session)
        browser.call("Page.navigate", session, url=page.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in browser.events):
            browser.events.append(browser.read())

        def evaluate(expression: str) -> Any:
            answer = browser.call("Runtime.evaluate", session, expression=expression, returnByValue=True)
            return answer["result"].get("value")

        def wait(expression: str) -> Any:
            until = time.monotonic() + PATIENCE
            while not (found := evaluate(expression)):
                assert time.monotonic() < until, expression
                time.sleep(0.1)
            return found

        evaluate("document.querySelector('.md-search__button').click()")
        wait(f"Boolean({SEARCH}?.querySelector('input'))")
        evaluate(TYPE)
        found = wait(f"{FOUND}.some(each => each.includes('waivers')) && {FOUND}")
        asked = [each for each in requests_of(browser.events, page) if not each.startswith(("file:", "data:"))]
    assert any(each.startswith((site / "reference/manifest/waivers.html").as_uri()) for each in found)
    assert asked == [], json.dumps(asked)
    assert list(complaints_of(browser.events)) == []
