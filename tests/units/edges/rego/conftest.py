"""Policies written for a test, and the engines that judge them."""

import dataclasses
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assay.edges.rego.bundle import Bundle, PolicyFile, read_bundle
from assay.edges.rego.engine import Engine, choose_engine
from assay.edges.rego.engines.opa import Opa
from assay.edges.rego.engines.opa_server import OpaServer
from assay.edges.rego.engines.regorus import Regorus

METADATA = """\
# METADATA
# title: {title}
# custom:
#   checks: [quality]
#   effect: block
#   risks: [high]
#   stages: [validation]
#   remedy: Fix it.
package {package}

"""
SOUND = "proven if input.sound == true\n"


def policy_text(policy: str, rules: str) -> str:
    return METADATA.format(title=f"About {policy}", package=policy.replace("/", ".")) + rules


def file_path(policy: str) -> str:
    return f"{policy}/{Path(policy).name}.rego"


def write_policy(folder: Path, policy: str, rules: str = SOUND) -> Path:
    path = folder / file_path(policy)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(policy_text(policy, rules))
    return path


@pytest.fixture
def unread_bundle() -> Callable[[str, str], Bundle]:
    """A bundle of one policy, put together by hand so that the reader could not refuse it."""

    def bundle(policy: str, rules: str) -> Bundle:
        return Bundle((PolicyFile(file_path(policy), policy_text(policy, rules).encode()),))

    return bundle


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a policy with METADATA into the folder `policies`, and returns its path."""
    return lambda policy, rules=SOUND: write_policy(tmp_path / "policies", policy, rules)


@pytest.fixture
def bundle_of(tmp_path: Path) -> Callable[[dict[str, str]], Bundle]:
    """The bundle of some policies, given as rules by id."""

    def bundle(policies: dict[str, str]) -> Bundle:
        for policy, rules in policies.items():
            write_policy(tmp_path / "policies", policy, rules)
        return read_bundle([tmp_path / "policies"])

    return bundle


@pytest.fixture(params=["opa", "opa-server", "regorus"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    if request.param == "regorus":
        return choose_engine("regorus")
    return choose_engine(request.param, opa=request.getfixturevalue("opa"))


@pytest.fixture
def hurried(engine: Engine) -> Engine:
    """Each engine in turn, with limits so tight that a test of them is quick."""
    assert isinstance(engine, Opa | OpaServer | Regorus)
    limits = dataclasses.replace(engine.limits, cpu_seconds=1, wall_seconds=8.0)
    if isinstance(engine, OpaServer):
        return dataclasses.replace(engine, limits=limits, request_seconds=2.0)
    return dataclasses.replace(engine, limits=limits)


@pytest.fixture
def kill_child() -> Iterator[Callable[[str], None]]:
    """Kills, in the background, the first child of this process whose command has some words in it."""
    if sys.platform != "linux":
        pytest.skip("the children of a process are found in /proc")
    threads: list[threading.Thread] = []

    def start(words: str) -> None:
        threads.append(threading.Thread(target=_kill_when_seen, args=(words.encode(), os.getpid())))
        threads[-1].start()

    yield start
    for thread in threads:
        thread.join()


def _kill_when_seen(words: bytes, parent: int) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and _is_child(folder, words, parent):
                os.kill(int(folder.name), signal.SIGKILL)
                return
        time.sleep(0.01)


def _is_child(folder: Path, words: bytes, parent: int) -> bool:
    try:
        command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
        fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return False
    return int(fields[1]) == parent and words in command and b"ulimit" not in command
