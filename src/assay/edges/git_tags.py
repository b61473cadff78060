"""Tags and ledgers of a clone: read with two processes, however many there are, and made as deterministic objects."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assay.edges.git import is_shallow
from assay.edges.git_messages import last_line
from assay.edges.git_process import run_git
from assay.edges.git_seen import SEEN, held_against, read_seen_ref
from assay.edges.git_stream import stream_git
from assay.errors import EvaluationError
from assay.ledger.chain import Chain, Link, Tag
from assay.ledger.chain_building import UNLISTED, build_chain, build_chain_quickly
from assay.ledger.entry import TAGGER, Entry, tag_text
from assay.ledger.tag_names import ledger_ref, model_of_ledger, read_tag_name

if TYPE_CHECKING:
    from assay.edges.git_signatures import EntrySignature
    from assay.ledger.promotion_page import Promotion

_TAGS, _LEDGERS = "refs/tags/", "refs/assay/"
# An object may contain any bytes, so its size says where it ends; bytes of trees and blobs are not read.
_KIND = "%(if:equals={kind})%(objecttype)%(then)%(raw){other}%(end)"
_RAW = _KIND.format(kind="tag", other="%(else)" + _KIND.format(kind="commit", other=""))
_FORMAT = f"%(objectname) %(objecttype) %(raw:size) %(refname)%0a{_RAW}"
_ID = "[0-9a-f]{40}(?:[0-9a-f]{24})?"


class MissingLedgerError(EvaluationError):
    """A clone has a model's promotion tags, but not the ledger that lists them."""


def read_chain(root: Path, model: str) -> Chain:
    """A model's chain in this clone; raises EvaluationError if history or ledger is missing."""
    return read_chains(root, [model])[0]


def read_chains(root: Path, models: Iterable[str] | None = None, *, quick: bool = False) -> tuple[Chain, ...]:
    """The chains of some models, or of all models with a ledger or a tag in GTO's grammar, by name.

    A quick reading follows the tags from the ledger's last line; if that fails, all lines are read.
    """
    refuse_shallow(root)
    tags, heads, seen = _read_all(root)
    if models is None:
        # No artifact's name contains `@` or `#`, so most tags need no parsing.
        named = (read_tag_name(name) for name in tags if name.partition("@")[0].partition("#")[0] not in heads)
        others = {tag.artifact for tag in named if tag is not None and tag.artifact.lower() not in heads}
        models = {*heads, *others, *seen}
    chains = tuple(_chain(root, model, heads.get(model), tags, quick=quick) for model in sorted(models))
    for chain in chains:
        _refuse_missing_ledger(chain)
    return tuple(held_against(root, chain, seen.get(chain.model, {})) for chain in chains)


def refuse_shallow(root: Path) -> None:
    """Raises EvaluationError for a clone without the whole history, which may lack tags too."""
    if is_shallow(root):
        raise EvaluationError(
            "This clone is shallow, so tags or their order may be missing.",
            hint="Fetch all of it: `git fetch --unshallow --tags`, or `fetch-depth: 0` in actions/checkout.",
        )


def read_tags(root: Path) -> dict[str, Tag]:
    """Every tag of a clone by name."""
    return _read_all(root)[0]


def read_ledger(root: Path, model: str) -> tuple[Link, ...]:
    """The lines of a model's ledger, oldest first; empty if this clone has none."""
    head = read_refs(root, ledger_ref(model)).get(ledger_ref(model))
    return () if head is None else _lines(root, model, head)


def read_refs(root: Path, *patterns: str) -> dict[str, str]:
    """The refs that match some patterns, with their objects."""
    ended = run_git(root, "for-each-ref", "--format=%(objectname) %(refname)", *patterns)
    if ended.returncode:
        raise EvaluationError(f"The refs could not be listed: {last_line(ended.stderr)}.")
    lines = (line.partition(" ") for line in ended.stdout.decode(errors="surrogateescape").splitlines())
    return {name: found for found, _, name in lines}


def make_tag(root: Path, entry: Entry) -> str:
    """The object of an entry's tag, written without a ref; the same entry gives the same object."""
    return _made(root, tag_text(entry), "mktag")


def make_line(
    root: Path, entry: Entry, page: Promotion, previous: str | None, signature: EntrySignature | None = None
) -> str:
    """The ledger's next commit: it lists the tag; the page, the tag's bytes and their signature are its files."""
    blobs = {"promotion.json": page.content(), "tag": tag_text(entry)}
    blobs |= {} if signature is None else {signature.file: signature.content}
    made = {name: _made(root, content, "hash-object", "-w", "--stdin") for name, content in blobs.items()}
    listed = "".join(f"100644 blob {blob}\t{name}\n" for name, blob in sorted(made.items()))
    tree = _made(root, listed.encode(), "mktree")
    parent = "" if previous is None else f"parent {previous}\n"
    people = "".join(f"{role} {TAGGER} {entry.time} +0000\n" for role in ("author", "committer"))
    said = f"{entry.tag}\n\nSeq: {entry.seq}\nTag-Object: {page.tag_object}\nPromotion: {page.digest()}\n"
    commit = f"tree {tree}\n{parent}{people}\n{said}".encode()
    return _made(root, commit, "hash-object", "-t", "commit", "-w", "--stdin")


def _read_all(root: Path) -> tuple[dict[str, Tag], dict[str, Link], dict[str, dict[str, Link]]]:
    """Every tag by name, the last line of every ledger by model, and the last that each remote showed before."""
    tags: dict[str, Tag] = {}
    heads: dict[str, Link] = {}
    seen: dict[str, dict[str, Link]] = {}
    command = ("for-each-ref", f"--format={_FORMAT}", _LEDGERS, SEEN, _TAGS)
    with stream_git(root, *command, failing="The tags could not be listed") as parts:
        for ref, found, kind, raw in _objects(parts):
            if ref.startswith(_TAGS):
                name = ref.removeprefix(_TAGS)
                tags[name] = Tag(name, found, kind, raw if kind == "tag" else b"")
            elif (model := model_of_ledger(ref)) is not None:
                heads[model] = _link(f"{found}\n{raw.decode(errors='replace')}", indented="")
            elif (shown := read_seen_ref(ref)) is not None:
                line = _link(f"{found}\n{raw.decode(errors='replace')}", indented="")
                seen.setdefault(shown[1], {})[shown[0]] = line
    return tags, heads, seen


def _objects(parts: Iterable[bytes]) -> Iterator[tuple[str, str, str, bytes]]:
    """Each ref with its object's id, type and bytes."""
    held, start = b"", 0
    for part in parts:
        held, start = held[start:] + part, 0
        while (end := held.find(b"\n", start)) >= 0:
            found, kind, size, name = held[start:end].decode(errors="surrogateescape").split(" ", 3)
            stop = end + 1 + (int(size) if kind in ("tag", "commit") else 0)
            if stop >= len(held):
                break
            yield name, found, kind, held[end + 1 : stop]
            start = stop + 1


def _chain(root: Path, model: str, head: Link | None, tags: Mapping[str, Tag], *, quick: bool) -> Chain:
    if head is None:
        return build_chain(model, (), tags)
    found = build_chain_quickly(model, head, tags) if quick else None
    return build_chain(model, _lines(root, model, head.commit), tags) if found is None else found


def _lines(root: Path, model: str, head: str) -> tuple[Link, ...]:
    said = b""
    command = ("rev-list", "--header", "--topo-order", "--reverse", head)
    with stream_git(root, *command, failing=f"The ledger of {model} could not be read") as parts:
        said = b"".join(parts)
    return tuple(_link(text, indented="    ") for text in said.decode(errors="replace").split("\0") if text.strip())


def _made(root: Path, content: bytes, *command: str) -> str:
    ended = run_git(root, *command, content=content)
    found = ended.stdout.decode().strip()
    if ended.returncode or not re.fullmatch(_ID, found):
        raise EvaluationError(f"Git could not make an object ({command[0]}): {last_line(ended.stderr)}.")
    return found


def _link(text: str, *, indented: str) -> Link:
    found = _line(indented).fullmatch(text)
    if found is None:
        return Link(text.partition("\n")[0], ())
    parents = tuple(line.removeprefix("parent ") for line in found["parents"].splitlines())
    return Link(found["commit"], parents, int(found["seq"]), found["tag"], found["object"])


@functools.cache
def _line(indented: str) -> re.Pattern[str]:
    """The pattern of a ledger's line, with its message indented as Git lists it or as written."""
    said = ("(?P<tag>[^\n]+)", "", "Seq: (?P<seq>[1-9][0-9]{0,14})", f"Tag-Object: (?P<object>{_ID})")
    message = "".join(f"{indented}{line}\n" for line in (*said, "Promotion: sha256:[0-9a-f]{64}"))
    people = "author [^\n]+\ncommitter [^\n]+\n"
    return re.compile(f"(?P<commit>{_ID})\ntree {_ID}\n(?P<parents>(?:parent {_ID}\n)*){people}\n{message}")


def _refuse_missing_ledger(chain: Chain) -> None:
    """Raises MissingLedgerError for a clone with tags but no ledger; its tags are not hand-made."""
    if chain.head is None and any(stray.reason == UNLISTED for stray in chain.strays):
        raise MissingLedgerError(
            f"This clone has promotion tags of {chain.model} but not its ledger.",
            hint="Fetch it: `git fetch origin 'refs/tags/*:refs/tags/*' 'refs/assay/*:refs/assay/*'`.",
        )
