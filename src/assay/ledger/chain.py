"""The chain of a model's promotions: what the ledger lists and the tags confirm, in the ledger's order."""

from __future__ import annotations

from dataclasses import dataclass, field

from assay.ledger.entry import Entry, read_tag_text
from assay.ledger.tag_names import precedence, read_tag_name

RETIREMENT = "retirement"


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


@dataclass(frozen=True)
class CutOff(Unverified):
    """A tag with a whole entry, but without its line in the ledger."""

    entry: Entry


class Unvouched(Unverified):
    """An entry that nobody whose key counts signed, of a stage that asks for signatures."""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A model's promotions, oldest first.

    `entries` are the promotions that the ledger lists; one whose tag is gone or was moved is `Unverified`. `strays` are
    tags that the ledger does not list; if one is `CutOff`, nobody knows what is in its stage. `broken` says where the
    ledger itself is broken; then nothing may follow.
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
        known = (*self.entries, *self.cut_off())
        return tuple(stage for stage in dict.fromkeys(map(stage_of, known)) if stage is not None)

    def cut_off(self) -> tuple[CutOff, ...]:
        """The tags whose lines the ledger lacks, first place first."""
        found = (each for each in self.strays if isinstance(each, CutOff))
        return tuple(sorted(found, key=lambda each: each.entry.seq))

    def current(self, stage: str) -> Entry | Unverified | None:
        """What is in a stage: the last of its promotions, which counts only if its tag and its line are there."""
        known = (*self.entries, *self.cut_off())
        return next((entry for entry in reversed(known) if stage_of(entry) == stage), None)

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
        strays = tuple(each for each in self.cut_off() if each.entry.time <= seconds)
        return Chain(model=self.model, head=self.head, entries=tuple(kept), strays=strays, broken=self.broken)


def stage_of(entry: Entry | Unverified) -> str | None:
    """The stage that an entry moved; None for a registration."""
    if isinstance(entry, Entry):
        return None if entry.event == "register" else entry.stage
    named = read_tag_name(entry.tag)
    return None if named is None else named.stage
