"""The chain and its rules: order by chain, strictly counted, and nothing by hand counts (threats C1, C2, C4, C5, C9, C11)."""

from dataclasses import replace
from typing import Any

import pytest
from tests.support.ledgers import NOW, Ledger, oid, sha, wish

from assay.errors import UsageError
from assay.ledger.chain import CutOff, Link, Tag, Unverified
from assay.ledger.entry import Entry, read_tag_text, read_time, tag_text, written_reason
from assay.ledger.promotion_page import PromotionError
from assay.ledger.tag_names import ledger_ref, model_of_ledger, precedence, read_tag_name, stage_tag, version_tag


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    for version in ("1.0.0", "1.1.0"):
        made.ask(wish("register", version))
        made.ask(wish("promote", version, "staging"))
        made.ask(wish("promote", version, "production"))
    return made


def current(ledger: Ledger, stage: str = "production") -> Any:
    found = ledger.chain().current(stage)
    return found.version if isinstance(found, Entry) else found


def test_a_walk_from_registration_to_production(ledger: Ledger) -> None:
    chain = ledger.chain()
    assert [entry.seq for entry in chain.sound()] == [1, 2, 3, 4, 5, 6]
    assert [entry.tag for entry in chain.sound()] == [
        "m@v1.0.0", "m#staging#2", "m#production#3", "m@v1.1.0", "m#staging#5", "m#production#6",
    ]  # fmt: skip
    assert not chain.unverified()
    assert current(ledger) == "1.1.0"
    assert chain.sound()[5].previous == ledger.links[4].tag_object


def test_the_same_request_twice_is_one_entry(ledger: Ledger) -> None:
    before = list(ledger.links)
    assert ledger.ask(wish("promote", "1.1.0", "production")).seq == 6
    assert ledger.ask(wish("register", "1.0.0")).seq == 1
    assert ledger.links == before


def test_a_version_is_registered_once(ledger: Ledger) -> None:
    with pytest.raises(PromotionError, match="already registered"):
        ledger.ask(wish("register", "1.1.0", decision=sha("other")))
    with pytest.raises(PromotionError, match=r"This commit is already registered, as 1\.1\.0"):
        ledger.ask(wish("register", "1.2.0", commit=oid("1.1.0")))


def test_no_stage_is_skipped(ledger: Ledger) -> None:
    """C9."""
    ledger.ask(wish("register", "1.2.0"))
    with pytest.raises(PromotionError, match=r"production follows staging, and 1\.2\.0 was not in staging"):
        ledger.ask(wish("promote", "1.2.0", "production"))
    with pytest.raises(PromotionError, match="`prod` is not a stage of the manifest"):
        ledger.ask(wish("promote", "1.2.0", "prod"))
    with pytest.raises(PromotionError, match=r"m 9\.9\.9 is not registered; the latest are 1\.0\.0, 1\.1\.0, 1\.2\.0"):
        ledger.ask(wish("promote", "9.9.9", "staging"))
    ledger.ask(wish("promote", "1.2.0", "staging"))
    assert ledger.ask(wish("promote", "1.2.0", "production")).seq == 9


def test_older_only_by_rollback(ledger: Ledger) -> None:
    """C9: production goes back by `rollback`, never by `promote`."""
    with pytest.raises(PromotionError, match=r"1\.0\.0 is older than 1\.1\.0"):
        ledger.ask(wish("promote", "1.0.0", "production", decision=sha("new")))
    ledger.ask(wish("rollback", "1.0.0", "production", reason="complaints"))
    assert current(ledger) == "1.0.0"
    assert ledger.ask(wish("rollback", "1.0.0", "production", reason="complaints")).seq == 7
    with pytest.raises(PromotionError, match="already in production"):
        ledger.ask(wish("rollback", "1.0.0", "production", reason="another"))
    # C12: an old job run again does not undo the rollback; a new decision may.
    with pytest.raises(PromotionError, match="This decision moved"):
        ledger.ask(wish("promote", "1.1.0", "production"))
    assert ledger.ask(wish("promote", "1.1.0", "production", decision=sha("today"))).seq == 8


def test_no_way_back_to_where_it_never_was(ledger: Ledger) -> None:
    ledger.ask(wish("register", "0.9.0"))
    with pytest.raises(PromotionError, match="never in production"):
        ledger.ask(wish("rollback", "0.9.0", "production", reason="why not"))


def test_what_is_retired_stays_so(ledger: Ledger) -> None:
    ledger.ask(wish("promote", "1.0.0", "retirement"))
    assert ledger.chain().retired("1.0.0")
    with pytest.raises(PromotionError, match="was retired"):
        ledger.ask(wish("rollback", "1.0.0", "production", reason="nostalgia"))
    assert not ledger.chain().retired("1.1.0")


def test_another_model_than_the_registered_one(ledger: Ledger) -> None:
    with pytest.raises(PromotionError, match=r"model is not the one that m@v1\.1\.0"):
        ledger.ask(wish("promote", "1.1.0", "staging", model_digest=sha("other"), decision=sha("x")))


def test_a_moved_tag_does_not_count(ledger: Ledger) -> None:
    """C1: and the stage has no version then, rather than the one before."""
    moved = ledger.tags["m#production#6"]
    other = tag_text(replace(read_tag_text(moved.raw) or wish("promote", "1.0.0"), version="1.0.0"))
    ledger.tags["m#production#6"] = Tag(moved.name, oid(other), "tag", other)
    assert current(ledger) == Unverified(
        "m#production#6", "the tag's object differs from the ledger's: somebody moved the tag or made it again"
    )
    with pytest.raises(PromotionError, match="unverified"):
        ledger.ask(wish("promote", "1.1.0", "production"))
    del ledger.tags["m#production#6"]
    assert isinstance(current(ledger), Unverified)
    ledger.tags["m#production#6"] = moved
    assert current(ledger) == "1.1.0"


def test_made_by_hand_does_not_count(ledger: Ledger) -> None:
    """C2, C4, C11: whatever its date and its shape."""
    late = tag_text(replace(wish("promote", "1.0.0", "production"), seq=99, time=2_050_000_000))
    nested = late.replace(b"type commit", b"type tag")
    for name, kind, raw, why in (
        ("m#production#99", "tag", late, "made by hand"),
        ("m#production#98", "commit", b"", "lightweight"),
        ("m#production#97", "tag", nested, "does not tag a commit"),
        ("m#production#96", "tag", b"object x\ntype commit\n\nhello", "made by hand"),
        ("m@created", "tag", b"object x\ntype commit\n\nhello", "made by hand"),
        ("M#production#95", "tag", late, "only in upper and lower case"),
    ):
        ledger.tags[name] = Tag(name, oid(name), kind, raw)
        (stray,) = ledger.chain().strays
        assert why in stray.reason
        assert current(ledger) == "1.1.0"
        del ledger.tags[name]
    ledger.tags["unrelated"] = Tag("unrelated", oid("x"), "commit", b"")
    assert not ledger.chain().unverified()


@pytest.mark.parametrize("kept", [1, 4, 5])
def test_a_ledger_whose_end_was_cut_off(ledger: Ledger, kept: int) -> None:
    """T-cut-ledger: a tag says which line it has, so the stages that it moved have no version, and nothing follows."""
    whole = ledger.chain()
    del ledger.links[kept:]
    cut = ledger.chain()
    assert [each.tag for each in cut.cut_off()] == [each.tag for each in whole.sound()[kept:]]
    assert cut.broken is not None
    assert cut.broken.startswith(f"it ends with line {kept}, but m#production#6 has line 6. Somebody cut lines off")
    assert cut.stages() == whole.stages()
    assert isinstance(current(ledger), CutOff)
    with pytest.raises(PromotionError, match="is broken: it ends with line") as refused:
        ledger.ask(wish("register", "2.0.0"))
    assert "If m#production#6 was made by hand, delete it instead" in refused.value.hint


def test_a_line_that_was_written_again(ledger: Ledger) -> None:
    """T-cut-ledger: another entry in the place of one whose tag is still there."""
    tag = ledger.links[-1].tag
    other = wish("register", "9.9.9", seq=6, previous=ledger.links[4].tag_object)
    ledger.links.pop()
    ledger.append(other)
    assert f"{tag} has line 6, but that line lists m@v9.9.9" in (ledger.chain().broken or "")
    assert isinstance(current(ledger), CutOff)


@pytest.mark.parametrize("seq", [5, 7, 8])
def test_a_gap_or_a_reuse_breaks_the_ledger(ledger: Ledger, seq: int) -> None:
    """C5: strictly one more per model; nothing follows what is broken."""
    ledger.links[5] = replace(ledger.links[5], seq=seq)
    assert f"continues with line {seq} instead of 6" in (ledger.chain().broken or "")
    with pytest.raises(PromotionError, match="is broken"):
        ledger.ask(wish("register", "2.0.0"))


def test_a_tag_that_counts_otherwise_than_the_ledger(ledger: Ledger) -> None:
    """C5: the tag and the ledger's line must agree, also on the tag before."""
    good = read_tag_text(ledger.tags["m#production#6"].raw)
    assert good is not None
    raw = tag_text(replace(good, previous=oid("elsewhere")))
    ledger.tags["m#production#6"] = Tag("m#production#6", oid(raw), "tag", raw)
    ledger.links[5] = replace(ledger.links[5], tag_object=oid(raw))
    assert "does not name the tag before it" in current(ledger).reason


def test_lines_that_do_not_follow_one_another(ledger: Ledger) -> None:
    ledger.links[3] = replace(ledger.links[3], parents=(oid("x"),))
    assert "does not follow" in (ledger.chain().broken or "")
    assert [entry.seq for entry in ledger.chain().sound()] == [1, 2, 3]
    ledger.links[3] = Link(oid("hand"), ())
    assert "is not a line of a ledger" in (ledger.chain().broken or "")


def test_time_bends_neither_order_nor_history(ledger: Ledger) -> None:
    """C4: dates never run backwards, and none lies in the future."""
    ledger.ask(wish("register", "1.2.0", time=5_000))
    assert ledger.ask(wish("promote", "1.2.0", "staging", time=2_000)).time == 5_000
    with pytest.raises(PromotionError, match="is in the future"):
        ledger.ask(wish("promote", "1.2.0", "production", time=NOW + 3_600))
    chain = ledger.chain()
    then = chain.until(4_999).current("staging")
    assert isinstance(then, Entry)
    assert then.version == "1.1.0"
    assert chain.until(999).current("production") is None


def test_the_same_entry_is_the_same_bytes() -> None:
    entry = wish("rollback", "1.0.0", "production", seq=7, previous=oid("p"), statement=sha("s"), reason="ça ne va pas")
    raw = tag_text(entry)
    assert raw == tag_text(replace(entry))
    assert read_tag_text(raw) == entry
    for broken in (
        raw + b"\n", raw + b"Seq: 9\n", raw[:-1], raw.replace(b"Seq: 7", b"Seq: 07"), raw.replace(b"type commit", b"type tree"),
        raw.replace(b"#7\n", b"#8\n"), raw.replace(b"+0000", b"+0100"), raw.replace(b"Rolled", b"Moved"),
        raw.replace(b"\n", b"\r\n"), raw.replace("ça".encode(), b"\xff"), raw.replace("ça".encode(), b"\x1b["),
    ):  # fmt: skip
        assert broken != raw
        assert read_tag_text(broken) is None


@pytest.mark.parametrize(
    "name",
    [
        "m@v1$(id)",
        "m@v1`id`",
        "m@v1;rm",
        "m@v1|x",
        "-x@v1.0.0",
        "m @v1.0.0",
        "m@v1.0.0\n",
        "é@v1.0.0",
        "m\u200b@v1.0.0",
        "m@v1",
        "m#",
        "m#a b",
        "@{-1}",
    ],
)
def test_hostile_names_are_not_read(name: str) -> None:
    """C7, C8."""
    assert read_tag_name(name) is None


def test_all_of_gtos_grammar_is_read() -> None:
    for name, expected in {
        "m@v1.2.3": ("m", "register", "1.2.3", None, None),
        "m@v1.2.3#7": ("m", "register", "1.2.3", None, 7),
        "m@v1.2.3!#8": ("m", "deregister", "1.2.3", None, 8),
        "M_1/x#prod#12": ("M_1/x", "assign", None, "prod", 12),
        "m#prod": ("m", "assign", None, "prod", None),
        "m#prod!#13": ("m", "unassign", None, "prod", 13),
        "m@deprecated#4": ("m", "deprecated", None, None, 4),
        "m@created": ("m", "created", None, None, None),
        "a/b.c=m@v1.0.0-rc.1+b.5": ("a/b.c=m", "register", "1.0.0-rc.1+b.5", None, None),
    }.items():
        found = read_tag_name(name)
        assert found is not None
        assert (found.artifact, found.kind, found.version, found.stage, found.counter) == expected


@pytest.mark.parametrize(
    "version", ["1.2", "v1.2.3", "1.2.3-RC.1", "01.2.3", "1.2.3-x.lock", "1.2.3\n", "1.2.3 ", "1..3", "latest"]
)
def test_versions_that_are_not_written(version: str) -> None:
    with pytest.raises(UsageError):
        version_tag("m", version)


def test_what_is_written() -> None:
    assert version_tag("team/m-x", "1.2.3-rc.1+b5") == "team/m-x@v1.2.3-rc.1+b5"
    assert stage_tag("m", "data-preparation", 3) == "m#data-preparation#3"
    assert ledger_ref("team/m-x") == "refs/assay/team=m-x"
    assert model_of_ledger("refs/assay/team=m-x") == "team/m-x"
    assert model_of_ledger("refs/heads/m") is None
    for model in ("Model", "m_x", "m//x", "/m", "m/", "m" * 65, "é", ""):
        with pytest.raises(UsageError):
            version_tag(model, "1.0.0")
    with pytest.raises(UsageError):
        stage_tag("m", "Prod", 1)
    with pytest.raises(UsageError):
        stage_tag("m", "prod", 0)


def test_versions_in_order() -> None:
    ordered = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.9",
        "1.0.10",
    ]
    assert sorted({*ordered}, key=precedence) == ordered
    assert precedence("1.0.0+a") == precedence("1.0.0+b")


def test_times_and_reasons() -> None:
    assert read_time("2026-11-20") == read_time("2026-11-20T00:00:00Z") == read_time("2026-11-20T01:00:00+01:00")
    for text in ("2026-11-20T00:00:00", "yesterday", "1969-01-01", "", "2026-13-01"):
        with pytest.raises(UsageError):
            read_time(text)
    assert written_reason("  too many complaints ") == "too many complaints"
    for text in ("", "two\nlines", "a\x1b[2J", "x" * 501, "a\u2028b", "\u202eevil"):
        with pytest.raises(UsageError):
            written_reason(text)
