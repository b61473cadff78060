"""A ledger in memory, and the entries that are wished for."""

from __future__ import annotations

import hashlib
from typing import Any

from assay.ledger.chain import Chain, Link, Tag
from assay.ledger.chain_building import build_chain
from assay.ledger.entry import Entry, tag_text
from assay.ledger.promotion_rules import follow
from assay.manifest.document import Manifest, Stage

NOW = 2_000_000_000
STAGES = {"validation": Stage(), "staging": Stage(after="validation"), "production": Stage(after="staging")}
MANIFEST = Manifest.model_construct(assay=1, stages={**STAGES, "retirement": Stage(after="production")})


def sha(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def oid(text: str | bytes) -> str:
    return hashlib.sha1(text if isinstance(text, bytes) else text.encode()).hexdigest()  # noqa: S324  # Git's own


def wish(event: str, version: str, stage: str = "validation", **more: Any) -> Entry:
    said: dict[str, Any] = {
        "event": event, "model": "m", "version": version, "stage": stage, "commit": oid(version), "time": 1_000,
        "decision": sha(f"{version} {stage}"), "card": sha("card"), "model_digest": sha(version), "seq": 1,
        **more,
    }  # fmt: skip
    return Entry(**said)


class Ledger:
    """A repository in memory: links and tags, appended as `follow` says."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.tags: dict[str, Tag] = {}

    def chain(self) -> Chain:
        return build_chain("m", self.links, self.tags)

    def ask(self, wished: Entry) -> Entry:
        following = follow(self.chain(), wished, MANIFEST, now=NOW)
        if not following.made:
            self.append(following.entry)
        return following.entry

    def append(self, entry: Entry) -> None:
        raw = tag_text(entry)
        self.tags[entry.tag] = Tag(entry.tag, oid(raw), "tag", raw)
        parents = (self.links[-1].commit,) if self.links else ()
        self.links.append(Link(oid(f"line {entry.seq} {entry.tag}"), parents, entry.seq, entry.tag, oid(raw)))
