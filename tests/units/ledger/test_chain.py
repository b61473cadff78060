"""What a chain says of its tags and lines, and that the tags alone say the same where nothing is wrong."""

from dataclasses import replace
from typing import Any

import pytest
from tests.support.ledgers import MANIFEST, NOW, Ledger, oid, wish

from assay.ledger.chain import Chain, Link, Tag, Unverified, Unvouched, stage_of
from assay.ledger.chain_building import build_chain, build_chain_quickly
from assay.ledger.entry import Entry, tag_text
from assay.ledger.promotion_page import PromotionError
from assay.ledger.promotion_rules import follow

LAST = "m#production#3"


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.ask(wish("register", "1.0.0", time=1_000))
    made.ask(wish("promote", "1.0.0", "staging", time=2_000))
    made.ask(wish("promote", "1.0.0", "production", time=3_000))
    return made


def quick(ledger: Ledger) -> Chain | None:
    return build_chain_quickly("m", ledger.links[-1], ledger.tags)


def test_the_tags_alone_give_the_same_chain(ledger: Ledger) -> None:
    ledger.tags["m@created"] = Tag("m@created", oid("x"), "commit", b"")
    ledger.tags["unrelated"] = Tag("unrelated", oid("y"), "commit", b"")
    whole, found = ledger.chain(), quick(ledger)
    assert found is not None
    assert found == replace(whole, links=())
    assert (whole.model, whole.head, len(whole.links)) == ("m", ledger.links[-1].commit, 3)
    assert [each.tag for each in whole.strays] == ["m@created"]
    assert build_chain("m", [], {}) == Chain(model="m")


def forged(ledger: Ledger, **parts: Any) -> None:
    """The last tag with other content, and its ledger line made to fit."""
    entry = ledger.tags[LAST].entry
    assert entry is not None
    name = parts.pop("name", LAST)
    raw = tag_text(replace(entry, **parts))
    ledger.tags[name] = Tag(name, oid(raw), "tag", raw)
    ledger.links[-1] = replace(ledger.links[-1], tag=name, tag_object=oid(raw))


MESSAGE = "its message is not the message of a promotion"


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"seq": 4}, MESSAGE),
        ({"stage": "staging"}, MESSAGE),
        ({"model": "n"}, MESSAGE),
        ({"previous": oid("elsewhere")}, "it does not name the tag before it in the ledger"),
        ({"previous": None, "previous_line": None}, "it does not name the tag before it in the ledger"),
        ({"seq": 4, "name": "m#production#4"}, "it does not name the tag before it in the ledger"),
    ],
)
def test_a_tag_that_says_something_else_than_its_line(ledger: Ledger, parts: dict[str, Any], why: str) -> None:
    """C1, C5: another number, stage or model, or another tag before it; neither reading counts it."""
    forged(ledger, **parts)
    assert ledger.chain().entries[-1] == Unverified(ledger.links[-1].tag, why)
    assert ledger.chain().unverified() == (Unverified(ledger.links[-1].tag, why),) or parts.get("name")
    assert quick(ledger) is None


def test_what_was_in_a_stage_before_its_last_line_was_cut_off(ledger: Ledger) -> None:
    """T-cut-ledger: the tag says since when the stage is unknown."""
    ledger.links.pop()
    assert quick(ledger) is None
    assert ledger.chain().until(2_999).stages() == ("staging",)
    assert ledger.chain().until(3_000).current("production") == ledger.chain().strays[0]


@pytest.mark.parametrize("left", [0, 1, 2])
def test_lines_that_were_cut_off_are_told_by_their_tags(ledger: Ledger, left: int) -> None:
    """T-cut-ledger: also the first line, whose tag names no tag before it."""
    del ledger.links[left:]
    chain = ledger.chain()
    assert [each.entry.seq for each in chain.cut_off()] == [1, 2, 3][left:]
    assert chain.broken is not None
    assert chain.broken.startswith(f"it ends with line {left}, but {LAST} has line 3. ")


def test_a_line_that_was_written_again_under_its_own_tag(ledger: Ledger) -> None:
    """T-cut-ledger: such as with the signature of another key; the next tag names the line as it was."""
    ledger.links[1] = replace(ledger.links[1], commit=oid("again"))
    ledger.links[2] = replace(ledger.links[2], parents=(oid("again"),))
    (found,) = ledger.chain().unverified()
    why = "it does not name the line before it: somebody wrote that part of the ledger again"
    assert (found.tag, found.reason) == (LAST, why)
    assert quick(ledger) is None


def test_tags_of_older_versions_name_no_line() -> None:
    """T-cut-ledger: they count, and newer ones may follow them."""
    made = Ledger()
    made.ask(wish("register", "1.0.0"))
    made.append(wish("promote", "1.0.0", "staging", seq=2, previous=made.links[0].tag_object))
    made.ask(wish("promote", "1.0.0", "production"))
    assert [each.previous_line for each in made.chain().sound()] == [None, None, made.links[1].commit]
    assert made.chain().broken is None
    assert quick(made) == replace(made.chain(), links=())


def test_a_tag_of_another_model_does_not_count(ledger: Ledger) -> None:
    """D1: a whole ledger of one model under the name of another."""
    for entry in build_chain("n", ledger.links, ledger.tags).entries:
        assert isinstance(entry, Unverified)
        assert entry.reason == MESSAGE
    assert build_chain_quickly("n", ledger.links[-1], ledger.tags) is None


def test_a_tag_that_is_gone_or_moved_says_so(ledger: Ledger) -> None:
    """C1."""
    moved = "the tag's object differs from the ledger's: somebody moved the tag or made it again"
    kept = ledger.tags[LAST]
    ledger.tags[LAST] = Tag(LAST, oid("other"), "tag", kept.raw)
    assert ledger.chain().entries[-1] == Unverified(LAST, moved)
    assert quick(ledger) is None
    ledger.tags[LAST] = Tag(LAST, kept.object, "commit", kept.raw)
    assert ledger.tags[LAST].entry is None
    assert ledger.chain().entries[-1] == Unverified(LAST, MESSAGE)
    assert quick(ledger) is None
    del ledger.tags[LAST]
    assert ledger.chain().entries[-1] == Unverified(LAST, "the ledger lists it, but the tag is gone")
    assert quick(ledger) is None


def test_the_first_tag_follows_none(ledger: Ledger) -> None:
    """C5: a chain that was cut at its beginning is not one."""
    first = ledger.tags["m@v1.0.0"].entry
    assert first is not None
    raw = tag_text(replace(first, previous=oid("earlier")))
    ledger.tags["m@v1.0.0"] = Tag("m@v1.0.0", oid(raw), "tag", raw)
    ledger.links[0] = replace(ledger.links[0], tag_object=oid(raw))
    assert ledger.chain().entries[0] == Unverified("m@v1.0.0", "it does not name the tag before it in the ledger")
    alone = Ledger()
    alone.append(replace(first, previous=oid("earlier")))
    assert quick(alone) is None
    assert build_chain_quickly("m", Link("c", (), 0, "m@v1.0.0", oid(raw)), {}) is None
    assert build_chain_quickly("m", replace(ledger.links[-1], tag="m#staging#2"), ledger.tags) is None


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"parents": ("before", "other")}, "its line 3 does not follow the line before it"),
        ({"parents": ()}, "its line 3 does not follow the line before it"),
        ({"parents": ("other",)}, "its line 3 does not follow the line before it"),
        ({"seq": 2}, "it continues with line 2 instead of 3"),
        ({"seq": 4}, "it continues with line 4 instead of 3"),
        ({"tag": "", "commit": "abcdefabcdefabcdef"}, "its commit abcdefabcdef is not a line of a ledger"),
    ],
)
def test_a_line_that_does_not_follow_breaks_the_ledger(ledger: Ledger, parts: dict[str, Any], why: str) -> None:
    """C5: a line has one parent, the line before it; a merge of two histories is none."""
    if "parents" in parts:
        before = ledger.links[1].commit
        parts = {"parents": tuple(before if each == "before" else oid(each) for each in parts["parents"])}
    ledger.links[2] = replace(ledger.links[2], **parts)
    chain = ledger.chain()
    assert chain.broken == why
    assert [entry.seq for entry in chain.sound()] == [1, 2]
    assert chain.head == ledger.links[2].commit
    assert [stray.tag for stray in chain.strays] == [LAST]


def test_the_first_line_has_no_parent(ledger: Ledger) -> None:
    ledger.links[0] = replace(ledger.links[0], parents=(oid("before"),))
    assert ledger.chain().broken == "its line 1 does not follow the line before it"
    assert ledger.chain().entries == ()


def test_a_stage_holds_its_last_promotion(ledger: Ledger) -> None:
    chain = ledger.chain()
    assert chain.stages() == ("staging", "production")
    assert [stage_of(entry) for entry in chain.entries] == [None, "staging", "production"]
    assert stage_of(Unverified("m#canary#9", "")) == "canary"
    assert stage_of(Unverified("m@v1.0.0", "")) is None
    assert stage_of(Unverified("no tag of ours", "")) is None
    # The stage that a version was judged for when it was registered holds nothing yet.
    assert chain.current("validation") is None


def test_versions_are_in_their_order_not_that_of_letters() -> None:
    ledger = Ledger()
    for version in ("1.10.0", "1.9.0", "2.0.0", "2.0.0-rc.1"):
        ledger.ask(wish("register", version))
    ledger.ask(wish("promote", "2.0.0", "staging"))
    assert ledger.chain().versions() == ("1.9.0", "1.10.0", "2.0.0-rc.1", "2.0.0")


def test_the_chain_of_a_day_ends_with_that_second(ledger: Ledger) -> None:
    chain = replace(ledger.chain(), broken="somewhere")
    for seconds, count in ((999, 0), (1_000, 1), (1_999, 1), (2_000, 2), (3_000, 3), (9_000, 3)):
        then = chain.until(seconds)
        assert len(then.entries) == count, seconds
        assert (then.model, then.head, then.broken) == ("m", ledger.links[-1].commit, "somewhere")


def test_what_does_not_count_stays_in_the_history_of_a_day(ledger: Ledger) -> None:
    """C1: a tag that is gone has no time, so it is not taken for one of later."""
    del ledger.tags["m#staging#2"]
    assert [type(entry) for entry in ledger.chain().until(2_500).entries] == [Entry, Unverified]


def test_a_tag_by_hand_says_what_it_is(ledger: Ledger) -> None:
    """C2, C11, C14: each shape has its sentence."""
    text = tag_text(replace(wish("promote", "1.0.0", "production"), seq=9, previous=oid("8")))
    far = b"object " + b"a" * 190 + b"\ntype commit\n"
    shapes = {
        "m#production#9": ("tag", text, "the ledger does not list it"),
        "m#production#8": ("tag", b"object x\ntype commit\n\nhello", f"it was made by hand: {MESSAGE}"),
        "m#production#7": ("tag", text.replace(b"type commit", b"type tree"), "it does not tag a commit"),
        "m#production#6": ("tag", far, "it does not tag a commit"),
        "m#production#5": ("commit", text, "it is a lightweight tag, so it carries no promotion"),
        "M#production#4": ("tag", text, "it differs from `m` only in upper and lower case"),
    }
    for name, (kind, raw, _) in shapes.items():
        ledger.tags[name] = Tag(name, oid(name), kind, raw)
    assert {each.tag: each.reason for each in ledger.chain().strays} == {
        name: why for name, (_, _, why) in shapes.items()
    }
    assert ledger.chain().unverified() == ledger.chain().strays


def unsigned(chain: Chain, *tags: str) -> Chain:
    """The chain with some entries that nobody whose key counts signed."""
    entries = tuple(Unvouched(each.tag, "unsigned") if each.tag in tags else each for each in chain.entries)
    return replace(chain, entries=entries)


def test_what_nobody_vouches_for_counts_no_more_than_it_stands() -> None:
    """C2, D13: an unsigned entry that was followed is history; one that stands last is told."""
    ledger = Ledger()
    for version in ("1.0.0", "1.1.0"):
        ledger.ask(wish("register", version))
        ledger.ask(wish("promote", version, "staging"))
    chain = unsigned(ledger.chain(), "m#staging#2")
    assert chain.unverified() == ()
    assert chain.last_sound("staging") == ledger.chain().current("staging")
    chain = unsigned(ledger.chain(), "m#staging#4")
    assert [each.tag for each in chain.unverified()] == ["m#staging#4"]
    last = chain.last_sound("staging")
    assert last is not None
    assert last.version == "1.0.0"
    assert chain.last_sound("production") is None
    both = unsigned(ledger.chain(), "m#staging#2", "m#staging#4")
    assert [each.tag for each in both.unverified()] == ["m#staging#4"]
    assert both.last_sound("staging") is None
    # What anybody may promote next follows the last that counts.
    again = wish("promote", "1.0.0", "staging", decision="sha256:" + "1" * 64)
    assert follow(chain, again, MANIFEST, now=NOW).entry.version == "1.0.0"
    with pytest.raises(PromotionError, match=r"1\.0\.0 is older than 1\.1\.0"):
        follow(ledger.chain(), again, MANIFEST, now=NOW)
