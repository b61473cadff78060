"""The last look at a text before it is posted: what no renderer writes is refused, whatever brought it there."""

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
"""How long a text GitHub takes: characters of a comment and of a release, bytes of a summary (fewer characters)."""
WITHHELD = "### 🔴 Gate closed\n\n**The text for this place was withheld: it holds what must not come from data.**\n"
MOST_TOLD = 10
DEEPEST = 10
"""How deep blocks may lie in blocks; the parser leaves out what lies deeper than 20."""
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
    ("an address", re.compile(r"://|\bwww\.|\bmailto:", re.IGNORECASE)),
    ("markup", re.compile(r"[<>`$\\*_~]|\[\^")),
)
"""What GitHub gives a meaning in prose although it is no Markdown, and signs that the renderers put into code only."""


class HarmfulTextError(EvaluationError):
    """A text that was to be posted holds what must not come from data."""

    default_hint = "Nothing of it was posted, and no gate was opened. This is a bug in Assay; please report it."


def require_harmless(
    text: str, *, what: str, most: int, hidden: Collection[str] = (), links: Collection[str] = ()
) -> None:
    """Raises HarmfulTextError unless a text holds only what the renderers write; `what` names it for people.

    `hidden` are the hidden lines and `links` the addresses that it may hold, each hidden line once.
    """
    found = harm_in(text, most=most, hidden=tuple(hidden), links=tuple(links))
    if found:
        more = f" and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
        told = "; ".join(found[:MOST_TOLD])
        raise HarmfulTextError(
            f"The {what} was not posted, because it holds what must not come from data: {told}{more}."
        )


@lru_cache(maxsize=16)
def harm_in(text: str, *, most: int, hidden: tuple[str, ...] = (), links: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What a text holds that must not be posted, each with its line; nothing of the text itself is repeated."""
    if len(text) > most:
        return (f"{len(text):,} characters, of at most {most:,}",)
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
        found += [(line, "the end of what is not folded")] * (folds < 0)
    found += [(line, "a fold without an end")] * (folds > 0)
    found += [(1 + each["map"][0], "the definition of a link") for each in defined.get("references", {}).values()]
    return tuple(f"{name} in line {line}" for line, name in dict.fromkeys(sorted(found)))


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    # What this parser would not link, such as `javascript:`, another one may.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005  # called by its name
    return parser


def _harm_of_block(token: Token, hidden: list[str]) -> Iterator[str]:
    """What is wrong with a block; a hidden line that it is allowed for is taken off the list."""
    if token.type == "html_block":
        for line in token.content.strip().splitlines():
            if line in hidden and _HIDDEN.fullmatch(line):
                hidden.remove(line)
            elif not _FOLD.fullmatch(line):
                yield "a hidden line" if line.startswith("<!--") else "HTML"
    elif token.type == "fence" and token.info not in _LANGUAGES:
        yield "a block that is drawn"
    elif _kind(token) not in _BLOCKS or token.level > DEEPEST:
        yield "markup"


def _harm_inside(tokens: Collection[Token], links: Collection[str]) -> Iterator[str]:
    """What is wrong within a line."""
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
    """The lines with characters that nobody sees, but for the joiners and firm spaces that the renderers write."""
    lines = text.replace("\u2060", "").replace("\u00a0", "").replace("\r\n", "\n").split("\n")
    return (number for number, line in enumerate(lines, 1) if not line.isprintable())
