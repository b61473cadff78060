"""What every test may rely on: a scrubbed environment, real engines or a word that they are missing, and a repository."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from assay.cli import main
from tests.support.canaries import Canaries, planted
from tests.support.command_line import Assay, Ended
from tests.support.repositories import Repository, write_repository
from tests.support.scrubbing import scrub

# A change is judged by the same examples each time; the nightly workflow goes on looking with new ones.
settings.register_profile("change", derandomize=True, deadline=None, max_examples=40)
settings.register_profile("nightly", print_blob=True, deadline=None, max_examples=100)
settings.load_profile("change")


@pytest.fixture(autouse=True)
def _scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    scrub(monkeypatch)


@pytest.fixture(scope="session", autouse=True)
def _signals_as_in_a_terminal() -> None:
    """Commands that the tests start would inherit what `nohup` or a shell's `&` ignores."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def canaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canaries]:
    """G6, F-5: secrets where models look for them; when all tests have run, no dossier holds one."""
    base = tmp_path_factory.getbasetemp()
    with planted(base) as found:
        yield found
        assert found.found_in(base) == []


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


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = write_repository(tmp_path / "repository")
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def modelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = write_repository(tmp_path / "repository", model=True)
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def assay(capsys: pytest.CaptureFixture[str], canaries: Canaries) -> Assay:
    def run(*arguments: str) -> Ended:
        code = main(arguments)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert canaries.secret not in said.out + said.err
        return Ended(code, said.out, said.err)

    return run
