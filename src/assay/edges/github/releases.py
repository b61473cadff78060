"""A release of a version tag: a draft, its assets, then published; the same again changes nothing."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.edges.github.client import Client, GitHubError, asking

PERMISSION = "contents: write"
TRIES = 3
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,200}")


@dataclass(frozen=True, kw_only=True)
class Released:
    """The release's address, and what had to be done for it."""

    page: str
    uploaded: tuple[str, ...]
    published: bool


def publish_release(client: Client, *, tag: str, title: str, text: str, assets: Mapping[str, bytes]) -> Released:
    """Publishes a release of a tag that is on GitHub with exactly these assets; raises GitHubError.

    What an earlier run left is used: its draft (told by its text), and assets whose digests are right. An empty asset
    that an interrupted upload left behind is removed. A published release is never changed: other content in it is
    an error.
    """
    _refuse_names(assets)
    _need_tag(client, tag)
    release = _find(client, tag, text) or _create(client, tag, title, text)
    uploaded = _fill(client, release, assets)
    _confirm(client, release, assets)
    if not release["draft"]:
        return Released(page=str(release["html_url"]), uploaded=uploaded, published=False)
    path = client.path("releases", release["id"])
    _, published = client.call("PATCH", path, permission=PERMISSION, body={"draft": False, "name": title, "body": text})
    if published["draft"] or published["tag_name"] != tag:
        raise GitHubError(f"The release of `{tag}` was not published.", kind="invalid")
    return Released(page=str(published["html_url"]), uploaded=uploaded, published=True)


def _refuse_names(assets: Mapping[str, bytes]) -> None:
    # GitHub renames others silently, and they could then not be found again.
    wrong = [name for name in assets if not _NAME.fullmatch(name)]
    if wrong:
        raise GitHubError(f"`{wrong[0]}` cannot be an asset's name: use a-z, 0-9, `.`, `_` and `-`.", kind="invalid")


def _need_tag(client: Client, tag: str) -> None:
    """Raises unless the tag is on GitHub: publishing would otherwise create it, unsigned, at some commit."""
    hint = f"Push it first: `git push origin refs/tags/{tag}`."
    try:
        found = client.get(client.path("git", "ref", "tags", tag))
    except GitHubError as error:
        if error.kind != "absent":
            raise
        raise GitHubError(f"The tag `{tag}` is not on GitHub.", kind="absent", status=404, hint=hint) from error
    if not isinstance(found, dict) or found.get("ref") != f"refs/tags/{tag}":
        raise GitHubError(f"GitHub answered for another tag than `{tag}`.", kind="invalid", hint=hint)


def _find(client: Client, tag: str, text: str) -> dict[str, Any] | None:
    """The tag's published release, else the oldest draft with our text; further drafts with it are removed."""
    every = client.get(client.path("releases"), permission=PERMISSION)
    listed = [each for each in every if each["tag_name"] == tag and (not each["draft"] or _ours(each, text))]
    listed.sort(key=lambda each: (each["draft"], each["id"]))
    for spare in listed[1:]:
        if spare["draft"]:
            client.call("DELETE", client.path("releases", spare["id"]), permission=PERMISSION)
    return listed[0] if listed else None


def _ours(draft: dict[str, Any], text: str) -> bool:
    return str(draft.get("body") or "").replace("\r\n", "\n").strip() == text.strip()


def _create(client: Client, tag: str, title: str, text: str) -> dict[str, Any]:
    """A draft; where the answer was lost, looks whether it is there before it tries again."""
    body = {"tag_name": tag, "name": title, "body": text, "draft": True}
    for left in reversed(range(TRIES)):
        try:
            return dict(client.call("POST", client.path("releases"), permission=PERMISSION, body=body)[1])
        except GitHubError as error:
            if error.kind != "unsure":
                raise
            found = _find(client, tag, text)
            if found is not None:
                return found
            if not left:
                raise
    raise GitHubError("The release could not be created.", kind="unsure")


def _fill(client: Client, release: dict[str, Any], assets: Mapping[str, bytes]) -> tuple[str, ...]:
    """Uploads what is missing; returns the names."""
    held = {asset["name"]: asset for asset in _assets(client, release)}
    missing = [name for name, content in assets.items() if name not in held or not _same(held[name], content)]
    if not release["draft"] and missing:
        name = missing[0]
        what = f"holds another `{name}`" if name in held else f"lacks `{name}`"
        hint = "A published release is never changed; register a new version."
        raise GitHubError(f"The published release of `{release['tag_name']}` {what}.", kind="invalid", hint=hint)
    if release["draft"]:
        for name, asset in held.items():
            if name in missing or name not in assets:
                client.call("DELETE", client.path("releases", "assets", asset["id"]), permission=PERMISSION)
    for name in missing:
        _upload(client, release, name, assets[name])
    return tuple(missing)


def _upload(client: Client, release: dict[str, Any], name: str, content: bytes) -> None:
    """One asset; an upload that broke off is looked at, its remains removed, and it is done again."""
    url = str(release["upload_url"]).partition("{")[0]
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(len(content))}
    for left in reversed(range(TRIES)):
        try:
            with asking(f"the upload of `{name}`", PERMISSION):
                client.github.requester.requestMemoryBlobAndCheck(
                    "POST", url, parameters={"name": name}, headers=dict(headers), file_like=io.BytesIO(content)
                )
        except GitHubError as error:
            if error.kind != "unsure":
                raise
            for asset in _assets(client, release):
                if asset["name"] == name and _same(asset, content):
                    return
                if asset["name"] == name:
                    client.call("DELETE", client.path("releases", "assets", asset["id"]), permission=PERMISSION)
            if not left:
                raise
        else:
            return


def _confirm(client: Client, release: dict[str, Any], assets: Mapping[str, bytes]) -> None:
    """Raises unless GitHub holds every asset with its digest."""
    held = {asset["name"]: asset for asset in _assets(client, release)}
    for name, content in assets.items():
        if name not in held or not _same(held[name], content):
            raise GitHubError(f"GitHub does not hold `{name}` as it was uploaded.", kind="unsure")


def _assets(client: Client, release: dict[str, Any]) -> list[dict[str, Any]]:
    return list(client.get(client.path("releases", release["id"], "assets"), permission=PERMISSION))


def _same(asset: dict[str, Any], content: bytes) -> bool:
    """Whether an asset is whole and these bytes; where an older server gives no digest, the size decides."""
    if asset["state"] != "uploaded" or asset["size"] != len(content):
        return False
    return asset.get("digest") in (None, f"sha256:{hashlib.sha256(content).hexdigest()}")
