"""What is fuzzed: each harness takes any bytes, and any error but the sentences of `assay.errors` is a finding.

A harness also says what must hold of the bytes that are taken. It needs no fuzzer, so that the corpus can be replayed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import math
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519
from pydantic import ValidationError
from tests.support.keys import private_text
from tests.support.table_files import source_of

from assay.canonical import PREFIX, canonical, parse
from assay.dossier.pages import PAGES
from assay.dossier.plan_parts import PlannedPolicy
from assay.dossier.subjects import Subject
from assay.edges.attestation.envelope import read_envelope, sign_payload, verified_payload
from assay.edges.attestation.in_toto import verify_bundle
from assay.edges.attestation.keys import SigningKey, load_signing_key
from assay.edges.github.posted_text import harm_in
from assay.edges.models import MODEL_FORMATS
from assay.edges.rego.batch import parse_object
from assay.edges.rego.packed import PACKED, unpacked
from assay.edges.rego.queries import answer_from
from assay.edges.runner_log import GuardedStream
from assay.edges.store import read_page
from assay.errors import AssayError
from assay.ledger.entry import read_tag_text, tag_text
from assay.ledger.tag_names import precedence, read_tag_name, stage_tag, version_tag
from assay.manifest.document import Role
from assay.manifest.parsing import read_manifest
from assay.manifest.yaml_strict import load
from assay.render.wording.markdown_text import code, prose, table
from assay.render.wording.sanitized import clean, clipped, printable, unlinked
from assay.reviews.approval import judge_approvals
from assay.reviews.people import People
from assay.reviews.snapshot import read_snapshot
from assay.rulings.decision_input import DecisionInput, MeasuredCheck
from assay.rulings.outcome_table import rule, verdict
from assay.tables.reading import read, schema
from assay.tables.source import ReadingLimits

Harness = Callable[[bytes], None]
_SUBJECTS = (Subject(name="card.json", digest=f"{PREFIX}{'0' * 64}"),)
_TYPE = "https://assay-ml.github.io/assay/card/v1"
_LIMITS = ReadingLimits(rows=100_000, bytes=1 << 20, decompressed=1 << 24)


@contextlib.contextmanager
def sentences() -> Iterator[None]:
    """Takes the errors that are sentences for people; every other one is a finding."""
    try:
        yield
    except AssayError as error:
        assert str(error).strip()
        assert "\n" not in str(error)[:-1] or error.exit_code == 2
        assert error.exit_code != 70, f"a bug: {error}"


@cache
def _scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder of this process, removed at its end."""
    return tempfile.TemporaryDirectory(prefix="assay-fuzz-")


def folder() -> Path:
    """Where a harness writes what is read from files."""
    return Path(_scratch().name)


def yaml(data: bytes) -> None:
    """The strict reader: what it takes is JSON, and is read the same again."""
    with sentences():
        found = load(data, "fuzz.yaml").value
        assert all(_is_json(leaf) for leaf in _leaves(found))
        assert load(data, "fuzz.yaml").value == found


def manifest(data: bytes) -> None:
    """A manifest: each problem has its place; one without problems is valid."""
    with sentences():
        _, found, problems = read_manifest(data, "assay.yaml")
        assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in problems)
        assert found is not None or problems


def csv(data: bytes) -> None:
    """Comma-separated values."""
    _table(data, "fuzz.csv")


def json_lines(data: bytes) -> None:
    """A JSON object a line."""
    _table(data, "fuzz.jsonl")


def arrow(data: bytes) -> None:
    """An Arrow file or stream."""
    _table(data, "fuzz.arrow")


def parquet(data: bytes) -> None:
    """A Parquet file: footer, pages, levels."""
    _table(data, "fuzz.parquet")


def _table(data: bytes, name: str) -> None:
    path = folder() / name
    path.write_bytes(data)
    with sentences():
        source = dataclasses.replace(source_of(path), limits=_LIMITS)
        columns = schema(source)
        found = read(source)
        assert list(found) == list(columns)
        assert len({len(column) for column in found.values()}) <= 1


@cache
def _key() -> SigningKey:
    """A key that everybody knows: it signs nothing but what the fuzzer makes."""
    return load_signing_key(private_text(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))), None)


def statement(data: bytes) -> None:
    """A signed payload: what is taken is a statement in its one spelling, about the expected subjects."""
    with sentences():
        bundle = sign_payload(data, _key())
        found = verify_bundle(bundle, _key().public, predicate_type=_TYPE, subjects=_SUBJECTS)
        assert canonical(found) == data
        assert [each["name"] for each in found["subject"]] == [each.name for each in _SUBJECTS]


def envelope(data: bytes) -> None:
    """A DSSE envelope: what is read has one spelling, and is verified or refused."""
    with sentences():
        found = read_envelope(data)
        assert canonical(parse(data, "the bundle")) == data
        assert verified_payload(data, _key().public) == found.payload


def snapshot(data: bytes) -> None:
    """A snapshot of reviews: what is taken can be judged, and opens only by two people in two roles."""
    with sentences():
        found = read_snapshot(parse(data, "The snapshot"))
        roles = {"a": Role(users=("ada", "eve")), "b": Role(users=("grace",))}
        approvals = judge_approvals(found, People(found, roles, None, ()), ("a", "b"), signed=False)
        if approvals.satisfied:
            assert len({each.person for each in approvals.filled}) == len({each.role for each in approvals.filled}) == 2


def tags(data: bytes) -> None:
    """Names and messages of tags: what is read is what would be written."""
    entry = read_tag_text(data)
    assert entry is None or tag_text(entry) == data
    with contextlib.suppress(UnicodeDecodeError):
        text = data.decode()
        named = read_tag_name(text)
        if named is not None and named.version is not None:
            precedence(named.version)
        with sentences():
            written = version_tag(text, "1.0.0")
            again = read_tag_name(written)
            assert again is not None
            assert (again.artifact, again.version) == (text, "1.0.0")
            assert stage_tag(text, "staging", 1) == f"{text}#staging#1"


def archive(data: bytes) -> None:
    """Packed policies: nothing is written but policies, beneath their folder."""
    path = folder() / "archive"
    path.mkdir(exist_ok=True)
    (path / PACKED).write_bytes(data)
    with sentences(), unpacked(path) as found:
        files = [each.relative_to(found).as_posix() for each in found.rglob("*") if not each.is_dir()]
        assert all(len(each.split("/")) == 3 and each.endswith((".rego", ".yaml")) for each in files)


def models(data: bytes) -> None:
    """Files of models, looked at in Assay's own process without loading them."""
    path = folder() / "model"
    path.write_bytes(data)
    for name in MODEL_FORMATS.names():
        described = MODEL_FORMATS.load(name)
        with contextlib.suppress(ValueError), sentences():
            found = described.inspect(str(path))
            assert isinstance(found["note"], str)
            assert all(isinstance(each, str) for each in found["types"])
        for listed in (described.names, described.refused):
            assert listed is None or all(isinstance(each, str) for each in listed(str(path)))


def escapers(data: bytes) -> None:
    """Foreign text in a comment, a terminal and a log: no markup, no mention, no command, one line."""
    text = data.decode(errors="replace")
    for shown in (clean(text), printable(text), unlinked(text), clipped(text, 40)):
        assert len(shown.splitlines()) == 1
        assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in shown)
    assert len(clipped(text, 40)) <= 40
    assert "::" not in printable(text)
    lines = table(["a", "b"], [[code(text), prose(text)]])
    assert len(lines) == len(table(["a", "b"], [["x", "y"]]))
    assert harm_in("\n".join(["# Gate", "", *lines, "", code(text)]) + "\n", most=1 << 20) == ()
    written = io.StringIO()
    guarded = GuardedStream(written)
    for start in range(0, len(text), 7):
        guarded.write(text[start : start + 7])
    assert not any(line.lstrip().startswith("::") for line in written.getvalue().replace("\r", "\n").split("\n"))
    assert "##[" not in written.getvalue()


def decision(data: bytes) -> None:
    """What an engine puts out: only a proof, or a denial of nothing, opens."""
    document = parse_object(data)
    answer = answer_from("house/own", document)
    policy = PlannedPolicy(id="house/own", title="t", effect="block", checks=("counts",))
    asked = DecisionInput(
        policy=policy.id, stage="s", as_of="2026-11-20", checks={"counts": MeasuredCheck(outcome="measured")},
        facts={"counts": {}}, bars=(), manifest={},
    )  # fmt: skip
    for emptied in ({}, answer.document):
        ruling = rule(policy, asked, answer=answer.document, emptied=emptied, error=answer.error)
        opened = answer.document or {}
        assert not ruling.opens or opened.get("proven") is True or opened.get("deny", opened.get("violation")) == []
        assert (verdict([ruling]) == "open") is ruling.opens
        json.dumps(ruling.model_dump(mode="json"))


def pages(data: bytes) -> None:
    """A page of a dossier: the bytes that are taken are the bytes that it would be written as."""
    for kind in PAGES:
        with sentences(), contextlib.suppress(ValidationError):
            assert read_page(kind, data, f"{kind.name}.json").content() == data


def _leaves(document: Any) -> Iterator[Any]:
    if isinstance(document, (dict, list)):
        for item in document.values() if isinstance(document, dict) else document:
            yield from _leaves(item)
    else:
        yield document


def _is_json(value: Any) -> bool:
    return value is None or isinstance(value, (str, bool, int)) or (isinstance(value, float) and math.isfinite(value))


HARNESSES: dict[str, Harness] = {
    each.__name__: each
    for each in (
        yaml, manifest, csv, json_lines, arrow, parquet, envelope, statement, snapshot, tags, archive, models, escapers,
        decision, pages,
    )
}  # fmt: skip


def warm_up(name: str) -> None:
    """Runs a harness once, on the first file of its corpus."""
    HARNESSES[name](min((Path(__file__).parent / "corpus" / name).iterdir()).read_bytes())
