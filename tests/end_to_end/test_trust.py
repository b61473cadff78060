"""`--key` as a trust file or a certificate: keys that are replaced, that expire, and that are revoked."""

import datetime
import shutil
from pathlib import Path

import pytest

from tests.support.command_line import Assay
from tests.support.git import commit, git
from tests.support.keys import CARD, DECISION, Keys, write_keys
from tests.support.promotions import ENGINE, STAGES
from tests.support.repositories import Repository, rows, scores_text, write_repository

REGORUS = ("--engine", "regorus")
TODAY = datetime.datetime.now(datetime.UTC).date()
BEFORE, DAY, AFTER = ((TODAY - datetime.timedelta(days=days)).isoformat() for days in (4, 3, 2))
AS_OF = ("--as-of", f"{DAY}")
SIGNED = f"{DAY}T12:00:00Z"


def trust(folder: Path, *listed: tuple[str, Keys, str]) -> str:
    """The file of a trust file that lists keys: name, key, and further fields in flow style."""
    text = "trust: 1\nkeys:\n"
    for name, keys, more in listed:
        (folder / f"{name}.pem").write_text(Path(keys.public).read_text())
        text += f"  - {{name: {name}, key: {name}.pem{', ' if more else ''}{more}}}\n"
    (folder / "trust.yaml").write_text(text)
    return str(folder / "trust.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "trusted"
    made.mkdir()
    return made


@pytest.fixture
def old(tmp_path: Path) -> Keys:
    return write_keys(tmp_path / "old", "ecdsa-p256")


@pytest.fixture
def new(tmp_path: Path) -> Keys:
    return write_keys(tmp_path / "new", "ed25519")


@pytest.fixture
def signed(repository: Repository, assay: Assay, old: Keys) -> Repository:
    assert assay("check", *REGORUS, *AS_OF).code == 0
    assert assay("sign", *REGORUS, "--time", SIGNED, "--key", old.private).code == 0
    return repository


def test_a_key_that_was_replaced_counts_for_what_it_signed_in_its_time(
    signed: Repository, assay: Assay, folder: Path, old: Keys, new: Keys
) -> None:
    """D13: rotation; the benign twin of what follows."""
    named = trust(folder, ("ci-2026", old, f"until: {DAY}"), ("ci-2027", new, f"from: {DAY}"))
    ended = assay("verify", *REGORUS, "--key", named)
    assert ended.code == 0, ended.err
    assert "signed by the ecdsa-p256 key `ci-2026`" in ended.out
    assert f"the key was valid at {SIGNED}: until {DAY}T23:59:59Z, so no longer" in ended.out
    assert assay("sign", *REGORUS, "--key", new.private).code == 0
    ended = assay("verify", *REGORUS, "--key", named)
    assert ended.code == 0, ended.err
    assert "signed by the ed25519 key `ci-2027`" in ended.out


def test_a_trust_file_in_what_is_judged_is_told(signed: Repository, assay: Assay, folder: Path, old: Keys) -> None:
    """A4: who may change the model's repository could list a key of their own."""
    ended = assay("verify", *REGORUS, "--key", trust(folder, ("ci", old, "")))
    assert ended.code == 0
    assert "the origin of" not in ended.out
    (signed.root / "keys").mkdir()
    ended = assay("verify", *REGORUS, "--key", trust(signed.root / "keys", ("ci", old, "")))
    assert ended.code == 0
    assert (
        "  the origin of keys/trust.yaml: the key lies beside the dossier or in its repository, so the author"
        in ended.out
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (f"until: {BEFORE}", f"expired at {BEFORE}T23:59:59Z; the decision was signed at {SIGNED}"),
        (f"until: '{DAY}T11:59:59Z'", f"expired at {DAY}T11:59:59Z"),
        (f"from: {AFTER}", f"not yet valid: it is valid from {AFTER}T00:00:00Z, but"),
        (f"revoked: {DAY}", f"was revoked at {DAY}T00:00:00Z; the decision was signed at"),
        (f"revoked: {AFTER}", "whoever has the key can write that, and nothing else confirms it"),
    ],
)
def test_a_key_out_of_its_time_is_refused(
    more: str, said: str, signed: Repository, assay: Assay, folder: Path, old: Keys
) -> None:
    """D13, D14: expired, not yet valid, revoked; a backdated statement of a stolen key cannot be told from an old one."""
    ended = assay("verify", *REGORUS, "--key", trust(folder, ("ci", old, more)))
    assert ended.code == 3
    assert said in ended.err
    assert "`ci`" in ended.err
    assert "hint: Sign again with" in ended.err


def test_a_key_that_is_not_listed_is_refused(
    signed: Repository, assay: Assay, folder: Path, old: Keys, new: Keys
) -> None:
    ended = assay("verify", *REGORUS, "--key", trust(folder, ("ci-2027", new, "")))
    assert ended.code == 3
    assert "trust.yaml does not list; it lists `ci-2027`" in ended.err


def test_both_bundles_are_signed_by_one_key(
    signed: Repository, assay: Assay, folder: Path, old: Keys, new: Keys
) -> None:
    """D13: a card has no time of its own, so a key that is no longer in force must not slip in beside the decision."""
    kept = (signed.dossier / CARD).read_bytes()
    assert assay("sign", *REGORUS, "--time", SIGNED, "--key", new.private).code == 0
    (signed.dossier / CARD).write_bytes(kept)
    ended = assay("verify", *REGORUS, "--key", trust(folder, ("old", old, ""), ("new", new, "")))
    assert ended.code == 3
    assert "The card and the decision are signed by different keys" in ended.err


def test_time_runs_at_most_five_minutes_ahead(repository: Repository, assay: Assay, old: Keys) -> None:
    """D14: both sides of the edge."""
    assert assay("check", *REGORUS, *AS_OF).code == 0
    for minutes, code in ((4, 0), (6, 3)):
        ahead = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)
        assert assay("sign", *REGORUS, "--time", f"{ahead:%Y-%m-%dT%H:%M:%SZ}", "--key", old.private).code == 0
        ended = assay("verify", *REGORUS, "--key", old.public)
        assert ended.code == code, ended.err
    assert "is in the future; check both clocks" in ended.err


def test_a_decision_is_not_signed_before_its_date(repository: Repository, assay: Assay, old: Keys) -> None:
    """D14: dated back, a key that has expired since would count again; both sides of the edge."""
    assert assay("check", *REGORUS, *AS_OF).code == 0
    ended = assay("sign", *REGORUS, "--time", f"{BEFORE}T23:54:59Z", "--key", old.private)
    assert ended.code == 3
    assert f"A decision as of {DAY} cannot have been signed at {BEFORE}T23:54:59Z" in ended.err
    assert not (repository.dossier / DECISION).exists()
    assert assay("sign", *REGORUS, "--time", f"{BEFORE}T23:55:00Z", "--key", old.private).code == 0
    assert assay("verify", *REGORUS, "--key", old.public).code == 0


def test_a_trust_file_with_mistakes(signed: Repository, assay: Assay, folder: Path, old: Keys) -> None:
    """D8: one key under two names; every mistake with its line, exit code 2."""
    ended = assay("verify", *REGORUS, "--key", trust(folder, ("ci", old, ""), ("other", old, "until: tomorrow")))
    assert ended.code == 2
    assert "trust.yaml:4:42: keys.1.until: expected a UTC time" in ended.err
    assert "`assay schema trust`" in ended.err
    ended = assay("verify", *REGORUS, "--key", trust(folder, ("ci", old, ""), ("other", old, f"revoked: {DAY}")))
    assert ended.code == 2
    assert "trust.yaml:4:24: keys.1.key: this key is already listed, as `ci`" in ended.err
    ended = assay("verify", *REGORUS, "--key", str(folder / "nowhere.yaml"))
    assert ended.code == 2
    assert "could not be read: No such file or directory" in ended.err


def test_the_ledger_shows_what_a_revoked_key_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assay: Assay, folder: Path, old: Keys, new: Keys
) -> None:
    """D13: a rollback to what was promoted before the revocation goes through; what nobody recorded does not."""
    made = write_repository(tmp_path / "repository")
    monkeypatch.chdir(made.root)
    made.write("assay.yaml", (made.root / "assay.yaml").read_text().partition("stages:")[0] + STAGES)
    made.write(".gitignore", ".assay/\n")
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(made.root, "init", "--quiet", "--initial-branch=main")
    git(made.root, "remote", "add", "origin", "../remote.git")
    commit(made.root, "a model")
    git(made.root, "push", "--quiet", "origin", "main")
    stages = ("validation", "staging", "production")

    def judge(keys: Keys) -> None:
        for stage in stages:
            assert assay("check", *REGORUS, *AS_OF, "--stage", stage).code == 0
            assert assay("sign", *REGORUS, "--stage", stage, "--time", SIGNED, "--key", keys.private).code == 0

    judge(old)
    named = trust(folder, ("old", old, ""), ("new", new, ""))
    assert assay("register", "--version", "1.0.0", *ENGINE, "--key", named).code == 0
    for stage in stages[1:]:
        ended = assay("promote", "--version", "1.0.0", "--stage", stage, *ENGINE, "--key", named)
        assert ended.code == 0, ended.err
    shutil.copytree(made.root / ".assay", tmp_path / "before")
    made.write("scores.csv", scores_text([(*row[:4], round(row[4] * 0.99, 6)) for row in rows()]))
    commit(made.root, "another model")
    git(made.root, "push", "--quiet", "origin", "main")
    judge(old)
    assert assay("register", "--version", "1.1.0", *ENGINE, "--key", named).code == 0
    # The key is found stolen: staging's decision is signed, but no ledger names it.
    named = trust(folder, ("old", old, f"revoked: '{DAY}T18:00:00Z'"), ("new", new, ""))
    ended = assay("promote", "--version", "1.1.0", "--stage", "staging", *ENGINE, "--key", named)
    assert ended.code == 3
    assert f"was revoked at {DAY}T18:00:00Z" in ended.err
    judge(new)
    for stage in stages[1:]:
        ended = assay("promote", "--version", "1.1.0", "--stage", stage, *ENGINE, "--key", named)
        assert ended.code == 0, ended.err
    back = ("rollback", "--stage", "production", "--to", "1.0.0", "--reason", "complaints", *ENGINE)
    dossier = ("--dossier", str(tmp_path / "before/small/production"))
    early = trust(folder, ("old", old, f"revoked: '{DAY}T06:00:00Z'"), ("new", new, ""))
    ended = assay(*back, *dossier, "--key", early)
    assert ended.code == 3
    assert f"was revoked at {DAY}T06:00:00Z; the decision was signed at {SIGNED}" in ended.err
    named = trust(folder, ("old", old, f"revoked: '{DAY}T18:00:00Z'"), ("new", new, ""))
    ended = assay(*back, *dossier, "--key", named)
    assert ended.code == 0, ended.err
    assert (tmp_path / "before/small/production" / DECISION).exists()
