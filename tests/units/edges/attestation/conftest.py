"""Real keys of both schemes."""

import pytest
from tests.support.keys import SCHEMES, Pair, make_pair


@pytest.fixture(params=SCHEMES)
def pair(request: pytest.FixtureRequest) -> Pair:
    return make_pair(request.param)
