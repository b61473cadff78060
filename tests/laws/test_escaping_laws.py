"""Nothing that others wrote becomes markup, a command or a mention in any face of a dossier (G1, G2, G3)."""

from __future__ import annotations

import json as standard_json
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from tests.support.hostile_dossiers import HOSTILE, PAYLOADS, is_seen, poisoned, tokens_of
from tests.support.thoroughness import examples

from assay.edges.github.posted_text import MOST_IN_SUMMARY, harm_in
from assay.render import html, json, markdown, terminal

SETTINGS = settings(max_examples=examples(30), deadline=None)


PLAIN = poisoned("plain")
PLAIN_MARKDOWN, PLAIN_PAGE = markdown.render(PLAIN), html.render(PLAIN)


def blocks_of(text: str) -> list[tuple[str, str]]:
    """The block structure of Markdown as GitHub would read it."""
    return [(token.type, token.tag) for token in tokens_of(text)]


def test_the_text_reaches_every_face() -> None:
    for render in (markdown.render, html.render, terminal.render, json.render):
        assert render(PLAIN).count("plain") > 20


@SETTINGS
@given(HOSTILE)
@example("\\")
def test_markdown_keeps_its_shape_and_gains_no_markup_g1(text: str) -> None:
    shown = markdown.render(poisoned(text))
    assert blocks_of(shown) == blocks_of(PLAIN_MARKDOWN)
    assert harm_in(shown, most=MOST_IN_SUMMARY) == ()
    assert not re.search(r"@\w|#\d", shown)


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
    shown = markdown.render(poisoned(text))
    assert harm_in(shown, most=MOST_IN_SUMMARY) == ()
    assert "html_block" not in {kind for kind, _ in blocks_of(shown)}
