"""What is installed in an interpreter's environment, as that interpreter itself says, in a process of its own."""

from __future__ import annotations

import functools
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assay import DISTRIBUTION
from assay.dossier.environment_identity import Distribution, EnvironmentIdentity, EnvironmentOrigin
from assay.edges.isolation import CommandOutcome, Enclosure, Level, ProcessLimits, run_shut_in
from assay.edges.model_job import open_folder, read_document
from assay.errors import ModelError

CHILD = Path(__file__).with_name("environment_child.py")
ANSWER = "environment.json"
SECONDS, MOST_DISTRIBUTIONS, FIELDS = 60, 10_000, 3
_VERSION, _NAME = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}"), re.compile(r"[a-z0-9_-]{0,200}")
_SHOWN = re.compile(r"[!-~]{0,200}")


def read_environment(
    python: Path, origin: EnvironmentOrigin, level: Level, root: Path | None = None
) -> tuple[EnvironmentIdentity, str]:
    """The environment of an interpreter, and its full version; raises ModelError if it does not say.

    What is installed from the folder `root` is not in it: the model's process does not import from there.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        (folder / "answers").mkdir()
        shutil.copyfile(CHILD, folder / CHILD.name)
        enclosure = Enclosure(level=level, limits=ProcessLimits(seconds=SECONDS))
        command = (str(python), "-s", "-B", str(folder / CHILD.name), str(folder / "answers" / ANSWER), _real(root))
        with open_folder(folder / "answers") as answers:
            outcome = run_shut_in(command, folder, enclosure)
            found = read_document(answers, ANSWER) if (outcome.ended, outcome.code) == ("exited", 0) else {}
    if not found:
        raise ModelError(f"it does not run: {_reason(outcome)}")
    return _identity(found, origin), str(found["version"])


@functools.cache
def own_environment(root: Path | None = None) -> EnvironmentIdentity:
    """The environment of the interpreter that runs Assay, without Assay itself, which judges and is no library."""
    from assay.edges.environment_child import PATH_OUTSIDE, describe

    found = _identity(describe(_real(root)), "assay")
    others = tuple(each for each in found.distributions if each.name not in (DISTRIBUTION, PATH_OUTSIDE))
    return found.model_copy(update={"distributions": others})


def _identity(found: Mapping[str, Any], origin: EnvironmentOrigin) -> EnvironmentIdentity:
    implementation, version, listed = (found.get(key) for key in ("implementation", "version", "distributions"))
    if not (isinstance(implementation, str) and re.fullmatch(r"[a-z0-9_-]{1,40}", implementation)):
        raise ModelError("it does not name its implementation")
    if not (isinstance(version, str) and _VERSION.fullmatch(version)):
        raise ModelError("it does not name its version")
    if not isinstance(listed, list) or len(listed) > MOST_DISTRIBUTIONS:
        raise ModelError(f"it lists no distributions, or more than {MOST_DISTRIBUTIONS:,}")
    distributions = sorted(map(_distribution, listed), key=lambda one: (one.name, one.version))
    minor = ".".join(version.split(".")[:2])
    return EnvironmentIdentity(
        origin=origin, implementation=implementation, python=minor, distributions=tuple(distributions)
    )


def _distribution(said: Any) -> Distribution:
    name, version, editable = said if isinstance(said, list | tuple) and len(said) == FIELDS else (None, None, None)
    if not (isinstance(name, str) and isinstance(version, str) and isinstance(editable, bool)):
        raise ModelError("it lists distributions that are no names and versions")
    if not (_NAME.fullmatch(name) and _SHOWN.fullmatch(version)):
        raise ModelError("it lists distributions that are no names and versions")
    return Distribution(name=name, version=version, editable=True if editable else None)


def _real(root: Path | None) -> str:
    return "" if root is None else str(root.resolve())


def _reason(outcome: CommandOutcome) -> str:
    return (outcome.detail or outcome.complained or outcome.printed)[-300:] or f"exit code {outcome.code}"
