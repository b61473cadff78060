"""The last guard before a text is posted: it refuses markup that no renderer writes, wherever it came from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from assay.errors import EvaluationError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MOST_IN_COMMENT, MOST_IN_RELEASE, MOST_IN_SUMMARY = 65_536, 125_000, 1_048_576
"""GitHub's limits: characters of a comment and of a release's text, bytes of a summary (so fewer characters)."""
WITHHELD = "### 🔴 Gate closed\n\n**Assay withheld this text, because it contains markup that Assay never writes.**\n"
MOST_TOLD = 10
DEEPEST = 10
"""How deep blocks may be nested; the parser drops blocks that are nested deeper than 20."""
_BLOCKS = {
    *("inline", "paragraph", "heading", "fence", "html_block", "blockquote", "bullet_list", "list_item"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_INSIDE = {"text", "code_inline", "strong", "softbreak", "link"}
_LANGUAGES = ("", "sh")
_HIDDEN = re.compile(r"<!-- assay(-run|-release)?:((?!--)[A-Za-z0-9:%/.-])+ -->")
_FOLD = re.compile(r"<details><summary>[A-Za-z0-9 ,]+</summary>|</details>")
_RULES = (
    ("a mention", re.compile("@")),
    ("a reference", re.compile(r"#\d|\bgh-\d|\b(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,40}\b", re.IGNORECASE)),
    ("a URL", re.compile(r"://|\bwww\.|\bmailto:", re.IGNORECASE)),
    ("markup", re.compile(r"[<>`$\\*_~]|\[\^")),
)
"""Text in prose that GitHub turns into links although it is not Markdown, and characters that belong in code only."""


class HarmfulTextError(EvaluationError):
    """A text that Assay was about to post contains markup that no renderer writes."""

    default_hint = "No part of it was posted, and no gate was opened. This is a bug in Assay; please report it."


def require_harmless(
    text: str, *, what: str, most: int, hidden: Collection[str] = (), links: Collection[str] = ()
) -> None:
    """Raises HarmfulTextError if a text contains anything that no renderer writes; `what` names it in the message.

    The text may contain each of the `hidden` lines once, and the URLs in `links`.
    """
    found = harm_in(text, most=most, hidden=tuple(hidden), links=tuple(links))
    if found:
        more = f" and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
        told = "; ".join(found[:MOST_TOLD])
        raise HarmfulTextError(
            f"The {what} was not posted, because it contains markup that Assay never writes: {told}{more}."
        )


@lru_cache(maxsize=16)
def harm_in(text: str, *, most: int, hidden: tuple[str, ...] = (), links: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What must not be posted in a text, by kind and line; the result never quotes the text."""
    if len(text) > most:
        return (f"{len(text):,} characters where at most {most:,} are allowed",)
    parser, defined, line = _parser(), dict[str, Any](), 1
    found = [(number, "an invisible character") for number in _lines_with_unseen(text)]
    waiting, addresses, folds = list(hidden), frozenset(map(parser.normalizeLink, links)), 0
    for token in parser.parse(text, defined):
        line = 1 + token.map[0] if token.map else line
        found += [(line, name) for name in _harm_of_block(token, waiting)]
        found += [(line, name) for name in _harm_inside(token.children or (), addresses)]
        folds += (
            token.content.count("<details>") - token.content.count("</details>") if token.type == "html_block" else 0
        )
        found += [(line, "the end of a folded section that never began")] * (folds < 0)
    found += [(line, "a folded section without an end")] * (folds > 0)
    found += [(1 + each["map"][0], "a link definition") for each in defined.get("references", {}).values()]
    return tuple(f"{name} in line {line}" for line, name in dict.fromkeys(sorted(found)))


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    # Another parser may link what this one would not, such as `javascript:`.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005  # called by its name
    return parser


def _harm_of_block(token: Token, hidden: list[str]) -> Iterator[str]:
    """What must not be posted in a block; removes each allowed hidden line that it finds from the list."""
    if token.type == "html_block":
        for line in token.content.strip().splitlines():
            if line in hidden and _HIDDEN.fullmatch(line):
                hidden.remove(line)
            elif not _FOLD.fullmatch(line):
                yield "a hidden line" if line.startswith("<!--") else "HTML"
    elif token.type == "fence" and token.info not in _LANGUAGES:
        yield "a diagram or another code block that GitHub draws"
    elif _kind(token) not in _BLOCKS or token.level > DEEPEST:
        yield "markup"


def _harm_inside(tokens: Collection[Token], links: Collection[str]) -> Iterator[str]:
    """What must not be posted within a line."""
    for token in tokens:
        if token.type == "text":
            yield from (name for name, rule in _RULES if rule.search(token.content))
        elif token.type == "html_inline":
            yield "HTML"
        elif token.type == "image":
            yield "an image"
        elif token.type == "link_open" and token.attrGet("href") not in links:
            yield "a link"
        elif _kind(token) not in _INSIDE:
            yield "markup"


def _kind(token: Token) -> str:
    return token.type.removesuffix("_open").removesuffix("_close")


def _lines_with_unseen(text: str) -> Iterator[int]:
    """The lines with invisible characters, except the word joiners and no-break spaces that the renderers write."""
    lines = text.replace("\u2060", "").replace("\u00a0", "").replace("\r\n", "\n").split("\n")
    return (number for number, line in enumerate(lines, 1) if not line.isprintable())
