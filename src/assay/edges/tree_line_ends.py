"""Line ends that a checkout converted in some files of a tree: a model's code, or a folder of data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from assay.canonical import canonical, digest
from assay.edges.code_content import CodeEntry, digest_code, listing_digest
from assay.edges.code_tree import CodeTree
from assay.edges.data_files import find_source
from assay.edges.files import read_beneath
from assay.edges.git import find_commit, list_blobs_at, read_blobs
from assay.edges.git_process import run_git
from assay.edges.git_repository import path_in_tree
from assay.edges.line_ends import ADVICE, MOST_BYTES, have_other_line_ends
from assay.errors import AssayError, DataError
from assay.tables.source import ReadingLimits

Contents = dict[str, bytes]
_LONE = re.compile(rb"(?<!\r)\n")
_LOOKED_AT = 8_000
"""Git takes a file for binary if its first bytes have a zero."""


def data_line_end_advice(root: Path, path: str, expected: str) -> str:
    """What to add to a sentence about the wrong digest of a data set, a file or a folder; empty for another cause."""
    return ADVICE if data_have_other_line_ends(root, path, expected) else ""


def data_have_other_line_ends(root: Path, path: str, expected: str) -> bool:
    """Whether a data set has the expected digest once the line ends of its files are converted, either way."""
    if not (root / path).is_dir():
        return have_other_line_ends(root, path, expected)
    try:
        parts = find_source(root, path, ReadingLimits(bytes=MOST_BYTES)).parts
        files = {part.path: read_beneath(root, f"{path}/{part.path}", limit=MOST_BYTES) for part in parts}
    except DataError:
        return False

    def listing(contents: Contents) -> str:
        return digest(canonical([[name, digest(content), len(content)] for name, content in sorted(contents.items())]))

    return _differ(root, path, files, listing, expected)


def code_line_end_advice(tree: CodeTree, expected: str) -> str:
    """What to add to a sentence about the wrong digest of a model's code; empty for another cause."""
    try:
        entries = digest_code(tree)
    except DataError:
        return ""
    if sum(each.bytes for each in entries) > MOST_BYTES:
        return ""
    files = {each.path: read_beneath(tree.root, each.path, limit=MOST_BYTES) for each in entries if each.kind != "link"}
    return ADVICE if code_differs_in_line_ends(tree.root, entries, files, expected) else ""


def code_differs_in_line_ends(root: Path, entries: tuple[CodeEntry, ...], files: Contents, expected: str) -> bool:
    """Whether a model's code has the expected digest once line ends are converted; `files` are contents that may be."""

    def entry(each: CodeEntry, content: bytes | None) -> CodeEntry:
        return each if content is None else CodeEntry(each.path, each.kind, digest(content), len(content))

    def listing(contents: Contents) -> str:
        return listing_digest([entry(each, contents.get(each.path)) for each in entries])

    return _differ(root, "", files, listing, expected)


def _differ(root: Path, folder: str, files: Contents, listing: Callable[[Contents], str], expected: str) -> bool:
    """Whether files have the expected digest once those that Git would convert are converted."""
    return listing(files) != expected and any(
        listing(files | changed) == expected for changed in _converted(root, folder, files)
    )


def _converted(root: Path, folder: str, files: Contents) -> Iterator[Contents]:
    """The files that have other line ends in another checkout: as they were committed, with CRLF, with LF."""
    names = {f"{folder}/{name}" if folder else name: name for name in files}
    yield {names[path]: content for path, content in _committed(root, names, files).items()}
    known = _convertible(root)
    chosen = [
        name
        for path, name in names.items()
        if (b"\0" not in files[name][:_LOOKED_AT] if known is None else path in known)
    ]
    yield {name: _LONE.sub(b"\r\n", files[name]) for name in chosen}
    yield {name: files[name].replace(b"\r\n", b"\n") for name in chosen}


def _committed(root: Path, names: Mapping[str, str], files: Contents) -> Contents:
    """What the commit has of files that differ from it in line ends only."""
    try:
        blobs = list_blobs_at(root, find_commit(root, "HEAD"))
        there = [path for path in names if path in blobs]
        contents = zip(there, read_blobs(root, [blobs[path] for path in there]), strict=True)
        return {path: content for path, content in contents if _unix(content) == _unix(files[names[path]])}
    except AssayError:
        return {}


def _unix(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _convertible(root: Path) -> frozenset[str] | None:
    """The paths whose line ends depend on a checkout's settings, by Git's index and attributes; None without Git."""
    try:
        ended = run_git(root, "ls-files", "--eol", "--full-name", "-z", "--", ":(top)")
    except AssayError:
        return None
    if ended.returncode:
        return None
    inside = path_in_tree(root)
    start = f"{inside}/" if inside else ""
    found = set[str]()
    for line in ended.stdout.decode(errors="surrogateescape").split("\0"):
        about, _, path = line.partition("\t")
        index, _, attributes = about.partition("attr/")
        forced = attributes.split() == ["text"]
        if path.startswith(start) and (forced or "i/lf" in index) and not re.search(r"-text|eol=", attributes):
            found.add(path.removeprefix(start))
    return frozenset(found)
