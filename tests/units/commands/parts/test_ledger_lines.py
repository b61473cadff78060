"""Chains on the terminal: aligned rows, nothing that moves the cursor, and what does not count."""

from dataclasses import replace

import pytest
from tests.support.ledgers import Ledger, oid, wish

from assay.commands.parts.ledger_lines import entry_document, entry_row, is_sound, printable, table, warnings
from assay.ledger.chain import Tag, Unverified


def test_columns_are_aligned_and_the_last_is_as_long_as_it_is() -> None:
    assert table([("a", "bb", "c"), ("aaa", "b", "")]) == "a    bb  c\naaa  b\n"
    assert table([]) == ""


@pytest.mark.parametrize("sign", ["\x1b", "\r", "\n", "\u202e", "\x00"])
def test_a_line_stays_one_line(sign: str) -> None:
    assert printable(f"a{sign}b") == "a\ufffdb"
    assert table([(f"a{sign}b", "c")]) == "a\ufffdb  c\n"


def test_an_entry_is_a_row_and_a_document() -> None:
    ledger = Ledger()
    ledger.ask(wish("register", "1.0.0"))
    for stage in ("staging", "production"):
        ledger.ask(wish("promote", "1.0.0", stage))
    entry = ledger.chain().sound()[-1]
    assert entry_row(entry)[0::2] == ("3", "promoted", "1.0.0")
    assert entry_row(replace(entry, reason="complaints"))[-1] == "1.0.0  complaints"
    document = entry_document(entry)
    assert document is not None
    assert (document["tag"], document["verified"], document["stage"]) == ("m#production#3", True, "production")
    assert "reason" not in document
    assert entry_document(None) is None


def test_what_does_not_count_is_a_line() -> None:
    ledger = Ledger()
    ledger.ask(wish("register", "1.0.0"))
    assert is_sound([ledger.chain()])
    assert warnings([ledger.chain()]) == []
    ledger.tags["m#production#9"] = Tag("m#production#9", oid("x"), "commit", b"")
    assert not is_sound([ledger.chain()])
    (line,) = warnings([ledger.chain()])
    assert line.startswith("UNVERIFIED  m#production#9: ")
    stray = Unverified("m#production#9", "by hand")
    assert entry_row(stray) == ("?", "", "UNVERIFIED", "m#production#9", "by hand")
    assert entry_document(stray) == {"tag": "m#production#9", "verified": False, "reason": "by hand"}
