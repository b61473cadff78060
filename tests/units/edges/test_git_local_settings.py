"""What a repository's own settings would run when a remote is asked: refused by name, unless they are the user's too."""

from pathlib import Path

import pytest
from tests.support.git import git
from tests.support.git_setups import Clone, make_clone

from assay.edges.git_local_settings import refuse_local_programs
from assay.edges.git_push import fetch_commit, list_remote
from assay.errors import AssayError, UsageError

PROGRAMS = {
    "core.sshCommand": "{evil}",
    "core.askPass": "{evil}",
    "core.gitProxy": "{evil}",
    "core.alternateRefsCommand": "{evil}",
    "credential.helper": "!{evil}",
    "credential.https://git.example.helper": "{evil}",
    "remote.origin.uploadpack": "{evil}",
    "remote.origin.receivepack": "{evil}",
    "remote.origin.vcs": "evil",
    "fetch.bundleURI": "https://git.example/bundle",
}
PLAIN_SSH = (
    "ssh -i ~/.ssh/deploy -o IdentitiesOnly=yes",
    '"/usr/bin/ssh" -i "$RUNNER_TEMP/key" -o StrictHostKeyChecking=yes -o CheckHostIP=no -o "UserKnownHostsFile=$RUNNER_TEMP/x"',
    "ssh -v -p 2222",
)
OTHER_SSH = (
    "ssh -o ProxyCommand={evil}",
    "ssh -o PermitLocalCommand=yes -o LocalCommand={evil}",
    "ssh -F {root}/config",
    "ssh -i key; {evil}",
    "ssh -i $({evil})",
    "ssh -i `{evil}`",
    "ssh -i",
    "{root}/ssh -i key",
    "./ssh",
    "ssh 'x",
    "",
)


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    made = make_clone(tmp_path)
    monkeypatch.setenv("HOME", str(made.home))
    for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_COUNT"):
        monkeypatch.delenv(name, raising=False)
    return made


@pytest.mark.parametrize("key", PROGRAMS)
def test_a_program_is_refused_by_its_name(clone: Clone, key: str) -> None:
    """F-7: before the remote is asked at all; also by way of a file that the settings include."""
    value = clone.filled(PROGRAMS[key])
    git(clone.root, "config", "--file", str(clone.root / "more"), key, value)
    git(clone.root, "config", "include.path", str(clone.root / "more"))
    for ask in (lambda: list_remote(clone.root, "origin"), lambda: fetch_commit(clone.root, "origin", "a" * 40)):
        with pytest.raises(UsageError) as raised:
            ask()
        assert f"sets `{key.lower()}`, which can run a program" in str(raised.value).replace("bundleURI", "bundleuri")
        assert "git config --global" in raised.value.hint
    assert not clone.marker.exists()


@pytest.mark.parametrize("key", [key for key in PROGRAMS if not key.startswith(("remote", "fetch", "core.alt"))])
def test_what_the_user_sets_too_is_the_user_s(clone: Clone, key: str) -> None:
    """F-7, the twin: the same setting in the home folder, or there alone, is followed."""
    value = clone.filled(PROGRAMS[key])
    git(clone.root, "config", key, value)
    git(clone.root, "config", "--file", str(clone.home / ".gitconfig"), key, value)
    refuse_local_programs(clone.root, token=False)
    git(clone.root, "config", "--unset-all", key)
    assert list_remote(clone.root, "origin").default == "main"


@pytest.mark.parametrize("value", PLAIN_SSH)
def test_a_key_for_ssh_is_no_program(clone: Clone, value: str) -> None:
    git(clone.root, "config", "core.sshCommand", value)
    refuse_local_programs(clone.root, token=True)


@pytest.mark.parametrize("value", OTHER_SSH)
def test_ssh_that_runs_something_else(clone: Clone, value: str) -> None:
    """F-7: by an option, by the shell that Git gives the line to, or under its name."""
    git(clone.root, "config", "core.sshCommand", clone.filled(value))
    with pytest.raises(UsageError, match="can run a program"):
        refuse_local_programs(clone.root, token=False)


@pytest.mark.parametrize("value", ["", "store", "cache --timeout=3600", "store --file ~/.git-credentials"])
def test_keepers_of_passwords_are_followed(clone: Clone, value: str) -> None:
    git(clone.root, "config", "credential.helper", value)
    refuse_local_programs(clone.root, token=True)


@pytest.mark.parametrize("value", ["store; touch x", "store $(id)", "/bin/store", "store\ntouch x", "mine"])
def test_other_keepers_are_not(clone: Clone, value: str) -> None:
    git(clone.root, "config", "credential.helper", value)
    with pytest.raises(UsageError, match="can run a program"):
        refuse_local_programs(clone.root, token=False)


@pytest.mark.parametrize("key", ["http.sslVerify", "http.https://github.com/.sslCAInfo", "http.sslCAPath"])
def test_where_a_token_goes_only_the_user_says_whom_to_trust(clone: Clone, key: str) -> None:
    """F12: with the job's token; without it a repository may name the authority of its own server."""
    git(clone.root, "config", key, "false")
    refuse_local_programs(clone.root, token=False)
    with pytest.raises(UsageError, match="the job's token could reach another server"):
        refuse_local_programs(clone.root, token=True)


@pytest.mark.parametrize("address", ["ext::{evil}", "http://127.0.0.1:9/x", "git://127.0.0.1:9/x", "evil://x"])
def test_other_ways_to_a_remote(clone: Clone, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-7: whatever the repository allows, by the name of the remote, by another address for it, or by a variable."""
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "ext:git:http:evil")
    for name in ("allow", "ext.allow", "git.allow", "http.allow", "evil.allow"):
        git(clone.root, "config", f"protocol.{name}", "always")
    git(clone.root, "config", f"url.{clone.filled(address)}.insteadOf", "https://git.example/")
    git(clone.root, "remote", "set-url", "origin", "https://git.example/")
    with pytest.raises(AssayError, match=r"which Assay does not follow|is not the name or address|remote helper"):
        list_remote(clone.root, "origin")
    assert not clone.marker.exists()
