"""Tags and ledgers of a clone: read in two processes whatever their number, and made as deterministic objects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assay.edges.git import is_shallow, run_git
from assay.errors import EvaluationError
from assay.promotion import TAGGER, Entry, Promotion, tag_text
from assay.promotion_chain import Chain, Link, Tag, build_chain, build_chain_quickly
from assay.tag_names import ledger_ref, model_of_ledger, read_tag_name

# A tag's bytes may hold anything, so its size says where it ends.
_FORMAT = "%(objectname) %(objecttype) %(raw:size) %(refname)%0a%(if:equals=tag)%(objecttype)%(then)%(raw)%(end)"
_ID = "[0-9a-f]{40}(?:[0-9a-f]{24})?"
_LINE = re.compile(
    rf"(?P<commit>{_ID})\ntree {_ID}\n(?P<parents>(?:parent {_ID}\n)*)author [^\n]+\ncommitter [^\n]+\n\n"
    rf"    (?P<tag>[^\n]+)\n    \n    Seq: (?P<seq>[1-9][0-9]{{0,14}})\n    Tag-Object: (?P<object>{_ID})\n"
    r"    Promotion: sha256:[0-9a-f]{64}\n"
)


def read_chain(root: Path, model: str) -> Chain:
    """A model's chain, as far as this clone knows it; raises EvaluationError without history or ledger."""
    return read_chains(root, [model])[0]


def read_chains(root: Path, models: Iterable[str] | None = None, *, quick: bool = False) -> tuple[Chain, ...]:
    """The chains of some models, else of every model that has a ledger or a tag in GTO's grammar, by name.

    A quick reading takes the ledger's last line and the tags it leads to; all lines are read where that fails.
    """
    refuse_shallow(root)
    names = None if models is None else sorted(models)
    with ThreadPoolExecutor() as pool:
        listed = pool.submit(read_tags, root)
        ledgers = {model: pool.submit(read_ledger, root, model, last=quick) for model in names or _with_ledger(root)}
        tags = listed.result()
        found = {model: ledger.result() for model, ledger in ledgers.items()}
    if names is None:
        named = (read_tag_name(name) for name in tags)
        found |= {tag.artifact: () for tag in named if tag is not None and tag.artifact.lower() not in found}
    chains = tuple(_chain(root, model, links, tags, quick=quick) for model, links in sorted(found.items()))
    for chain in chains:
        _refuse_missing_ledger(chain)
    return chains


def refuse_shallow(root: Path) -> None:
    """Raises EvaluationError for a clone without its whole history, which may lack tags as well."""
    if is_shallow(root):
        raise EvaluationError(
            "This clone is shallow, so tags or their order may be missing.",
            hint="Fetch all of it: `git fetch --unshallow --tags`, or `fetch-depth: 0` in actions/checkout.",
        )


def read_tags(root: Path) -> dict[str, Tag]:
    """Every tag of a clone by name."""
    ended = run_git(root, "for-each-ref", f"--format={_FORMAT}", "refs/tags")
    if ended.returncode:
        raise EvaluationError(f"The tags could not be listed: {_last_line(ended.stderr)}.")
    return {tag.name: tag for tag in _tags(ended.stdout)}


def read_ledger(root: Path, model: str, *, last: bool = False) -> tuple[Link, ...]:
    """The lines of a model's ledger, oldest first, or only the last; empty where this clone has none."""
    head = read_refs(root, ledger_ref(model)).get(ledger_ref(model))
    if head is None:
        return ()
    ended = run_git(
        root, "rev-list", "--header", *(("--max-count=1",) if last else ("--topo-order", "--reverse")), head
    )
    if ended.returncode:
        raise EvaluationError(f"The ledger of {model} could not be read: {_last_line(ended.stderr)}.")
    return tuple(_link(text) for text in ended.stdout.decode(errors="replace").split("\0") if text.strip())


def read_refs(root: Path, *patterns: str) -> dict[str, str]:
    """The refs that match, with the objects they name."""
    ended = run_git(root, "for-each-ref", "--format=%(objectname) %(refname)", *patterns)
    if ended.returncode:
        raise EvaluationError(f"The refs could not be listed: {_last_line(ended.stderr)}.")
    lines = (line.partition(" ") for line in ended.stdout.decode(errors="surrogateescape").splitlines())
    return {name: found for found, _, name in lines}


def make_tag(root: Path, entry: Entry) -> str:
    """The object of an entry's tag, written without a ref to it; the same entry gives the same object."""
    return _made(root, tag_text(entry), "mktag")


def make_line(root: Path, entry: Entry, page: Promotion, previous: str | None) -> str:
    """The ledger's next commit: it lists the tag, and holds the page and the tag's bytes as files."""
    blobs = {"promotion.json": page.content(), "tag": tag_text(entry)}
    made = {name: _made(root, content, "hash-object", "-w", "--stdin") for name, content in blobs.items()}
    tree = _made(root, "".join(f"100644 blob {blob}\t{name}\n" for name, blob in made.items()).encode(), "mktree")
    parent = "" if previous is None else f"parent {previous}\n"
    people = "".join(f"{role} {TAGGER} {entry.time} +0000\n" for role in ("author", "committer"))
    said = f"{entry.tag}\n\nSeq: {entry.seq}\nTag-Object: {page.tag_object}\nPromotion: {page.digest()}\n"
    commit = f"tree {tree}\n{parent}{people}\n{said}".encode()
    return _made(root, commit, "hash-object", "-t", "commit", "-w", "--stdin")


def _chain(root: Path, model: str, links: tuple[Link, ...], tags: Mapping[str, Tag], *, quick: bool) -> Chain:
    if quick and links:
        found = build_chain_quickly(model, links[0], tags)
        return build_chain(model, read_ledger(root, model), tags) if found is None else found
    return build_chain(model, links, tags)


def _made(root: Path, content: bytes, *command: str) -> str:
    ended = run_git(root, *command, content=content)
    found = ended.stdout.decode().strip()
    if ended.returncode or not re.fullmatch(_ID, found):
        raise EvaluationError(f"Git made no object ({command[0]}): {_last_line(ended.stderr)}.")
    return found


def _with_ledger(root: Path) -> tuple[str, ...]:
    found = (model_of_ledger(ref) for ref in read_refs(root, "refs/assay"))
    return tuple(model for model in found if model is not None)


def _tags(listed: bytes) -> Iterator[Tag]:
    start = 0
    while (end := listed.find(b"\n", start)) >= 0:
        found, kind, size, name = listed[start:end].decode(errors="surrogateescape").split(" ", 3)
        start = end + 1 + (int(size) if kind == "tag" else 0)
        yield Tag(name.removeprefix("refs/tags/"), found, kind, listed[end + 1 : start])
        start += 1


def _link(text: str) -> Link:
    found = _LINE.fullmatch(text)
    if found is None:
        return Link(text[:40], ())
    parents = tuple(line.removeprefix("parent ") for line in found["parents"].splitlines())
    return Link(found["commit"], parents, int(found["seq"]), found["tag"], found["object"])


def _refuse_missing_ledger(chain: Chain) -> None:
    """A clone brings tags along but no ledgers: that is no reason to call them hand-made."""
    if chain.head is None and any(stray.reason == "the ledger does not list it" for stray in chain.strays):
        raise EvaluationError(
            f"This clone has promotion tags of {chain.model} but not its ledger.",
            hint="Fetch it: `git fetch origin 'refs/tags/*:refs/tags/*' 'refs/assay/*:refs/assay/*'`.",
        )


def _last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("fatal: ").removeprefix("error: ").rstrip(".") if lines else "it gave no reason"
