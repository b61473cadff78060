"""What every test may rely on: a scrubbed environment, and real engines that are required or said to be missing."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.support")

# A change is judged by the same examples each time; the nightly workflow goes on looking with new ones.
settings.register_profile("change", derandomize=True, deadline=None)
settings.register_profile("nightly", print_blob=True, deadline=None)
settings.load_profile("change")

FOREIGN = ("GITHUB_", "RUNNER_", "ACTIONS_", "INPUT_", "ASSAY_")


@pytest.fixture(autouse=True)
def _scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(FOREIGN) and not name.startswith("ASSAY_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def opa() -> str:
    found = shutil.which("opa")
    if found is None:
        message = "OPA is not on PATH, so nothing was tested against it."
        if os.environ.get("ASSAY_TEST_REQUIRE_OPA"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def project() -> Path:
    return Path(__file__).parent.parent
