"""Pointers in place of files, as in a clone that fetched nothing more, and the command that fetches the file."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path, PurePosixPath

from assay.errors import DataError

LONGEST = 4096
_LFS = re.compile(rb"(?:\xef\xbb\xbf)?version https://(?:git-lfs|hawser)\.github\.com/spec/")
_DVC = re.compile(rb"(?:\A|\n)outs:\r?\n *- +(?:md5|hash|path|size|etag): ")
_ANNEX = re.compile(rb"/annex/objects/")
_ANNEX_LINK, _DVC_LINK = re.compile(r"(?:\A|/)\.git/annex/objects/"), re.compile(r"(?:\A|/)\.dvc/cache/|/files/md5/")
ENDING = ".dvc"
_MOST_LOCK = 1 << 22


def require_content(path: str, start: bytes, size: int) -> None:
    """Raises DataError if a file, by its first bytes and its size, is a pointer to the file that is wanted."""
    if size > LONGEST:
        return
    named = shlex.quote(path)
    if _LFS.match(start):
        raise DataError(
            f"`{path}` is a pointer of Git LFS, not the file; fetch the file with `git lfs pull --include={named}`."
        )
    if _DVC.search(start):
        fetched = named if path.endswith(ENDING) else shlex.quote(path + ENDING)
        meant = f", and name `{path.removesuffix(ENDING)}`" if path.endswith(ENDING) else ""
        raise DataError(f"`{path}` is a pointer of DVC, not the file; fetch the file with `dvc pull {fetched}`{meant}.")
    if _ANNEX.match(start):
        raise DataError(
            f"`{path}` is a pointer of git-annex, not the file; fetch the file with `git annex get {named}`."
        )


def advise_missing(root: Path, path: str) -> str:
    """How to fetch a file or folder that is missing, where a pointer to it or to its folder is here; else nothing."""
    parents = [PurePosixPath(path), *PurePosixPath(path).parents][:-1]
    for each in parents:
        pointer = f"{each.as_posix()}{ENDING}"
        if (root / pointer).is_file():
            return f" DVC has it; fetch it with `dvc pull {shlex.quote(pointer)}`."
    for folder in {root, *(root / each for each in parents[1:])}:
        if _is_output(folder / "dvc.lock", os.path.relpath(root / path, folder)):
            return f" DVC has it; fetch it with `dvc pull {shlex.quote(path)}`."
    for each in parents:
        if _is_submodule(root, each.as_posix()):
            fetch = f"git submodule update --init {shlex.quote(each.as_posix())}"
            return f" It is in a submodule; fetch it with `{fetch}`."
    return ""


def advise_linked(root: Path, path: str) -> str:
    """How to get the file itself where a link points into the store of DVC or git-annex; else nothing."""
    try:
        target = os.readlink(root / path)  # noqa: PTH115  (the text, not a path)
    except OSError:
        return ""
    if _ANNEX_LINK.search(target):
        return f" git-annex made it; get the file with `git annex get {shlex.quote(path)}` and `git annex unlock`."
    if _DVC_LINK.search(target):
        return " DVC made it; get the file with `dvc config cache.type copy` and `dvc checkout --relink`."
    return ""


def _is_output(lock: Path, path: str) -> bool:
    content = _text(lock)
    written = re.escape(path)
    return re.search(rf"^ *(?:- +)?path: +['\"]?{written}['\"]?\s*$", content, re.MULTILINE) is not None


def _is_submodule(root: Path, path: str) -> bool:
    return re.search(rf"^\s*path\s*=\s*{re.escape(path)}\s*$", _text(root / ".gitmodules"), re.MULTILINE) is not None


def _text(path: Path) -> str:
    try:
        if not path.is_file() or path.stat().st_size > _MOST_LOCK:
            return ""
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
