"""Laws of promotion: what is written is read again, what is hostile is neither, and any walk leaves one linear chain."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.ledgers import Ledger, oid, sha, wish
from tests.support.thoroughness import examples

from assay.errors import UsageError
from assay.ledger.entry import Entry, read_tag_text, tag_text
from assay.ledger.promotion_page import PromotionError
from assay.ledger.tag_names import ledger_ref, model_of_ledger, precedence, read_tag_name, stage_tag, version_tag

MODEL = st.from_regex(r"[a-z][a-z0-9]{0,5}([-/][a-z0-9]{1,5}){0,3}", fullmatch=True)
STAGE = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
NUMBER = st.integers(0, 999).map(str)
VERSION = st.builds(
    lambda core, before, built: ".".join(core) + (f"-{before}" if before else "") + (f"+{built}" if built else ""),
    st.tuples(NUMBER, NUMBER, NUMBER),
    st.none() | st.from_regex(r"(0|[1-9][0-9]?|[a-z-]{1,4})(\.(0|[1-9][0-9]?|[a-z]{1,4})){0,2}", fullmatch=True),
    st.none() | st.from_regex(r"[0-9a-z-]{1,5}(\.[0-9a-z]{1,4})?", fullmatch=True),
).filter(lambda version: not version.endswith(".lock"))
HOSTILE = st.text(
    alphabet=st.sampled_from(list("am1.@#!v-/=_$`;|&<>\\'\"\n\r\t\0 {}~^:?*[é\u200b\u202eА")), max_size=12
)
OID = st.from_regex(r"[0-9a-f]{40}", fullmatch=True)
DIGEST = st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True)
REASON = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(
    lambda text: text.isprintable() and text == text.strip() != ""
)


@given(MODEL, VERSION, STAGE, st.integers(1, 10**9))
def test_written_names_are_read_again(model: str, version: str, stage: str, seq: int) -> None:
    """C8."""
    registered, moved = read_tag_name(version_tag(model, version)), read_tag_name(stage_tag(model, stage, seq))
    assert registered is not None
    assert (registered.artifact, registered.kind, registered.version) == (model, "register", version)
    assert moved is not None
    assert (moved.artifact, moved.kind, moved.stage, moved.counter) == (model, "assign", stage, seq)
    assert model_of_ledger(ledger_ref(model)) == model


@settings(max_examples=examples(60), deadline=None)
@given(MODEL, VERSION, STAGE)
def test_git_takes_every_written_name(model: str, version: str, stage: str) -> None:
    for ref in (
        f"refs/tags/{version_tag(model, version)}",
        f"refs/tags/{stage_tag(model, stage, 1)}",
        ledger_ref(model),
    ):
        assert subprocess.run(["git", "check-ref-format", ref], check=False).returncode == 0, ref


@settings(max_examples=examples(2_000))
@given(HOSTILE)
def test_hostile_names_are_refused(text: str) -> None:
    """C7, C8: nothing outside letters, digits and `. - / _ = + @ # !` is ever read or written."""
    harmless = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-/_=+@#!")
    if read_tag_name(text) is not None:
        assert set(text) <= harmless
        assert not text.startswith("-")
    for write in (lambda: version_tag(text, "1.0.0"), lambda: version_tag("m", text), lambda: stage_tag("m", text, 1)):
        try:
            written = write()
        except UsageError:
            continue
        assert set(written) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-/+@#")
        assert read_tag_name(written) is not None


@given(
    st.fixed_dictionaries(
        {
            "event": st.sampled_from(["register", "promote", "rollback"]), "model": MODEL, "version": VERSION, "stage": STAGE,
            "commit": OID, "time": st.integers(0, 99_999_999_999), "decision": DIGEST, "card": DIGEST,
            "statement": st.none() | DIGEST, "model_digest": st.none() | DIGEST, "environment": st.none() | DIGEST, "previous": st.none() | OID,
            "seq": st.integers(1, 10**14), "reason": st.none() | REASON, "branch": st.none() | REASON,
            "evidence": st.sampled_from([None, "measured again"]) | REASON.map(lambda text: f"signed by {text}"),
        }
    ),
    st.data(),
)  # fmt: skip
def test_a_tag_is_read_as_it_was_written_or_not_at_all(said: dict[str, Any], data: st.DataObject) -> None:
    entry = Entry(**said)
    raw = tag_text(entry)
    assert read_tag_text(raw) == entry
    place = data.draw(st.integers(0, len(raw) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[place]))
    changed = raw[:place] + bytes([other]) + raw[place + 1 :]
    found = read_tag_text(changed)
    assert found is None or tag_text(found) == changed


@given(VERSION, VERSION, VERSION)
def test_precedence_is_an_order(a: str, b: str, c: str) -> None:
    assert precedence(a) <= precedence(a)
    assert precedence(a) <= precedence(b) or precedence(b) <= precedence(a)
    if precedence(a) <= precedence(b) <= precedence(c):
        assert precedence(a) <= precedence(c)


ASKED = st.tuples(
    st.sampled_from(["register", "promote", "rollback"]),
    st.sampled_from(["1.0.0", "1.1.0", "2.0.0"]),
    st.sampled_from(["staging", "production", "retirement"]),
    st.integers(0, 2),
)


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(ASKED, max_size=25))
def test_any_walk_leaves_one_linear_chain(asked: list[tuple[str, str, str, int]]) -> None:
    """C3, C5, C9: counted without gap, each stage one step on from the last, asked twice is written once."""
    ledger = Ledger()
    for event, version, stage, judged in asked:
        where = "validation" if event == "register" else stage
        wished = wish(event, version, where, decision=sha(f"{version} {where} {judged}"), commit=oid(version),
                      reason="because" if event == "rollback" else None)  # fmt: skip
        before = len(ledger.links)
        try:
            made = ledger.ask(wished)
        except PromotionError:
            assert len(ledger.links) == before
            continue
        assert ledger.ask(wished).seq == made.seq
    chain = ledger.chain()
    assert chain.broken is None
    assert not chain.unverified()
    assert [entry.seq for entry in chain.sound()] == list(range(1, len(ledger.links) + 1))
    assert [entry.previous for entry in chain.sound()] == [None, *(link.tag_object for link in ledger.links[:-1])][
        : len(ledger.links)
    ]
    highest: dict[str, str] = {}
    for entry in chain.sound():
        if entry.event == "promote":
            assert entry.stage not in highest or precedence(entry.version) >= precedence(highest[entry.stage])
        if entry.event != "register":
            highest[entry.stage] = entry.version
            first = next(
                each.seq for each in chain.sound() if (each.event, each.version) == ("register", entry.version)
            )
            assert first < entry.seq


def test_ten_thousand_hostile_names(tmp_path: Path) -> None:
    """C8: every name made of a sound one and one hostile sign is refused."""
    hostile = [
        chr(number)
        for number in (*range(33), *map(ord, "$`;|&<>\\'\"{}~^:?*[]()%,!"), 0x7F, 0xA0, 0x200B, 0x202E, 0x430, 0xE9)
    ]
    names = [f"{'model'[:cut]}{sign}{'model'[cut:]}" for cut in range(6) for sign in hostile]
    names += [f"{a}m{b}{c}" for a in hostile for b in hostile for c in hostile[::20]]
    assert len(names) > 10_000
    for name in names:
        with pytest.raises(UsageError):
            version_tag(name, "1.0.0")
