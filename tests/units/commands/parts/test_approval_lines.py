"""What the facts about approvals come to: an exit code, and words for every reason."""

from typing import get_args

from assay.commands.parts import approval_lines
from assay.reviews.approval import BlockReason, WhyNot
from assay.reviews.doubts import DoubtReason


def test_every_reason_has_its_words() -> None:
    assert set(approval_lines.WORDS) == set(get_args(WhyNot))
    assert set(approval_lines.CLOSING) == {*get_args(BlockReason), *get_args(DoubtReason)}
