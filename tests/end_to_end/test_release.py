"""The release of a registered version: published once with everything that an auditor needs, whatever breaks off."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assay.canonical import digest
from assay.cli import main
from tests.support.command_line import Assay, Ended
from tests.support.fakegithub.calling import Answer
from tests.support.fakegithub.contract import Asked
from tests.support.fakegithub.faults import Fault, secondary_limit
from tests.support.fakegithub.loopback import only_loopback
from tests.support.fakegithub.server import FakeGitHub
from tests.support.fakegithub.world import Body, World
from tests.support.git import commit, git
from tests.support.keys import write_keys
from tests.support.ready_commands import ReadyCommands
from tests.support.repositories import Repository, rows, scores_text, write_repository
from tests.support.shared_folders import make_once

BEFORE, DAY = ((datetime.now(UTC).date() - timedelta(days=days)).isoformat() for days in (4, 3))
NAME, TAG = "acme/loans", "small@v1.0.0"
REGORUS = ("--engine", "regorus")
ENGINE = (*REGORUS, "--allow-embedded-engine")
RELEASE = ("release", "--version", "1.0.0", *ENGINE)
PAGES = ("manifest", "plan", "predictions", "evidence", "decision", "card", "promotion")
FACES = ("assay.sarif", "card.html", "card.md", "junit.xml")
FILES = {*(f"{page}.json" for page in PAGES), *FACES, "policies.tar.gz", "checksums.txt"}
BUNDLES = {"card.sigstore.json", "decision.sigstore.json"}


@dataclass(frozen=True)
class Place:
    """A clone that registered 1.0.0, its remote, the GitHub that it is released on, and a key."""

    repository: Repository
    fake: FakeGitHub
    key: str

    @property
    def releases(self) -> list[Body]:
        return list(self.fake.world.repository(NAME).releases.values())

    def tag(self, name: str = TAG) -> None:
        """What `register` pushed is on GitHub."""
        ref, found = f"refs/tags/{name}", git(self.repository.root, "rev-parse", f"refs/tags/{name}")
        self.fake.world.repository(NAME).refs[ref] = {"ref": ref, "object": {"type": "tag", "sha": found}}

    def assets(self, release: int | None = None) -> dict[str, bytes]:
        held = self.fake.world.repository(NAME)
        live = [each for each in held.assets.values() if each["release"] in ((release,) if release else held.releases)]
        assert all(each["state"] == "uploaded" for each in live)
        assert len({(each["release"], each["name"]) for each in live}) == len(live)
        return {each["name"]: held.contents[each["id"]] for each in live}

    def download(self, folder: Path) -> Path:
        folder.mkdir()
        for name, content in self.assets().items():
            (folder / name).write_bytes(content)
        return folder

    def is_whole(self) -> bool:
        """One release, published, with every asset."""
        (release,) = self.releases
        found = self.assets()
        if "checksums.txt" in found:
            lines = found["checksums.txt"].decode().splitlines()
            assert {line[66:] for line in lines} == set(found) - {"checksums.txt"}
        return not release["draft"] and set(found) >= FILES


def made(folder: Path, key: str | None) -> Path:
    repository = write_repository(folder / "repository")
    repository.write(".gitignore", ".assay/\n")
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    commit(repository.root, "a model")
    git(repository.root, "remote", "add", "origin", "../remote.git")
    git(repository.root, "push", "--quiet", "origin", "main")
    manifest = ("--manifest", str(repository.root / "assay.yaml"))
    assert main(["check", *REGORUS, *manifest, "--as-of", f"{DAY}"]) == 0
    if key is not None:
        assert main(["sign", *REGORUS, *manifest, "--key", key, "--time", f"{DAY}T12:00:00Z"]) == 0
    assert main(["register", "--version", "1.0.0", *ENGINE, *manifest]) == 0
    return folder


def make_templates(folder: Path) -> None:
    """An unsigned and a signed registration, and the key of the latter."""
    keys = write_keys(folder / "keys", "ecdsa-p256")
    for name in ("unsigned", "signed"):
        (folder / name).mkdir()
        made(folder / name, keys.private if name == "signed" else None)


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_once(tmp_path_factory, "release", make_templates)


@pytest.fixture
def place(
    request: pytest.FixtureRequest, templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    only_loopback(monkeypatch)
    shutil.copytree(templates / getattr(request, "param", "unsigned"), tmp_path / "place")
    monkeypatch.chdir(tmp_path / "place" / "repository")
    world = World()
    world.token("job", contents="write")
    with FakeGitHub(world) as fake:
        for name, value in {"GITHUB_API_URL": fake.url, "GITHUB_REPOSITORY": NAME, "GITHUB_TOKEN": "job"}.items():
            monkeypatch.setenv(name, value)
        found = Place(Repository(tmp_path / "place" / "repository"), fake, str(templates / "keys/public.pem"))
        found.tag()
        yield found
        assert fake.violations == []


signed = pytest.mark.parametrize("place", ["signed"], indirect=True)


def run_in(folder: Path, *command: str) -> Ended:
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True, timeout=60)
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def test_a_registered_version_is_released(place: Place, assay: Assay) -> None:
    ended = assay(*RELEASE)
    assert ended.code == 0, ended.err
    assert f"Released small 1.0.0 with {len(FILES)} assets: https://" in ended.out
    (release,) = place.releases
    assert (release["tag_name"], release["name"], release["draft"]) == (TAG, "small 1.0.0", False)
    assert (release["prerelease"], release["make_latest"]) == (False, "true")
    assert set(place.assets()) == FILES
    page = json.loads(place.assets()["promotion.json"])
    assert page["tag_object"] == git(place.repository.root, "rev-parse", TAG)
    for text in (
        "Gate open",
        page["parents"]["decision"],
        page["commit"],
        "sha256sum --check",
        "the release is not signed",
    ):
        assert text in release["body"]


@signed
def test_what_is_downloaded_can_be_checked_by_anybody(
    place: Place, assay: Assay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G7: an auditor has the assets and the public key, no network, no repository, and no row of the data."""
    assert assay(*RELEASE, "--key", place.key).code == 0
    assert set(place.assets()) == FILES | BUNDLES
    # The bundle that was signed is the asset, byte for byte, and the notes name it by the digest that comments name.
    for name in BUNDLES:
        assert place.assets()[name] == (place.repository.dossier / name).read_bytes()
    assert f"| signed card | `{digest(place.assets()['card.sigstore.json'])}` |" in place.releases[0]["body"]
    folder = place.download(tmp_path / "downloaded")
    ended = run_in(folder, "sha256sum", "--check", "--strict", "checksums.txt")
    assert ended.code == 0, ended.err
    assert ended.out.count(": OK") == len(FILES | BUNDLES) - 1
    monkeypatch.chdir(folder)
    ended = assay("verify", *REGORUS, "--key", place.key, ".")
    assert ended.code == 0, ended.err
    assert f"{len(FILES | BUNDLES) - 1} of {len(FILES | BUNDLES) - 1} files are here and match" in ended.out
    assert "the files of predictions: a release does not contain them" in ended.out
    assert "PASSED for assay:small#validation" in ended.out
    (folder / "junit.xml").unlink()
    ended = assay("verify", *REGORUS, ".")
    assert ended.code == 0, ended.err
    assert "missing, so not verified: junit.xml" in ended.out


@signed
def test_the_commands_that_the_release_names_work(place: Place, assay: Assay, tmp_path: Path) -> None:
    assert assay(*RELEASE).code == 0
    folder = place.download(tmp_path / "downloaded")
    shutil.copy(place.key, folder / "public.pem")
    commands = place.releases[0]["body"].partition("```sh\n")[2].partition("```")[0].splitlines()
    assert [line.split()[0] for line in commands] == ["sha256sum", "assay", "cosign", "cosign"]
    for command in commands:
        program, *arguments = command.split()
        if program == "cosign" and shutil.which("cosign") is None:
            assert not os.environ.get("ASSAY_TEST_REQUIRE_COSIGN"), "cosign is not on PATH"
            continue
        words = [sys.executable, "-m", "assay"] if program == "assay" else [program]
        ended = run_in(folder, *words, *arguments)
        assert ended.code == 0, ended.err


@pytest.mark.parametrize("name", sorted(FILES - {"checksums.txt"}))
def test_an_asset_that_was_changed_is_seen(place: Place, assay: Assay, tmp_path: Path, name: str) -> None:
    """D3, D17: each asset is held by the pages' digests, by being made anew, or by the checksums at least."""
    assert assay(*RELEASE).code == 0
    folder = place.download(tmp_path / "downloaded")
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(bytes(content))
    ended = assay("verify", *REGORUS, str(folder))
    assert ended.code == 3, ended.out
    assert run_in(folder, "sha256sum", "--check", "--status", "checksums.txt").code != 0


@pytest.mark.parametrize("content", [b"", b"nonsense\n", b"0" * 64 + b"  ../assay.yaml\n", b"\xff" * 70])
def test_checksums_that_are_none(place: Place, assay: Assay, tmp_path: Path, content: bytes) -> None:
    assert assay(*RELEASE).code == 0
    folder = place.download(tmp_path / "downloaded")
    (folder / "checksums.txt").write_bytes(content)
    ended = assay("verify", *REGORUS, str(folder))
    assert ended.code == 3
    assert "is not a list of checksums" in ended.err


def test_the_same_again_writes_nothing(place: Place, assay: Assay) -> None:
    assert assay(*RELEASE).code == 0
    before = len(place.fake.journal)
    ended = assay("release", "--version", TAG, *ENGINE, "--format", "json")
    assert (ended.code, json.loads(ended.out)["published"]) == (0, False)
    assert {each.method for each in place.fake.journal[before:]} == {"GET"}
    assert len(place.fake.journal) - before == 4
    assert place.is_whole()


def test_another_clone_of_the_same_release_writes_nothing(place: Place, assay: Assay, tmp_path: Path) -> None:
    """The assets come from pages and registration alone, so another machine makes the same ones."""
    assert assay(*RELEASE).code == 0
    before = len(place.fake.journal)
    git(tmp_path, "clone", "--quiet", str(place.repository.root.parent / "remote.git"), "other")
    shutil.copytree(place.repository.root / ".assay", tmp_path / "other" / ".assay")
    (tmp_path / "other" / ".assay/small/validation/promotion.json").unlink()
    manifest = ("--manifest", str(tmp_path / "other" / "assay.yaml"))
    ended = assay(*RELEASE, *manifest)
    assert ended.code == 3
    assert "but not its ledger" in ended.err
    assert assay(*RELEASE, *manifest, "--fetch").code == 0
    assert {each.method for each in place.fake.journal[before:]} == {"GET"}


def test_only_the_highest_version_is_the_latest(place: Place, assay: Assay) -> None:
    for version in ("1.1.0", "2.0.0-rc.1", "0.9.0"):
        place.repository.write("README.md", version)
        commit(place.repository.root, version)
        git(place.repository.root, "push", "--quiet", "origin", "main")
        ended = assay("register", "--version", version, *ENGINE)
        assert ended.code == 0, ended.err
        place.tag(f"small@v{version}")
    for version in ("1.0.0", "2.0.0-rc.1", "1.1.0", "0.9.0"):
        ended = assay("release", "--version", f"v{version}", *ENGINE)
        assert ended.code == 0, ended.err
    found = {each["tag_name"].partition("@v")[2]: (each["prerelease"], each["make_latest"]) for each in place.releases}
    assert found == {
        "1.0.0": (False, "false"),
        "2.0.0-rc.1": (True, "false"),
        "1.1.0": (False, "true"),
        "0.9.0": (False, "false"),
    }


@pytest.mark.parametrize(
    ("version", "code", "sentence"),
    [
        ("9.9.9", 3, "no registration of small 9.9.9"),
        ("small@v9.9.9", 3, "no registration of small 9.9.9"),
        ("one", 2, "Write a version as 1.2.3"),
        ("large@v1.0.0", 2, "is not a tag of small"),
        ("small#production#1", 2, "Write a version as 1.2.3"),
    ],
)
def test_a_version_that_is_not_registered(place: Place, assay: Assay, version: str, code: int, sentence: str) -> None:
    ended = assay("release", "--version", version, *ENGINE)
    assert ended.code == code
    assert sentence in ended.err
    assert place.fake.journal == []


def moved(place: Place) -> None:
    git(place.repository.root, "tag", "--force", "--annotate", "--message", "moved", TAG, "HEAD")


def deleted(place: Place) -> None:
    git(place.repository.root, "tag", "--delete", TAG)


@pytest.mark.parametrize(("change", "why"), [(moved, "somebody moved the tag"), (deleted, "the tag is gone")])
def test_a_tag_that_does_not_count(place: Place, assay: Assay, change: Callable[[Place], None], why: str) -> None:
    """C1."""
    change(place)
    ended = assay(*RELEASE)
    assert ended.code == 3
    assert f"The tag {TAG} does not count: the " in ended.err
    assert why in ended.err
    assert place.fake.journal == []


def test_a_tag_that_was_moved_on_github(place: Place, assay: Assay) -> None:
    """C1: nothing is attached to what somebody else made."""
    place.fake.world.repository(NAME).refs[f"refs/tags/{TAG}"]["object"]["sha"] = "d" * 40
    ended = assay(*RELEASE)
    assert ended.code == 3
    assert "is not the object" in ended.err
    assert place.releases == []


def test_a_tag_that_was_not_pushed(place: Place, assay: Assay) -> None:
    place.fake.world.repository(NAME).refs.clear()
    ended = assay(*RELEASE)
    assert ended.code == 3
    assert f"git push origin refs/tags/{TAG}" in ended.err
    place.tag()
    assert assay(*RELEASE).code == 0


def test_another_dossier_than_the_registered_one(place: Place, assay: Assay) -> None:
    """D1: what was judged since is another version's."""
    place.repository.write("scores.csv", scores_text([(*row[:4], round(row[4] * 0.99, 6)) for row in rows()]))
    assert assay("check", *REGORUS).code == 0
    ended = assay(*RELEASE)
    assert ended.code == 1
    assert "The decision of this dossier is sha256:" in ended.err
    assert "--dossier" in ended.err
    assert place.fake.journal == []


def test_a_dossier_that_was_signed_after_it_was_registered(place: Place, assay: Assay, tmp_path: Path) -> None:
    """D1: the tag names the statement, or that there was none."""
    assert assay("sign", *REGORUS, "--key", write_keys(tmp_path / "late", "ed25519").private).code == 0
    ended = assay(*RELEASE)
    assert ended.code == 1
    assert "The signed statement of this dossier is sha256:" in ended.err


@signed
def test_another_signer_than_the_expected_one(place: Place, assay: Assay, tmp_path: Path) -> None:
    ended = assay(*RELEASE, "--key", write_keys(tmp_path / "other", "ed25519").public)
    assert ended.code == 3
    assert place.fake.journal == []


@signed
def test_a_key_revoked_since_it_was_registered(place: Place, assay: Assay, tmp_path: Path) -> None:
    """D13: the ledger shows that it signed before, which a downloaded folder alone cannot."""
    shutil.copy(place.key, tmp_path / "public.pem")
    trust = tmp_path / "trust.yaml"
    listed = "trust: 1\nkeys:\n  - {name: ci, key: public.pem, revoked: %s}\n"
    trust.write_text(listed % f"{BEFORE}")
    assert assay(*RELEASE, "--key", str(trust)).code == 3
    assert place.fake.journal == []
    trust.write_text(listed % f"{DAY}T18:00:00Z")
    ended = assay(*RELEASE, "--key", str(trust))
    assert ended.code == 0, ended.err
    ended = assay("verify", *REGORUS, "--key", str(trust), str(place.download(tmp_path / "downloaded")))
    assert ended.code == 3
    assert "was revoked at" in ended.err


def test_a_closed_gate_is_not_released(place: Place, assay: Assay) -> None:
    place.repository.replace('">= 0.70"', '">= 0.999"')
    assert assay("check", *REGORUS).code == 1
    ended = assay(*RELEASE)
    assert ended.code == 1
    assert "is closed by quality/clears_bars" in ended.err
    assert place.fake.journal == []


def test_opa_must_judge(place: Place, assay: Assay, opa: str) -> None:
    ended = assay("release", "--version", "1.0.0", *REGORUS)
    assert ended.code == 3
    assert "needs OPA to judge" in ended.err
    assert assay("release", "--version", "1.0.0", "--engine", "opa", "--opa", opa).code == 0


def test_a_shallow_clone(place: Place, assay: Assay, tmp_path: Path) -> None:
    place.repository.write("README.md", "more")
    commit(place.repository.root, "more")
    git(place.repository.root, "push", "--quiet", "origin", "main")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{place.repository.root.parent}/remote.git", "shallow")
    shutil.copytree(place.repository.root / ".assay", tmp_path / "shallow" / ".assay")
    ended = assay(*RELEASE, "--manifest", str(tmp_path / "shallow" / "assay.yaml"))
    assert ended.code == 3
    assert "fetch-depth: 0" in ended.err


FAULTS = [
    Fault("POST", "/assets", effect="starter", after=3, times=2),
    Fault("POST", "/assets", effect="apply_then_cut", after=2),
    Fault("POST", "/assets", effect="cut", after=5),
    Fault("POST", "/releases$", effect="apply_then_answer"),
    Fault("PATCH", "/releases/", effect="apply_then_cut"),
    Fault("GET", "/releases", status=500, times=2),
    secondary_limit("POST", "/releases$", seconds=0),
    secondary_limit("PATCH", "/releases/", seconds=0, status=429),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.method}{fault.path}-{fault.effect}-{fault.status}")
def test_what_github_does_wrong_once_is_mended_at_once(place: Place, assay: Assay, fault: Fault) -> None:
    place.fake.fault(Fault(**vars(fault)))
    ended = assay(*RELEASE)
    assert ended.code == 0, ended.err
    assert place.is_whole()


LASTING = [
    (Fault("POST", "/assets", effect="starter", after=4, times=99), "GitHub failed at the upload of"),
    (Fault("POST", "/assets", effect="cut", after=4, times=99), "could not be reached for the upload of"),
    (Fault("PATCH", "/releases/", status=401, message="Bad credentials"), "does not accept the token"),
    (Fault("POST", "/releases$", status=403, message="Resource not accessible"), "Add `contents: write`"),
    (Fault("POST", "/releases$", status=403, message="rate limit", headers={"Retry-After": "9999"}), "rate limit"),
]


@pytest.mark.parametrize(("fault", "sentence"), LASTING, ids=[sentence for _, sentence in LASTING])
def test_what_fails_for_good_is_finished_by_the_next_run(
    place: Place, assay: Assay, fault: Fault, sentence: str
) -> None:
    place.fake.fault(Fault(**vars(fault)))
    ended = assay(*RELEASE)
    assert ended.code == 3
    assert sentence in ended.err
    assert all(each["draft"] for each in place.releases)
    place.fake.faults.clear()
    assert assay(*RELEASE).code == 0
    assert place.is_whole()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"GITHUB_TOKEN": ""}, "GitHub needs a token"),
        ({"GITHUB_TOKEN": "other"}, "does not accept the token"),
        ({"GITHUB_REPOSITORY": ""}, "is not `owner/name`"),
        ({"GITHUB_API_URL": "http://example.com"}, "is not an https URL"),
    ],
)
def test_an_environment_that_does_not_do(
    place: Place, assay: Assay, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], sentence: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    ended = assay(*RELEASE)
    assert ended.code == 3
    assert sentence in ended.err
    assert place.releases == []


def test_too_few_permissions_are_named(place: Place, assay: Assay) -> None:
    place.fake.world.token("job", contents="read")
    ended = assay(*RELEASE)
    assert ended.code == 3
    assert "Add `contents: write` to the job's `permissions:`" in ended.err
    place.fake.world.token("job", contents="write")
    assert assay(*RELEASE).code == 0


def test_a_draft_by_somebody_else_is_left_alone(place: Place, assay: Assay) -> None:
    held = place.fake.world.repository(NAME)
    theirs: dict[str, Any] = {
        "id": 1,
        "tag_name": TAG,
        "draft": True,
        "prerelease": False,
        "body": "Notes",
        "name": "n",
    }
    held.releases[1] = {**theirs, "target_commitish": "main", "author": place.fake.world.user("carol")}
    assert assay(*RELEASE).code == 0
    assert (held.releases[1]["draft"], held.releases[1]["body"]) == (True, "Notes")
    assert [each["draft"] for each in place.releases] == [True, False]


def test_a_published_release_with_other_content_is_not_touched(place: Place, assay: Assay) -> None:
    """Neither overwritten nor taken for ours."""
    assert assay(*RELEASE).code == 0
    held = place.fake.world.repository(NAME)
    asset = next(each for each in held.assets.values() if each["name"] == "card.md")
    asset["digest"] = f"sha256:{'0' * 64}"
    ended = assay(*RELEASE)
    assert ended.code == 3
    assert "has a different `card.md`" in ended.err
    del held.assets[asset["id"]]
    ended = assay(*RELEASE)
    assert ended.code == 3
    assert "lacks `card.md`" in ended.err
    assert "register a new version" in ended.err


LAST = len(FILES) + 6
KILLS = [(number, True) for number in (*range(1, 6), 10, LAST - 2, LAST - 1, LAST)] + [(3, False), (LAST, False)]


@pytest.mark.parametrize(("number", "applied"), KILLS, ids=[f"{'after' if after else 'at'}-{n}" for n, after in KILLS])
def test_killed_at_any_request_and_run_again(
    place: Place, assay: Assay, ready: ReadyCommands, number: int, *, applied: bool
) -> None:
    """I3-I5: kill -9 before or after GitHub carried a request out; the next run leaves exactly one release."""
    answer, left = place.fake.answer, [number]
    child: Future[int] = Future()

    def killing(asked: Asked, authorization: str) -> Answer | None:
        left[0] -= 1
        if left[0]:
            return answer(asked, authorization)
        if applied:
            answer(asked, authorization)
        os.kill(child.result(timeout=60), signal.SIGKILL)
        return None

    place.fake.answer = killing  # type: ignore[method-assign]
    command = ready.start(Path.cwd(), *RELEASE)
    child.set_result(command.process)
    code = command.wait().code
    place.fake.answer = answer  # type: ignore[method-assign]
    assert (code == -signal.SIGKILL) == (left[0] <= 0)
    ended = assay(*RELEASE)
    assert ended.code == 0, ended.err
    assert place.is_whole()


def test_the_requests_of_a_release(place: Place, assay: Assay) -> None:
    """One for each asset, and six more: so the kills above strike every kind of request."""
    assert assay(*RELEASE).code == 0
    names = [each.operation for each in place.fake.journal]
    assert len(names) == LAST
    assert [names[number - 1] for number in (3, 4, 5, LAST - 2, LAST)] == [
        "repos/create-release", "repos/list-release-assets", "repos/upload-release-asset",
        "repos/upload-release-asset", "repos/update-release",
    ]  # fmt: skip
