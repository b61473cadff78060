"""How a chain is built: each line of the ledger and its tag confirm one another, and tags without a line are strays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assay.ledger.chain import Chain, CutOff, Link, Tag, Unverified
from assay.ledger.entry import Entry
from assay.ledger.tag_names import TagName, read_tag_name

UNLISTED = "the ledger does not list it"
_OR_BY_HAND = "Somebody cut lines off, or wrote the tag by hand"


def build_chain(model: str, links: Sequence[Link], tags: Mapping[str, Tag]) -> Chain:
    """The chain of a model from its ledger, oldest line first, and the tags of a repository by name."""
    entries: list[Entry | Unverified] = []
    broken: str | None = None
    previous: Link | None = None
    for link in links:
        broken = _break(link, previous, len(entries) + 1)
        if broken is not None:
            break
        entries.append(_entry(model, link, previous, tags.get(link.tag)))
        previous = link
    listed = {link.tag for link in links[: len(entries)]}
    strays = tuple(_strays(model, listed, tags.values()))
    chain = Chain(
        model=model,
        head=links[-1].commit if links else None,
        links=tuple(links),
        entries=tuple(entries),
        strays=strays,
        broken=broken,
    )
    return replace(chain, broken=_cut(chain)) if broken is None and chain.cut_off() else chain


def build_chain_quickly(model: str, head: Link, tags: Mapping[str, Tag]) -> Chain | None:
    """The chain that the tags alone give, from the tag that the ledger's last line names back to the first.

    Each tag names the object before it, so the last line fixes them all. None if a tag is gone, moved, malformed or
    without its line: then the whole ledger must be read. The chain has no `links`, so no entry can follow it.
    """
    found = {tag.object: tag for tag in tags.values()}
    entries: list[Entry] = []
    listed = set[str]()
    following: str | None = head.tag_object
    for seq in range(head.seq, 0, -1):
        tag = found.get(following or "")
        entry = None if tag is None else tag.entry
        if tag is None or entry is None or entry.seq != seq or entry.model != model or entry.tag != tag.name:
            return None
        entries.append(entry)
        listed.add(tag.name)
        following = entry.previous
    if following is not None or not entries or entries[0].tag != head.tag or not _follows(entries[0], head.parents):
        return None
    strays = tuple(_strays(model, listed, tags.values()))
    chain = Chain(model=model, head=head.commit, entries=tuple(reversed(entries)), strays=strays)
    return None if chain.cut_off() else chain


def _follows(entry: Entry, parents: Sequence[str]) -> bool:
    """Whether an entry's line follows the one that the entry names; older versions named none."""
    return entry.previous_line is None or [entry.previous_line] == list(parents)


def _cut(chain: Chain) -> str:
    """What the tags say that the ledger lacks: the last of those without a line."""
    lost = chain.cut_off()[-1]
    if lost.entry.seq > len(chain.links):
        last = chain.links[-1].seq if chain.links else 0
        return f"it ends with line {last}, but {lost.tag} has line {lost.entry.seq}. {_OR_BY_HAND}"
    other = chain.links[lost.entry.seq - 1]
    return f"{lost.tag} has line {lost.entry.seq}, but that line lists {other.tag}. {_OR_BY_HAND}"


def _break(link: Link, previous: Link | None, seq: int) -> str | None:
    if not link.tag:
        return f"its commit {link.commit[:12]} is not a line of a ledger"
    if link.seq != seq:
        return f"it continues with line {link.seq} instead of {seq}"
    if link.parents != (() if previous is None else (previous.commit,)):
        return f"its line {link.seq} does not follow the line before it"
    return None


def _entry(model: str, link: Link, previous: Link | None, tag: Tag | None) -> Entry | Unverified:
    if tag is None:
        return Unverified(link.tag, "the ledger lists it, but the tag is gone")
    if tag.object != link.tag_object:
        return Unverified(
            link.tag, "the tag's object differs from the ledger's: somebody moved the tag or made it again"
        )
    entry = tag.entry
    if entry is None or entry.tag != link.tag or entry.model != model:
        return Unverified(link.tag, "its message is not the message of a promotion")
    if entry.seq != link.seq or entry.previous != (None if previous is None else previous.tag_object):
        return Unverified(link.tag, "it does not name the tag before it in the ledger")
    if not _follows(entry, link.parents):
        return Unverified(link.tag, "it does not name the line before it: somebody wrote that part of the ledger again")
    return entry


def _strays(model: str, listed: set[str], tags: Iterable[Tag]) -> Iterable[Unverified]:
    for tag in tags:
        if tag.name in listed:
            continue
        named = read_tag_name(tag.name)
        if named is not None and named.artifact.lower() == model:
            why = _why(tag, named, model)
            yield CutOff(tag.name, why, tag.entry) if why == UNLISTED and tag.entry else Unverified(tag.name, why)


def _why(tag: Tag, named: TagName, model: str) -> str:
    if named.artifact != model:
        return f"it differs from `{model}` only in upper and lower case"
    if tag.type != "tag":
        return "it is a lightweight tag, so it carries no promotion"
    if b"\ntype commit\n" not in tag.raw[:200]:
        return "it does not tag a commit"
    if tag.entry is None or tag.entry.tag != tag.name or (tag.entry.seq > 1) != (tag.entry.previous is not None):
        return "it was made by hand: its message is not the message of a promotion"
    return UNLISTED
