"""Nothing that others wrote becomes markup in a comment, and no comment is too large or silent about a gate (G1, G2, G5)."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it.token import Token
from tests.support import hostile_dossiers, sample_changes
from tests.support.hostile_dossiers import children_of, is_seen, poison, poisoned, tokens_of
from tests.support.thoroughness import examples

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Decision, Ruling
from assay.dossier.plan_parts import ManifestChange
from assay.edges.github.posted_text import MOST_IN_SUMMARY, harm_in
from assay.render import annotations, comment, summary
from assay.render.wording.provenance import Provenance, Signature

PAYLOADS = (
    *hostile_dossiers.PAYLOADS,
    "</summary></details>",
    "<!-- assay:mortgage-approval:validation -->",
    "```",
    "' ; id #",
)
HOSTILE = hostile_dossiers.HOSTILE | st.sampled_from(PAYLOADS)
SETTINGS = settings(max_examples=examples(40), deadline=None)
OUR_HTML = re.compile(
    r"<details><summary>(?:[0-9,]+ polic(?:y that passes|ies that pass)|Model card|Every bar that moved|Reference and current|The plan and its digests)"
    r"</summary>|</details>"
)
MARKS = "(?:❌|❔|🚫|⚠️)"
OUTCOMES = ("pass", "fail", "inconclusive", "not_evaluated")


def hostile(text: str) -> dict[str, Any]:
    """All that a comment is made of, with `text` in place of everything that somebody else may have written."""
    pages: Dossier = poisoned(text)
    assert pages.plan is not None
    changes = tuple(
        ManifestChange.model_validate(poison(change.model_dump(), text, "")) for change in sample_changes.changes()
    )
    base = Decision.model_validate(poison(sample_changes.base().model_dump(), text, ""))
    return {
        "pages": Dossier(
            manifest=pages.manifest,
            plan=pages.plan.model_copy(update={"changes": changes}),
            predictions=pages.predictions,
            evidence=pages.evidence,
            decision=pages.decision,
            card=pages.card,
        ),
        "base": base,
        "judged_by": text,
        "revision": text,
        "provenance": Provenance(
            preview=True,
            signature=Signature(signer=text, scheme=text, time=text, bundle=text, verified=len(text) % 2 == 0),
            command=shlex.join(["gh", "run", "download", "1", "--name", text]),
        ),
    }


def shape(text: str) -> list[tuple[str, str]]:
    """The blocks of a comment; a marker or details of ours are named, foreign HTML would be named by what it says."""
    return [
        (token.type, token.content.strip() if token.type == "html_block" else token.tag) for token in tokens_of(text)
    ]


def unmarked(blocks: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The blocks after the marker; the fence of a command is left out where that would be too long to copy."""
    return [block for block in blocks[1:] if block[0] != "fence"]


def html_of(tokens: list[Token]) -> list[str]:
    """Every piece of HTML, block or inline."""
    return [
        token.content.strip()
        for token in (*tokens, *children_of(tokens))
        if token.type in {"html_block", "html_inline"}
    ]


PLAIN = hostile("plain")
PLAIN_SHAPE = shape(comment.render(**PLAIN))


def test_the_text_reaches_every_part() -> None:
    shown = comment.render(**PLAIN)
    assert shown.count("plain") > 50
    assert "Left out" not in shown
    assert "held back" in shown
    assert "Compared with the base" in shown


@SETTINGS
@given(HOSTILE)
@example("\\")
@example("</summary></details>")
@example("```")
def test_a_comment_keeps_its_shape_and_gains_no_markup_g1(text: str) -> None:
    shown = comment.render(**hostile(text))
    tokens = tokens_of(shown)
    assert unmarked(shape(shown)) == unmarked(PLAIN_SHAPE)
    marker, *details = html_of(tokens)
    assert re.fullmatch(r"<!-- assay:[a-z0-9/%-]+:[a-z0-9/%-]+ -->", marker)
    assert all(OUR_HTML.fullmatch(each) for each in details)
    assert harm_in(shown, most=60_000, hidden=(marker,)) == ()
    assert harm_in(summary.render(**hostile(text)), most=MOST_IN_SUMMARY) == ()
    fenced = [token for token in tokens if token.type == "fence"]
    assert sum(each.content.startswith("assay check ") for each in fenced) == 1 or "must give `sha256:" in shown
    for each in fenced:
        assert re.fullmatch(
            r"assay check --stage .+(?: \\\n  --[a-z-]+ .+)+\n|gh run download 1 --name .+\n", each.content
        )
        shown = shown.replace(each.content, "")
    assert not re.search(r"@\w|#\d", shown)


@SETTINGS
@given(HOSTILE)
def test_the_verdict_is_said_once_and_first_g2(text: str) -> None:
    first, verdict, *rest = comment.render(**hostile(text)).splitlines()
    assert first.startswith("<!-- assay:")
    assert verdict.startswith("### 🔴 Gate closed · ")
    assert not [line for line in rest if line.startswith("<!--")]
    assert all(re.match(rf"#### {MARKS} `", line) for line in rest if line.startswith("#"))
    assert summary.render(**hostile(text)).splitlines()[0] == verdict


@pytest.mark.parametrize("text", PAYLOADS)
def test_each_known_payload_is_harmless_in_every_detail(text: str) -> None:
    for limit in (60_000, 12_000, 4_000):
        shown = comment.render(**hostile(text), limit=limit)
        assert len(shown.encode()) <= limit
        marker = shown.partition("\n")[0]
        assert harm_in(shown, most=limit, hidden=(marker,)) == ()
        assert harm_in(shown, most=limit) == ("a hidden line in line 1",)
        assert all(OUR_HTML.fullmatch(each) for each in html_of(tokens_of(shown))[1:])


@settings(max_examples=examples(40), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(OUTCOMES), st.booleans(), HOSTILE), max_size=60),
    st.integers(min_value=4_000, max_value=30_000),
)
def test_a_limit_is_kept_and_no_gate_is_lost_g5(told: list[tuple[str, bool, str]], limit: int) -> None:
    shown = comment.render(crowd(told), limit=limit)
    assert len(shown.encode()) <= limit
    expected = sum(outcome != "pass" for outcome, _, _ in told)
    assert rows_of(shown) + counted_in(shown) == expected


@pytest.mark.parametrize("limit", [4_000, 60_000])
def test_five_thousand_gates_are_told_or_counted_g5(limit: int) -> None:
    known = {name: each for name, each in hostile("@📈" * 20).items() if name != "pages"}
    shown = comment.render(crowd([("fail", True, "@📈" * 20)] * 5_000), **known, limit=limit)
    assert len(shown.encode()) <= limit
    assert rows_of(shown) + counted_in(shown) == 5_000


@pytest.mark.parametrize("text", ["@" * 1_000, "📈" * 1_000, "`" * 1_000, "@`" * 500, "|" * 1_000])
def test_the_least_limit_is_kept_whatever_is_written_g5(text: str) -> None:
    known = hostile(text)
    assert len(comment.render(**known, limit=4_000).encode()) <= 4_000
    other = known["base"].model_copy(update={"stage": f"{text}2"})
    assert len(comment.render(**{**known, "base": other}, limit=4_000).encode()) <= 4_000


@SETTINGS
@given(HOSTILE)
def test_a_runner_reads_one_command_a_line_g3(text: str) -> None:
    shown = annotations.render(poisoned(text), folder=text)
    lines = shown.splitlines()
    assert len(lines) == len(annotations.render(PLAIN["pages"]).splitlines()) == 3
    for line in lines:
        assert re.fullmatch(r"::error file=[^:,]*,line=[0-9]+,title=[^:,]*::.*", line)
        assert line.count("::") == 2
        assert "##[" not in line
        assert all(is_seen(character) or character == "\u2060" for character in line)


def crowd(told: list[tuple[str, bool, str]]) -> Dossier:
    """A decision of many rulings: an outcome, whether it blocks, and a text for all that others may write."""
    pages: Dossier = sample_changes.changed()
    assert pages.decision is not None
    one = pages.decision.rulings[2]
    rulings = tuple(
        one.model_copy(
            update={
                **dict.fromkeys(("title", "remedy"), text),
                "policy": f"gate{index}/{text}",
                "outcome": outcome,
                "opens": outcome == "pass",
                "effect": "block" if blocks else "warn",
                "reasons": (text,),
            }
        )
        for index, (outcome, blocks, text) in enumerate(told)
    )
    return Dossier(plan=pages.plan, decision=pages.decision.model_copy(update={"rulings": rulings}))


def rows_of(shown: str) -> int:
    """How many gates have a block or a row of their own; those that pass have neither."""
    own = rf"^#### {MARKS} `+ ?gate[0-9]+/|^\| `+ ?gate[0-9]+/.*\| {MARKS}\u00a0"
    return len(re.findall(own, shown, re.MULTILINE))


def counted_in(shown: str) -> int:
    """How many gates are only counted."""
    found = re.search(r"^\*\*(?:And )?([0-9,]+) more not listed: ", shown, re.MULTILINE)
    return int(found[1].replace(",", "")) if found else 0


def test_a_ruling_knows_no_field_that_these_laws_do_not_fill() -> None:
    assert set(Ruling.model_fields) == {
        *("policy", "title", "effect", "outcome", "opens", "reasons", "offenders", "bars", "waiver", "remedy")
    }
