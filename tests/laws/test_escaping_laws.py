"""Nothing that others wrote becomes markup, a command or a mention in any face of a dossier (G1, G2, G3)."""

from __future__ import annotations

import json as standard_json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from tests.support import sample_dossiers

from assay.dossier.page_set import Dossier
from assay.dossier.pages import PAGES, CardBase
from assay.facts.values import Reason
from assay.render import html, json, markdown, terminal

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
HOSTILE = st.sampled_from(PAYLOADS) | st.lists(st.sampled_from(PAYLOADS), min_size=2, max_size=3).map("".join)
HOSTILE |= st.text(min_size=1, max_size=40)
HOSTILE |= st.text(alphabet="`|\\<>[]()!*_#@:&$~-=\n\t ab1/.\u200b", min_size=1, max_size=24)
SETTINGS = settings(max_examples=30, deadline=None)


def poisoned(text: str) -> Dossier:
    """The dossier of the closed gate with `text` in place of everything that somebody else may have written."""
    pages: Dossier = sample_dossiers.closed()
    dumped = {page.name: _poison(page.model_dump(), text, "") for page in pages.written()}
    told = {page.name: page.model_validate(dumped[page.name]) for page in PAGES}
    base = CardBase(decision=pages.card.decision, as_of=text, verdict="open", bars={text: 0.5}) if pages.card else None
    return Dossier(**{**told, "card": told["card"].model_copy(update={"base": base})})


def _poison(value: Any, text: str, key: str) -> Any:
    if isinstance(value, dict):
        return {
            (f"{text}{index}" if key in FREELY_NAMED else name): _poison(each, text, name)
            for index, (name, each) in enumerate(value.items())
            if key != "parents"
        }
    if isinstance(value, (list, tuple)):
        return [_poison(each, text, key) for each in value]
    if key == "fact":
        return "/sets/" + text.replace("~", "~0").replace("/", "~1") + "/rows"
    ours = (
        key in OURS
        or (key in DIGESTS and str(value).startswith("sha256:"))
        or (key == "reason" and value in get_args(Reason))
    )
    return text if isinstance(value, str) and not ours else value


PLAIN = poisoned("plain")
PLAIN_MARKDOWN, PLAIN_PAGE = markdown.render(PLAIN), html.render(PLAIN)


def blocks_of(text: str) -> list[tuple[str, str]]:
    """The block structure of Markdown as GitHub would read it."""
    return [(token.type, token.tag) for token in tokens_of(text)]


def tokens_of(text: str) -> list[Token]:
    """The tokens of Markdown with GitHub's tables and strikethrough, and HTML allowed."""
    return MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(text)


def children_of(tokens: list[Token]) -> Iterator[Token]:
    """What stands inside the lines of a text."""
    return (child for token in tokens for child in token.children or ())


def is_seen(character: str) -> bool:
    """Whether a character is neither a control nor an invisible one."""
    return unicodedata.category(character)[0] != "C"


def test_the_text_reaches_every_face() -> None:
    for render in (markdown.render, html.render, terminal.render, json.render):
        assert render(PLAIN).count("plain") > 20


@SETTINGS
@given(HOSTILE)
@example("\\")
def test_markdown_keeps_its_shape_and_gains_no_markup_g1(text: str) -> None:
    shown = markdown.render(poisoned(text))
    tokens = tokens_of(shown)
    assert blocks_of(shown) == blocks_of(PLAIN_MARKDOWN)
    assert {child.type for child in children_of(tokens)} <= {"text", "code_inline", "strong_open", "strong_close"}
    prose = "\n".join(child.content for child in children_of(tokens) if child.type == "text")
    assert not re.search(r"[@<>`$\\*_~]|#\d|https?:|www\.|\bgh-\d", prose, re.IGNORECASE)
    assert not re.search(r"@\w|#\d", shown)
    assert all(is_seen(character) or character in "\n\u2060" for character in shown)


@SETTINGS
@given(HOSTILE)
def test_markdown_says_the_verdict_once_and_first_g2(text: str) -> None:
    lines = markdown.render(poisoned(text)).splitlines()
    assert lines[0].startswith("# 🔴 Gate closed · ")
    assert not [line for line in lines[1:] if line.startswith("# ")]


class Reader(HTMLParser):
    """Tags, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[tuple[str, str, str]] = set()
        self.others: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {(tag, name, value or "") for name, value in attrs}

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)


NUMBERS = re.compile(r"(rotate\()?[-0-9., ]*\)?")
ABOUT_TEXT = {"code", "bdi", "wbr", "span"}


@SETTINGS
@given(HOSTILE)
def test_html_has_our_tags_and_our_attributes_only_g1(text: str) -> None:
    page = html.render(poisoned(text))
    found, expected = Reader(page), Reader(PLAIN_PAGE)
    for tag in set(found.tags) | set(expected.tags):
        assert tag in ABOUT_TEXT or found.tags[tag] == expected.tags[tag], tag
    foreign = {each for each in found.attributes - expected.attributes if not NUMBERS.fullmatch(each[2])}
    assert {each for each in foreign if each[:2] != ("span", "class")} == set()
    assert {name for _, name, _ in found.attributes} <= {name for _, name, _ in expected.attributes} | {"rowspan"}
    assert found.others == []
    assert not any(re.search(r"https?:|url\(|javascript:", value) for _, _, value in found.attributes)
    assert all(is_seen(character) or character == "\n" for character in page)


@SETTINGS
@given(HOSTILE)
def test_a_terminal_gets_no_controls_and_a_runner_no_commands_g3(text: str) -> None:
    shown = terminal.render(poisoned(text))
    assert all(is_seen(character) or character == "\n" for character in shown)
    assert not [line for line in shown.splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in shown
    colored = re.sub(r"\x1b\[[0-9;]*m", "", terminal.render(poisoned(text), color=True))
    assert [line.rstrip() for line in colored.splitlines()] == shown.splitlines()


@SETTINGS
@given(HOSTILE)
def test_json_is_plain_ascii_and_says_what_was_decided_g3(text: str) -> None:
    pages = poisoned(text)
    shown = json.render(pages)
    assert pages.decision is not None
    assert standard_json.loads(shown)["decision"] == standard_json.loads(pages.decision.content())
    assert all(character == "\n" or " " <= character <= "~" for character in shown)
    assert not [line for line in shown.splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in shown


@pytest.mark.parametrize("text", PAYLOADS)
def test_each_known_payload_is_harmless(text: str) -> None:
    tokens = tokens_of(markdown.render(poisoned(text)))
    assert not {"link_open", "image", "html_inline", "html_block"} & {
        each.type for each in (*tokens, *children_of(tokens))
    }
