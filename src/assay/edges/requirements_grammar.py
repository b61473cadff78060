"""Requirements files: pinned distributions by name and version, with hashes, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import Specifier
from packaging.utils import canonicalize_name

from assay.errors import ModelError

MOST_BYTES, MOST_PINS = 1 << 20, 5_000
_COMMENT = re.compile(r"(^|\s+)#.*$")
_HASH = re.compile(r"--hash(?:=|\s+)sha256:([0-9a-f]{64})(?=\s|$)")
_LOCKS = ("uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "pylock.toml", "pyproject.toml", "environment.yml")
_OPTIONS = {
    "-r": "write the requirements of that file here",
    "--requirement": "write the requirements of that file here",
    "-c": "write the versions of that file here",
    "--constraint": "write the versions of that file here",
    "-e": "build a wheel of it, publish it to your index, and pin its version",
    "--editable": "build a wheel of it, publish it to your index, and pin its version",
    "-f": "set the index on the machine (`UV_DEFAULT_INDEX`, `PIP_INDEX_URL`)",
    "--find-links": "set the index on the machine (`UV_DEFAULT_INDEX`, `PIP_INDEX_URL`)",
    "-i": "set the index on the machine (`UV_DEFAULT_INDEX`, `PIP_INDEX_URL`)",
    "--index-url": "set the index on the machine (`UV_DEFAULT_INDEX`, `PIP_INDEX_URL`)",
    "--extra-index-url": "set the index on the machine (`UV_DEFAULT_INDEX`, `PIP_INDEX_URL`)",
    "--pre": "pin the version of the prerelease",
}
_OTHERWISE = "write `name==version --hash=sha256:…`, as `uv export` and `pip-compile --generate-hashes` do"


@dataclass(frozen=True, kw_only=True)
class PinnedRequirement:
    """One distribution of a requirements file: its normalized name, exact version, marker and SHA-256 hashes."""

    line: int
    name: str
    version: str
    extras: tuple[str, ...] = ()
    marker: str | None = None
    hashes: tuple[str, ...] = ()

    def __str__(self) -> str:
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        marker = f" ; {self.marker}" if self.marker is not None else ""
        return f"{self.name}{extras}=={self.version}{marker}" + "".join(
            f" --hash=sha256:{each}" for each in self.hashes
        )

    def applies(self) -> bool:
        """Whether the marker holds for the interpreter that runs Assay."""
        return self.marker is None or Marker(self.marker).evaluate()


def read_requirements(content: bytes, name: str) -> tuple[PinnedRequirement, ...]:
    """The requirements of a file; raises ModelError, with the line and what to write instead, for anything else."""
    if PurePosixPath(name).name in _LOCKS:
        raise ModelError(
            f"`{name}` is not a requirements file.",
            hint="Write one from it, such as `uv export --no-emit-project --output-file requirements.txt`.",
        )
    pins = tuple(_read_line(number, line, name) for number, line in _logical_lines(_decode(content, name)))
    if len(pins) > MOST_PINS:
        raise ModelError(f"`{name}` has more than {MOST_PINS:,} requirements.")
    hashed = [each for each in pins if each.hashes]
    bare = next((each for each in pins if not each.hashes), None)
    if hashed and bare is not None:
        raise _refused(name, bare.line, str(bare), "has no hash, but others have one", f"add its hash: {_OTHERWISE}")
    return pins


def first_unhashed(pins: tuple[PinnedRequirement, ...]) -> PinnedRequirement | None:
    """The first requirement without a hash, whose bytes the file therefore does not fix; None if there is none."""
    return next((each for each in pins if not each.hashes), None)


def fits(pin: PinnedRequirement, installed: Mapping[str, str]) -> bool:
    """Whether a requirement is among installed versions, by normalized name, in the version that it pins."""
    return pin.name in installed and Specifier(f"=={pin.version}").contains(installed[pin.name], prereleases=True)


def written_requirements(pins: tuple[PinnedRequirement, ...]) -> bytes:
    """Requirements for an installer: only what was read, so that it cannot read a comment or an encoding otherwise."""
    return "".join(f"{each}\n" for each in pins).encode()


def _decode(content: bytes, name: str) -> str:
    if len(content) > MOST_BYTES:
        raise ModelError(f"`{name}` has more than {MOST_BYTES:,} bytes; expected a requirements file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ModelError(f"`{name}` is not UTF-8 text; expected a requirements file.") from problem
    return text.replace("\r\n", "\n")


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, those that end in a backslash joined, each with the number of its first."""
    begun, parts = 0, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        begun = begun if parts else number
        plain = _COMMENT.sub("", line)
        goes_on = plain.endswith("\\")
        parts.append(plain.removesuffix("\\").strip())
        if not goes_on:
            whole = " ".join(part for part in parts if part)
            parts = []
            if whole:
                yield begun, whole
    whole = " ".join(part for part in parts if part)
    if whole:
        yield begun, whole


def _read_line(number: int, line: str, name: str) -> PinnedRequirement:
    if line.startswith("-"):
        option = re.split(r"[\s=]", line, maxsplit=1)[0]
        short = option[:2] if not option.startswith("--") else option
        raise _refused(name, number, line, "is an option", _OPTIONS.get(option, _OPTIONS.get(short, _OTHERWISE)))
    if "$" in line or not line.isprintable():
        raise _refused(name, number, line, "has a variable or a control character", _OTHERWISE)
    hashes = tuple(_HASH.findall(line))
    declared = _HASH.sub("", line).strip()
    if "--" in declared:
        raise _refused(name, number, line, "has an option other than `--hash=sha256:…`", _OTHERWISE)
    if re.match(r"\S+://|[./~\\]|\S+\.(whl|zip|tar\S*|tgz)\b|[A-Za-z]:", declared) or "@" in declared:
        raise _refused(name, number, line, "points to a file or an address", _OTHERWISE)
    try:
        found = Requirement(declared)
        marker = str(Marker(str(found.marker))) if found.marker is not None else None
    except (InvalidRequirement, InvalidMarker) as problem:
        raise _refused(name, number, line, "is not a requirement", _OTHERWISE) from problem
    pins = list(found.specifier)
    if found.url is not None or len(pins) != 1 or pins[0].operator != "==" or "*" in pins[0].version:
        raise _refused(name, number, line, "does not pin one version", _OTHERWISE)
    return PinnedRequirement(
        line=number,
        name=canonicalize_name(found.name),
        version=pins[0].version,
        extras=tuple(sorted(canonicalize_name(each) for each in found.extras)),
        marker=marker,
        hashes=tuple(sorted(set(hashes))),
    )


def _refused(name: str, number: int, line: str, why: str, instead: str) -> ModelError:
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)[:80]
    return ModelError(f"{name}:{number}: `{shown}` {why}; {instead}.", hint=f"Fix `{name}`, then plan again.")
