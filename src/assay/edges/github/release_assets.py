"""A release's assets: missing ones are uploaded, and all are confirmed by digest."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from typing import Any

from assay.edges.github.client import Client, GitHubError, explained_errors

PERMISSION = "contents: write"
TRIES, UNPROCESSABLE = 3, 422
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,200}")


def refuse_names(assets: Mapping[str, bytes]) -> None:
    """Raises GitHubError for a name that GitHub would change."""
    # GitHub silently renames other names, so these assets could not be found again.
    wrong = [name for name in assets if not _NAME.fullmatch(name)]
    if wrong:
        raise GitHubError(f"`{wrong[0]}` cannot be an asset's name: use a-z, 0-9, `.`, `_` and `-`.", kind="invalid")


def fill(client: Client, release: dict[str, Any], assets: Mapping[str, bytes]) -> tuple[str, ...]:
    """Uploads the missing assets; returns their names."""
    held = {asset["name"]: asset for asset in _assets(client, release)}
    missing = [name for name, content in assets.items() if name not in held or not _same(held[name], content)]
    if not release["draft"] and missing:
        name = missing[0]
        what = f"has a different `{name}`" if name in held else f"lacks `{name}`"
        hint = "A published release is never changed; register a new version."
        raise GitHubError(f"The published release of `{release['tag_name']}` {what}.", kind="invalid", hint=hint)
    if release["draft"]:
        for name, asset in held.items():
            if name in missing or name not in assets:
                remove(client, "releases", "assets", asset["id"])
    for name in missing:
        _upload(client, release, name, assets[name])
    return tuple(missing)


def _upload(client: Client, release: dict[str, Any], name: str, content: bytes) -> None:
    """Uploads one asset; after an interrupted upload it removes the remains and tries again."""
    url = str(release["upload_url"]).partition("{")[0]
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(len(content))}
    for left in reversed(range(TRIES)):
        try:
            with explained_errors(f"the upload of `{name}`", PERMISSION):
                client.github.requester.requestMemoryBlobAndCheck(
                    "POST", url, parameters={"name": name}, headers=dict(headers), file_like=io.BytesIO(content)
                )
        except GitHubError as error:
            # A parallel run may have uploaded an asset of that name.
            if error.kind != "unsure" and error.status != UNPROCESSABLE:
                raise
            for asset in _assets(client, release):
                if asset["name"] == name and _same(asset, content):
                    return
                if asset["name"] == name:
                    remove(client, "releases", "assets", asset["id"])
            if not left:
                raise
        else:
            return


def confirm(client: Client, release: dict[str, Any], assets: Mapping[str, bytes]) -> None:
    """Raises GitHubError unless GitHub has every asset with its digest."""
    held = {asset["name"]: asset for asset in _assets(client, release)}
    for name, content in assets.items():
        if name not in held or not _same(held[name], content):
            raise GitHubError(f"The asset `{name}` on GitHub differs from what was uploaded.", kind="unsure")


def _assets(client: Client, release: dict[str, Any]) -> list[dict[str, Any]]:
    return list(client.get(client.path("releases", release["id"], "assets"), permission=PERMISSION))


def _same(asset: dict[str, Any], content: bytes) -> bool:
    """Whether an asset is complete and has these bytes; if an older server gives no digest, the size decides."""
    if asset["state"] != "uploaded" or asset["size"] != len(content):
        return False
    return asset.get("digest") in (None, f"sha256:{hashlib.sha256(content).hexdigest()}")


def remove(client: Client, *parts: str | int) -> None:
    """Removes the resource at a path of the repository, if it still exists."""
    try:
        client.call("DELETE", client.path(*parts), permission=PERMISSION)
    except GitHubError as error:
        if error.kind != "absent":  # another run removed it first
            raise
