"""The folder is the registry: each module in a package's folder is an extension, named by its file, with a protocol."""

from __future__ import annotations

import ast
import difflib
import importlib
import re
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, TypeVar, cast

from assay.errors import AssayError, UsageError

P = TypeVar("P")


class ExtensionError(AssayError):
    """A module of a registry defines a name that its protocol does not know, or lacks one that it needs."""

    default_hint = "The protocol of the folder says what a module may define; the module's own parts start with `_`."


class Registry(Generic[P]):
    """The modules of one folder, each loaded as what a protocol says it is.

    A protocol's member is a hook. A hook without a value, or an abstract function, must be defined by every module;
    of the others the protocol's own value or function is the default. A name is a module of the folder, or a folder
    in it with an entry named after the protocol: `checks/drift/check.py` is the `Check` called `drift`.
    """

    def __init__(self, package: str, protocol: type[P]) -> None:
        self.package = package
        self.protocol = protocol
        self.kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", protocol.__name__).lower()

    def names(self) -> tuple[str, ...]:
        """Every name, sorted; nothing is imported but the package."""
        return _names_in(self._folder, self.kind, self._folder.stat().st_mtime_ns)

    def title(self, name: str) -> str:
        """The first line of a module's docstring, without importing it."""
        path = self.path(name)
        return _read(path, path.stat().st_mtime_ns).title or name

    def constant(self, name: str, hook: str) -> Any:
        """A hook that is a literal, or the protocol's default, without importing the module; else it is imported."""
        path = self.path(name)
        constants = _read(path, path.stat().st_mtime_ns).constants
        if hook in constants and constants[hook] is _COMPUTED:
            return getattr(self.load(name), hook)
        return constants.get(hook, getattr(self.protocol, hook, None))

    def path(self, name: str) -> Path:
        """The file of a name; raises UsageError if there is none."""
        if name not in self.names():
            kind = self.kind.replace("_", " ")
            nearest = difflib.get_close_matches(name, self.names(), 1)
            wanted = f"Did you mean `{nearest[0]}`?" if nearest else f"Choose one of {', '.join(self.names())}."
            raise UsageError(f"`{name}` is not the name of a {kind}. {wanted}")
        module = self._folder / f"{name}.py"
        return module if module.exists() else self._folder / name / f"{self.kind}.py"

    def load(self, name: str) -> P:
        """The module of a name; raises UsageError for an unknown name, ExtensionError if it breaks the protocol."""
        path = self.path(name)
        entry = "" if path.parent == self._folder else f".{self.kind}"
        where = path.name if not entry else f"{name}/{path.name}"
        self._refuse_unknown(path, where)
        module = importlib.import_module(f"{self.package}.{name}{entry}")
        return self.complete(module, where)

    def complete(self, module: Any, where: str) -> P:
        """A module with the protocol's defaults for the hooks that it leaves out; raises ExtensionError."""
        loaded = SimpleNamespace(__doc__=module.__doc__, __name__=module.__name__)
        for hook, default in self._hooks().items():
            if hasattr(module, hook):
                setattr(loaded, hook, getattr(module, hook))
            elif default is _REQUIRED:
                raise ExtensionError(f"{self.package}: {where} does not define `{hook}`, which every {self.kind} has.")
            else:
                setattr(loaded, hook, partial(default, loaded) if callable(default) else default)
        return cast("P", loaded)

    def _hooks(self) -> dict[str, Any]:
        return _hooks_of(cast("type", self.protocol))

    def _refuse_unknown(self, path: Path, where: str) -> None:
        for name in _read(path, path.stat().st_mtime_ns).public:
            if name not in self._hooks():
                nearest = difflib.get_close_matches(name, self._hooks(), 1)
                meant = f" Did you mean `{nearest[0]}`?" if nearest else ""
                raise ExtensionError(
                    f"{self.package}: {where} defines `{name}`, which is not a hook of a {self.kind}.{meant}"
                )

    @property
    def _folder(self) -> Path:
        return Path(next(iter(importlib.import_module(self.package).__path__)))


_REQUIRED, _COMPUTED = object(), object()


class _ModuleText(NamedTuple):
    """What a module's text says: its title, the names that it defines, and the values of its constants."""

    title: str
    public: tuple[str, ...]
    constants: dict[str, Any]


@lru_cache
def _hooks_of(protocol: type) -> dict[str, Any]:
    """The members of a protocol, each with its default."""
    hooks: dict[str, Any] = dict.fromkeys(protocol.__annotations__, _REQUIRED)
    for name, value in vars(protocol).items():
        if not name.startswith("_"):
            hooks[name] = _REQUIRED if getattr(value, "__isabstractmethod__", False) else value
    return hooks


@lru_cache(maxsize=64)
def _names_in(folder: Path, kind: str, _changed: int) -> tuple[str, ...]:
    modules = (path.stem for path in folder.glob("[a-z]*.py"))
    return tuple(sorted({*modules, *(path.parent.name for path in folder.glob(f"[a-z]*/{kind}.py"))}))


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int) -> _ModuleText:
    """A module's text, parsed once; imports define no names, and a name with `_` is the module's own."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assigned = {target: value for target, value in _assigned(tree) if not target.startswith("_")}
    defined = [each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.ClassDef)]
    return _ModuleText(
        title=(ast.get_docstring(tree) or "").partition("\n")[0],
        public=tuple(name for name in (*defined, *assigned) if not name.startswith("_")),
        constants={target: _literal(value) for target, value in assigned.items() if value is not None},
    )


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr | None]]:
    for each in tree.body:
        if isinstance(each, ast.Assign | ast.AnnAssign):
            for target in each.targets if isinstance(each, ast.Assign) else [each.target]:
                yield from ((name.id, each.value) for name in ast.walk(target) if isinstance(name, ast.Name))


def _literal(value: ast.expr) -> Any:
    try:
        return ast.literal_eval(value)
    except ValueError:
        return _COMPUTED
