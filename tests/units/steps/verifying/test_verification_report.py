"""What several verifications found is told as one."""

from assay.steps.verifying.verification_report import Verification, combine


def test_everything_is_told_in_order() -> None:
    parts = (
        Verification(checked=("a", "b")),
        Verification(unknown=("c",)),
        Verification(),
        Verification(checked=("d",), unknown=("e",)),
    )
    assert combine(iter(parts)) == Verification(checked=("a", "b", "d"), unknown=("c", "e"))
    assert combine(()) == Verification()
