"""Every kind of error has its section in the manual, and `explain` prints it."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from tests.support.command_line import Assay

import assay as package
from assay.commands.parts.error_explanation import error_lines, error_sections, error_titles
from assay.errors import AssayError
from assay.options.flags import WIDTH


def kinds() -> Iterator[type[AssayError]]:
    """Every class of error that Assay's own code defines."""
    for found in pkgutil.walk_packages(package.__path__, "assay."):
        if ".templates" not in found.name and not found.name.endswith(("__main__", "_child")):
            importlib.import_module(found.name)
    waiting = [AssayError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("assay.") and kind is not AssayError:
            yield kind


def topics() -> set[str]:
    return {kind.topic.fget(kind.__new__(kind)) for kind in kinds()}  # type: ignore[attr-defined]


def test_each_kind_of_error_has_a_section_and_no_section_is_of_no_kind() -> None:
    assert set(error_sections()) == topics() | {"bug"}


@pytest.mark.parametrize("name", error_sections())
def test_a_section_is_printed_whole_and_fits_a_terminal(name: str) -> None:
    lines = error_lines(name)
    assert lines[0] == f"{name}: an error of Assay"
    assert max(map(len, lines)) <= WIDTH
    shown = " ".join(" ".join(lines[2:]).split())
    assert shown.startswith(error_titles()[name])
    assert "](" not in shown


def test_an_error_names_its_section(assay: Assay) -> None:
    ended = assay("explain", "no-such-name")
    assert ended.err.splitlines()[-1] == "  more: assay explain usage-error"
    assert "misspelt" in assay("explain", "usage-error").out
