"""The block that a check gives as an example is one that the check accepts."""

import pytest

from assay.checks import CHECKS
from assay.manifest.yaml_strict import load


@pytest.mark.parametrize("name", CHECKS.names())
def test_the_example_is_a_block_of_the_check(name: str) -> None:
    check = CHECKS.load(name)
    assert bool(check.EXAMPLE) != check.OPTIONAL_BLOCK
    if check.EXAMPLE:
        block = load(check.EXAMPLE.encode(), name).value
        check.Spec.model_validate(block)
