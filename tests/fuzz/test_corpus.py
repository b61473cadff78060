"""What the fuzzer knows is replayed: each file of the corpus, whole, cut and changed, meets its harness once more."""

import random
from pathlib import Path

import pytest
from tests.fuzz.harnesses import HARNESSES

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file())
# Tables are read by a database, which takes its time to start.
CHANGES = {"arrow": 2, "csv": 2, "json_lines": 2, "parquet": 2}


def changed(content: bytes, chance: random.Random) -> bytes:
    """Some bytes with one of them changed, repeated, or with the end cut off."""
    at = chance.randrange(len(content) or 1)
    kind = chance.randrange(3)
    if kind == 0:
        return content[:at]
    if kind == 1:
        return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
    return content[:at] + content[at : at + 40] * 2 + content[at + 40 :]


@pytest.mark.parametrize("file", FILES)
def test_the_corpus_ends_in_sentences(file: str) -> None:
    """F-8, F-9, G1, D9: neither these bytes nor any near them end in anything but a sentence."""
    name, content, chance = file.split("/", maxsplit=1)[0], (CORPUS / file).read_bytes(), random.Random(file)
    HARNESSES[name](content)
    for _ in range(CHANGES.get(name, 12)):
        HARNESSES[name](changed(content, chance))


def test_every_harness_has_a_corpus() -> None:
    assert {file.split("/")[0] for file in FILES} == set(HARNESSES)
    assert max((CORPUS / file).stat().st_size for file in FILES) <= 16_384


def test_a_harness_finds_what_is_no_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """The harnesses are no walls of rubber: an error that is none of ours comes through."""

    def broken(*_: object) -> object:
        raise KeyError("x")

    monkeypatch.setattr("tests.fuzz.harnesses.load", broken)
    with pytest.raises(KeyError):
        HARNESSES["yaml"](b"a: 1")


def test_an_onnx_file_with_a_number_for_a_message_is_said_to_be_unreadable() -> None:
    """T-odd-onnx: neither a bug, nor the address of some memory in facts that must be the same each time."""
    from assay.edges.models import MODEL_FORMATS

    for name in ("onnx-number", "onnx-version"):
        found = MODEL_FORMATS.load("onnx").inspect(str(CORPUS / "models" / name))
        assert found["types"] == []
        assert "The graph could not be read" in found["note"]
    sound = MODEL_FORMATS.load("onnx").inspect(str(CORPUS / "models/onnx"))
    assert sound["types"] == ["ai.onnx 21"]
