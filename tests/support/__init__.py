"""What test modules share; a failing `assert` in here tells its values, as one in a test does."""

import pytest

pytest.register_assert_rewrite("tests.support")
