"""Takes pictures of real pages: comment, summary and card, wide and on a phone, light and dark.

    uv run --all-extras --group dev python -m tests.pictures.take FOLDER            every picture, to be looked at
    uv run --all-extras --group dev python -m tests.pictures.take FOLDER closed     those whose name has the word
    uv run --all-extras --group dev python -m tests.pictures.take --readme          those that the documents show, into `docs/pictures`

It needs Chromium, and a font with emoji (`fonts-noto-color-emoji`). Pages come from commands as users type them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.pictures.github_page import page
from tests.pictures.real_pages import Page, demo, pull_request
from tests.support.browser import WIDTHS, Browser, find_browser

README = Path(__file__).parents[2] / "docs" / "pictures"
SHOWN = {
    "comment-closed": ("comment", 820, (0, 2_000)),
    "comment-open": ("comment-open", 820, (0, 2_000)),
    "card-demo": ("card", 820, (838, 1_436)),
}
"""The pages that the documents show: the picture's name, how wide it is, and from where to where it goes."""


def main(folder: Path, word: str) -> int:
    """Writes the pictures into the folder; 1 where there is no browser."""
    program = find_browser()
    if program is None:
        sys.stderr.write("There is no chromium on PATH.\n")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Browser(program, Path(name) / "profile") as browser:
        for each in (*pull_request(Path(name)), *demo(Path(name))):
            if folder == README:
                show(browser, Path(name), each)
            elif word in each.name:
                (folder / f"{each.name}.{'html' if each.kind == 'card' else 'md'}").write_text(
                    each.text, encoding="utf-8"
                )
                take(browser, folder, each)
    return 0


def take(browser: Browser, folder: Path, each: Page) -> None:
    """A page at each width, folded and unfolded, in light and dark."""
    shown = {"": html(each), "-unfolded": html(each, unfolded=True)}
    for suffix, text in shown.items():
        file = folder / f"{each.name}{suffix}.page.html"
        file.write_text(text, encoding="utf-8")
        for width in WIDTHS:
            for dark in (False, True):
                if dark and (suffix or each.kind != "card"):
                    continue
                looked = browser.look(file.absolute(), WIDTHS[width], dark=dark)
                path = folder / f"{each.name}{suffix}-{width}{'-dark' if dark else ''}.png"
                path.write_bytes(looked.picture)
                out = f", {looked.width} wide: {looked.sticking_out}" if looked.width > WIDTHS[width] else ""
                sys.stdout.write(f"{path.name}: {looked.height} high, {len(looked.picture):,} bytes{out}\n")


def show(browser: Browser, scratch: Path, each: Page) -> None:
    """A page of the documents, as one small picture."""
    if each.name in SHOWN:
        name, width, cut = SHOWN[each.name]
        file = scratch / "shown.html"
        file.write_text(html(each), encoding="utf-8")
        looked = browser.look(file, width, cut=cut)
        (README / f"{name}.png").write_bytes(looked.picture)
        sys.stdout.write(f"{name}.png: {len(looked.picture):,} bytes\n")


def html(each: Page, *, unfolded: bool = False) -> str:
    """A page as a browser loads it."""
    if each.kind == "card":
        return each.text.replace("<details>", "<details open>") if unfolded else each.text
    return page(each.text, "comment" if each.kind == "comment" else "summary", unfolded=unfolded)


if __name__ == "__main__":
    where, words = sys.argv[1], sys.argv[2:]
    sys.exit(main(README if where == "--readme" else Path(where), (words or [""])[0]))
