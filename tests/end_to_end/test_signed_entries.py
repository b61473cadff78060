"""Entries of the ledger that a key signed: who vouches for what was promoted, and what a forger can make others see."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from assay.edges.git_tags import make_line, make_tag
from assay.ledger.chain import Chain
from assay.ledger.entry import Entry, tag_text
from assay.ledger.promotion_page import promotion_page
from tests.support.command_line import Assay
from tests.support.git import git
from tests.support.keys import Keys, write_keys
from tests.support.promotions import ENGINE, Place, judge, merge, status

STAGED = ("promote", "--version", "1.0.0", "--stage", "staging", *ENGINE)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return write_keys(tmp_path / "keys", "ed25519")


def ask_for_signatures(place: Place, *public: bytes) -> None:
    """Staging takes only entries that one of some keys signed."""
    place.repository.replace("staging: {", "staging: {signed: true, ")
    text = (place.root / "assay.yaml").read_text()
    place.repository.write("assay.yaml", text + "trust: keys/trust.yaml\n")
    listed = [f"  - {{name: key{number}, key: key{number}}}\n" for number, _ in enumerate(public)]
    place.repository.write("keys/trust.yaml", "trust: 1\nkeys:\n" + "".join(listed))
    for number, content in enumerate(public):
        place.repository.write(f"keys/key{number}", content)
    merge(place.root, "signed from now on")
    judge(place.root, "validation", "staging")


def forge(place: Place, version: str = "9.9.9", copied: str | None = None) -> None:
    """Whoever may push refs writes the next entry by hand, as Assay writes it."""
    from assay.edges.git_signatures import read_signatures
    from assay.edges.git_tags import read_chain

    chain: Chain = read_chain(place.root, "small")
    last, (*_, link) = chain.sound()[-1], chain.links
    made = Entry(**{**vars(last), "event": "promote", "stage": "staging", "version": version, "seq": last.seq + 1,
                    "previous": link.tag_object, "previous_line": link.commit})  # fmt: skip
    tag = make_tag(place.root, made)
    signature = None
    if copied is not None:
        (found,) = [each.commit for each in chain.links if each.tag == copied]
        signature = read_signatures(place.root, [found])[found]
    line = make_line(place.root, made, promotion_page(made, tag), chain.head, signature)
    for ref, new in ((f"refs/tags/{made.tag}", tag), ("refs/assay/small", line)):
        git(place.root, "update-ref", ref, new)
        git(place.root, "push", "--quiet", "origin", f"{new}:{ref}")
    assert tag_text(made)


def test_entries_are_signed_and_vouched_for(place: Place, assay: Assay, keys: Keys) -> None:
    """C2, the twin: the registration is unsigned and may be; staging is vouched for, in words and as JSON."""
    ask_for_signatures(place, Path(keys.public).read_bytes())
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0
    ended = assay(*STAGED)
    assert (ended.code, "staging takes only entries that are signed" in ended.err) == (1, True), ended.err
    ended = assay(*STAGED, "--signing-key", keys.private)
    assert ended.code == 0, ended.err
    assert assay(*STAGED, "--signing-key", keys.private).code == 0
    ended = assay("status")
    assert ended.code == 0
    assert "small#staging#2  (vouched for by `key0`" in ended.out
    assert "(unsigned)" in assay("history").out
    assert "(vouched for by `key0`" in assay("at", "2999-01-01").out
    (model,) = json.loads(assay("status", "--format", "json").out)["models"]
    assert model["stages"]["staging"]["signature"] == "vouched for"
    git(place.root.parent, "clone", "--quiet", str(place.remote), "fresh")
    ended = assay("status", "--folder", "../fresh", "--fetch")
    assert (ended.code, "vouched for by" in ended.out) == (0, True), ended.err


def test_a_promotion_that_was_forged_by_hand(place: Place, assay: Assay, keys: Keys) -> None:
    """C2, T-forged-entry: every byte is as Assay writes it, only nobody signed; a signature of another entry is told as forged."""
    ask_for_signatures(place, Path(keys.public).read_bytes())
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0
    assert assay(*STAGED, "--signing-key", keys.private).code == 0
    forge(place)
    ended = assay("status")
    assert ended.code == 1
    assert status(assay) == {"staging": "UNVERIFIED"}
    assert "nobody signed it, and staging asks for a signature" in ended.out
    assert "9.9.9" not in ended.out
    assert "9.9.9" not in assay("at", "2999-01-01").out
    forge(place, "9.9.8", copied="small#staging#2")
    ended = assay("history")
    assert (ended.code, "its signature is forged" in ended.out) == (1, True), ended.out
    assert "9.9.8" not in assay("status").out


def test_without_being_asked_an_unsigned_entry_is_told(place: Place, assay: Assay, keys: Keys) -> None:
    """C2: a key on the command line marks what it vouches for; a forged entry counts nowhere."""
    assert assay("register", "--version", "1.0.0", *ENGINE, "--signing-key", keys.private).code == 0
    assert assay(*STAGED).code == 0
    ended = assay("status", "--key", keys.public)
    assert (ended.code, "small#staging#2  (unsigned)" in ended.out) == (0, True)
    forge(place, copied="small@v1.0.0")
    assert status(assay) == {"staging": "9.9.9"}
    ended = assay("status", "--key", keys.public)
    assert (ended.code, "staging  UNVERIFIED" in ended.out) == (1, True), ended.out
    other = write_keys(Path(keys.public).parent / "other", "ecdsa-p256")
    ended = assay("history", "--key", other.public)
    assert (ended.code, "its signature is forged: The bundle names the key" in ended.out) == (1, True), ended.out


def test_a_key_that_does_not_count_signs_nothing(place: Place, assay: Assay, keys: Keys) -> None:
    """D8: refused before anything is written."""
    ask_for_signatures(place, Path(keys.public).read_bytes())
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0
    other = write_keys(Path(keys.public).parent / "other", "ed25519")
    ended = assay(*STAGED, "--signing-key", other.private)
    assert (ended.code, "does not list" in ended.err) == (3, True), ended.err
    assert place.tags() == ["small@v1.0.0"]


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_ssh_keys(place: Place, assay: Assay, tmp_path: Path, kind: str) -> None:
    """C2, D7: made by `ssh-keygen -Y sign`, verified here and by `ssh-keygen -Y verify`."""
    key = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-b", "256", "-N", "", "-f", str(key)], check=True)
    ask_for_signatures(place, key.with_suffix(".pub").read_bytes())
    assert assay("register", "--version", "1.0.0", *ENGINE, "--signing-key", str(key)).code == 0
    ended = assay(*STAGED, "--signing-key", str(key))
    assert ended.code == 0, ended.err
    assert "small#staging#2  (vouched for by `key0`" in assay("status").out
    (tmp_path / "allowed").write_text(f"me {key.with_suffix('.pub').read_text()}")
    (tmp_path / "sig").write_text(git(place.root, "show", "refs/assay/small:promotion.sshsig") + "\n")
    command = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        "allowed",
        "-I",
        "me",
        "-n",
        "promotion@assay-ml.github.io",
        "-s",
        "sig",
    ]
    text = git(place.root, "show", "refs/assay/small:tag") + "\n"
    done = subprocess.run(command, cwd=tmp_path, input=text.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    forge(place, copied="small#staging#2")
    assert status(assay) == {"staging": "UNVERIFIED"}


def test_signatures_that_are_asked_for_later(produced: Place, assay: Assay, keys: Keys) -> None:
    """C2: what was promoted before nobody signed, so it shows nothing; promoted again and signed, it counts."""
    ask_for_signatures(produced, Path(keys.public).read_bytes())
    ended = assay("status")
    assert (ended.code, "staging     UNVERIFIED" in ended.out) == (1, True), ended.out
    assert assay("register", "--version", "1.1.0", *ENGINE).code == 0
    ended = assay("promote", "--version", "1.1.0", "--stage", "staging", *ENGINE, "--signing-key", keys.private)
    assert ended.code == 0, ended.err
    assert assay("status").code == 0
    assert status(assay)["staging"] == "1.1.0"


def test_a_model_in_a_folder_has_the_terms_of_its_own_manifest(place: Place, assay: Assay, keys: Keys) -> None:
    """C2: the manifest that names the model asks for signatures, wherever it lies; another model's does not count."""
    assert assay("register", "--version", "1.0.0", *ENGINE).code == 0
    assert assay(*STAGED).code == 0
    text = (place.root / "assay.yaml").read_text()
    asking = text.replace("staging: {", "staging: {signed: true, ") + "trust: keys.yaml\n"
    place.repository.write("models/small/assay.yaml", asking.replace("name: small", "name: other"))
    git(place.root, "rm", "--quiet", "assay.yaml")
    place.repository.write("models/first/assay.yaml", text)
    merge(place.root, "in folders")
    assert assay("status").code == 0
    place.repository.write("models/first/assay.yaml", asking)
    listed = "".join(f"    {line}\n" for line in Path(keys.public).read_text().splitlines())
    place.repository.write("models/first/keys.yaml", f"trust: 1\nkeys:\n- name: ci\n  key: |\n{listed}")
    merge(place.root, "signed from now on")
    ended = assay("status")
    assert (ended.code, "staging asks for a signature" in ended.out) == (1, True), ended.out + ended.err
