"""Which registered version people are led to, and which one a dossier is of."""

import pytest
from tests.support.ledgers import Ledger, sha, wish

from assay.steps.releasing.registered import is_newest, is_prerelease


@pytest.mark.parametrize(
    ("version", "expected"),
    [("1.0.0", False), ("1.0.0-rc.1", True), ("1.0.0+build-7", False), ("1.0.0-rc.1+build", True)],
)
def test_a_prerelease_has_a_hyphen_before_its_build(version: str, expected: bool) -> None:
    assert is_prerelease(version) is expected


def test_the_newest_is_the_highest_that_is_whole_and_in_use() -> None:
    ledger = Ledger()
    for version in ("1.9.0", "1.10.0", "2.0.0-rc.1"):
        ledger.ask(wish("register", version))
    assert [version for version in ledger.chain().versions() if is_newest(ledger.chain(), version)] == ["1.10.0"]
    assert not is_newest(ledger.chain(), "3.0.0")
    for stage in ("staging", "production", "retirement"):
        ledger.ask(wish("promote", "1.10.0", stage, decision=sha(stage)))
    assert [version for version in ledger.chain().versions() if is_newest(ledger.chain(), version)] == ["1.9.0"]
