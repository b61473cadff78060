"""The chain of a model's promotions: what the ledger lists and the tags confirm, in the ledger's order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assay.ledger.entry import Entry, read_tag_text
from assay.ledger.tag_names import TagName, precedence, read_tag_name

RETIREMENT = "retirement"
UNLISTED = "the ledger does not list it"


@dataclass
class Tag:
    """A tag of a repository: the object that it names, that object's type, and its bytes if it is an annotated tag.

    `entry` is the entry in the bytes, if they are exactly the bytes that Assay writes.
    """

    name: str
    object: str
    type: str
    raw: bytes
    entry: Entry | None = field(init=False)

    def __post_init__(self) -> None:
        self.entry = read_tag_text(self.raw) if self.type == "tag" else None


@dataclass(frozen=True)
class Link:
    """A line of the ledger: its own commit, its parents, and the tag that it lists; a malformed line lists none."""

    commit: str
    parents: tuple[str, ...]
    seq: int = 0
    tag: str = ""
    tag_object: str = ""


@dataclass(frozen=True)
class Unverified:
    """A tag that does not count, and why."""

    tag: str
    reason: str


class Unvouched(Unverified):
    """An entry that nobody whose key counts signed, of a stage that asks for signatures."""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A model's promotions, oldest first.

    `entries` are the promotions that the ledger lists; one whose tag is gone or was moved is `Unverified`. `strays` are
    tags that the ledger does not list. `broken` says where the ledger itself is broken; then nothing may follow.
    """

    model: str
    head: str | None = None
    links: tuple[Link, ...] = ()
    entries: tuple[Entry | Unverified, ...] = ()
    strays: tuple[Unverified, ...] = ()
    broken: str | None = None

    def sound(self) -> tuple[Entry, ...]:
        """The entries that count, oldest first."""
        return tuple(entry for entry in self.entries if isinstance(entry, Entry))

    def unverified(self) -> tuple[Unverified, ...]:
        """Every tag that does not count; of those that nobody signed, only what stands last in its stage."""
        last = {id(self.current(stage)) for stage in self.stages()}
        listed = (entry for entry in self.entries if isinstance(entry, Unverified))
        return (*(each for each in listed if not isinstance(each, Unvouched) or id(each) in last), *self.strays)

    def last_sound(self, stage: str) -> Entry | None:
        """The last promotion to a stage that counts, whatever follows it."""
        return next((entry for entry in reversed(self.sound()) if stage_of(entry) == stage), None)

    def registered(self, version: str) -> Entry | None:
        """The registration of a version."""
        return next((each for each in self.sound() if each.event == "register" and each.version == version), None)

    def versions(self) -> tuple[str, ...]:
        """The registered versions, lowest first."""
        registered = (each.version for each in self.entries if isinstance(each, Entry) and each.event == "register")
        return tuple(sorted(registered, key=precedence))

    def stages(self) -> tuple[str, ...]:
        """The stages that something was promoted to, in the order they were first reached."""
        return tuple(stage for stage in dict.fromkeys(map(stage_of, self.entries)) if stage is not None)

    def current(self, stage: str) -> Entry | Unverified | None:
        """What is in a stage: the last of its promotions, which counts only if its tag does."""
        return next((entry for entry in reversed(self.entries) if stage_of(entry) == stage), None)

    def retired(self, version: str) -> bool:
        """Whether a version was promoted to retirement."""
        retired = (each for each in self.entries if isinstance(each, Entry) and each.stage == RETIREMENT)
        return any(each.event != "register" and each.version == version for each in retired)

    def until(self, seconds: int) -> Chain:
        """The chain as it was at a time: all entries before the first later one, in the chain's order."""
        kept: list[Entry | Unverified] = []
        for entry in self.entries:
            if isinstance(entry, Entry) and entry.time > seconds:
                break
            kept.append(entry)
        return Chain(model=self.model, head=self.head, entries=tuple(kept), broken=self.broken)


def stage_of(entry: Entry | Unverified) -> str | None:
    """The stage that an entry moved; None for a registration."""
    if isinstance(entry, Entry):
        return None if entry.event == "register" else entry.stage
    named = read_tag_name(entry.tag)
    return None if named is None else named.stage


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
    return Chain(
        model=model,
        head=links[-1].commit if links else None,
        links=tuple(links),
        entries=tuple(entries),
        strays=tuple(_strays(model, listed, tags.values())),
        broken=broken,
    )


def build_chain_quickly(model: str, head: Link, tags: Mapping[str, Tag]) -> Chain | None:
    """The chain that the tags alone give, from the tag that the ledger's last line names back to the first.

    Each tag names the object before it, so the last line fixes them all. None if a tag is gone, moved or malformed:
    then the whole ledger must be read. The chain has no `links`, so no entry can follow it.
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
    if following is not None or not entries or entries[0].tag != head.tag:
        return None
    strays = tuple(_strays(model, listed, tags.values()))
    return Chain(model=model, head=head.commit, entries=tuple(reversed(entries)), strays=strays)


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
    return entry


def _strays(model: str, listed: set[str], tags: Iterable[Tag]) -> Iterable[Unverified]:
    for tag in tags:
        if tag.name in listed:
            continue
        named = read_tag_name(tag.name)
        if named is not None and named.artifact.lower() == model:
            yield Unverified(tag.name, _why(tag, named, model))


def _why(tag: Tag, named: TagName, model: str) -> str:
    if named.artifact != model:
        return f"it differs from `{model}` only in upper and lower case"
    if tag.type != "tag":
        return "it is a lightweight tag, so it carries no promotion"
    if b"\ntype commit\n" not in tag.raw[:200]:
        return "it does not tag a commit"
    if tag.entry is None:
        return "it was made by hand: its message is not the message of a promotion"
    return UNLISTED
