"""What is posted is looked at last: each harm beside its harmless twin, and nothing of ours is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.fakegithub.server import FakeGitHub

from assay.edges.github.client import Client
from assay.edges.github.comments import write_comment
from assay.edges.github.outputs import write_summary
from assay.edges.github.posted_text import MOST_IN_COMMENT, WITHHELD, HarmfulTextError, harm_in, require_harmless
from assay.edges.github.releases import Release, publish_release

NAME, PAGE = "acme/loans", "https://github.com/acme/loans/actions/runs/11"
MARKER = "<!-- assay:loans:validation -->"
CASES = Path(__file__).parents[3] / "cases" / "render"
FENCE, FOLD = "```sh\n{}\n```", "<details><summary>2 policies that pass</summary>\n\n{}\n\n</details>"
TWINS = {
    "mention": ("a mention", "ask @octocat", "ask `@octocat`"),
    "address of a person": ("a mention", "me@evil.example", "`me@evil.example`"),
    "issue": ("a reference", "fixes #12", "fixes number 12"),
    "issue by letters": ("a reference", "see GH-12", "see `GH-12`"),
    "issue elsewhere": ("a reference", "acme/repo#1", "`acme/repo#1`"),
    "commit": ("a reference", "as of deadbeef1", "as of `deadbeef1`"),
    "address": ("a URL", "at https://evil.example", "at `https://evil.example`"),
    "bare address": ("a URL", "at WWW.evil.example", "at `www.evil.example`"),
    "mail": ("a URL", "mailto:someone", "`mailto:someone`"),
    "link": ("a link", "[see](https://evil.example/)", "`[see](https://evil.example/)`"),
    "link beneath ours": ("a link", f"[see]({PAGE}/../../../../evil)", f"[see]({PAGE})"),
    "link by angle": ("a link", "<https://evil.example>", "`<https://evil.example>`"),
    "link by reference": ("a link definition", "[see]\n\n[see]: https://evil.example", "`[see]`"),
    "script": ("a link", "[see](javascript:alert)", "`javascript:alert`"),
    "image": ("an image", "![seen](https://evil.example/x.png)", "`![seen](https://evil.example/x.png)`"),
    "image of ours": ("an image", f"![seen]({PAGE})", f"[seen]({PAGE})"),
    "tag": ("HTML", "a <b>word</b>", "a `<b>` word"),
    "block": ("HTML", "<div>\nword\n</div>", "word"),
    "fold of another's": ("HTML", "<details><summary>*x*</summary>\n\nword\n\n</details>", FOLD.format("word")),
    "end of a fold": ("the end of a folded section that never began", "</details>", FOLD.format("word")),
    "fold without end": ("a folded section without an end", FOLD.format("word").removesuffix("</details>"), FOLD.format("word")),
    "another marker": ("a hidden line", "<!-- assay:other:validation -->", "`<!-- assay:other:validation -->`"),
    "a second marker": ("a hidden line", MARKER, f"`{MARKER}`"),
    "a comment": ("a hidden line", "<!-- word -->", "`<!-- word -->`"),
    "a comment within a line": ("HTML", "word <!-- word -->", "word `<!-- word -->`"),
    "a drawing": ("a diagram or another code block that GitHub draws", "```mermaid\ngraph TD\n```", FENCE.format("graph TD @octocat #1")),
    "a formula": ("markup", "$x$", "`$x$`"),
    "a formula in code": ("markup", "$`x`$", "`x`"),
    "a footnote": ("markup", "word[^1]", "word [1, 2]"),
    "emphasis": ("markup", "a *word*", "a **word**"),
    "struck out": ("markup", "a ~~word~~", "a word"),
    "a rule": ("markup", "word\n\n***", "word"),
    "numbered": ("markup", "1. word", "- word"),
    "indented": ("markup", "    word", "word"),
    "too deep to be read": ("markup", "> " * 30 + "@octocat", "> > word"),
    "direction": ("an invisible character", "word \u202edrow", "word\u2060 \u00a0word"),
    "control": ("an invisible character", "`\x1b[31m`", "`[31m`"),
    "nothing": ("an invisible character", "wo\u200brd", "wo\u2060rd"),
}  # fmt: skip


def harm(text: str) -> tuple[str, ...]:
    return harm_in(f"{MARKER}\n### 🔴 Gate closed\n\n{text}\n", most=MOST_IN_COMMENT, hidden=(MARKER,), links=(PAGE,))


@pytest.mark.parametrize("name", TWINS)
def test_a_harm_is_told_and_its_twin_is_not(name: str) -> None:
    told, harmful, harmless = TWINS[name]
    assert told in {each.rpartition(" in line ")[0] for each in harm(harmful)}
    assert harm(harmless) == ()


OF_A_LINE = ("numbered", "indented", "too deep to be read")
WITHIN_A_LINE = [
    name
    for name, (told, harmful, _) in TWINS.items()
    if "\n" not in harmful and "fold" not in told and told != "a hidden line" and name not in OF_A_LINE
]


@pytest.mark.parametrize("name", WITHIN_A_LINE)
@pytest.mark.parametrize("frame", ["| what |\n| --- |\n| {} |", "> {}", "- {}", "#### {}", FOLD])
def test_a_harm_is_told_wherever_it_stands(name: str, frame: str) -> None:
    _, harmful, harmless = TWINS[name]
    assert harm(frame.format(harmful)) != ()
    assert harm(frame.format(harmless)) == ()


def test_each_harm_is_told_with_its_line() -> None:
    assert harm("word\n\n@one\n\n`@two`\n\n#3") == ("a mention in line 6", "a reference in line 10")


def test_a_text_longer_than_github_takes_is_refused() -> None:
    assert harm_in("x" * 65_536, most=MOST_IN_COMMENT) == ()
    assert harm_in("x" * 65_537, most=MOST_IN_COMMENT) == ("65,537 characters where at most 65,536 are allowed",)


def test_what_is_told_repeats_nothing_of_the_text_and_ends() -> None:
    with pytest.raises(HarmfulTextError) as caught:
        require_harmless("@octocat\n\n" * 5_000, what="comment", most=MOST_IN_COMMENT)
    assert "octocat" not in str(caught.value)
    assert str(caught.value).endswith("a mention in line 19 and 4990 more.")
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("page", sorted(CASES.glob("*/*.md")), ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_no_page_of_ours_is_refused(page: Path) -> None:
    hidden = ("<!-- assay:mortgage-approval:validation -->",) if page.stem == "comment" else ()
    assert harm_in(page.read_text(), most=MOST_IN_COMMENT, hidden=hidden) == ()


def test_what_stands_in_its_place_is_harmless_itself() -> None:
    assert harm(WITHHELD) == ()


def test_a_harmful_comment_is_not_posted_and_a_fixed_text_says_so(fake: FakeGitHub, client: Client) -> None:
    """An earlier comment must not go on saying that the gate is open."""
    write_comment(client, 7, f"{MARKER}\n### 🟢 Gate open\n", marker=MARKER, run=(1, 1))
    with pytest.raises(HarmfulTextError, match=r"The comment was not posted, .*: a mention in line 3\."):
        write_comment(client, 7, f"{MARKER}\n@octocat\n", marker=MARKER, run=(2, 1))
    (comment,) = fake.world.repositories[NAME].comments.values()
    assert comment["body"] == f"{MARKER}\n<!-- assay-run:2.1 -->\n{WITHHELD}"


@pytest.mark.parametrize("marker", ["<!-- assay:a:b --><b>", "<b>", "<!-- other:a:b -->", "<!-- assay:a--b:c -->"])
def test_a_marker_that_is_none_is_no_way_around(fake: FakeGitHub, client: Client, marker: str) -> None:
    with pytest.raises(HarmfulTextError):
        write_comment(client, 7, "word", marker=marker, run=(1, 1))
    assert fake.journal == []


def test_a_harmful_summary_is_not_written_and_a_fixed_text_says_so(tmp_path: Path) -> None:
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    with pytest.raises(HarmfulTextError, match="The summary was not posted"):
        write_summary(environment, "[see](https://evil.example)")
    assert (tmp_path / "summary").read_text() == WITHHELD + "\n"


def test_a_release_with_a_harmful_text_is_not_begun(fake: FakeGitHub, client: Client) -> None:
    wanted = Release(tag="loans@v1.0.0", tag_object="c" * 40, title="loans 1.0.0", text="<img src=x>", assets={})
    with pytest.raises(HarmfulTextError, match="The text of the release was not posted"):
        publish_release(client, wanted)
    assert fake.journal == []
