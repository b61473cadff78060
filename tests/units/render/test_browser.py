"""The HTML card in a real browser: it is shown whole, and no request leaves the page."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from tests.support import sample_dossiers
from tests.support.browser import find_browser

from assay.render import html

REQUIRED = os.environ.get("ASSAY_TEST_REQUIRE_BROWSER") == "1"
BROWSERS_OWN = "not an origin"
PICTURE = '<img src="http://127.0.0.1:9/x.png">'


@pytest.fixture(scope="session")
def browser() -> str:
    found = find_browser()
    if found is not None:
        return found
    assert not REQUIRED, "no chromium on PATH"
    pytest.skip("no chromium on PATH")


def test_the_browser_shows_the_card_and_asks_for_nothing(browser: str, tmp_path: Path) -> None:
    page = html.render(sample_dossiers.closed())
    shown, requests = look_at(browser, tmp_path, page)
    assert "Gate closed" in shown
    assert shown.count("<svg") == page.count("<svg")
    assert shown.count("<td") == page.count("<td")
    assert requests == []


def test_the_cards_policy_stops_a_request_that_another_page_makes(browser: str, tmp_path: Path) -> None:
    page = html.render(sample_dossiers.empty())
    assert look_at(browser, tmp_path, PICTURE)[1] == ["http://127.0.0.1:9/x.png"]
    assert look_at(browser, tmp_path, page.replace("<main>", f"<main>{PICTURE}"))[1] == []


def look_at(browser: str, folder: Path, page: str) -> tuple[str, list[str]]:
    """The page as a headless browser holds it, and the addresses it asked for."""
    file, log = folder / "page.html", folder / "requests.json"
    file.write_text(page, encoding="utf-8")
    switches = ("headless", "no-sandbox", "disable-gpu", "disable-background-networking", "no-first-run", "dump-dom")
    places = (f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--host-resolver-rules=MAP * ~NOTFOUND")
    command = [browser, *(f"--{switch}" for switch in switches), *places, file.as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return shown.stdout, requests_of(log)


def requests_of(log: Path) -> list[str]:
    """The addresses in a network log that a page asked for; what the browser asks for itself has no origin."""
    asked = [event.get("params", {}) for event in json.loads(log.read_text(encoding="utf-8"))["events"]]
    return sorted(
        {
            str(each["url"])
            for each in asked
            if re.match("(https?|wss?|ftp):", str(each.get("url")))
            and each.get("initiator", BROWSERS_OWN) != BROWSERS_OWN
        }
    )
