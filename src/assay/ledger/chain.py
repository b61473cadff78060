"""The chain of a model's promotions: what the ledger lists and the tags confirm, in its order, never by a clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assay.ledger.entry import Entry, read_tag_text
from assay.ledger.tag_names import TagName, precedence, read_tag_name

RETIREMENT = "retirement"
UNLISTED = "the ledger does not list it"


@dataclass
class Tag:
    """A tag as it lies in a repository: the object it names, that object's type, and its bytes if it is a tag.

    `entry` is what its bytes say, if they are exactly those that we would write.
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
    """A line of the ledger: its own commit, its parents, and the tag it lists; one that does not hold lists none."""

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


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A model's promotions, oldest first.

    `entries` holds what the ledger lists; one whose tag is gone or was moved is an `Unverified`. `strays` are tags
    that the ledger does not list. `broken` says where the ledger itself stops to hold, and then nothing may follow.
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
        """Every tag that does not count."""
        return (*(entry for entry in self.entries if isinstance(entry, Unverified)), *self.strays)

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
        """The chain as it was at a time: what comes, in the chain's order, before the first later entry."""
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
    """The chain as the tags alone tell it, from the one that the ledger's last line names back to the first.

    Each tag names the object before it, so the last line pins them all. None where one is gone, was moved or does not
    hold: then the whole ledger must be read. The chain has no `links`, so nothing can be added to it.
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
        return f"the ledger's line {link.commit[:12]} does not have the form of one"
    if link.seq != seq:
        return f"the ledger goes on with {link.seq} where {seq} is next"
    if link.parents != (() if previous is None else (previous.commit,)):
        return f"the ledger's line {link.seq} does not follow the one before it"
    return None


def _entry(model: str, link: Link, previous: Link | None, tag: Tag | None) -> Entry | Unverified:
    if tag is None:
        return Unverified(link.tag, "the ledger lists it, but the tag is gone")
    if tag.object != link.tag_object:
        return Unverified(link.tag, "the tag object differs from the ledger: it was moved or made again")
    entry = tag.entry
    if entry is None or entry.tag != link.tag or entry.model != model:
        return Unverified(link.tag, "its message does not have the form of a promotion")
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
        return "it is a tag of something else than a commit"
    if tag.entry is None:
        return "it was made by hand: its message does not have the form of a promotion"
    return UNLISTED
