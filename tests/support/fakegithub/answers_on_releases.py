"""What is answered about releases, their assets, and Git's refs and tags."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

from tests.support.fakegithub.calling import Answer, Call, Refused, answers, found, page
from tests.support.fakegithub.contract import INSTANT
from tests.support.fakegithub.world import Body, Repository


@answers("repos/list-releases", "contents:read")
def _(call: Call) -> Answer:
    return page(call, [_release(call, each) for each in reversed(call.repository.releases.values())])


@answers("repos/create-release", "contents:write")
def _(call: Call) -> Answer:
    held = call.repository
    draft = bool(call.body.get("draft"))
    if not draft and any(
        each["tag_name"] == call.body["tag_name"] and not each["draft"] for each in held.releases.values()
    ):
        raise Refused(
            422, "Validation Failed", errors=[{"code": "already_exists", "field": "tag_name", "resource": "Release"}]
        )
    identity = next(call.world.numbers)
    author = call.world.user(call.token.login)
    held.releases[identity] = {"target_commitish": held.default_branch, **call.body, "id": identity, "author": author}
    held.releases[identity] |= {"draft": draft, "prerelease": bool(call.body.get("prerelease"))}
    return Answer(201, _release(call, held.releases[identity]))


@answers("repos/get-release", "contents:read")
def _(call: Call) -> Answer:
    return Answer(200, _release(call, found(call.repository.releases, call.number("release_id"))))


@answers("repos/get-release-by-tag", "contents:read")
def _(call: Call) -> Answer:
    tag = call.operation.values["tag"]
    held = {each["tag_name"]: each for each in call.repository.releases.values() if not each["draft"]}
    return Answer(200, _release(call, found(held, tag)))


@answers("repos/update-release", "contents:write")
def _(call: Call) -> Answer:
    release = found(call.repository.releases, call.number("release_id"))
    others = [each for each in call.repository.releases.values() if each is not release and not each["draft"]]
    published = not call.body.get("draft", release["draft"])
    if published and any(each["tag_name"] == release["tag_name"] for each in others):
        raise Refused(
            422, "Validation Failed", errors=[{"code": "already_exists", "field": "tag_name", "resource": "Release"}]
        )
    release |= call.body
    return Answer(200, _release(call, release))


@answers("repos/delete-release", "contents:write")
def _(call: Call) -> Answer:
    found(call.repository.releases, call.number("release_id"))
    del call.repository.releases[call.number("release_id")]
    return Answer(204)


@answers("repos/list-release-assets", "contents:read")
def _(call: Call) -> Answer:
    return page(call, _assets(call.repository, call.number("release_id")))


@answers("repos/upload-release-asset", "contents:write")
def _(call: Call) -> Answer:
    release, name = call.number("release_id"), re.sub(r"[^A-Za-z0-9._-]", ".", call.query["name"])
    found(call.repository.releases, release)
    if any(each["name"] == name for each in _assets(call.repository, release)):
        raise Refused(
            422, "Validation Failed", errors=[{"code": "already_exists", "field": "name", "resource": "ReleaseAsset"}]
        )
    return Answer(201, put_asset(call, name, call.content, "uploaded"))


def put_asset(call: Call, name: str, content: bytes, state: str) -> Body:
    """A new asset of the release in the path; one in state `starter` has no content."""
    identity, release = next(call.world.numbers), call.number("release_id")
    url = call.url("releases", "assets", identity)
    body: Body = {"id": identity, "release": release, "url": url, "name": name, "state": state, "size": len(content)}
    body["digest"] = f"sha256:{hashlib.sha256(content).hexdigest()}" if state == "uploaded" else None
    call.repository.assets[identity] = body
    call.repository.contents[identity] = content
    return body


@answers("repos/get-release-asset", "contents:read")
def _(call: Call) -> Answer:
    return Answer(200, found(call.repository.assets, call.number("asset_id")))


@answers("repos/delete-release-asset", "contents:write")
def _(call: Call) -> Answer:
    found(call.repository.assets, call.number("asset_id"))
    del call.repository.assets[call.number("asset_id")]
    return Answer(204)


def _assets(repository: Repository, release: int) -> list[Body]:
    return [each for each in repository.assets.values() if each["release"] == release]


def _release(call: Call, release: Body) -> Body:
    url = call.url("releases", release["id"])
    upload = f"{url}/assets{{?name,label}}"
    shown = {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": upload,
        "html_url": f"https://github.com/{call.repository.name}/releases/tag/{quote(release['tag_name'])}",
        "assets": _assets(call.repository, release["id"]),
    }
    return {**release, **shown, "published_at": None if release["draft"] else INSTANT, "created_at": INSTANT}


@answers("git/get-ref", "contents:read")
def _(call: Call) -> Answer:
    return Answer(200, found(call.repository.refs, f"refs/{call.operation.values['ref']}"))


@answers("git/list-matching-refs", "contents:read")
def _(call: Call) -> Answer:
    start = f"refs/{call.operation.values['ref']}"
    return page(call, [each for name, each in sorted(call.repository.refs.items()) if name.startswith(start)])


@answers("git/create-ref", "contents:write")
def _(call: Call) -> Answer:
    name, sha = call.body["ref"], call.body["sha"]
    if name in call.repository.refs:
        raise Refused(422, "Reference already exists")
    kind = "tag" if sha in call.repository.tags else "commit"
    call.repository.refs[name] = {"ref": name, "url": call.url("git", name), "object": {"type": kind, "sha": sha}}
    return Answer(201, call.repository.refs[name])


@answers("git/create-tag", "contents:write")
def _(call: Call) -> Answer:
    body = {"tag": call.body["tag"], "message": call.body["message"], "tagger": call.body.get("tagger", {})}
    sha = hashlib.sha1(repr(sorted(call.body.items())).encode(), usedforsecurity=False).hexdigest()
    call.repository.tags[sha] = {**body, "sha": sha, "object": {"type": call.body["type"], "sha": call.body["object"]}}
    return Answer(201, call.repository.tags[sha])


@answers("git/get-tag", "contents:read")
def _(call: Call) -> Answer:
    return Answer(200, found(call.repository.tags, call.operation.values["tag_sha"]))
