"""A registry loads what keeps its protocol, fills in what is left out, and refuses what the protocol does not know."""

import inspect
import itertools
from abc import abstractmethod
from pathlib import Path
from typing import Any, Protocol

import pytest

from assay.checks import CHECKS
from assay.commands import COMMANDS
from assay.edges.models import MODEL_FORMATS
from assay.errors import UsageError
from assay.registry import ExtensionError, Registry
from assay.render import RENDERERS
from assay.steps import STEPS, in_order
from assay.tables.formats import DATA_FORMATS

REGISTRIES: tuple[Registry[Any], ...] = (CHECKS, COMMANDS, MODEL_FORMATS, RENDERERS, STEPS, DATA_FORMATS)
EVERY = [(registry, name) for registry in REGISTRIES for name in registry.names()]
KEPT = """\
\"\"\"A bell.\"\"\"

from pathlib import Path

PITCH = "high"
_LOUD = 3


def ring(times):
    return "ding" * times
"""
numbers = itertools.count()


class Bell(Protocol):
    """A bell."""

    PITCH: str
    """How high it sounds."""

    CRACKED: bool = False
    """Whether it is cracked."""

    @abstractmethod
    def ring(self, times: int) -> str:
        """How it sounds."""
        ...

    def hang(self, where: str) -> str:
        """Where it hangs."""
        return f"hung {where} {self.PITCH}"


@pytest.fixture
def bells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Registry[Bell]]:
    folder = tmp_path / f"bells_{next(numbers)}"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder, Registry(folder.name, Bell)


def test_a_module_is_loaded_with_the_defaults_of_its_protocol(bells: tuple[Path, Registry[Bell]]) -> None:
    folder, registry = bells
    (folder / "kept.py").write_text(KEPT)
    bell = registry.load("kept")
    assert (bell.PITCH, bell.CRACKED, bell.ring(2), bell.hang("here")) == ("high", False, "dingding", "hung here high")
    assert (registry.names(), registry.title("kept"), registry.constant("kept", "PITCH")) == (
        ("kept",),
        "A bell.",
        "high",
    )
    assert registry.constant("kept", "CRACKED") is False


def test_a_folder_with_an_entry_is_loaded_by_its_name(bells: tuple[Path, Registry[Bell]]) -> None:
    folder, registry = bells
    (folder / "large").mkdir()
    (folder / "large/bell.py").write_text(KEPT)
    (folder / "parts").mkdir()
    (folder / "parts/clapper.py").write_text('"""Not a bell."""\nWEIGHT = 3\n')
    assert registry.names() == ("large",)
    assert registry.load("large").ring(1) == "ding"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("def ring", "def rings"), "kept.py defines `rings`, which is not a hook of a bell. Did you mean `ring`?"),
        (("_LOUD", "LOUD"), "kept.py defines `LOUD`, which is not a hook of a bell."),
        (
            ("_LOUD = 3", "CRACKT: bool = True"),
            "kept.py defines `CRACKT`, which is not a hook of a bell. Did you mean `CRACKED`?",
        ),
        (
            ("_LOUD = 3", "class Hang: ..."),
            "kept.py defines `Hang`, which is not a hook of a bell. Did you mean `hang`?",
        ),
        (("PITCH =", "_PITCH ="), "kept.py does not define `PITCH`, which every bell has."),
        (("def ring", "def _ring"), "kept.py does not define `ring`, which every bell has."),
    ],
)
def test_what_the_protocol_does_not_know_or_misses_is_refused(
    bells: tuple[Path, Registry[Bell]], change: tuple[str, str], says: str
) -> None:
    folder, registry = bells
    (folder / "kept.py").write_text(KEPT.replace(*change))
    with pytest.raises(ExtensionError) as refused:
        registry.load("kept")
    assert str(refused.value).endswith(says)


def test_an_unknown_name_is_answered_with_the_nearest(bells: tuple[Path, Registry[Bell]]) -> None:
    folder, registry = bells
    (folder / "kept.py").write_text(KEPT)
    with pytest.raises(UsageError, match=r"`keptt` is not the name of a bell\. Did you mean `kept`\?"):
        registry.load("keptt")


@pytest.mark.parametrize(("registry", "name"), EVERY)
def test_every_module_keeps_its_protocol(registry: Registry[Any], name: str) -> None:
    """Hooks are there, and functions take what their protocol says that they are given."""
    loaded = registry.load(name)
    for hook, promised in vars(registry.protocol).items():
        if inspect.isfunction(promised) and not hook.startswith("_"):
            wanted = [each for each in inspect.signature(promised).parameters if each != "self"]
            taken = inspect.signature(getattr(loaded, hook)).parameters
            assert [each.lstrip("_") for each in list(taken)[: len(wanted)]] == wanted, hook
            others = list(taken.values())[len(wanted) :]
            assert all(each.default is not each.empty for each in others), hook


def test_every_hook_is_explained() -> None:
    for registry in REGISTRIES:
        text = inspect.getsource(registry.protocol)
        for hook in registry._hooks():
            assert f"\n    {hook}: " in text or getattr(registry.protocol, hook).__doc__, (registry.kind, hook)
            after = text.partition(f"\n    {hook}: ")[2].splitlines()[1:2]
            assert not after or after[0].strip().startswith('"""'), (registry.kind, hook)


def test_steps_follow_one_another_without_a_list() -> None:
    assert in_order() == ("plan", "predict", "collect", "decide", "card", "promote")
