"""Git as the tests type it, as somebody whoever runs them."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git(folder: Path, *arguments: str, content: bytes = b"") -> str:
    """What Git says in a folder."""
    identity = ("-c", "user.name=Octo Cat", "-c", "user.email=octocat@example.com", "-c", "commit.gpgsign=false")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, input=content).stdout.decode().strip()


def commit(root: Path, message: str = "A change") -> str:
    """Everything in the work tree as a commit; returns its id."""
    git(root, "add", "--all", ".")
    git(root, "commit", "--quiet", "--message", message)
    return git(root, "rev-parse", "HEAD")
