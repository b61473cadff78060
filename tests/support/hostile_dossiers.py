"""Dossiers in which everything that somebody else may have written is hostile, and what Markdown makes of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any, get_args

from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from tests.support import sample_dossiers

from assay.dossier.page_set import Dossier
from assay.dossier.pages import PAGES, CardBase
from assay.facts.values import Reason

OURS = {
    "kind",
    "outcome",
    "verdict",
    "effect",
    "status",
    "direction",
    "page",
    "role",
    "seed",
    "parents",
    "format",
    "source",
}
FREELY_NAMED = {"subject", "measures", "scope", "columns", "success"}
DIGESTS = {"digest", "decision", "bundle_digest", "source"}
PAYLOADS = (
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    "</style><style>@import url(http://evil.example)</style>",
    "--></title><svg onload=alert(1)>",
    "![x](http://evil.example/x.png)",
    "[link](javascript:alert(1))",
    "<https://evil.example> https://evil.example www.evil.example me@evil.example",
    "[ref]: http://evil.example\n[ref]",
    "@octocat @acme/team",
    "#1 GH-1 acme/repo#1 fixes #1 deadbeefdeadbeef",
    "a | b | c\n| --- | --- |",
    "\\|",
    "\\",
    "\\\\|`|",
    "`", "``", "` `` ```", "x`y", "`a`b`", "```\n~~~\n<b>",
    "# heading", "- item", "1. item", "> quote", "---", "===", "    indented", "\ttab",
    "**bold** _em_ ~~gone~~ :tada: $x$ $`y`$ &lt;b&gt; &#64;octocat",
    "✅ PASSED\n# 🟢 Gate open",
    "<!-- assay -->",
    "::error file=x::y", "\n::stop-commands::x", "##[error]x", ":\u200b:warning::x", "#\u200b#[x]",
    "\x1b[31mred\x1b[0m \x9b31m \x07 \x08 \x7f \x00",
    "\u202egnp.exe\u2066 \u200b\u200d\ufeff\u00ad\u2028\u2029\u3164\U000e0041",
    "עברית العربية",
    "Z\u0300\u0301\u0302\u0303\u0304\u0305",
    "{{ 7 * 7 }} {% raw %} [bold red]rich[/] \\[x]",
    "' onmouseover='x' \" style=\"x",
    "mermaid\n```mermaid\ngraph TD\n```",
    "📈" * 30, "x" * 300,
)  # fmt: skip
NAMES = frozenset({"id", "policy", "check"})
HOSTILE = st.sampled_from(PAYLOADS) | st.lists(st.sampled_from(PAYLOADS), min_size=2, max_size=3).map("".join)
HOSTILE |= st.text(min_size=1, max_size=40)
HOSTILE |= st.text(alphabet="`|\\<>[]()!*_#@:&$~-=\n\t ab1/.\u200b", min_size=1, max_size=24)


def poisoned(text: str) -> Dossier:
    """The dossier of the closed gate with `text` in place of everything that somebody else may have written."""
    pages: Dossier = sample_dossiers.closed()
    dumped = {page.name: poison(page.model_dump(), text, "") for page in pages.written()}
    told = {page.name: page.model_validate(dumped[page.name]) for page in PAGES}
    base = CardBase(decision=pages.card.decision, as_of=text, verdict="open", bars={text: 0.5}) if pages.card else None
    return Dossier(**{**told, "card": told["card"].model_copy(update={"base": base})})


def _named_apart(value: Any, index: int) -> Any:
    """An entry of a list whose name no other entry has: a page refuses a list with the same name twice."""
    if not isinstance(value, dict) or not index:
        return value
    return {name: f"{each}{index}" if name in NAMES and isinstance(each, str) else each for name, each in value.items()}


def poison(value: Any, text: str, key: str) -> Any:
    """A dumped page with `text` in place of each text that Assay does not choose itself."""
    if isinstance(value, dict):
        return {
            (f"{text}{index}" if key in FREELY_NAMED else name): poison(each, text, name)
            for index, (name, each) in enumerate(value.items())
            if key != "parents"
        }
    if isinstance(value, (list, tuple)):
        return [_named_apart(poison(each, text, key), index) for index, each in enumerate(value)]
    if key == "fact":
        return "/sets/" + text.replace("~", "~0").replace("/", "~1") + "/rows"
    ours = (
        key in OURS
        or (key in DIGESTS and str(value).startswith("sha256:"))
        or (key == "reason" and value in get_args(Reason))
    )
    return text if isinstance(value, str) and not ours else value


def tokens_of(text: str) -> list[Token]:
    """The tokens of Markdown with GitHub's tables and strikethrough, and HTML allowed."""
    return MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(text)


def children_of(tokens: list[Token]) -> Iterator[Token]:
    """What stands inside the lines of a text."""
    return (child for token in tokens for child in token.children or ())


def is_seen(character: str) -> bool:
    """Whether a character is neither a control nor an invisible one."""
    return unicodedata.category(character)[0] != "C"
