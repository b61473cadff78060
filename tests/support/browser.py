"""A headless Chromium that is told by its DevTools protocol, over a pipe: no port, no driver, no package."""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--force-color-profile=srgb",
    "--disable-background-networking", "--disable-dev-shm-usage", "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
PATIENCE = 60.0
WIDTHS = {"wide": 1012, "phone": 390}
OVERFLOWING = """(() => {
  const found = [];
  for (const each of document.querySelectorAll('body *')) {
    let inside = each, scrolls = false;
    while ((inside = inside.parentElement)) scrolls ||= getComputedStyle(inside).overflowX !== 'visible';
    const box = each.getBoundingClientRect();
    if (!scrolls && box.width && box.right > innerWidth + 0.5) found.push(each.tagName + ': ' + each.textContent.slice(0, 60));
  }
  return {page: document.documentElement.scrollWidth, window: innerWidth, found};
})()"""


def find_browser() -> str | None:
    """Where Chromium or Chrome lies, if it does."""
    return next((found for found in map(shutil.which, NAMES) if found), None)


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A page as it was seen: what it asked for, what it complained about, what sticks out, its height and picture."""

    requests: tuple[str, ...]
    complaints: tuple[str, ...]
    width: int
    sticking_out: tuple[str, ...]
    height: int
    picture: bytes


@dataclass
class Browser:
    """A running browser; `look` loads a file in a fresh tab of a given width."""

    program: str
    profile: Path
    process: int = 0
    told: int = -1
    says: int = -1
    buffer: bytes = b""
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    events: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> Self:
        (read_end, self.told), (self.says, write_end) = os.pipe(), os.pipe()
        quiet = os.open(os.devnull, os.O_WRONLY)
        # The browser reads commands from descriptor 3 and answers on 4; copies first, so that neither is overwritten.
        high = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 10) for each in (read_end, write_end)]
        actions = [(os.POSIX_SPAWN_DUP2, old, new) for old, new in ((high[0], 3), (high[1], 4), (quiet, 1), (quiet, 2))]
        words = [self.program, *SWITCHES, f"--user-data-dir={self.profile}", "about:blank"]
        self.process = os.posix_spawn(self.program, words, os.environ, file_actions=actions, setpgroup=0)
        for each in (read_end, write_end, quiet, *high):
            os.close(each)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.killpg(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.told)
        os.close(self.says)

    def look(
        self, file: Path, width: int, *, dark: bool = False, scale: float = 1, cut: tuple[int, int] = (0, 16_000)
    ) -> Looked:
        """The file in a window of a width; `cut` says from where to where down the page the picture goes."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.events.clear()
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable", session)
        size = {"width": width, "height": 100, "deviceScaleFactor": scale, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", session, **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", session, features=[scheme])
        self.call("Page.navigate", session, url=file.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self.read())
        seen = self.call("Runtime.evaluate", session, expression=OVERFLOWING, returnByValue=True)["result"]["value"]
        height = self.call("Page.getLayoutMetrics", session)["cssContentSize"]["height"]
        clip = {"x": 0, "y": cut[0], "width": width, "height": min(height, cut[1]) - cut[0], "scale": 1}
        taken = self.call("Page.captureScreenshot", session, clip=clip, captureBeyondViewport=True)["data"]
        self.call("Target.closeTarget", targetId=target)
        return Looked(
            requests=tuple(requests_of(self.events, file)),
            complaints=tuple(complaints_of(self.events)),
            width=seen["page"],
            sticking_out=tuple(seen["found"]),
            height=round(height),
            picture=base64.b64decode(taken),
        )

    def call(self, method: str, session: str | None = None, **parameters: Any) -> Any:
        """What the browser answers to a command; events that come before it are kept."""
        number = next(self.numbers)
        command = {"id": number, "method": method, "params": parameters}
        os.write(self.told, json.dumps(command | ({"sessionId": session} if session else {})).encode() + b"\0")
        while (answer := self.read()).get("id") != number:
            self.events.append(answer)
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def read(self) -> dict[str, Any]:
        """The next message of the browser."""
        until = time.monotonic() + PATIENCE
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.says], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"the browser said nothing for {PATIENCE:.0f} seconds"
            piece = os.read(self.says, 1 << 20)
            assert piece, "the browser ended"
            self.buffer += piece
        message, _, self.buffer = self.buffer.partition(b"\0")
        read: dict[str, Any] = json.loads(message)
        return read


def requests_of(events: list[dict[str, Any]], file: Path) -> list[str]:
    """The addresses that a page asked for, itself and what it carries left out."""
    asked = [each["params"]["request"]["url"] for each in events if each["method"] == "Network.requestWillBeSent"]
    return [each for each in asked if each != file.as_uri() and not each.startswith("data:")]


def complaints_of(events: list[dict[str, Any]]) -> list[str]:
    """What stands in the console: messages, errors, and exceptions nobody caught."""
    kinds = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
    return [json.dumps(each["params"]) for each in events if each.get("method") in kinds]
