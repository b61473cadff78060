"""An environment without what the runner of the tests says to commands."""

from __future__ import annotations

import os

import pytest

FOREIGN = ("GITHUB_", "RUNNER_", "ACTIONS_", "INPUT_", "ASSAY_")


def scrub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Removes what the runner of the tests says to commands."""
    for name in list(os.environ):
        if name.startswith(FOREIGN) and not name.startswith("ASSAY_TEST_"):
            monkeypatch.delenv(name)
