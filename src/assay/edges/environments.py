"""Environments: the Python interpreter that runs the model, built from a requirements file if one is named."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.canonical import digest
from assay.dossier.environment_identity import EnvironmentIdentity
from assay.edges.environment_reading import own_environment, read_environment
from assay.edges.foreign_text import plain
from assay.edges.isolation import Level
from assay.edges.isolation_levels import choose_level
from assay.errors import ModelError

if TYPE_CHECKING:
    from assay.edges.requirements_grammar import PinnedRequirement

SECONDS = 1_800
SEEDED = frozenset({"pip", "setuptools", "wheel"})
"""What `venv` itself installs."""
PASSED_ON = re.compile(
    r"PATH|HOME|TMPDIR|LANG|NETRC|REQUESTS_CA_BUNDLE|(XDG|SSL)_\w+|\w*_(proxy|PROXY)"
    r"|UV_(DEFAULT_INDEX|INDEX(_\w+)?|FIND_LINKS|OFFLINE|CACHE_DIR|KEYRING_PROVIDER|NATIVE_TLS|SYSTEM_CERTS|HTTP_TIMEOUT)"
    r"|PIP_(INDEX_URL|FIND_LINKS|NO_INDEX|CACHE_DIR|CERT|CLIENT_CERT|KEYRING_PROVIDER|PROXY|TIMEOUT)"
)
"""The environment variables that an installer may see: where packages are, not which; no token of a workflow."""
_OTHER_HASH = re.compile(r"hash mismatch|do not match the hashes", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """A Python interpreter: its path, its version, and what identifies its environment."""

    path: Path
    version: str
    environment: EnvironmentIdentity


def own_interpreter(root: Path) -> Interpreter:
    """The interpreter that runs Assay, for a model of the repository at `root`."""
    return Interpreter(path=Path(sys.executable), version=_version(), environment=own_environment(root))


def named_interpreter(root: Path, python: str, level: Level | None = None) -> Interpreter:
    """An interpreter by path, relative to the repository's root or absolute; raises ModelError if it does not run.

    It runs isolated at a `level`, the strongest available unless one is given.
    """
    path = Path(os.path.normpath(root / python))
    if not path.is_file() or not os.access(path, os.X_OK):
        raise ModelError(
            f"The interpreter `{python}` does not exist or is not a program.",
            hint="Fix `model.environment.python` in assay.yaml; a virtual environment has `<folder>/bin/python`.",
        )
    try:
        environment, version = read_environment(path, "python", level or choose_level("auto"), root)
    except ModelError as error:
        raise ModelError(
            f"The interpreter `{python}` cannot be used: {error}.",
            hint="Fix `model.environment.python` in assay.yaml; it must be Python 3.8 or later.",
        ) from error
    return Interpreter(path=path, version=version, environment=environment)


def built_interpreter(content: bytes, name: str) -> Interpreter:
    """The interpreter of a virtual environment with the requirements in a file's bytes, built once and kept.

    Only wheels are installed, so that no code of a package runs during installation; if the file has hashes, only
    wheels with them. The environment is in the user's cache, under the digest of the requirements and the version of
    Python; it is built elsewhere and moved there when complete. Raises ModelError, with the installer's last lines, if
    it cannot be built, and if what is installed is not what the file pins.
    """
    from assay.edges.requirements_grammar import first_unhashed, read_requirements, written_requirements

    pins = read_requirements(content, name)
    listed = written_requirements(pins)
    key = hashlib.sha256(listed + b"\n" + _version().encode() + sys.platform.encode()).hexdigest()
    place = cache_folder() / key
    if not (place / "bin" / "python").exists():
        _build(listed, name, place, hashed=bool(pins) and first_unhashed(pins) is None)
    environment, version = read_environment(place / "bin" / "python", "requirements", choose_level("auto"))
    _require_pins(environment, pins, name, place)
    identity = environment.model_copy(update={"requirements": digest(content)})
    return Interpreter(path=place / "bin" / "python", version=version, environment=identity)


def _require_pins(environment: EnvironmentIdentity, pins: Sequence[PinnedRequirement], name: str, place: Path) -> None:
    """Raises ModelError unless the pinned versions are installed, and, if they have hashes, nothing else is."""
    from assay.edges.requirements_grammar import fits

    wanted = {pin.name: pin for pin in pins if pin.applies()}
    installed = {each.name: each.version for each in environment.distributions}
    odd = [f"{pin} is {installed.get(pin.name, 'missing')}" for pin in wanted.values() if not fits(pin, installed)]
    if any(pin.hashes for pin in pins):
        odd += [f"{each} is there" for each in sorted(installed.keys() - wanted.keys() - SEEDED)]
    if odd:
        raise ModelError(
            f"The environment for `{name}` is not what the file pins: {'; '.join(odd[:5])}.",
            hint=f"Somebody changed the environment, or the installer is configured otherwise; delete `{place}`.",
        )


def cache_folder() -> Path:
    """The folder of built environments: `$XDG_CACHE_HOME/assay/environments`, else in `~/.cache`."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(named) if Path(named).is_absolute() else Path.home() / ".cache"
    return cache / "assay" / "environments"


def _build(listed: bytes, name: str, place: Path, *, hashed: bool) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=place.parent, prefix=".building-"))
    except OSError as problem:
        raise ModelError(f"No environment can be stored in `{place.parent}`: {problem.strerror}.") from problem
    try:
        requirements, environment = aside / "requirements.txt", aside / "environment"
        requirements.write_bytes(listed)
        for command in _commands(environment, requirements, hashed=hashed):
            _install(command, name)
        try:
            environment.rename(place)
        except OSError as problem:
            if not (place / "bin" / "python").exists():
                raise ModelError(f"The environment for `{name}` could not be stored: {problem.strerror}.") from problem
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _commands(environment: Path, requirements: Path, *, hashed: bool) -> tuple[tuple[str, ...], ...]:
    python, uv = str(environment / "bin" / "python"), shutil.which("uv")
    listed = ("--requirement", str(requirements), *(("--require-hashes",) if hashed else ()))
    if uv:
        return (
            (uv, "venv", "--no-project", "--python", sys.executable, str(environment)),
            (uv, "pip", "install", "--python", python, "--no-build", "--compile-bytecode", *listed),
        )
    return (
        (sys.executable, "-I", "-m", "venv", str(environment)),
        (python, "-I", "-m", "pip", "install", "--disable-pip-version-check", "--only-binary", ":all:", *listed),
    )


def _install(command: tuple[str, ...], name: str) -> None:
    passed = {key: value for key, value in os.environ.items() if PASSED_ON.fullmatch(key)}
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands; the requirements are a file
            command, env=passed, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise ModelError(f"The environment for `{name}` could not be built: {problem}.") from problem
    if done.returncode:
        lines = plain((done.stdout + b"\n" + done.stderr).decode(errors="replace")).splitlines()
        if _OTHER_HASH.search("\n".join(lines)):
            raise ModelError(
                f"The package index has a file with another hash than `{name}` names: {_last(lines)}",
                hint="Find out who changed it; if you trust the new file, write its hash.",
            )
        raise ModelError(
            f"The environment for `{name}` could not be built: {_last(lines)}",
            hint="Check names and versions, whether each has a wheel, and whether the package index can be reached.",
        )


def _last(lines: list[str]) -> str:
    return " / ".join(line.strip() for line in lines[-5:] if line.strip())


def _version() -> str:
    return ".".join(map(str, sys.version_info[:3]))
