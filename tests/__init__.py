"""Tests; a failing `assert` in what they share tells its values, as one in a test does."""

import pytest

pytest.register_assert_rewrite("tests.support")
