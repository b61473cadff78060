"""Markdown as a page that looks about as GitHub shows a comment, for looking at it in a browser."""

from __future__ import annotations

from markdown_it import MarkdownIt

STYLE = """
body { margin: 0; padding: 16px; background: #fff; color: #1f2328;
  font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Noto Color Emoji"; }
main { max-width: 860px; margin: auto; border: 1px solid #d1d9e0; border-radius: 6px; padding: 16px; overflow-wrap: break-word; }
h3 { font-size: 1.25em; line-height: 1.25; margin: 0 0 16px; font-weight: 600; }
p, ul, table, pre, details { margin: 0 0 16px; }
ul { padding-left: 2em; }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-collapse: collapse; border-spacing: 0; }
th, td { padding: 6px 13px; border: 1px solid #d1d9e0; text-align: left; }
th { font-weight: 600; }
tr { background: #fff; border-top: 1px solid #d1d9e0b3; }
tr:nth-child(2n) { background: #f6f8fa; }
code { padding: .2em .4em; font: 85% ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: break-spaces;
  background: #818b981f; border-radius: 6px; }
pre { padding: 16px; overflow: auto; background: #f6f8fa; border-radius: 6px; line-height: 1.45; }
pre code { padding: 0; background: none; white-space: pre; }
summary { cursor: pointer; }
"""


def page(markdown: str, *, unfolded: bool = False) -> str:
    """The page of a comment; `unfolded` opens its details."""
    shown = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(markdown)
    if unfolded:
        shown = shown.replace("<details>", "<details open>")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
    return f"<!doctype html><html><head>{head}</head><body><main>{shown}</main></body></html>"
