"""A release of a version tag: a draft, its assets, then publication; a repetition changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.edges.github.client import Client, GitHubError
from assay.edges.github.posted_text import MOST_IN_RELEASE, require_harmless
from assay.edges.github.release_assets import PERMISSION, TRIES, UNPROCESSABLE, confirm, fill, refuse_names, remove


@dataclass(frozen=True, kw_only=True)
class Release:
    """A wanted release, with exactly these assets; `tag_object` is the object that its tag must name on GitHub.

    The first line of its text identifies our drafts, so later versions of Assay may change the rest of the text.
    """

    tag: str
    tag_object: str
    title: str
    text: str
    assets: Mapping[str, bytes]
    prerelease: bool = False
    latest: bool = True


@dataclass(frozen=True, kw_only=True)
class Released:
    """The release's URL, and what was done for it."""

    page: str
    uploaded: tuple[str, ...]
    published: bool


def publish_release(client: Client, wanted: Release) -> Released:
    """Publishes a release of a tag that is on GitHub; raises GitHubError, and HarmfulTextError for its text.

    It continues an earlier run: its draft (known by the first line of its text), and assets with the right digests. It
    removes an empty asset of an interrupted upload. It never changes a published release: different content in it is an
    error.
    """
    hidden = wanted.text.splitlines()[:1]
    require_harmless(wanted.text, what="text of the release", most=MOST_IN_RELEASE, hidden=hidden)
    refuse_names(wanted.assets)
    _need_tag(client, wanted)
    release = _find(client, wanted) or _create(client, wanted)
    uploaded = fill(client, release, wanted.assets)
    confirm(client, release, wanted.assets)
    if not release["draft"]:
        return Released(page=_page(release), uploaded=uploaded, published=False)
    published = _publish(client, release, wanted)
    if published is None:
        return Released(page=_page(_find(client, wanted) or release), uploaded=(), published=False)
    if published["draft"] or published["tag_name"] != wanted.tag:
        raise GitHubError(f"The release of `{wanted.tag}` was not published.", kind="invalid")
    return Released(page=_page(published), uploaded=uploaded, published=True)


def _publish(client: Client, release: dict[str, Any], wanted: Release) -> dict[str, Any] | None:
    """The published release; None if another run published the same one first."""
    # A pre-release or an older version must not become the latest release.
    latest = "true" if wanted.latest and not wanted.prerelease else "false"
    body = {**_said(wanted), "draft": False, "make_latest": latest}
    try:
        return dict(client.call("PATCH", client.path("releases", release["id"]), permission=PERMISSION, body=body)[1])
    except GitHubError as error:
        first = _find(client, wanted) if error.status == UNPROCESSABLE else None
        if first is None or first["draft"]:
            raise
        fill(client, first, wanted.assets)
        return None


def _said(wanted: Release) -> dict[str, Any]:
    return {"tag_name": wanted.tag, "name": wanted.title, "body": wanted.text, "prerelease": wanted.prerelease}


def _page(release: dict[str, Any]) -> str:
    return " ".join(str(release.get("html_url", "")).split())


def _need_tag(client: Client, wanted: Release) -> None:
    """Raises GitHubError unless the tag is on GitHub, because publishing would create it, unsigned, at some commit."""
    tag = wanted.tag
    hint = f"Push it first: `git push origin refs/tags/{tag}`."
    try:
        found = client.get(client.path("git", "ref", "tags", tag))
    except GitHubError as error:
        if error.kind != "absent":
            raise
        raise GitHubError(f"The tag `{tag}` is not on GitHub.", kind="absent", status=404, hint=hint) from error
    if not isinstance(found, dict) or found.get("ref") != f"refs/tags/{tag}":
        raise GitHubError(f"GitHub answered for another tag than `{tag}`.", kind="invalid", hint=hint)
    if (found.get("object") or {}).get("sha") != wanted.tag_object:
        moved = f"The tag `{tag}` on GitHub is not the object {wanted.tag_object[:12]} that the ledger lists."
        raise GitHubError(
            moved, kind="invalid", hint="Somebody moved the tag or made it again; find out who, and restore it."
        )


def _find(client: Client, wanted: Release) -> dict[str, Any] | None:
    """The tag's published release, else the oldest draft of ours; further drafts of ours are removed."""
    every = client.get(client.path("releases"), permission=PERMISSION)
    listed = [
        each for each in every if each["tag_name"] == wanted.tag and (not each["draft"] or _ours(each, wanted.text))
    ]
    listed.sort(key=lambda each: (each["draft"], each["id"]))
    for spare in listed[1:]:
        if spare["draft"]:
            remove(client, "releases", spare["id"])
    return listed[0] if listed else None


def _ours(draft: dict[str, Any], text: str) -> bool:
    return _first_line(str(draft.get("body") or "")) == _first_line(text)


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "").strip()


def _create(client: Client, wanted: Release) -> dict[str, Any]:
    """Creates a draft; if the answer was lost, checks whether it exists before trying again."""
    body = {**_said(wanted), "draft": True}
    for left in reversed(range(TRIES)):
        try:
            return dict(client.call("POST", client.path("releases"), permission=PERMISSION, body=body)[1])
        except GitHubError as error:
            if error.kind != "unsure":
                raise
            found = _find(client, wanted)
            if found is not None:
                return found
            if not left:
                raise
    raise GitHubError("The release could not be created.", kind="unsure")
