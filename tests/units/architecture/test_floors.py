"""The contracts bite, whichever module breaks them: each is tried with every module of the tree."""

import ast
import copy
import functools
import importlib
import itertools
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest
from importlinter.configuration import configure
from importlinter.domain.contract import Contract

configure()

PROJECT = Path(__file__).parents[3]
SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]
KINDS = {
    "layers": "layers.LayersContract",
    "forbidden": "forbidden.ForbiddenContract",
    "acyclic_siblings": "acyclic_siblings.AcyclicSiblingsContract",
}
OPTIONS = {"root_packages": ["assay"], "include_external_packages": "True"}
CONTRACTS = {each["id"]: each for each in SETTINGS["contracts"]}
LIBRARIES = [(name, library) for name, each in CONTRACTS.items() for library in each.get("forbidden_modules", ())]
FLOORS = [row.split(" | ") for row in CONTRACTS["floors"]["layers"]]
ROOMS = [room for row in FLOORS for room in row]
# A room imports only from the rows below its own.
FORBIDDEN = [
    (room, other)
    for (low, row), (high, above) in itertools.product(enumerate(FLOORS), enumerate(FLOORS))
    for room, other in itertools.product(row, above)
    if high <= low and room != other
]


@functools.cache
def built() -> grimp.ImportGraph:
    return grimp.build_graph("assay", include_external_packages=True, cache_dir=None)


@pytest.fixture
def graph() -> grimp.ImportGraph:
    """The imports of the tree, to which a test may add."""
    return copy.deepcopy(built())


@functools.cache
def modules() -> tuple[str, ...]:
    return tuple(sorted(each for each in built().modules if each.partition(".")[0] == "assay"))


def contract(name: str) -> Contract:
    module, _, kind = KINDS[CONTRACTS[name]["type"]].partition(".")
    given = {key: value for key, value in CONTRACTS[name].items() if key not in ("id", "name", "type")}
    options = {key: str(value) if isinstance(value, bool) else value for key, value in given.items()}
    found: Contract = getattr(importlib.import_module(f"importlinter.contracts.{module}"), kind)(
        name=name, session_options=OPTIONS, contract_options=options
    )
    return found


def broken(graph: grimp.ImportGraph, name: str) -> str:
    """What a contract says is broken, as text; empty where it is kept."""
    checked = contract(name).check(copy.deepcopy(graph), verbose=False)
    return "" if checked.kept else repr(checked.metadata)


def belongs(module: str, room: str) -> bool:
    return module == f"assay.{room}" or module.startswith(f"assay.{room}.")


def allowed(module: str, name: str, library: str) -> bool:
    """Whether a contract on libraries names the room of a module as the one that may import."""
    rooms = {each.partition(" -> ")[0] for each in CONTRACTS[name]["ignore_imports"] if each.endswith(f" -> {library}")}
    return any(module == room or (room.endswith(".**") and module.startswith(room[:-2])) for room in rooms)


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_contract_is_kept(graph: grimp.ImportGraph, name: str) -> None:
    assert not broken(graph, name)


@pytest.mark.parametrize(("name", "library"), LIBRARIES)
def test_a_library_is_refused_in_every_module_but_those_of_one_room(
    graph: grimp.ImportGraph, name: str, library: str
) -> None:
    if library not in graph.modules:
        graph.add_module(library, is_squashed=True)
    for module in modules():
        graph.add_import(importer=module, imported=library, line_number=1, line_contents=f"import {library}")
    said = broken(graph, name)
    assert [each for each in modules() if not allowed(each, name, library) and f"'{each}'" not in said] == []
    assert [each for each in modules() if allowed(each, name, library) and f"'{each}'" in said] == []
    assert any(allowed(each, name, library) for each in modules())


@pytest.mark.parametrize(("room", "other"), FORBIDDEN)
def test_no_module_of_a_room_imports_from_a_floor_above_or_from_a_room_beside_it(
    graph: grimp.ImportGraph, room: str, other: str
) -> None:
    target = next(each for each in modules() if belongs(each, other))
    crossing = [each for each in modules() if belongs(each, room)]
    for module in crossing:
        graph.add_import(importer=module, imported=target, line_number=1, line_contents=f"import {target}")
    said = broken(graph, "floors")
    assert [each for each in crossing if f"'{each}'" not in said] == []


def test_every_pair_of_modules_that_would_close_a_circle_is_refused(graph: grimp.ImportGraph) -> None:
    """One module of each folder that imports another one is imported back by it."""
    tried = 0
    for package in sorted({each.rpartition(".")[0] for each in modules()} - {""}):
        for module in sorted(graph.find_children(package)):
            siblings = sorted(
                each for each in graph.find_modules_directly_imported_by(module) if each.rpartition(".")[0] == package
            )
            if siblings and not graph.find_children(siblings[0]) and not graph.find_children(module):
                back = (siblings[0], module)
                graph.add_import(importer=back[0], imported=back[1], line_number=1, line_contents="import back")
                assert broken(graph, "circles"), back
                graph.remove_import(importer=back[0], imported=back[1])
                tried += 1
                break
    assert tried > len(ROOMS)


def test_a_room_without_a_floor_is_refused(graph: grimp.ImportGraph) -> None:
    graph.add_module("assay.utils")
    try:
        with pytest.raises(ValueError, match="utils"):
            raise ValueError(broken(graph, "floors"))
    finally:
        graph.remove_module("assay.utils")


def test_there_are_at_most_thirteen_floors_and_no_loose_modules() -> None:
    assert len(FLOORS) <= 13
    loose = {path.stem for path in (PROJECT / "src/assay").glob("*.py")}
    assert loose == {"__init__", "__main__", "errors", "canonical", "registry", "cli"}


def test_no_library_is_imported_by_its_name_as_text_outside_its_room() -> None:
    """`importlib.import_module("regorus")` is an import too, which no graph shows."""
    rooms = {library.partition(".")[0]: name for name, library in LIBRARIES}
    for module in modules():
        path = PROJECT / "src" / Path(*module.split("."))
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        for call in (each for each in ast.walk(ast.parse(file.read_text())) if isinstance(each, ast.Call)):
            function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if function in ("import_module", "__import__") and call.args and isinstance(call.args[0], ast.Constant):
                library = str(call.args[0].value).partition(".")[0]
                assert library not in rooms or allowed(module, rooms[library], library), (module, library)


@pytest.mark.parametrize(
    "room", ["checks", "render", "stats", "tables", "rulings", "reviews", "ledger", "dossier", "facts"]
)
@pytest.mark.parametrize("module", ["subprocess", "socket", "pickle"])
def test_banned_modules(room: str, module: str) -> None:
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select",
        "TID251",
        "--stdin-filename",
        f"src/assay/{room}/new.py",
        "-",
    ]
    text = f'"""New."""\n\nimport {module}\n\n{module}.x()\n'
    ended = subprocess.run(command, input=text.encode(), cwd=PROJECT, capture_output=True, check=False)
    assert ended.returncode == 1
    assert b"TID251" in ended.stdout
