"""Files that Git has and a sparse checkout leaves out."""

from __future__ import annotations

import shlex
from pathlib import Path, PurePosixPath

from assay.edges.git_process import run_git
from assay.errors import AssayError

_SKIPPED = b"S "


def advise_sparse(root: Path, path: str) -> str:
    """How to get a file or folder that a sparse checkout leaves out; nothing for any other that is missing."""
    try:
        ended = run_git(root, "ls-files", "-t", "-z", "--", f":(literal){path}")
    except AssayError:
        return ""
    if not any(line.startswith(_SKIPPED) for line in ended.stdout.split(b"\0")):
        return ""
    folder = PurePosixPath(path).parent.as_posix()
    command = "disable" if folder == "." else f"add {shlex.quote(folder)}"
    return f" Git has it, but this checkout is sparse; get it with `git sparse-checkout {command}`."
