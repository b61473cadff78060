"""A dossier on disk: pages are read completely and verified, and written completely or not at all."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from assay.canonical import digest, parse, parse_loosely
from assay.dossier.environment_identity import ENVIRONMENT_FILE
from assay.dossier.page_set import Dossier
from assay.dossier.pages import PAGES, Page
from assay.edges.files import digest_beneath, read_beneath, write_atomically
from assay.edges.line_ends import line_end_advice
from assay.errors import DataError, PageError

MAX_PAGE_BYTES, MAX_RECORD_BYTES = 64 * 1024 * 1024, 1024 * 1024
FOLDER, SIGNED = ".assay", ".sigstore.json"
_RENDERING = re.compile(r"[a-z][a-z0-9-]*\.[a-z]+")
_Page = TypeVar("_Page", bound=Page)


@dataclass(frozen=True)
class DossierFolder:
    """The folder of a model's pages at a stage, and its repository."""

    folder: Path
    root: Path

    def path(self, name: str) -> Path:
        """The path of a file of the dossier."""
        return self.folder / name

    def pages(self) -> Dossier:
        """All pages, each verified against the digests that its children name."""
        found = {kind.name: page for kind in PAGES if (page := self._read(kind)) is not None}
        pages = Dossier(**found)  # type: ignore[arg-type]  # the names of PAGES are the fields of Pages
        pages.verify()
        return pages

    def need(self, kind: type[_Page], expect: str | None = None) -> tuple[Dossier, _Page]:
        """The pages up to one that must exist with the expected digest; later pages are ignored."""
        wanted = PAGES[: PAGES.index(kind) + 1]
        found = {each.name: page for each in wanted if (page := self._read(each)) is not None}
        page = found.get(kind.name)
        if not isinstance(page, kind):
            raise PageError(
                f"{self.path(kind.name + '.json')} does not exist.", hint=f"Run `assay {_writer(kind)}` first."
            )
        if expect is not None and page.digest() != expect:
            raise PageError(f"{kind.name}.json is {page.digest()}, but {expect} was expected.")
        pages = Dossier(**found)  # type: ignore[arg-type]  # the names of PAGES are the fields of Pages
        pages.verify()
        return pages, page

    def need_current(self, kind: type[_Page], expect: str | None = None) -> tuple[Dossier, _Page]:
        """What `need` returns, unless the manifest was edited after the plan; raises PageError then."""
        pages, page = self.need(kind, expect)
        planned = self.recorded().get("plan", {}).get("manifest")
        if pages.manifest is not None and planned is not None:
            try:
                found = digest_beneath(self.root, pages.manifest.file)[0]
            except DataError:  # a dossier may travel without its repository
                return pages, page
            if found != planned:
                advice = line_end_advice(self.root, pages.manifest.file, planned)
                if advice:
                    raise PageError(f"{pages.manifest.file} is not what was planned.{advice}", hint="")
                message = f"{pages.manifest.file} was edited after the plan was made, so the plan is out of date."
                raise PageError(message, hint="Run `assay plan` again, and the steps after it; `assay check` runs all.")
        return pages, page

    def write(self, page: Page) -> str:
        """Writes a page and removes the later pages, which came from an older one; returns its digest."""
        self.guard()
        names = [kind.name for kind in PAGES]
        later = names[names.index(page.name) + 1 :]
        stale = [f"{name}.json" for name in later] + [f"{name}{SIGNED}" for name in (page.name, *later)]
        if "evidence" in later:
            stale.append(ENVIRONMENT_FILE)
        content = page.content()
        write_atomically(self.path(f"{page.name}.json"), content)
        for name in (*stale, *self._renderings()):
            self.path(name).unlink(missing_ok=True)
        return digest(content)

    def guard(self) -> None:
        """Raises PageError if writing could touch other files: through links, or in a folder of other files."""
        below = self.folder.relative_to(self.root).parts if self.folder.is_relative_to(self.root) else ()
        steps = [self.root.joinpath(*below[: index + 1]) for index in range(len(below))]
        linked = next((path for path in (*steps, *self.folder.rglob("*")) if path.is_symlink()), None)
        if linked is not None:
            raise PageError(f"{linked} is a symbolic link; a dossier needs its own files.", hint="Remove the link.")
        if self.folder.is_dir() and any(self.folder.iterdir()) and not self.path("manifest.json").is_file():
            raise PageError(f"{self.folder} has other files and is not a dossier.", hint="Name a new folder.")

    def write_renderings(self, files: Mapping[str, bytes]) -> None:
        """Writes a card's renderings and records their names, so that none outlives its card."""
        self.guard()
        self.record("card", {"renderings": sorted(files)})
        for name, content in files.items():
            write_atomically(self.path(name), content)

    def _renderings(self) -> list[str]:
        recorded = self.recorded().get("card")
        named = recorded.get("renderings", []) if isinstance(recorded, dict) else []
        pages = {f"{kind.name}.json" for kind in PAGES}
        return [name for name in named if isinstance(name, str) and _RENDERING.fullmatch(name) and name not in pages]

    def write_folder(self, name: str, files: Mapping[str, bytes]) -> None:
        """Writes a folder's files and removes others of an earlier run."""
        self.guard()
        folder = self.path(name)
        for path, content in files.items():
            write_atomically(folder / path, content)
        for stray in [path for path in folder.rglob("*") if path.is_file() or path.is_symlink()]:
            if stray.relative_to(folder).as_posix() not in files:
                stray.unlink()
        for empty in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
            if not any(empty.iterdir()):
                empty.rmdir()

    def record(self, step: str, facts: dict[str, Any]) -> None:
        """Adds facts about this run only (engine, isolation, times) to `run.json`, beside the pages."""
        known = {**self.recorded(), step: facts}
        write_atomically(self.path("run.json"), json.dumps(known, indent=2, sort_keys=True).encode() + b"\n")

    def recorded(self) -> dict[str, Any]:
        """The records of the last run, by step; for people, never for a decision."""
        try:
            known = json.loads(read_beneath(self.folder, "run.json", limit=MAX_RECORD_BYTES, error=PageError))
        except (PageError, OSError, ValueError, RecursionError):
            return {}
        steps = known.items() if isinstance(known, dict) else ()
        return {step: facts for step, facts in steps if isinstance(facts, dict)}

    def _read(self, kind: type[_Page]) -> _Page | None:
        path = self.path(f"{kind.name}.json")
        try:
            if not path.exists() and not path.is_symlink():
                return None
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_PAGE_BYTES:
                raise PageError(f"{path} is not a regular file, or is larger than any page.")
            return read_page(kind, path.read_bytes(), path.name)
        except OSError as error:
            raise PageError(f"{path} could not be read: {error.strerror}.") from error
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in detail["loc"])
            raise PageError(f"{path} is not a {kind.name} page: {place}: {detail['msg']}.") from error


def read_page(kind: type[_Page], content: bytes, name: str) -> _Page:
    """The page in some bytes; raises PageError unless they are the very bytes that the page has, by their digest too.

    Raises ValidationError where they are no page of that kind.
    """
    page = _parsed(kind, content, name)
    if not isinstance(page, kind) or page.content() != content:
        parse(content, name)  # says so if the bytes are not even canonical
        # Types take some values in other words too, such as "12" for 12, and the digest is of what they make of it.
        raise PageError(f"{name} is not in the form that Assay writes, so it was edited by hand.")
    return page


@lru_cache(maxsize=2 * len(PAGES))
def _parsed(kind: type[Page], content: bytes, name: str) -> Page:
    """The page in some bytes, cached because every step of a run reads the same earlier pages."""
    try:
        return kind.model_validate(parse_loosely(content, name))
    except ValidationError:
        parse(content, name)  # that the bytes are not canonical is the better reason
        raise


def _writer(kind: type[Page]) -> str:
    return {"manifest": "plan", "predictions": "predict", "evidence": "collect", "decision": "decide"}.get(
        kind.name, kind.name
    )
