"""The edges of the rules of promotion, each refusal with its sentence and its hint."""

from dataclasses import replace
from typing import Any

import pytest
from tests.support.ledgers import MANIFEST, NOW, Ledger, oid, sha, wish

from assay.ledger.chain import Chain, Unverified
from assay.ledger.entry import Entry
from assay.ledger.promotion_page import PromotionError
from assay.ledger.promotion_rules import follow, other_version_hint, registration_of

SKEW = 300


@pytest.fixture
def ledger() -> Ledger:
    """1.0.0 and 1.1.0 went the whole way."""
    made = Ledger()
    for version in ("1.0.0", "1.1.0"):
        made.ask(wish("register", version))
        made.ask(wish("promote", version, "staging"))
        made.ask(wish("promote", version, "production"))
    return made


def refused(ledger: Ledger, wished: Entry) -> tuple[str, str]:
    before = list(ledger.links)
    with pytest.raises(PromotionError) as caught:
        ledger.ask(wished)
    assert ledger.links == before
    return str(caught.value), caught.value.hint


def again(*request: str, **more: Any) -> Entry:
    """A request for what was done before, by a decision of today."""
    return wish(*request, **{"decision": sha("today"), **more})


@pytest.mark.parametrize(("ahead", "taken"), [(0, True), (SKEW, True), (SKEW + 1, False), (10**6, False)])
def test_a_clock_may_run_five_minutes_ahead(ledger: Ledger, ahead: int, taken: bool) -> None:
    """C4, D14: both sides of the edge."""
    wished = wish("register", "2.0.0", time=NOW + ahead)
    if taken:
        assert ledger.ask(wished).time == NOW + ahead
    else:
        told, hint = refused(ledger, wished)
        assert told.startswith("The promotion's time, 2033-05-")
        assert told.endswith("Z, is in the future.")
        assert hint == "Set this machine's clock, or pass --time."


def test_time_never_runs_back_behind_the_last_entry() -> None:
    """C4: the last entry counts, also where one before it is later."""
    ledger = Ledger()
    assert ledger.ask(wish("register", "1.0.0", time=500)).time == 500
    for seq, version, time in ((2, "1.1.0", 900), (3, "1.1.1", 100)):
        ledger.append(replace(wish("register", version, time=time), seq=seq, previous=ledger.links[-1].tag_object))
    assert ledger.ask(wish("register", "1.2.0", time=50)).time == 100
    assert ledger.ask(wish("register", "1.3.0", time=900)).time == 900


def test_an_entry_gets_its_place_whatever_it_claims(ledger: Ledger) -> None:
    """C5: the number and the tag before are the chain's to say."""
    following = follow(ledger.chain(), wish("register", "2.0.0", seq=99, previous=oid("x")), MANIFEST, now=NOW)
    assert following.made is False
    assert (following.entry.seq, following.entry.previous) == (7, ledger.links[-1].tag_object)
    first = follow(Chain(model="m"), wish("register", "2.0.0", seq=99, previous=oid("x")), MANIFEST, now=NOW)
    assert (first.entry.seq, first.entry.previous) == (1, None)
    same = follow(ledger.chain(), wish("register", "1.0.0"), MANIFEST, now=NOW)
    assert same.made is True


def test_a_broken_ledger_takes_nothing(ledger: Ledger) -> None:
    ledger.links[2] = replace(ledger.links[2], seq=9)
    told = "The ledger of m is broken: it continues with line 9 instead of 3."
    hint = "Find out who wrote it, and restore it from a sound clone; see `assay history`."
    assert refused(ledger, wish("register", "1.0.0")) == (told, hint)
    with pytest.raises(PromotionError, match=r"^The ledger of m is broken"):
        registration_of(ledger.chain(), "1.0.0")


def test_what_is_not_registered_is_named() -> None:
    ledger = Ledger()
    hint = "Run `assay register --version 9.0.0` on its commit."
    assert refused(ledger, wish("promote", "9.0.0")) == ("m 9.0.0 is not registered.", hint)
    for version in ("0.10.0", "0.9.0", "1.0.0", "1.1.0", "2.0.0-rc.1", "2.0.0"):
        ledger.ask(wish("register", version))
    known = "0.10.0, 1.0.0, 1.1.0, 2.0.0-rc.1, 2.0.0"
    assert refused(ledger, wish("promote", "9.0.0")) == (f"m 9.0.0 is not registered; the latest are {known}.", hint)
    assert registration_of(ledger.chain(), "1.0.0").tag == "m@v1.0.0"


@pytest.mark.parametrize("part", ["commit", "decision", "card", "statement", "model_digest"])
def test_a_version_is_registered_once_whatever_differs(ledger: Ledger, part: str) -> None:
    """D1: the same version on another commit, by another decision, card, signature or model."""
    other = {part: oid("other") if part == "commit" else sha("other")}
    told, hint = refused(ledger, wish("register", "1.1.0", **other))
    known = wish("register", "1.1.0")
    assert told == (
        f"m 1.1.0 is already registered: m@v1.1.0 on {known.commit[:12]}, by decision {known.decision[:19]}."
    )
    assert hint == "Nothing was written; choose the next version."
    assert ledger.ask(known).seq == 4


def test_a_commit_has_one_version(ledger: Ledger) -> None:
    told, hint = refused(ledger, wish("register", "1.2.0", commit=oid("1.0.0")))
    assert (told, hint) == (
        "This commit is already registered, as 1.0.0.",
        "A commit has one version; make a commit first.",
    )
    alone = Ledger()
    alone.ask(wish("register", "1.0.0"))
    assert refused(alone, wish("register", "1.2.0", commit=oid("1.0.0")))[0] == told
    # A promotion of the same commit is no registration of it.
    assert ledger.ask(wish("register", "1.2.0", commit=oid("1.2.0"))).seq == 7


def test_a_version_whose_tag_is_gone_is_not_registered_again(ledger: Ledger) -> None:
    """C1: what the ledger lists stays taken, though its tag does not count."""
    del ledger.tags["m@v1.1.0"]
    told, hint = refused(ledger, wish("register", "1.1.0"))
    assert told == "The tag m@v1.1.0 is unverified: the ledger lists it, but the tag is gone."
    assert hint == "Restore the tag from a clone that still has it; see `assay status`."
    assert ledger.ask(wish("register", "1.2.0")).seq == 7


def test_the_same_version_again_needs_a_decision_of_today(ledger: Ledger) -> None:
    """C12: the same request is the same entry; a new decision on the same version is a new one."""
    assert ledger.ask(wish("promote", "1.1.0", "production")).seq == 6
    renewed = ledger.ask(again("promote", "1.1.0", "production"))
    assert (renewed.seq, renewed.version) == (7, "1.1.0")
    assert ledger.ask(again("promote", "1.1.0", "production")).seq == 7


def test_a_decision_is_not_played_again(ledger: Ledger) -> None:
    """C12: once another version or decision followed, an old decision moves nothing; another stage's is another."""
    ledger.ask(again("promote", "1.1.0", "production"))
    told, hint = refused(ledger, wish("promote", "1.1.0", "production"))
    assert told == ("This decision moved 1.1.0 to production before (m#production#6); another version followed.")
    assert hint == "Run `assay check` again, so that the decision is of today."
    # The decision of another stage, or of a registration, has not moved this one.
    ledger.ask(wish("register", "1.2.0", decision=sha("shared")))
    ledger.ask(wish("promote", "1.2.0", "staging", decision=sha("shared")))
    assert ledger.ask(wish("promote", "1.2.0", "production", decision=sha("shared"))).version == "1.2.0"


def test_a_rollback_does_not_use_up_a_decision(ledger: Ledger) -> None:
    """The twin: a decision that rolled back may promote, because it has promoted nothing yet."""
    ledger.ask(wish("rollback", "1.0.0", "production", reason="complaints", decision=sha("back")))
    ledger.ask(again("promote", "1.1.0", "production"))
    assert ledger.ask(wish("rollback", "1.0.0", "production", reason="again", decision=sha("back"))).seq == 9


def test_older_versions_are_refused_and_equal_ones_are_not(ledger: Ledger) -> None:
    told, hint = refused(ledger, again("promote", "1.0.0", "production"))
    assert told == "1.0.0 is older than 1.1.0, which is in production (m#production#6)."
    assert hint == "Go back with `assay rollback`, which asks for a reason."


def test_a_version_retires_once_and_again_only_by_a_new_decision(ledger: Ledger) -> None:
    """C9: what retired comes back nowhere; that it retires again is no way back."""
    assert ledger.ask(wish("promote", "1.0.0", "retirement")).seq == 7
    assert ledger.ask(wish("promote", "1.0.0", "retirement")).seq == 7
    assert ledger.ask(again("promote", "1.0.0", "retirement")).seq == 8
    for event, stage in (("promote", "staging"), ("promote", "production"), ("rollback", "production")):
        told, hint = refused(ledger, again(event, "1.0.0", stage, reason="nostalgia"))
        assert (told, hint) == ("m 1.0.0 was retired.", PromotionError("").hint)
    assert ledger.ask(again("promote", "1.1.0", "production")).seq == 9


def test_a_registration_judged_for_retirement_retires_nothing() -> None:
    ledger = Ledger()
    ledger.ask(wish("register", "1.0.0", "staging"))
    assert not ledger.chain().retired("1.0.0")
    retired = replace(wish("register", "1.1.0", "retirement"), seq=2, previous=ledger.links[-1].tag_object)
    ledger.append(retired)
    assert not ledger.chain().retired("1.1.0")


def test_no_stage_is_skipped_and_a_registration_counts_as_its_stage() -> None:
    """C9."""
    ledger = Ledger()
    ledger.ask(wish("register", "1.0.0"))
    told, hint = refused(ledger, wish("promote", "1.0.0", "production"))
    assert told == "production follows staging, and 1.0.0 was not in staging."
    assert hint == "Promote it to staging first."
    assert refused(ledger, wish("promote", "1.0.0", "prod"))[0] == (
        "`prod` is not a stage of the manifest; its stages are validation, staging, production, retirement."
    )
    ledger.ask(wish("register", "2.0.0", "staging"))
    assert ledger.ask(wish("promote", "2.0.0", "production")).seq == 3
    # That another version was in staging is no way for this one.
    assert refused(ledger, wish("promote", "1.0.0", "production"))[0].endswith("was not in staging.")
    assert ledger.ask(wish("promote", "1.0.0", "validation")).seq == 4


def test_a_rollback_goes_where_the_version_was(ledger: Ledger) -> None:
    """C9: to a version that was in that very stage, by promotion or rollback."""
    ledger.ask(wish("register", "1.2.0"))
    ledger.ask(wish("promote", "1.2.0", "staging"))
    told, hint = refused(ledger, wish("rollback", "1.2.0", "production", reason="why not"))
    assert (told, hint) == ("1.2.0 was never in production, so you cannot roll back to it.", "Use `assay promote`.")
    registered = wish("register", "1.3.0", "production")
    ledger.ask(registered)
    assert refused(ledger, wish("rollback", "1.3.0", "production", reason="why not"))[0].startswith(
        "1.3.0 was never in"
    )
    assert refused(ledger, wish("rollback", "1.1.0", "production", reason="x")) == (
        "1.1.0 is already in production (m#production#6).",
        PromotionError("").hint,
    )
    back = ledger.ask(wish("rollback", "1.0.0", "production", reason="complaints"))
    assert ledger.ask(wish("rollback", "1.0.0", "production", reason="complaints")) == back
    assert refused(ledger, wish("rollback", "1.0.0", "production", reason="other"))[0] == (
        f"1.0.0 is already in production ({back.tag})."
    )
    assert ledger.ask(wish("rollback", "1.1.0", "production", reason="better")).version == "1.1.0"


def test_another_model_than_the_registered_one_is_named(ledger: Ledger) -> None:
    """D1."""
    for event in ("promote", "rollback"):
        told, hint = refused(ledger, again(event, "1.1.0", "production", model_digest=sha("x"), reason="r"))
        assert told == (
            "The dossier's model is not the one that m@v1.1.0 registered: its digest is "
            f"{sha('x')}, the registered one is {sha('1.1.0')}."
        )
        assert hint == other_version_hint(wish("register", "1.1.0"), "production")
    assert "its digest is missing" in refused(ledger, again("promote", "1.1.0", "production", model_digest=None))[0]
    bare = Ledger()
    bare.ask(wish("register", "1.0.0", model_digest=None))
    assert refused(bare, wish("promote", "1.0.0"))[0].endswith("the registered one is missing.")
    assert hint == (
        "Check out that version and judge it there: `git switch --detach m@v1.1.0`, `assay check --stage production`; "
        "or give the folder of its dossier with --dossier."
    )


def test_a_stage_whose_last_tag_was_moved_takes_nothing(ledger: Ledger) -> None:
    """C1."""
    del ledger.tags["m#production#6"]
    assert isinstance(ledger.chain().current("production"), Unverified)
    for event in ("promote", "rollback"):
        told, _ = refused(ledger, again(event, "1.1.0", "production", reason="r"))
        assert told == "The tag m#production#6 is unverified: the ledger lists it, but the tag is gone."
    assert ledger.ask(again("promote", "1.1.0", "staging")).seq == 7
