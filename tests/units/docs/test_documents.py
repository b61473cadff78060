"""What the documents say of the code is true of it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.manual.list_pages import CODES

from assay import errors
from assay.checks import CHECKS
from assay.commands import COMMANDS
from assay.commands.parts.step_row import row
from assay.render import RENDERERS
from assay.steps import STEPS, in_order

SCHEMAS = Path(__file__).parents[3] / "schemas"


def test_the_readme_shows_the_point_by_line_40(project: Path) -> None:
    head = "\n".join((project / "README.md").read_text().splitlines()[:40])
    assert "uses: assay-ml/assay@v1" in head
    assert "Gate closed" in head


def test_the_steps_of_the_manual_are_the_steps(project: Path) -> None:
    text = (project / "docs/how-it-works.md").read_text()
    assert tuple(re.findall(r"(?m)^\| `assay (\w+)` \|", text)) == row()
    # Promotion is the last page, but it is a person's step, not a part of the check.
    assert (*row(), "promote") == in_order()


def test_the_exit_codes_of_the_manual_are_the_exit_codes() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AssayError)]
    assert CODES.keys() == {errors.OPEN, errors.CLOSED, errors.INTERRUPTED, errors.CUT_OFF, errors.TERMINATED} | {
        kind.exit_code for kind in kinds
    }


def test_every_verb_the_documents_name_exists(project: Path) -> None:
    verbs = {*STEPS.names(), *COMMANDS.names()}
    written = [*(project / "docs").rglob("*.md"), *project.glob("*.md"), *(project / ".github").glob("*.md")]
    for path in (*written, project / "src/assay/commands/templates/demo/README.md"):
        named = set(re.findall(r"`assay ([a-z]\w*)", path.read_text()))
        assert named <= verbs, path


def test_the_files_the_documents_point_at_exist(project: Path) -> None:
    for name in ("README.md", "docs/architecture.md", "docs/tutorials/pull-request-to-production.md"):
        text = (project / name).read_text()
        for target in (*re.findall(r"\]\(([^)#:]+)\)", text), *re.findall(r'<img src="([^"]+)"', text)):
            assert (project / name).parent.joinpath(target).exists(), target


def test_pictures_are_shown_small_and_told_in_words(project: Path) -> None:
    texts = [(project / name).read_text() for name in ("README.md", "docs/tutorials/pull-request-to-production.md")]
    for path in (project / "docs/pictures").iterdir():
        assert path.stat().st_size < 150_000, path.name
        told = [
            re.search(rf'!\[[^\]]{{20,}}\]\([^)]*{path.name}\)|{path.name}"[^>]* alt="[^"]{{20,}}"', text)
            for text in texts
        ]
        assert any(told), path.name


def test_the_actions_of_the_manual_exist(project: Path) -> None:
    (told,) = re.findall(r"\*\*On GitHub\*\*.*?\n\n", (project / "docs/how-it-works.md").read_text(), re.DOTALL)
    named = set(re.findall(r"`(\w+)`", told)) - {"actions"}
    assert named | set(row()) == {path.parent.name for path in (project / "actions").glob("*/action.yml")}


def test_the_rooms_of_the_architecture_are_the_rooms(project: Path) -> None:
    told = (project / "docs/architecture.md").read_text()
    for path in (project / "src/assay").iterdir():
        if path.suffix == ".py" or (path / "__init__.py").exists():
            assert path.stem in told or path.stem.startswith("__"), path.stem


def test_every_check_and_policy_has_a_title(project: Path) -> None:
    for registry in (CHECKS, STEPS, COMMANDS, RENDERERS):
        for name in registry.names():
            assert registry.title(name).endswith("."), (registry.package, name)
    for path in (project / "policies").glob("*/*/*.rego"):
        if not path.stem.endswith("_test"):
            assert path.read_text().startswith("# METADATA\n# title: "), path


@pytest.mark.parametrize("name", sorted(path.stem for path in SCHEMAS.glob("*.json")))
def test_every_key_of_a_schema_is_explained(name: str) -> None:
    """The manifest's schema gives hover text, those of pages say what a field means."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    blocks = {name: schema, **schema.get("$defs", {})}
    found = {f"{block}.{key}": each for block in blocks for key, each in blocks[block].get("properties", {}).items()}
    assert found
    assert [key for key, each in found.items() if not _is_explained(each)] == []


def _is_explained(found: dict[str, Any]) -> bool:
    """Whether a key has a text, or is a block, which has its own."""
    return "description" in found or "$ref" in found or any("$ref" in each for each in found.get("allOf", ()))


def test_each_decision_has_its_own_number(project: Path) -> None:
    numbers = [path.name[:4] for path in (project / "docs/decisions").glob("*.md")]
    assert sorted(numbers) == [f"{number:04}" for number in range(1, len(numbers) + 1)]
