"""Markdown as GitHub shows it in a comment or a summary: its own styles, around what its parser makes of the text."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from markdown_it import MarkdownIt

STYLES = Path(__file__).with_name("github-markdown.css")
"""Of the npm package github-markdown-css 5.9.0, as published; its notice lies beside it."""
FRAME = """
body { margin: 0; padding: 16px; background: #fff; }
.frame { max-width: 920px; margin: auto; border: 1px solid #d1d9e0; border-radius: 6px; padding: 16px; }
.comment .markdown-body { font-size: 14px; }
.markdown-body { font-family: "Noto Sans", "Liberation Sans", sans-serif, "Noto Color Emoji"; }
@media (prefers-color-scheme: dark) { body { background: #0d1117; } .frame { border-color: #3d444d; } }
@media (max-width: 543px) { body { padding: 8px; } .frame { padding: 16px 15px; } }
"""


def shown(markdown: str, kind: Literal["comment", "summary"]) -> str:
    """The HTML of Markdown; in a comment each line's end is a line's end, as GitHub has it there."""
    return MarkdownIt("gfm-like", {"linkify": False, "html": True, "breaks": kind == "comment"}).render(markdown)


def page(markdown: str, kind: Literal["comment", "summary"] = "comment", *, unfolded: bool = False) -> str:
    """The page of a comment or a summary; `unfolded` opens its details."""
    body = shown(markdown, kind)
    if unfolded:
        body = body.replace("<details>", "<details open>")
    style = STYLES.read_text(encoding="utf-8") + FRAME
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{style}</style>'
    inner = f'<div class="frame {kind}"><article class="markdown-body">{body}</article></div>'
    return f"<!doctype html><html><head><title>{kind}</title>{head}</head><body>{inner}</body></html>"
