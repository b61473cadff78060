"""Why a model did not find a file or module: it is in the work tree, but not among the code that was planned."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from assay.edges.code_tree import CodeTree

_QUOTED = re.compile(r"'([^'\n]{1,1000})'|\"([^\"\n]{1,1000})\"")
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def explain_absent(tree: CodeTree, copy: Path, message: str, module: str | None) -> str | None:
    """A hint on the first absent file that an error's message or missing module names; None if there is none.

    `copy` is the folder in which the model's process had its code.
    """
    for path in (*_module_files(module), *_named_files(copy, message)):
        hint = _hint(tree, path)
        if hint is not None:
            return hint
    return None


def _named_files(copy: Path, message: str) -> Iterable[str]:
    within = re.search(re.escape(f"{copy}/") + r"([^'\"\n]{1,1000}?)(?=['\"\n]|: |$)", message)
    names = [within[1]] if within else []
    names += [one or other for one, other in _QUOTED.findall(message)]
    for name in names:
        path = PurePosixPath(name.removeprefix(f"{copy}/"))
        if path.parts and not path.is_absolute() and ".." not in path.parts:
            yield path.as_posix()


def _module_files(module: str | None) -> Iterable[str]:
    if module is not None and _MODULE.fullmatch(module):
        for path in (module.replace(".", "/"), f"src/{module.replace('.', '/')}"):
            yield from (f"{path}.py", f"{path}/__init__.py", path)


def _hint(tree: CodeTree, path: str) -> str | None:
    try:
        exists = (tree.root / path).exists()
    except (OSError, ValueError):
        return None
    if not exists:
        return None
    if any(path == each or path.startswith(f"{each}/") for each in tree.withheld):
        return f"`{path}` is a data set or what judges, which the model's process does not have."
    inside = next((each for each in tree.submodules if path == each or path.startswith(f"{each}/")), None)
    if inside is not None:
        return f"`{inside}` is a submodule, whose files are not the model's code; copy them into this repository."
    if path in tree.kinds or any(each.startswith(f"{path}/") for each in tree.kinds):
        return (
            f"The model's process runs in another folder; open `{path}` by the path of its module: "
            "`pathlib.Path(__file__).parent`."
        )
    return (
        f"`{path}` exists, but is not among the model's code, so the model's process does not have it: `git add` it, "
        "or name it under `model.artifact.code`."
    )
