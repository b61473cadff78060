"""Run one check on data files, without a manifest; or list checks."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pydantic import Field

from assay.canonical import canonical
from assay.checks import CHECKS
from assay.commands.parts.data_arguments import dialect_given, find_all_named, find_named
from assay.commands.parts.fact_lines import fact_lines
from assay.commands.parts.profile_arguments import read_profile_file
from assay.commands.parts.title_lines import title_lines
from assay.dossier.check_context import CheckContexts, make_check_context
from assay.dossier.pages import Measurement
from assay.edges.data_files import find_source
from assay.edges.files import read_beneath
from assay.errors import EvaluationError, ManifestError, UsageError
from assay.manifest.document import Manifest
from assay.manifest.yaml_strict import MAX_BYTES, Document, load
from assay.options.dialect_options import DialectOptions
from assay.steps.collecting.rounds import Measuring, measure_all, start
from assay.steps.planning.blocks import CheckBlock, planned_check, problems_of_block, read_blocks
from assay.steps.planning.check_contexts import with_materials
from assay.tables.addressing import Table
from assay.tables.source import Source

if TYPE_CHECKING:
    from assay.tables.answering import Tables
    from assay.tables.questions import Question

GROUP = "look"
POSITIONAL = ("check",)
_PROFILE = ".profile.json"


class Options(DialectOptions):
    """Options of `measure`."""

    check: str | None = Field(None, description="Check to run. Optional; default: a list of all.")
    data: tuple[str, ...] = Field(
        (), description="Data set as name=path; for `drift` also a profile, as name=….profile.json."
    )
    predictions: tuple[str, ...] = Field(
        (), description="Scores of a data set as name=path: a data file with an id and a score column."
    )
    spec: Path | None = Field(None, description="YAML file with the check's block.")
    set: tuple[str, ...] = Field(
        (), description="Value of the check's block as key=value, such as bars.roc_auc='>= 0.7'."
    )
    task: str = Field("binary-classification", description="Task of the model, as in a manifest.")
    label: str | None = Field(None, description="Column with the true answer.")
    id: str | None = Field(None, description="Column that identifies a row.")
    sensitive: tuple[str, ...] = Field((), description="Sensitive column.")
    positive: str = Field("1", description="Label value whose probability is the score.")
    threshold: float = Field(0.5, description="Score from which a row counts as positive.")


def run(options: Options) -> int:
    """Prints the facts, or the checks that there are; 0 when they were measured."""
    if options.check is None:
        return _list(options)
    return _measure(options, options.check)


def _list(options: Options) -> int:
    titles = {name: CHECKS.title(name) for name in CHECKS.names()}
    if options.format == "json":
        sys.stdout.write(canonical({"checks": titles}).decode() + "\n")
        return 0
    hint = "`assay explain CHECK` explains one; `assay measure --help` shows how to run it."
    sys.stdout.write("\n".join(["Checks", *title_lines(titles), "", hint]) + "\n")
    return 0


def _measure(options: Options, check: str) -> int:
    named = dict(_pairs("--data", options.data))
    profiles = {name: read_profile_file(Path(path)) for name, path in named.items() if path.endswith(_PROFILE)}
    files = {name: path for name, path in named.items() if name not in profiles}
    sources = find_all_named(files, dialect_given(options))
    with ExitStack() as opened:
        tables = _opened(sources, options, opened)
        columns = _columns(sources, tables) | {name: profile.kinds() for name, profile in profiles.items()}
        document = Document(str(options.spec or "--set"), {"checks": {check: _block(options)}})
        manifest = _manifest(options, named, profiles)
        shared = make_check_context(
            manifest, columns=columns, as_of="", predicted=_predicted(options), profiles=profiles
        )
        contexts = with_materials(shared, manifest)
        block = _read(check, document, contexts, columns)
        measuring = start(planned_check(check, block, 0), contexts)
        if options.predictions and measuring.ended is None:
            tables = _opened(sources, options, opened, dict(_predictions(options, sources, opened)))
        measurement = _measured(measuring, tables)
    if measurement.outcome != "measured" or measurement.facts is None:
        raise EvaluationError(measurement.reason or "The check was not measured.", hint="")
    if options.format == "json":
        sys.stdout.write(canonical(measurement.facts).decode() + "\n")
    else:
        sys.stdout.write("\n".join(fact_lines(measurement.facts, "")) + "\n")
    return 0


def _opened(
    sources: Mapping[str, Source],
    options: Options,
    opened: ExitStack,
    predictions: Mapping[Table, Source] | None = None,
) -> Tables | None:
    """The tables that answer questions about the files; None without files."""
    if not sources:
        return None
    from assay.tables.answering import Tables

    return opened.enter_context(Tables(sources, predictions or {}, options.id))


def _measured(measuring: Measuring, tables: Tables | None) -> Measurement:
    """The check's measurement; a check without questions needs no tables."""
    if measuring.ended is not None:
        return measuring.ended
    (measurement,) = measure_all([measuring], tables.answer if tables is not None else _answer_nothing)
    return measurement


def _answer_nothing(questions: Sequence[Question]) -> list[Any]:
    if questions:
        raise UsageError("This check reads rows: give a data set with --data name=path.")
    return []


def _read(check: str, document: Document, contexts: CheckContexts, columns: dict[str, dict[str, str]]) -> CheckBlock:
    CHECKS.path(check)
    blocks, problems = read_blocks(document.value["checks"], document)
    if check in blocks:
        problems += problems_of_block(blocks[check], contexts, document, columns)
    if problems:
        raise ManifestError(problems, hint=f"See `assay explain {check}` for its keys.")
    return blocks[check]


def _manifest(options: Options, named: Mapping[str, str], profiles: Collection[str]) -> Manifest:
    positive = load(options.positive, "--positive").value
    return Manifest.model_validate(
        {
            "assay": 1,
            "model": {"name": "measured", "task": options.task, "positive": positive, "threshold": options.threshold},
            "data": {
                "sets": {name: {"profile" if name in profiles else "path": path} for name, path in named.items()},
                "label": options.label,
                "id": options.id,
                "sensitive": list(options.sensitive),
            },
        }
    )


def _block(options: Options) -> Any:
    block: Any = {}
    if options.spec is not None:
        folder = Path(os.path.realpath(options.spec.parent))
        content = read_beneath(folder, options.spec.name, limit=MAX_BYTES, error=UsageError)
        block = load(content, str(options.spec)).value
    if not isinstance(block, dict):
        raise UsageError(f"`{options.spec}` must contain a block of `name: value` lines.")
    for key, text in _pairs("--set", options.set):
        target, *rest = key.split(".")
        inner = block
        for part in rest:
            inner = inner.setdefault(target, {})
            target = part
        inner[target] = text if text.startswith((">=", "<=")) else load(text, f"--set {key}").value
    return block


def _predictions(options: Options, sources: Mapping[str, Source], opened: ExitStack) -> Iterable[tuple[Table, Source]]:
    """The files of scores, in the order of their data's rows."""
    from assay.steps.predicting.prediction_files import read_scores_of
    from assay.tables.reading import read_ids
    from assay.tables.scores import write_scores

    folder = Path(opened.enter_context(TemporaryDirectory()))
    for number, (name, path) in enumerate(_pairs("--predictions", options.predictions)):
        if name not in sources:
            raise UsageError(f"--predictions names the data set `{name}`, which --data does not give.")
        ids = read_ids(sources[name], options.id)
        columns, scores = read_scores_of(find_named(path), options.id, ids, sources[name].name)
        file = f"{number}.parquet"
        write_scores(folder / file, ids, scores, [f"@{column}" for column in columns])
        yield Table(name), find_source(folder, file)


def _predicted(options: Options) -> list[str]:
    return [name for name, _ in _pairs("--predictions", options.predictions)]


def _pairs(flag: str, texts: Iterable[str]) -> Iterable[tuple[str, str]]:
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise UsageError(f"{flag} expects name=value, not `{text}`.")
        yield name, value


def _columns(sources: Mapping[str, Source], tables: Tables | None) -> dict[str, dict[str, str]]:
    if tables is None:
        return {}
    from assay.tables.questions import Schema

    return dict(zip(sources, tables.answer([Schema(Table(name)) for name in sources]), strict=True))
