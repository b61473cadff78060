"""The manual: generated pages are current, links lead somewhere, examples load, nothing is left undocumented."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from tests.manual.list_pages import OTHERS
from tests.manual.manifest_pages import EXAMPLES
from tests.manual.markdown_parts import REPOSITORY, anchor
from tests.manual.reference import FOLDER, reference_pages

from assay.manifest.document import Manifest
from assay.manifest.parsing import read_manifest

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
MOST_WORDS = 1_500
# For who changes the code: one map and one list, searched rather than read.
LONG = {"architecture.md", "threats.md"}


def pages() -> list[Path]:
    return sorted(DOCS.rglob("*.md"))


def test_the_reference_is_what_the_code_says() -> None:
    """`python -m tests.manual` writes it again."""
    folder = ROOT / FOLDER
    there = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.md")}
    made = reference_pages()
    assert sorted(there) == sorted(made)
    assert [name for name, text in made.items() if there[name] != text] == []


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(DOCS).as_posix())
def test_a_page_is_short_and_its_links_lead_somewhere(path: Path) -> None:
    text = path.read_text()
    prose = re.sub(r"(?ms)^```.*?^```", "", text)
    words = len(re.findall(r"\w[\w'’.-]*", re.sub(r"\]\([^)]*\)", "]", prose)))
    assert words <= MOST_WORDS or path.name in LONG
    for target in links(text):
        address, _, part = target.partition("#")
        where = (path.parent / address).resolve() if address else path
        # The site has only what is in `docs`; everything else is linked on GitHub.
        assert where.is_relative_to(DOCS), target
        assert where.exists(), target
        if part:
            assert part in anchors(where.read_text()), target


def links(text: str) -> Iterator[str]:
    """Where a page's links and pictures lead to, those to other sites aside."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for child in token.children or ():
            found = child.attrs.get("href") or child.attrs.get("src")
            if found and not re.match(r"[a-z]+:", str(found)):
                yield str(found)


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(DOCS).as_posix())
def test_files_that_a_page_links_on_github_exist(path: Path) -> None:
    for name in re.findall(rf"\({re.escape(REPOSITORY)}/([^)#]+)", path.read_text()):
        assert (ROOT / name).exists(), name


def anchors(text: str) -> set[str]:
    return {anchor(re.sub(r"[`*]", "", head)) for head in re.findall(r"(?m)^#+ (.+)$", text)}


def examples() -> list[tuple[str, str]]:
    return [
        (f"{path.stem}-{number}", text)
        for path in sorted(EXAMPLES.glob("*.yaml"))
        for number, text in enumerate(path.read_text().split("---\n"))
    ]


@pytest.mark.parametrize(("name", "text"), examples(), ids=[name for name, _ in examples()])
def test_an_example_of_the_manifest_loads(name: str, text: str) -> None:
    whole = "assay: 1\n" + text if "model:" in text else "assay: 1\nmodel: {name: small}\n" + text
    _, manifest, problems = read_manifest(whole.encode(), f"{name}.yaml")
    assert manifest is not None
    assert problems == []


def test_the_examples_use_every_key_of_the_manifest() -> None:
    schema: Any = json.loads((ROOT / "schemas/manifest.json").read_text())
    shared = schema["$defs"]
    used = set[str]()
    for _, text in examples():
        used |= set(_used(yaml.safe_load(text)))
    blocks = (Manifest.model_json_schema()["$defs"].keys()) & shared.keys()
    lacking = {f"{block}.{key}" for block in blocks for key in shared[block].get("properties", {}) if key not in used}
    assert lacking == set()


def _used(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for key, value in document.items():
            yield str(key)
            yield from _used(value)
    elif isinstance(document, list):
        for value in document:
            yield from _used(value)


def test_every_variable_that_the_code_reads_is_explained() -> None:
    named = set[str]()
    for path in (ROOT / "src").rglob("*.py"):
        named |= set(re.findall(r"""["'`](ASSAY_[A-Z_]+[A-Z])["'`]""", path.read_text()))
    explained = OTHERS.keys() | set(re.findall(r"`(ASSAY_[A-Z_]+)`", reference_pages()["environment.md"]))
    # How a variable is made from a flag; the level of a statement; secrets and a variable that workflows pass on.
    others = {"ASSAY_LIKE_THIS", "ASSAY_GATE_OPEN", "ASSAY_SIGNING_KEY", "ASSAY_SIGNING_PASSWORD", "ASSAY_PUBLIC_KEY"}
    assert named - explained - others == set()


def blocks(language: str) -> list[tuple[str, str]]:
    """Each block of a language in the manual, with the page and the number that names it."""
    return [
        (f"{path.relative_to(DOCS)}:{number}", text)
        for path in pages()
        for number, text in enumerate(re.findall(rf"(?ms)^```{language}\n(.*?)^```$", path.read_text()))
    ]


@pytest.mark.parametrize(("name", "text"), blocks("yaml"), ids=[name for name, _ in blocks("yaml")])
def test_a_block_of_yaml_is_yaml(name: str, text: str) -> None:
    assert yaml.safe_load(text), name


@pytest.mark.parametrize(("name", "text"), blocks("json"), ids=[name for name, _ in blocks("json")])
def test_a_block_of_json_is_json(name: str, text: str) -> None:
    assert json.loads(text), name


WITH_REGO = sorted({name.partition(":")[0] for name, _ in blocks("rego")})


@pytest.mark.parametrize("page", WITH_REGO)
def test_the_rego_of_a_page_is_checked(page: str, opa: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policies" / "lib", tmp_path / "lib", ignore=shutil.ignore_patterns("*_test.rego"))
    for name, text in blocks("rego"):
        if name.startswith(f"{page}:"):
            (tmp_path / f"{name.partition(':')[2]}.rego").write_text(text)
    ended = subprocess.run([opa, "check", "--strict", str(tmp_path)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
