"""What is installed in an interpreter's environment, as that interpreter itself says, in a process of its own."""

from __future__ import annotations

import functools
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assay.dossier.environment_identity import Distribution, EnvironmentIdentity, EnvironmentOrigin
from assay.edges.environment_child import describe
from assay.edges.isolation import CommandOutcome, Enclosure, Level, ProcessLimits, run_shut_in
from assay.edges.model_job import open_folder, read_document
from assay.errors import ModelError

CHILD = Path(__file__).with_name("environment_child.py")
ANSWER = "environment.json"
SECONDS, MOST_DISTRIBUTIONS = 60, 10_000
_VERSION, _NAME = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}"), re.compile(r"[a-z0-9_-]{0,200}")
_SHOWN = re.compile(r"[!-~]{0,200}")


def read_environment(python: Path, origin: EnvironmentOrigin, level: Level) -> tuple[EnvironmentIdentity, str]:
    """The environment of an interpreter, and its full version; raises ModelError if it does not say."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        (folder / "answers").mkdir()
        shutil.copyfile(CHILD, folder / CHILD.name)
        enclosure = Enclosure(level=level, limits=ProcessLimits(seconds=SECONDS))
        command = (str(python), "-s", "-B", str(folder / CHILD.name), str(folder / "answers" / ANSWER))
        with open_folder(folder / "answers") as answers:
            outcome = run_shut_in(command, folder, enclosure)
            found = read_document(answers, ANSWER) if (outcome.ended, outcome.code) == ("exited", 0) else {}
    if not found:
        raise ModelError(f"it does not run: {_reason(outcome)}")
    return _identity(found, origin), str(found["version"])


@functools.cache
def own_environment() -> EnvironmentIdentity:
    """The environment of the interpreter that runs Assay, without Assay itself, which judges and is no library."""
    found = _identity(describe(), "assay")
    others = tuple(each for each in found.distributions if each.name != "assay")
    return found.model_copy(update={"distributions": others})


def _identity(found: Mapping[str, Any], origin: EnvironmentOrigin) -> EnvironmentIdentity:
    implementation, version, listed = (found.get(key) for key in ("implementation", "version", "distributions"))
    if not (isinstance(implementation, str) and re.fullmatch(r"[a-z0-9_-]{1,40}", implementation)):
        raise ModelError("it does not name its implementation")
    if not (isinstance(version, str) and _VERSION.fullmatch(version)):
        raise ModelError("it does not name its version")
    if not isinstance(listed, list) or len(listed) > MOST_DISTRIBUTIONS:
        raise ModelError(f"it lists no distributions, or more than {MOST_DISTRIBUTIONS:,}")
    distributions = []
    for each in listed:
        pair = each if isinstance(each, list | tuple) and all(isinstance(part, str) for part in each) else ()
        if len(pair) != 2 or not _NAME.fullmatch(pair[0]) or not _SHOWN.fullmatch(pair[1]):  # noqa: PLR2004 - a pair
            raise ModelError("it lists distributions that are no names and versions")
        distributions.append(Distribution(name=pair[0], version=pair[1]))
    distributions.sort(key=lambda one: (one.name, one.version))
    minor = ".".join(version.split(".")[:2])
    return EnvironmentIdentity(
        origin=origin, implementation=implementation, python=minor, distributions=tuple(distributions)
    )


def _reason(outcome: CommandOutcome) -> str:
    return (outcome.detail or outcome.complained or outcome.printed)[-300:] or f"exit code {outcome.code}"
